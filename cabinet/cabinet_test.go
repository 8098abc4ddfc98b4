package cabinet_test

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/cabinet"
	"github.com/wualab/wualab/internal/timelimit"
)

func TestCabinet(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "cabinet")
}

func noise(n int) []byte {
	r := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

var some = cabinet.Cabinet{
	Reserve: []byte("a signature"),
	Files: []cabinet.File{
		{Name: "wuident.txt", Data: []byte("[OS]\r\n"), Modified: time.Date(2004, 7, 1, 22, 8, 4, 0, time.UTC)},
		{Name: `au\läufer.dll`, Data: append(bytes.Repeat([]byte("the same "), 9000), noise(40000)...), Modified: time.Date(2107, 12, 31, 0, 0, 0, 0, time.UTC)},
		{Name: "empty", Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)},
	},
}

var _ = Describe("a cabinet", func() {
	It("comes back as it was", func() {
		data, err := cabinet.Write(some)
		Expect(err).NotTo(HaveOccurred())
		back, err := cabinet.Read(data, 200000)
		Expect(err).NotTo(HaveOccurred())
		Expect(back.Reserve).To(Equal(some.Reserve))
		Expect(back.Files).To(HaveLen(3))
		for i, f := range back.Files {
			Expect(f.Name).To(Equal(some.Files[i].Name))
			Expect(f.Modified).To(Equal(some.Files[i].Modified))
			Expect(bytes.Equal(f.Data, some.Files[i].Data)).To(BeTrue(), f.Name)
		}
	})
	It("is laid out as MS-CAB has it", func() {
		data, err := cabinet.Write(cabinet.Cabinet{Files: []cabinet.File{{Name: "a", Data: []byte("hello"), Modified: time.Date(1997, 3, 12, 11, 13, 52, 0, time.UTC)}}})
		Expect(err).NotTo(HaveOccurred())
		Expect(hex.EncodeToString(data)).To(Equal(strings.ReplaceAll("4d534346 00000000 4b000000 00000000 2c000000 00000000 03 01 0100 0100 0000 0000 0000"+
			"3e000000 0100 0000"+
			"05000000 00000000 0000 6c22 ba59 2000 6100"+
			"0265696c 0500 0500 68656c6c6f", " ", "")), "date and time are those of the example in MS-CAB 4; the checksum is by hand: hell, o, the sizes")
	})
	It("that another program made, of blocks of MSZIP that refer to the ones before, is read", func() {
		data, err := os.ReadFile("testdata/gcab.cab")
		Expect(err).NotTo(HaveOccurred())
		c, err := cabinet.Read(data, 1<<20)
		Expect(err).NotTo(HaveOccurred())
		Expect(c.Files).To(HaveLen(2))
		Expect(c.Files[0].Name).To(Equal("one.txt"))
		Expect(string(c.Files[0].Data)).To(Equal(strings.Repeat("what gcab packs\n", 4000)))
		Expect(string(c.Files[1].Data)).To(Equal("two\n"))
	})
	DescribeTable("that is damaged is refused", func(change func([]byte) []byte, want string) {
		data, err := cabinet.Write(some)
		Expect(err).NotTo(HaveOccurred())
		_, err = cabinet.Read(change(data), 1<<20)
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry(nil, func(b []byte) []byte { return b[:20] }, "the header is cut off at byte 20"),
		Entry(nil, func(b []byte) []byte { return []byte(strings.Repeat("<html>", 10)) }, `it begins with "<htm", not with MSCF`),
		Entry(nil, func(b []byte) []byte { b[24] = 4; return b }, "version 1.4; 1.3 is known"),
		Entry(nil, func(b []byte) []byte { b[30] |= 2; return b }, "one of several"),
		Entry(nil, func(b []byte) []byte { b[37] = 0xFF; return b[:200] }, "the reserved field is cut off"),
		Entry(nil, func(b []byte) []byte { b[36+4+11+6] = 3; return b }, "folder 0: LZX is not read"),
		Entry(nil, func(b []byte) []byte { b[36+4+11+8+8] = 1; return b }, "is in folder 1, which is not there"),
		Entry(nil, func(b []byte) []byte { b[36+4+11+8+3] = 9; return b }, "wuident.txt: it lies beyond its folder"),
		Entry(nil, func(b []byte) []byte { return b[:len(b)-1] }, "a data block is cut off"),
		Entry(nil, func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, "its checksum is wrong"),
		Entry(nil, func(b []byte) []byte { b[36+4+11+8+16] = 0; return b }, "has no name"),
	)
	It("that would be too large is refused", func() {
		data, err := cabinet.Write(some)
		Expect(err).NotTo(HaveOccurred())
		_, err = cabinet.Read(data, 1000)
		Expect(err).To(MatchError("cabinet: folder 0: block 0: it holds more than is allowed"))
	})
	It("that cannot be is not written", func() {
		_, err := cabinet.Write(cabinet.Cabinet{Files: []cabinet.File{{}}})
		Expect(err).To(MatchError(ContainSubstring("1 to 256 bytes")))
		_, err = cabinet.Write(cabinet.Cabinet{Reserve: make([]byte, 60001)})
		Expect(err).To(HaveOccurred())
	})
})

func FuzzRead(f *testing.F) {
	data, err := cabinet.Write(cabinet.Cabinet{Reserve: []byte("r"), Files: some.Files[:1]})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	zipped, err := os.ReadFile("testdata/gcab.cab")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(zipped)
	f.Fuzz(func(t *testing.T, data []byte) {
		timelimit.Check(t, func() { _, _ = cabinet.Read(data, 1<<20) })
		c, err := cabinet.Read(data, 1<<20)
		if err != nil {
			return
		}
		written, err := cabinet.Write(*c)
		if err != nil {
			return // names that are not written so
		}
		again, err := cabinet.Read(written, 1<<30)
		if err != nil || len(again.Files) != len(c.Files) {
			t.Fatalf("%d files: %v", len(c.Files), err)
		}
		for i, file := range again.Files {
			if file.Name != c.Files[i].Name || !bytes.Equal(file.Data, c.Files[i].Data) {
				t.Fatalf("file %d changed", i)
			}
		}
	})
}
