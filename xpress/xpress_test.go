package xpress_test

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/internal/timelimit"
	"github.com/wualab/wualab/xpress"
)

func TestXpress(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "xpress")
}

func fromHex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	Expect(err).NotTo(HaveOccurred())
	return b
}

// The vectors of MS-XCA 3.1, and the example of MS-WUSP 2.1.1.1.2, whose bits stand in
// four bytes here.
var _ = DescribeTable("a block is what the documents print", func(plain, block string) {
	Expect(hex.EncodeToString(xpress.CompressPlain([]byte(plain)))).To(Equal(strings.ReplaceAll(block, " ", "")))
	Expect(xpress.DecompressPlain(fromHex(block), len(plain))).To(Equal([]byte(plain)))
},
	Entry("letters that do not repeat", "abcdefghijklmnopqrstuvwxyz", "3f 00 00 00 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76 77 78 79 7a"),
	Entry("one long repetition", strings.Repeat("abc", 100), "ff ff ff 1f 61 62 63 17 00 0f ff 26 01"),
	Entry("three bytes again", "ABCABCDEF", "ff ff ff 11 41 42 43 10 00 44 45 46"),
	Entry("nothing", "", "ff ff ff ff"),
)

// The lengths at which MS-WUSP 2.1.1.1.2 changes their form.
var _ = DescribeTable("a length is written as", func(length int, reference string) {
	plain := []byte("xyz" + strings.Repeat("a", length+1))
	block := xpress.CompressPlain(plain)
	Expect(hex.EncodeToString(block[8:])).To(Equal(strings.ReplaceAll(reference, " ", "")))
	Expect(xpress.DecompressPlain(block, len(plain))).To(Equal(plain))
},
	Entry(nil, 3, "00 00"), Entry(nil, 9, "06 00"),
	Entry(nil, 10, "07 00 00"), Entry(nil, 24, "07 00 0e"),
	Entry(nil, 25, "07 00 0f 00"), Entry(nil, 26, "07 00 0f 01"), Entry(nil, 279, "07 00 0f fe"),
	Entry(nil, 280, "07 00 0f ff 15 01"), Entry(nil, 281, "07 00 0f ff 16 01"),
)

var _ = Describe("a body", func() {
	It("comes back the same, in blocks of at most 65535 bytes", func() {
		r := rand.New(rand.NewPCG(1, 2))
		for _, size := range []int{0, 1, 31, 32, 33, 1000, 58000, 65535, 65536, 200000} {
			noise := make([]byte, size)
			for i := range noise {
				noise[i] = byte(r.Uint32())
			}
			for _, body := range [][]byte{noise, bytes.Repeat([]byte("<int>101</int>"), size/14)} {
				packed := xpress.Compress(body)
				for at := 0; at < len(packed); {
					original, compressed := int(packed[at])|int(packed[at+1])<<8|int(packed[at+2])<<16, int(packed[at+4])|int(packed[at+5])<<8|int(packed[at+6])<<16
					Expect(original).To(BeNumerically("<=", 65535))
					Expect(compressed).To(BeNumerically("<=", 65535))
					at += 8 + compressed
				}
				back, err := xpress.Decompress(packed, len(body))
				Expect(err).NotTo(HaveOccurred())
				Expect(bytes.Equal(back, body)).To(BeTrue(), "%d bytes", size)
			}
		}
	})
	It("gets small when it repeats itself", func() {
		Expect(len(xpress.Compress(bytes.Repeat([]byte("<int>101</int>"), 10000)))).To(BeNumerically("<", 200))
	})
	DescribeTable("that is damaged is refused", func(body, want string) {
		_, err := xpress.Decompress(fromHex(body), 1000)
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry(nil, "01000000", "at byte 0: the sizes of a block are cut off"),
		Entry(nil, "00000100 04000000", "a block of 4 bytes that were 65536"),
		Entry(nil, "ffffffff 04000000", "that were 4294967295"),
		Entry(nil, "04000000 05000000 ffffffff", "a block of 5 bytes, of which there are 4"),
		Entry(nil, "e9030000 04000000 ffffffff", "more than 1000 bytes"),
		Entry(nil, "01000000 04000000 ffffffff", "it holds 0 bytes, not 1"),
		Entry(nil, "01000000 04000000 00000000", "a byte is missing"),
		Entry(nil, "01000000 03000000 000000", "it ends where it should say what follows"),
		Entry(nil, "01000000 06000000 00000000 6161", "it holds more than 1 bytes"),
		Entry(nil, "05000000 06000000 ffffffff 0000", "a reference goes back 1 bytes, and there are 0"),
		Entry(nil, "05000000 06000000 ffffff7f 6100", "a reference is cut off"),
		Entry(nil, "05000000 07000000 ffffff7f 610700", "the length of a reference is cut off"),
		Entry(nil, "05000000 08000000 ffffff7f 6107000f", "the length of a reference is cut off"),
		Entry(nil, "05000000 0a000000 ffffff7f 6107000fff15", "the length of a reference is cut off"),
		Entry(nil, "05000000 0b000000 ffffff7f 6107000fff1500", "too small"),
		Entry(nil, "03000000 07000000 ffffff7f 610000", "it holds more than 3 bytes"),
	)
})

func FuzzDecompress(f *testing.F) {
	f.Add(xpress.Compress([]byte(strings.Repeat("abc", 100))))
	f.Add(xpress.Compress([]byte("abcdefghijklmnopqrstuvwxyz")))
	f.Fuzz(func(t *testing.T, body []byte) {
		timelimit.Check(t, func() { _, _ = xpress.Decompress(body, 1<<20) })
		plain, err := xpress.Decompress(body, 1<<20)
		if err != nil {
			return
		}
		again, err := xpress.Decompress(xpress.Compress(plain), 1<<20)
		if err != nil || !bytes.Equal(again, plain) {
			t.Fatalf("%d bytes became %d: %v", len(plain), len(again), err)
		}
	})
}
