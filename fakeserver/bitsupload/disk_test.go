package bitsupload_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("a directory", func() {
	var dir string
	BeforeEach(func() { dir = GinkgoT().TempDir() })
	write := func(name, data string) {
		Expect(os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600)).To(Succeed())
	}

	It("takes files, also in folders that exist", func() {
		Expect(os.Mkdir(filepath.Join(dir, "in"), 0o700)).To(Succeed())
		w := serve(bitsupload.Config{Dir: dir})
		data := generated(300_000, 5)
		c := w.dial()
		c.path = "/upload/in/a%20report.xml"
		c.upload(data, 100_000)
		Expect(os.ReadFile(filepath.Join(dir, "in", "a report.xml"))).To(BeEquivalentTo(data))
		Expect(w.Files()).To(ConsistOf(bitsupload.FileInfo{Name: "in/a report.xml", Size: 300_000}))
		Expect(w.file("in/a report.xml") == data).To(BeTrue())
		Expect(os.ReadDir(filepath.Join(dir, "BITS-Sessions"))).To(BeEmpty())
	})

	It("keeps the data of a session apart until the last fragment", func() {
		w := serve(bitsupload.Config{Dir: dir})
		c := w.dial().begin()
		Expect(c.fragment(0, 10, "01234")).To(accept(5))
		Expect(w.names()).To(BeEmpty())
		Expect(os.ReadFile(filepath.Join(dir, "BITS-Sessions", c.id, "request"))).To(BeEquivalentTo("01234"))
		Expect(c.cancel()).To(accept(-1))
		Expect(os.ReadDir(filepath.Join(dir, "BITS-Sessions"))).To(BeEmpty())
	})

	It("keeps a file that is there, or lets it be overwritten", func() {
		write("report.xml", "old")
		w := serve(bitsupload.Config{Dir: dir})
		Expect(w.dial().create()).To(refuse(http.StatusForbidden, hresult.E_ACCESSDENIED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE))
		w = serve(bitsupload.Config{Dir: dir, Properties: bitsupload.Properties{AllowOverwrites: true}})
		w.dial().upload("new", 1)
		Expect(w.file("report.xml")).To(Equal("new"))
	})

	It("notices at the last fragment that another put a file there", func() {
		w := serve(bitsupload.Config{Dir: dir})
		c := w.dial().begin()
		write("report.xml", "theirs")
		Expect(c.fragment(0, 1, "x")).To(refuse(http.StatusForbidden, hresult.E_ACCESSDENIED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE))
		Expect(w.file("report.xml")).To(Equal("theirs"))
		Expect(w.Remove("report.xml")).To(Succeed())
		Expect(c.fragment(0, 1, "x")).To(accept(1))
		Expect(w.file("report.xml")).To(Equal("x"))
	})

	It("is told from a file", func() {
		Expect(os.Mkdir(filepath.Join(dir, "report.xml"), 0o700)).To(Succeed())
		w := serve(bitsupload.Config{Dir: dir})
		Expect(w.dial().create()).To(refuse(http.StatusBadRequest, hresult.E_INVALIDARG, hresult.BG_ERROR_CONTEXT_REMOTE_FILE))
		_, err := w.File("other.xml")
		Expect(err).To(MatchError(fs.ErrNotExist))
		Expect(w.Remove("other.xml")).To(MatchError(fs.ErrNotExist))
	})

	It("is never left, not even over a link", func() {
		outside := GinkgoT().TempDir()
		Expect(os.Symlink(outside, filepath.Join(dir, "out"))).To(Succeed())
		secret := filepath.Join(outside, "secret")
		Expect(os.WriteFile(secret, []byte("secret"), 0o600)).To(Succeed())
		Expect(os.Symlink(secret, filepath.Join(dir, "link"))).To(Succeed())
		w := serve(bitsupload.Config{Dir: dir, Properties: bitsupload.Properties{AllowOverwrites: true}})
		for _, path := range []string{"/upload/out/report.xml", "/upload/link"} {
			c := w.dial()
			c.path = path
			Expect(c.create()).To(refuse(http.StatusForbidden, hresult.E_ACCESSDENIED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE), path)
		}
		_, err := w.File("link")
		Expect(err).To(HaveOccurred())
		Expect(os.ReadDir(outside)).To(HaveLen(1))
		Expect(os.ReadFile(secret)).To(BeEquivalentTo("secret"))
	})

	It("does not follow a link where a session's data should be", func() {
		outside := GinkgoT().TempDir()
		Expect(os.Symlink(outside, filepath.Join(dir, "BITS-Sessions"))).To(Succeed())
		w := serve(bitsupload.Config{Dir: dir})
		Expect(w.dial().create().Status).To(Equal(http.StatusInternalServerError))
		Expect(os.ReadDir(outside)).To(BeEmpty())
	})
})

var _ = Describe("the configuration", func() {
	type properties = bitsupload.Properties
	DescribeTable("is checked", func(cfg bitsupload.Config, complaint string) {
		_, err := bitsupload.New(cfg)
		Expect(err).To(MatchError(And(HavePrefix("bits upload: "), ContainSubstring(complaint))))
	},
		Entry(nil, bitsupload.Config{Path: "/upload"}, "slash"),
		Entry(nil, bitsupload.Config{Path: "upload/"}, "slash"),
		Entry(nil, bitsupload.Config{Dir: "/nowhere/at/all"}, "directory of uploads"),
		Entry(nil, bitsupload.Config{Dir: ".", Folders: []string{"a"}}, "in memory"),
		Entry(nil, bitsupload.Config{Files: map[string][]byte{"../a": nil}}, `"../a"`),
		Entry(nil, bitsupload.Config{FreeSpace: -1}, "negative"),
		Entry(nil, bitsupload.Config{BaseURL: "upload"}, "scheme and host"),
		Entry(nil, bitsupload.Config{BaseURL: "http://upload/x"}, "scheme and host"),
		Entry(nil, bitsupload.Config{BaseURL: "http://%"}, "base URL"),
		Entry(nil, bitsupload.Config{Properties: properties{MaximumUploadSize: 1844674407370956}}, "BITSMaximumUploadSize"),
		Entry(nil, bitsupload.Config{Properties: properties{SessionTimeout: -1}}, "negative time"),
		Entry(nil, bitsupload.Config{Properties: properties{SessionsPerUser: -1}}, "BITSNumberOfSessionsLimit"),
		Entry(nil, bitsupload.Config{Properties: properties{HostID: strings.Repeat("h", 301)}}, "BITSHostId"),
		Entry(nil, bitsupload.Config{Properties: properties{HostID: "a b"}}, "BITSHostId"),
		Entry(nil, bitsupload.Config{Properties: properties{NotificationURL: strings.Repeat("u", 2201)}}, "2200"),
		Entry(nil, bitsupload.Config{Properties: properties{NotificationType: 3}}, "0, 1 or 2"),
		Entry(nil, bitsupload.Config{Properties: properties{NotificationType: 1}}, "needs a directory"),
		Entry(nil, bitsupload.Config{Properties: properties{NotificationType: 2}}, "not set"),
		Entry(nil, bitsupload.Config{Properties: properties{NotificationType: 2, NotificationURL: "https://x/"}}, "is not http"),
		Entry(nil, bitsupload.Config{Properties: properties{NotificationType: 2, NotificationURL: "http://%"}}, "BITSServerNotificationURL"),
	)
})
