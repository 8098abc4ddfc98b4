package machine_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
)

// dump lists all that a registry holds, one line for each key and value.
func dump(r *machine.Registry) []string {
	var lines []string
	var walk func(key string)
	walk = func(key string) {
		lines = append(lines, key)
		for _, v := range r.Values(key) {
			lines = append(lines, fmt.Sprintf("%s %q %v %x", key, v.Name, v.Value.Type(), v.Value.Bytes()))
		}
		for _, sub := range r.Keys(key) {
			walk(key + `\` + sub)
		}
	}
	for _, hive := range []string{"HKLM", "HKU", "HKCR", "HKCC"} {
		walk(hive)
	}
	return lines
}

var _ = Describe("Registry", func() {
	const key = `HKLM\SOFTWARE\Vendor`
	var r *machine.Registry
	BeforeEach(func() { r = machine.NewRegistry() })

	It("finds keys and values whatever the case, and keeps the first spelling", func() {
		Expect(r.Set(`hklm\Software\Vendor`, "UseLmCompat", machine.DWORD(1))).To(Succeed())
		Expect(r.Set(`HKEY_LOCAL_MACHINE\SOFTWARE\VENDOR`, "USELMCOMPAT", machine.DWORD(0))).To(Succeed())
		n, ok, err := r.DWORD(key, "uselmcompat")
		Expect(err).NotTo(HaveOccurred())
		Expect(ok).To(BeTrue())
		Expect(n).To(BeZero())
		Expect(r.Keys("HKLM")).To(Equal([]string{"Software"}))
		Expect(r.Values(key)).To(Equal([]machine.NamedValue{{Name: "UseLmCompat", Value: machine.DWORD(0)}}))
	})

	It("folds letters outside ASCII, but none of them into ASCII", func() {
		Expect(r.Set(`HKLM\Größe`, "ä", machine.SZ("x"))).To(Succeed())
		Expect(r.HasKey(`HKLM\GRÖßE`)).To(BeTrue())
		Expect(r.Set(`HKLM\ı`, "", machine.SZ("dotless"))).To(Succeed())
		Expect(r.HasKey(`HKLM\I`)).To(BeFalse())
	})

	It("says absent, present and of the wrong type apart", func() {
		_, ok, err := r.DWORD(key, "n")
		Expect(ok).To(BeFalse())
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Set(key, "n", machine.SZ("2"))).To(Succeed())
		_, ok, err = r.DWORD(key, "n")
		Expect(ok).To(BeTrue())
		var wrong *machine.TypeError
		Expect(errors.As(err, &wrong)).To(BeTrue())
		Expect(err).To(MatchError(ContainSubstring(key + `\n: value is a REG_SZ of 4 bytes, not a REG_DWORD`)))
		s, _, err := r.String(key, "n")
		Expect(err).NotTo(HaveOccurred())
		Expect(s).To(Equal("2"))
	})

	It("lists in a stable order with the default value first", func() {
		for _, name := range []string{"b", "C", "a", ""} {
			Expect(r.Set(key, name, machine.SZ(name))).To(Succeed())
			Expect(r.CreateKey(key + `\k` + name)).To(Succeed())
		}
		var names []string
		for _, v := range r.Values(key) {
			names = append(names, v.Name)
		}
		Expect(names).To(Equal([]string{"", "a", "b", "C"}))
		Expect(r.Keys(key)).To(Equal([]string{"k", "ka", "kb", "kC"}))
		Expect(r.Keys(`HKLM\absent`)).To(BeNil())
		Expect(r.Values(`HKLM\absent`)).To(BeNil())
	})

	It("deletes values and whole trees, and never a hive", func() {
		Expect(r.Set(key+`\sub`, "v", machine.DWORD(1))).To(Succeed())
		Expect(r.DeleteValue(key+`\SUB`, "V")).To(Succeed())
		Expect(r.DeleteValue(`HKLM\absent`, "v")).To(Succeed())
		Expect(r.Values(key + `\sub`)).To(BeEmpty())
		Expect(r.DeleteKey(key)).To(Succeed())
		Expect(r.DeleteKey(`HKLM\absent\deeper`)).To(Succeed())
		Expect(r.HasKey(key)).To(BeFalse())
		Expect(r.HasKey(`HKLM\SOFTWARE`)).To(BeTrue())
		Expect(r.DeleteKey("HKLM")).To(MatchError(ContainSubstring("HKEY_LOCAL_MACHINE is a hive")))
		Expect(r.HasKey("HKLM")).To(BeTrue())
	})

	It("shows HKCU as the hive of the current user", func() {
		r.SetCurrentUser("S-1-5-21-1")
		Expect(r.Set(`HKCU\Software`, "v", machine.DWORD(7))).To(Succeed())
		_, ok := r.Get(`HKU\s-1-5-21-1\software`, "v")
		Expect(ok).To(BeTrue())
		Expect(r.DeleteKey(`HKCU\SOFTWARE`)).To(Succeed())
		Expect(r.HasKey(`HKU\S-1-5-21-1\Software`)).To(BeFalse())
		r.SetCurrentUser("")
		Expect(r.Set("HKCU", "v", machine.DWORD(8))).To(Succeed())
		v, _ := r.Get(`HKU\.DEFAULT`, "v")
		Expect(v).To(Equal(machine.DWORD(8)))
	})

	It("shows the LocalSystem account's hive under both its names", func() {
		Expect(r.Set(`HKU\S-1-5-18\Software`, "v", machine.DWORD(1))).To(Succeed())
		Expect(r.HasKey(`HKU\.DEFAULT\Software`)).To(BeTrue())
		Expect(r.DeleteKey(`HKU\S-1-5-18`)).To(Succeed())
		Expect(r.HasKey(`HKU\.DEFAULT`)).To(BeFalse())
	})

	It("clones independently", func() {
		Expect(r.Set(key, "v", machine.DWORD(1))).To(Succeed())
		r.SetCurrentUser("S-1")
		c := r.Clone()
		Expect(c.Set(key, "v", machine.DWORD(2))).To(Succeed())
		Expect(c.Set(`HKCU\x`, "", machine.SZ(""))).To(Succeed())
		v, _ := r.Get(key, "v")
		Expect(v).To(Equal(machine.DWORD(1)))
		Expect(c.HasKey(`HKU\S-1\x`)).To(BeTrue())
		Expect(r.HasKey(`HKU\S-1`)).To(BeFalse())
	})

	It("may be used from several goroutines", func() {
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				defer GinkgoRecover()
				k := fmt.Sprintf(`%s\%d`, key, i)
				Expect(r.Set(k, "v", machine.DWORD(uint32(i)))).To(Succeed())
				r.Clone().Keys(key)
				Expect(r.Export(&strings.Builder{}, machine.RegVersion5, machine.UTF8)).To(Succeed())
			})
		}
		wg.Wait()
		Expect(r.Keys(key)).To(HaveLen(8))
	})

	DescribeTable("keeps the documented limits of names",
		func(key, name, want string) {
			before := dump(r)
			err := r.Set(key, name, machine.DWORD(1))
			if want == "" {
				Expect(err).NotTo(HaveOccurred())
				return
			}
			Expect(err).To(MatchError(ContainSubstring(want)))
			Expect(dump(r)).To(Equal(before))
		},
		Entry("key of 255", `HKLM\`+strings.Repeat("k", 255), "v", ""),
		Entry("key of 256", `HKLM\`+strings.Repeat("k", 256), "v", "256 characters, the limit is 255"),
		Entry("key counted in UTF-16", `HKLM\`+strings.Repeat("😀", 128), "v", "256 characters"),
		Entry("value of 16383", `HKLM\k`, strings.Repeat("v", 16383), ""),
		Entry("value of 16384", `HKLM\k`, strings.Repeat("v", 16384), "16384 characters, the limit is 16383"),
		Entry("512 levels", "HKLM"+strings.Repeat(`\k`, 512), "v", ""),
		Entry("513 levels", "HKLM"+strings.Repeat(`\k`, 513), "v", "513 levels, the limit is 512"),
		Entry("empty name in a path", `HKLM\a\\b`, "v", "empty key name"),
		Entry("control character", "HKLM\\a\tb", "v", "control character"),
		Entry("zero in a value's name", `HKLM\a`, "v\x00", "zero character"),
		Entry("broken UTF-8 key", "HKLM\\a\xff", "v", "not valid UTF-8"),
		Entry("broken UTF-8 value", `HKLM\a`, "v\xff", "not valid UTF-8"),
		Entry("unknown hive", `HKEY_LOCAL\a`, "v", `unknown hive "HKEY_LOCAL" (want HKLM`),
	)
})

var _ = Describe("Value", func() {
	DescribeTable("stores the bytes that Windows stores",
		func(v machine.Value, t machine.ValueType, hex, shown string) {
			Expect(v.Type()).To(Equal(t))
			Expect(fmt.Sprintf("%x", v.Bytes())).To(Equal(hex))
			Expect(v.String()).To(Equal(shown))
		},
		Entry("SZ", machine.SZ(`a"`), machine.RegSZ, "610022000000", `REG_SZ "a\""`),
		Entry("EXPAND_SZ", machine.ExpandSZ("%x"), machine.RegExpandSZ, "250078000000", "REG_EXPAND_SZ 25 00 78 00 00 00"),
		Entry("DWORD", machine.DWORD(0x01020304), machine.RegDWORD, "04030201", "REG_DWORD 16909060"),
		Entry("QWORD", machine.QWORD(1), machine.RegQWORD, "0100000000000000", "REG_QWORD 01 00 00 00 00 00 00 00"),
		Entry("MULTI_SZ", machine.MultiSZ("a", "", "b"), machine.RegMultiSZ, "61000000620000000000", "REG_MULTI_SZ 61 00 00 00 62 00 00 00 00 00"),
		Entry("BINARY", machine.Binary([]byte{0xFF}), machine.RegBinary, "ff", "REG_BINARY ff"),
		Entry("NONE", machine.Value{}, machine.RegNone, "", "REG_NONE "),
		Entry("a type without a name", machine.RawValue(0x20, []byte{1}), machine.ValueType(0x20), "01", "type 0x20 01"),
	)

	It("reads back what it was made of", func() {
		Expect(machine.QWORD(1 << 40).QWORD()).To(Equal(uint64(1 << 40)))
		Expect(machine.ExpandSZ("%windir%").Text()).To(Equal("%windir%"))
		Expect(machine.MultiSZ("a", "b").Strings()).To(Equal([]string{"a", "b"}))
		Expect(machine.MultiSZ().Strings()).To(BeEmpty())
		Expect(machine.RawValue(machine.RegSZ, []byte("a\x00\x00\x00b\x00")).Text()).To(Equal("a"))
	})

	It("refuses the REG_MULTI_SZ that KB 883357 tells of", func() {
		v := machine.RawValue(machine.RegMultiSZ, []byte("a\x00\x00\x00\xee\xfe"))
		_, err := v.Strings()
		Expect(err).To(MatchError(ContainSubstring("do not end in two zero characters")))
	})

	It("refuses other types and lengths", func() {
		_, err := machine.RawValue(machine.RegDWORD, []byte{1, 2}).DWORD()
		Expect(err).To(MatchError("value is a REG_DWORD of 2 bytes, not a REG_DWORD"))
		_, err = machine.DWORD(1).QWORD()
		Expect(err).To(HaveOccurred())
		_, err = machine.DWORD(1).Text()
		Expect(err).To(HaveOccurred())
		_, err = machine.SZ("a").Strings()
		Expect(err).To(HaveOccurred())
	})
})
