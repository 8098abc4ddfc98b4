package fakeserver_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/internal/rawhttp"
)

// Without a record nobody looks at the bytes, and long stretches of files go from disk
// to socket within the kernel.
var _ = Describe("a server without a record", func() {
	const size = 3 << 20
	var dir string
	BeforeEach(func() {
		dir = GinkgoT().TempDir()
		Expect(os.WriteFile(filepath.Join(dir, "disk.bin"), slice(size, 7, 0, size-1), 0o600)).To(Succeed())
	})
	start := func(limits fakehttp.Limits, uses ...fakeserver.Use) *fakeserver.Server {
		s, err := fakeserver.New(fakeserver.Config{Dir: dir, Limits: limits, Behaviours: uses, Files: map[string]fakeserver.File{
			"/disk": {From: "disk.bin"}, "/made": {Size: size, Seed: 7},
		}})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		return s
	}

	DescribeTable("sends the same bytes as one with a record", func(path string, limits fakehttp.Limits) {
		c, err := rawhttp.Dial(start(limits).Addr(), func(c net.Conn) net.Conn { return c })
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(c.Close)
		for _, r := range [][2]int64{{0, size - 1}, {1, 1}, {5000, 5000 + 4095}, {100, 100 + 32<<10 - 1}, {77, 77 + 64<<10 - 1}, {77, 77 + 64<<10}, {1_000_001, 2_500_000}} {
			a := c.Get(path, fmt.Sprintf("Range: bytes=%d-%d", r[0], r[1]))
			Expect(a.Err).NotTo(HaveOccurred())
			Expect(a.Status).To(Equal(http.StatusPartialContent))
			Expect(bytes.Equal(a.Body, slice(size, 7, r[0], r[1]))).To(BeTrue(), "%v", r)
		}
		Expect(bytes.Equal(c.Get(path).Body, slice(size, 7, 0, size-1))).To(BeTrue())
		Expect(c.Head(path).Length).To(BeEquivalentTo(size))
		Expect(bytes.Equal(c.Get(path, "Range: bytes=0-9,100000-300000").Body, nil)).To(BeFalse())
		Expect(c.Get(path, "Range: bytes=0-0").Body).To(HaveLen(1), "the connection is in order")
	},
		Entry("from disk", "/disk", fakehttp.Limits{}),
		Entry("generated", "/made", fakehttp.Limits{}),
		Entry("from disk, with limits", "/disk", fakehttp.Limits{Stall: time.Minute, Idle: time.Minute}),
		Entry("generated, with limits", "/made", fakehttp.Limits{Stall: time.Minute, Idle: time.Minute}))

	It("sends what behaviours make of them", func() {
		s := start(fakehttp.Limits{}, fakeserver.Use{Name: "cut-after", Params: map[string]any{"bytes": "1MB"}})
		c, err := rawhttp.Dial(s.Addr(), func(c net.Conn) net.Conn { return c })
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(c.Close)
		a := c.Get("/disk")
		Expect(a.Err).To(HaveOccurred())
		Expect(bytes.Equal(a.Body, slice(size, 7, 0, 999_999))).To(BeTrue())
	})
})
