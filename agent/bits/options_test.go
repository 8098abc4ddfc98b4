package bits_test

import (
	"net/http"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("IBackgroundCopyJobHttpOptions", func() {
	It("sends custom headers with each request, until the owner changes", func() {
		b := newBench("xp-sp3", bits.Tuning{FirstBlock: 100, MaxBlock: 100})
		var seen []string
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			seen = append(seen, strings.Join(r.Header.Values("X-Ticket"), "+"))
			file(150, epoch)(w, r)
		}
		j := b.job("j", "/f")
		Expect(j.SetCustomHeaders("X-Ticket: 1\r\nX-Ticket: 2\r\n")).To(Succeed())
		Expect(j.HTTPOptions().CustomHeaders).To(Equal("X-Ticket: 1\r\nX-Ticket: 2\r\n"))
		b.run(j)
		Expect(seen).To(Equal([]string{"1+2", "1+2"}))
		Expect(j.TakeOwnership("LocalSystem")).To(Succeed())
		Expect(j.HTTPOptions().CustomHeaders).To(BeEmpty())
	})

	DescribeTable("refuses custom headers", func(headers string, code hresult.HRESULT) {
		Expect(newBench("xp-sp3", bits.Tuning{}).job("j").SetCustomHeaders(headers)).To(failWith(code))
	},
		Entry("beyond 16 KB", "X: "+strings.Repeat("x", 16380)+"\r\n", hresult.BG_E_STRING_TOO_LONG),
		Entry("without CR LF", "X: 1", hresult.E_INVALIDARG),
		Entry("without a colon", "X\r\n", hresult.E_INVALIDARG),
		Entry("with a name that is none", "X Y: 1\r\n", hresult.E_INVALIDARG),
		Entry("with a control character", "X: a\x01\r\n", hresult.E_INVALIDARG),
	)

	redirect := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/f" {
			http.Redirect(w, r, "/g", http.StatusFound)
			return
		}
		file(10, epoch)(w, r)
	}
	DescribeTable("has redirect policies", func(profile string, flags bits.SecurityFlags, code hresult.HRESULT, name string) {
		b := newBench(profile, bits.Tuning{})
		b.handler = redirect
		j := b.job("j", "/f")
		if code == hresult.E_NOTIMPL {
			Expect(j.SetSecurityFlags(flags)).To(failWith(code))
			return
		}
		Expect(j.SetSecurityFlags(flags)).To(Succeed())
		Expect(j.HTTPOptions().SecurityFlags).To(Equal(flags))
		want := bits.Transferred
		if code != 0 {
			want = bits.Error
		}
		Expect(b.run(j)).To(Equal(want))
		if code != 0 {
			e, _ := j.GetError()
			Expect(e.Code).To(Equal(code))
		}
		Expect(j.Files()[0].RemoteName()).To(Equal("http://origin" + name))
	},
		Entry("silent", "vista", bits.RedirectAllowSilent, hresult.HRESULT(0), "/f"),
		Entry("report", "vista", bits.RedirectAllowReport, hresult.HRESULT(0), "/g"),
		Entry("disallow", "vista", bits.RedirectDisallow, hresult.BG_E_HTTP_ERROR_302, "/g"),
		Entry("not before 3.0", "xp-sp3", bits.RedirectDisallow, hresult.E_NOTIMPL, ""),
		Entry("not two at once", "vista", bits.RedirectDisallow|bits.RedirectAllowReport, hresult.E_NOTIMPL, ""),
		Entry("unknown", "vista", bits.SecurityFlags(0x1000), hresult.E_NOTIMPL, ""),
	)

	It("keeps a client certificate", func() {
		b := newBench("xp-sp3", bits.Tuning{})
		j := b.job("j")
		hash := certify(b, owner)
		Expect(j.SetClientCertificateByID(0, "MY", hash)).To(Succeed())
		Expect(j.HTTPOptions().ClientCertificate.ID).To(Equal(string(hash[:])))
		Expect(j.SetClientCertificateByName(0, "my", "alice")).To(Succeed())
		Expect(j.HTTPOptions().ClientCertificate.Subject).To(Equal("alice"))
		Expect(j.SetClientCertificateByID(7, "MY", hash)).To(failWith(hresult.CRYPT_E_NOT_FOUND))
		Expect(j.SetClientCertificateByID(8, "MY", hash)).To(failWith(hresult.E_NOTIMPL))
		Expect(j.SetClientCertificateByID(0, "Other", hash)).To(failWith(hresult.ERROR_FILE_NOT_FOUND))
		Expect(j.SetClientCertificateByName(0, "MY", "bob")).To(failWith(hresult.CRYPT_E_NOT_FOUND))
		Expect(j.SetClientCertificateByName(0, "", "alice")).To(failWith(hresult.E_INVALIDARG))
		Expect(j.SetClientCertificateByName(0, "MY", strings.Repeat("x", 257))).To(failWith(hresult.BG_E_STRING_TOO_LONG))
		Expect(j.RemoveClientCertificate()).To(BeTrue())
		Expect(j.RemoveClientCertificate()).To(BeFalse())
	})
})

// scripted answers without a length and without ranges, and breaks off the
// first answers.
func scripted(n, breaks int, methods *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*methods = append(*methods, r.Method+" "+r.Header.Get("Range"))
		text := strings.Repeat("0123456789", n/10)
		if breaks > 0 {
			breaks--
			_, _ = w.Write([]byte(text[:n/2]))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
		w.(http.Flusher).Flush()
		_, _ = w.Write([]byte(text))
	}
}

var _ = Describe("what servers need not do", func() {
	It("for dynamic content: a length, ranges, HEAD; interrupted it begins anew", func() {
		b := newBench("windows-10", bits.Tuning{})
		var asked []string
		b.handler = scripted(450, 1, &asked)
		j := b.job("j", "/f")
		Expect(j.SetProperty(bits.PropertyDynamicContent, bits.PropertyValue{Enable: true})).To(Succeed())
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(asked).To(Equal([]string{"GET ", "GET "}))
		Expect(content(j)).To(Equal(whole))
	})

	It("but for a background job they need", func() {
		b := newBench("windows-10", bits.Tuning{})
		var asked []string
		b.handler = scripted(450, 0, &asked)
		j := b.job("j", "/f")
		Expect(j.SetProperty(bits.PropertyDynamicContent, bits.PropertyValue{Enable: true})).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Error))
	})

	It("up to the maximum download size", func() {
		b := newBench("windows-10", bits.Tuning{})
		var asked []string
		b.handler = scripted(450, 0, &asked)
		j := b.job("j", "/f")
		Expect(j.SetProperty(bits.PropertyDynamicContent, bits.PropertyValue{Enable: true})).To(Succeed())
		Expect(j.SetProperty(bits.PropertyMaxDownloadSize, bits.PropertyValue{Uint64: 449})).To(Succeed())
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Error))
		e, _ := j.GetError()
		Expect(e.Code).To(Equal(hresult.BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED))
	})

	It("for another method, whose every error is fatal", func() {
		b := newBench("windows-10", bits.Tuning{})
		var asked []string
		b.handler = scripted(450, 1, &asked)
		j := b.job("j", "/f")
		Expect(j.SetHTTPMethod("GET")).To(Succeed())
		Expect(j.Settings().Priority).To(Equal(bits.Normal))
		Expect(j.SetHTTPMethod("POST")).To(Succeed())
		Expect(j.HTTPOptions().HTTPMethod).To(Equal("POST"))
		Expect(j.Settings().Priority).To(Equal(bits.Foreground))
		Expect(j.SetPriority(bits.Low)).To(failWith(hresult.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD))
		Expect(j.SetProperty(bits.PropertyDynamicContent, bits.PropertyValue{Enable: true})).To(failWith(hresult.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD))
		Expect(j.SetHTTPMethod("NO METHOD")).To(failWith(hresult.E_INVALIDARG))
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(asked).To(Equal([]string{"POST ", "POST "}))
		Expect(content(j)).To(Equal(whole))
	})
})

var _ = Describe("IBackgroundCopyJob5", func() {
	It("has properties that can be set at their time", func() {
		b := newBench("windows-10", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		Expect(j.SetProperty(bits.PropertyHighPerformance, bits.PropertyValue{Enable: true})).To(failWith(hresult.BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE))
		b.run(j)
		Expect(j.SetProperty(bits.PropertyDynamicContent, bits.PropertyValue{Enable: true})).To(failWith(hresult.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME))
		Expect(j.SetProperty(6, bits.PropertyValue{})).To(failWith(hresult.BG_E_UNKNOWN_PROPERTY_ID))
		Expect(j.SetProperty(bits.PropertyUseStoredCredentials, bits.PropertyValue{Dword: 1})).To(failWith(hresult.E_INVALIDARG))
		Expect(j.SetProperty(bits.PropertyCostFlags, bits.PropertyValue{Dword: 5})).To(Succeed())
		Expect(j.Property(bits.PropertyCostFlags)).To(Equal(bits.PropertyValue{Dword: 5}))
		Expect(j.Property(bits.PropertyMinimumNotification)).To(Equal(bits.PropertyValue{Dword: 500}))
		up, err := b.bits.CreateJob("up", bits.Upload, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(up.SetProperty(bits.PropertyDynamicContent, bits.PropertyValue{Enable: true})).To(failWith(hresult.BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY))
		Expect(bits.PropertyDynamicContent.String()).To(Equal("BITS_JOB_PROPERTY_DYNAMIC_CONTENT"))
	})
})

var _ = Describe("IBackgroundCopyFile3", func() {
	It("tells where the bytes are, and lets the program refuse them", func() {
		b := newBench("vista", bits.Tuning{})
		b.handler = file(450, epoch)
		j := b.job("j", "/f")
		f := j.Files()[0]
		Expect(f.TemporaryName()).To(BeEmpty())
		Expect(f.SetValidationState(true)).To(failWith(hresult.E_PENDING))
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(f.TemporaryName()).To(MatchRegexp(`^C:\\j\\BIT[0-9A-F]+\.tmp$`))
		Expect(f.DownloadedFromPeer()).To(BeFalse())
		Expect(f.ValidationState()).To(BeFalse())
		Expect(f.SetValidationState(false)).To(Succeed())
		Expect(j.State()).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.BG_E_VALIDATION_FAILED))
		Expect(f.Progress().BytesTransferred).To(BeZero())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(content(j)).To(Equal(whole))
		_, err = j.Complete()
		Expect(err).NotTo(HaveOccurred())
		Expect(f.ValidationState()).To(BeTrue())
	})

	It("came with 3.0", func() {
		f := newBench("xp-sp3", bits.Tuning{}).job("j", "/f").Files()[0]
		_, err := f.TemporaryName()
		Expect(err).To(failWith(hresult.E_NOINTERFACE))
		_, err = f.ValidationState()
		Expect(err).To(failWith(hresult.E_NOINTERFACE))
		_, err = f.DownloadedFromPeer()
		Expect(err).To(failWith(hresult.E_NOINTERFACE))
	})
})

var _ = Describe("SetRemoteName", func() {
	It("gets to the store with Resume and not before", func() {
		path := filepath.Join(GinkgoT().TempDir(), "queue.db")
		b := newBenchOf("xp-sp3", func(c *bits.Config) { c.Store = path })
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		restart := func() {
			GinkgoHelper()
			Expect(b.bits.Close()).To(Succeed())
			b.start(b.config)
			var err error
			j, err = b.bits.Job("j")
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(j.Files()[0].SetRemoteName("http://origin/g")).To(Succeed())
		Expect(j.Files()[0].RemoteName()).To(Equal("http://origin/g"))
		Expect(j.SetDescription("saved meanwhile")).To(Succeed())
		restart()
		Expect(j.Files()[0].RemoteName()).To(Equal("http://origin/f"))
		Expect(j.Files()[0].SetRemoteName("http://origin/g")).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		restart()
		Expect(j.Files()[0].RemoteName()).To(Equal("http://origin/g"))
	})

	It("is for downloads", func() {
		b := newBench("xp-sp3", bits.Tuning{})
		j, err := b.bits.CreateJob("up", bits.Upload, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.AddFile("http://origin/up", `C:\up`)).To(Succeed())
		Expect(j.Files()[0].SetRemoteName("http://origin/x")).To(failWith(hresult.E_NOTIMPL))
	})
})

var _ = Describe("the COM classes", func() {
	// How many of the classes each version has.
	for profile, n := range map[string]int{"xp-rtm": 1, "xp-sp1": 1, "server-2003": 2, "xp-sp2": 3, "xp-sp3": 4, "vista": 5, "windows-7": 6, "windows-10": 8} {
		It("of "+profile, func() {
			b := newBench(profile, bits.Tuning{})
			for i, c := range bits.Classes() {
				for _, by := range []string{c.Name, strings.ToLower(c.CLSID)} {
					err := b.bits.CoCreateInstance(by)
					if i < n {
						Expect(err).NotTo(HaveOccurred(), by)
					} else {
						Expect(err).To(failWith(hresult.REGDB_E_CLASSNOTREG), by)
					}
				}
			}
			Expect(b.bits.CoCreateInstance("{0}")).To(failWith(hresult.REGDB_E_CLASSNOTREG))
		})
	}
})
