package wuident_test

import (
	"bytes"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/cabinet"
	"github.com/wualab/wualab/internal/timelimit"
	"github.com/wualab/wualab/wuident"
)

func TestWuident(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "wuident")
}

func version(s string) wuident.Version {
	v, err := wuident.ParseVersion(s)
	Expect(err).NotTo(HaveOccurred())
	return v
}

const text = `; agents of old and new systems
[SelfClientUpdate]
StructureKeyEx=OS/ARCH/LANG
StructureKeyEx2=ARCH/OS
Unknown=1
[OS]
-5.3.999=/unsupported
5.4-5.8.0.2468=WUClient5
[OS2]
6-7.3=WUClient7
7.4-=/SKIP
[ARCH]
x86=x86
amd64=x64
[LANG]
de=de
*=other
[Else]
a=b
`

var _ = DescribeTable("wuident.txt says what an agent is to do", func(agent, arch, language, want string) {
	i, err := wuident.Parse([]byte(text))
	Expect(err).NotTo(HaveOccurred())
	for _, ident := range []*wuident.Ident{i, reread(i)} {
		answer, err := ident.For(version(agent), arch, language)
		if err != nil {
			answer = err.Error()
		}
		Expect(answer).To(Equal(want))
	}
},
	Entry(nil, "5.3.998.65535", "x86", "en", "/UNSUPPORTED"),
	Entry(nil, "5.4.0.0", "x86", "en", "WUClient5/x86/other"),
	Entry(nil, "5.8.0.2468", "amd64", "DE", "WUClient5/x64/de"),
	Entry(nil, "5.8.0.2469", "x86", "en", "wuident.txt has no line for an agent of this version: 5.8.0.2469"),
	Entry("the structure of its section", "7.0.6000.381", "x86", "en", "x86/WUClient7"),
	Entry(nil, "7.4.0.0", "x86", "en", "/SKIP"), Entry(nil, "10.0.19041.1", "arm64", "en", "/SKIP"),
	Entry(nil, "7.0.6000.381", "arm64", "en", "wuident.txt has no line for this architecture or language: arm64, en"),
)

func reread(i *wuident.Ident) *wuident.Ident {
	again, err := wuident.Parse([]byte(i.String()))
	Expect(err).NotTo(HaveOccurred())
	return again
}

var _ = DescribeTable("wuident.txt that is wrong is refused at its line", func(text, want string) {
	_, err := wuident.Parse([]byte(text))
	Expect(err).To(MatchError(want))
},
	Entry(nil, "[OS]\nx", "wuident.txt:2: want [section] or, in one, name=value"),
	Entry(nil, "a=b", "wuident.txt:1: want [section] or, in one, name=value"),
	Entry(nil, "[OS]\n5.x-=/SKIP", `wuident.txt:2: "5.x" is no version; write 7.4.7600.226`),
	Entry(nil, "[OS]\n1.2.3.4.5=/SKIP", `wuident.txt:2: "1.2.3.4.5" is no version; write 7.4.7600.226`),
	Entry(nil, "[OS]\n-70000=/SKIP", `wuident.txt:2: "70000" is no version; write 7.4.7600.226`),
	Entry(nil, "[OS]\n-5=../etc", `wuident.txt:2: "../etc" is no folder below the self-update directory, /SKIP or /UNSUPPORTED`),
	Entry(nil, "[ARCH]\nx86=a b", `wuident.txt:2: "a b" is no folder below the self-update directory, /SKIP or /UNSUPPORTED`),
	Entry(nil, "[OS]\n-5=WUClient", "wuident.txt: [OS] names a folder, and there is no StructureKeyEx"),
	Entry(nil, "\xff", "wuident.txt: it is not text of at most 65536 bytes"),
)

var _ = Describe("the files that the fake makes", func() {
	It("let agents be, update them, or send them away", func() {
		v := version("7.4.7600.226")
		for _, one := range []struct {
			ident           *wuident.Ident
			older, the, own string
		}{
			{wuident.Current(), "/SKIP", "/SKIP", "/SKIP"},
			{wuident.NewerAgent(v), "WUClient/x86/other", "WUClient/x86/other", "/SKIP"},
			{wuident.UnsupportedBefore(v), "/UNSUPPORTED", "/UNSUPPORTED", "/SKIP"},
		} {
			for agent, want := range map[string]string{"5.8.0.2469": one.older, "7.4.7600.225": one.the, "7.4.7600.226": one.own} {
				Expect(reread(one.ident).For(version(agent), "x86", "en")).To(Equal(want), agent)
			}
		}
		Expect(wuident.NewerAgent(version("7.0.0.0")).For(version("6.65535.65535.65535"), "x86", "en")).To(Equal("WUClient/x86/other"))
	})
})

var _ = Describe("a signature", func() {
	It("is of the key that agents trust", func() {
		data, err := wuident.Pack(wuident.Current(), wuident.TestKey())
		Expect(err).NotTo(HaveOccurred())
		Expect(wuident.Verify(data)).To(Succeed())
		Expect(wuident.Open(data)).To(Equal(wuident.Current()))
		Expect(bytes.Contains(data, []byte("not Microsoft"))).To(BeTrue())
		for n := range data {
			changed := bytes.Clone(data)
			changed[n] ^= 1
			Expect(wuident.Verify(changed)).NotTo(Succeed(), "byte %d", n)
		}
		data, err = wuident.Pack(wuident.Current(), wuident.OtherKey())
		Expect(err).NotTo(HaveOccurred())
		Expect(wuident.Verify(data)).To(MatchError(wuident.ErrUntrusted))
		data, err = wuident.Pack(wuident.Current(), nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(wuident.Verify(data)).To(MatchError(wuident.ErrUnsigned))
	})
	It("is on the setup, too, which tells its version", func() {
		data, err := wuident.PackSetup(version("7.4.7600.226"), wuident.TestKey())
		Expect(err).NotTo(HaveOccurred())
		Expect(wuident.OpenSetup(data)).To(Equal(version("7.4.7600.226")))
		_, err = wuident.Open(data)
		Expect(err).To(MatchError("wuident.txt: it is not in the cabinet"))
		data, err = wuident.Pack(wuident.Current(), wuident.TestKey())
		Expect(err).NotTo(HaveOccurred())
		_, err = wuident.OpenSetup(data)
		Expect(err).To(MatchError("wusetup.inf: it is not in the cabinet"))
	})
	It("is not what makes a cabinet", func() {
		Expect(wuident.Verify([]byte("<html>"))).To(MatchError(ContainSubstring("cabinet:")))
		data, err := cabinet.Write(cabinet.Cabinet{Reserve: []byte("x")})
		Expect(err).NotTo(HaveOccurred())
		Expect(wuident.Verify(data)).To(MatchError(wuident.ErrUnsigned))
	})
})

func FuzzParse(f *testing.F) {
	f.Add([]byte(text))
	f.Add([]byte(wuident.Current().String()))
	f.Fuzz(func(t *testing.T, text []byte) {
		timelimit.Check(t, func() { _, _ = wuident.Parse(text) })
		i, err := wuident.Parse(text)
		if err != nil {
			return
		}
		again, err := wuident.Parse([]byte(i.String()))
		if err != nil || again.String() != i.String() {
			t.Fatalf("%v\n%s\nis not\n%s", err, i, again)
		}
	})
}
