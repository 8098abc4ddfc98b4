package sms_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/smsdp"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// points gives a world with these distribution points.
func points(list ...smsdp.Point) *world {
	GinkgoHelper()
	return start(func(s *setup) { s.site.Points = list })
}

var _ = Describe("distribution points", func() {
	It("are tried in their order: local, subnet, Active Directory site, BITS, metric", func() {
		order := []smsdp.Point{
			point("subnet", func(p *smsdp.Point) { p.Subnets, p.BITS = []string{"10.9.9.0", "10.1.2.0"}, false }),
			point("site", func(p *smsdp.Point) { p.ADSite, p.BITS = "hq", false }),
			point("near", func(p *smsdp.Point) { p.Metric = 1 }),
			point("far", func(p *smsdp.Point) { p.Metric = 2 }),
			point("share", func(p *smsdp.Point) { p.BITS = false }),
			point("remote", func(p *smsdp.Point) { p.Remote, p.Subnets, p.ADSite = true, []string{"10.1.2.0"}, "HQ" }),
		}
		w := start(func(s *setup) {
			s.client.ADSite, s.client.Address = "HQ", smswire.IPAddress{Address: "10.1.2.3", SubnetAddress: "10.1.2.0"}
			s.site.Points = nil
			for i := range order { // told in another order
				p := order[(5*i+3)%len(order)]
				p.Packages = []string{tool}
				s.site.Points = append(s.site.Points, p)
			}
			s.point = func(_ string, c *fakeserver.Config) {
				c.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 404}}}
			}
		})
		for _, p := range order {
			Expect(w.PC.SetHost(p.Server, 445, "127.0.0.1:1")).To(Succeed()) // no share is there
		}
		Expect(w.cycle().State).To(Equal(sms.Waiting))
		var tried []string
		for _, l := range w.Logs().Lines() {
			if rest, ok := strings.CutPrefix(l.Text, "CTM job started download from '"); ok {
				tried = append(tried, strings.FieldsFunc(strings.TrimPrefix(rest, "http:"), func(r rune) bool { return r == '/' || r == '\\' })[0])
			}
		}
		Expect(tried).To(Equal([]string{"subnet", "site", "near", "far", "share", "remote"}))
	})
	It("that are dead give way to the next", func() {
		w := points(point("dp1", nil), point("dp2", func(p *smsdp.Point) { p.Metric = 1 }))
		Expect(w.Points["dp1"].Close()).To(Succeed())
		a := w.cycle()
		Expect(a.State).To(Equal(sms.Succeeded))
		Expect(a.Point).To(Equal("dp2"))
	})
	It("take over a download where the other one left it", func() {
		w := start(func(s *setup) {
			s.site.Points = []smsdp.Point{point("dp1", nil), point("dp2", func(p *smsdp.Point) { p.Metric = 1 })}
			s.point = func(name string, c *fakeserver.Config) {
				if name == "dp1" { // the second block fails for good
					c.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 404, "when": map[string]any{"header": map[string]any{"Range": "/^bytes=65536/"}}}}}
				}
			}
		})
		Expect(w.cycle().State).To(Equal(sms.Succeeded))
		Expect(w.requests("dp2")).NotTo(ContainElement(HaveSuffix("bytes=0-65535 206")), "what has come is not asked for again")
		Expect(w.requests("dp2")).To(ContainElement(HavePrefix("GET /SMS_DP_SMSPKGC$/LAB00001/setup.exe bytes=65536-")))
		Expect(w.Logs().File("DataTransferService.log")).To(ContainSubstring("goes on from 'http://dp2/SMS_DP_SMSPKGC$/LAB00001' with"))
		Expect(w.BITS.Jobs()).To(BeEmpty())
	})
	It("have their files fetched anew by a BITS that can give a job no other prefix", func() {
		w := start(func(s *setup) {
			s.profile = "xp-sp1"
			s.site.Points = []smsdp.Point{point("dp1", nil), point("dp2", func(p *smsdp.Point) { p.Metric = 1 })}
			s.point = func(name string, c *fakeserver.Config) {
				if name == "dp1" {
					c.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 404, "when": map[string]any{"header": map[string]any{"Range": "/^bytes=65536/"}}}}}
				}
			}
		})
		Expect(w.cycle().State).To(Equal(sms.Succeeded))
		Expect(w.requests("dp2")).To(ContainElement("GET /SMS_DP_SMSPKGC$/LAB00001/setup.exe bytes=0-65535 206"))
		Expect(w.BITS.Jobs()).To(BeEmpty())
	})
	It("are left after 8 hours without progress", func() {
		w := points(point("dp1", func(p *smsdp.Point) { p.ISAPI = smsdp.RTM }), point("dp2", func(p *smsdp.Point) { p.Metric = 1 }))
		began := w.Clock.Now()
		Expect(w.cycle().Point).To(Equal("dp2"))
		Expect(w.Clock.Now().Sub(began)).To(BeNumerically("~", 8*time.Hour, 15*time.Minute))
	})
	It("that are not enabled for BITS are asked by file share", func() {
		w := points(point("dp1", func(p *smsdp.Point) { p.BITS, p.Drive = false, "d" }))
		Expect(w.cycle().State).To(Equal(sms.Succeeded), w.Logs().File("FileBITS.log"))
		Expect(w.requests("dp1")).To(BeEmpty())
		Expect(w.cached("data/read me.txt")).To(HaveLen(700))
		Expect(w.Logs().File("filebits.LOG")).To(ContainSubstring(`Copied 3 files from '\\dp1\SMSPKGD$\LAB00001'`))
	})
	It("that cannot be listed give way, or their share is taken where the client does so", func() {
		refused := func(p *smsdp.Point) { p.WebDAV = 501 }
		w := points(point("dp1", refused))
		a := w.cycle()
		Expect(a.State).To(Equal(sms.Waiting))
		Expect(a.HResult).To(Equal(hresult.FromHTTPStatus(501)))
		w = start(func(s *setup) {
			s.site.Points = []smsdp.Point{point("dp1", refused)}
			s.client.Tuning.FallBackToShare = true
		})
		Expect(w.cycle().State).To(Equal(sms.Succeeded))
	})
	It("are listed as a whole, or folder by folder", func() {
		w := points(point("dp1", func(p *smsdp.Point) { p.NoInfiniteDepth = true }))
		Expect(w.cycle().HResult).To(Equal(hresult.FromHTTPStatus(403)))
		w = start(func(s *setup) {
			s.site.Points = []smsdp.Point{point("dp1", func(p *smsdp.Point) { p.NoInfiniteDepth = true })}
			s.client.Tuning.ListByFolder = true
		})
		Expect(w.cycle().State).To(Equal(sms.Succeeded))
		Expect(w.requests("dp1")[:3]).To(Equal([]string{"PROPFIND /SMS_DP_SMSPKGC$/LAB00001 207", "PROPFIND /SMS_DP_SMSPKGC$/LAB00001/data 207", "PROPFIND /SMS_DP_SMSPKGC$/LAB00001/data/deep 207"}))
	})
	It("that hide files fail the download with 404", func() {
		w := points(point("dp1", func(p *smsdp.Point) { p.Filtered = []string{".txt"} }))
		a := w.cycle()
		Expect(a.State).To(Equal(sms.Waiting))
		Expect(a.HResult).To(Equal(hresult.BG_E_HTTP_ERROR_404))
	})
	It("whose content was changed fail the advertisement for good", func() {
		w := points(point("dp1", func(p *smsdp.Point) { p.Changed = []string{tool} }), point("dp2", nil))
		a := w.cycle()
		Expect(a.State).To(Equal(sms.Failed))
		Expect(a.HResult).To(Equal(hresult.HRESULT(0x80091007)))
		Expect(w.reported()).To(Equal([]int{10002, 10075}))
		Expect(w.requests("dp2")).To(BeEmpty(), "the failure is final")
		log := w.Logs().File("execmgr.log")
		Expect(log).To(ContainSubstring("OnContentAvailable program install NOT available, 0x80091007"))
		Expect(log).To(ContainSubstring("Fatal error 0x80008602 encountered for program install. This program will not retry."))
		Expect(w.Logs().File("CAS.log")).To(ContainSubstring("Hash does not match expected " + w.Site.Hash(tool) + ", actual "))
		Expect(w.Client.State().Cache).To(BeEmpty())
	})
	It("that are nowhere are looked for again, and given up", func() {
		w := start(func(s *setup) {
			s.site.Points = []smsdp.Point{point("dp1", func(p *smsdp.Point) { p.Packages = []string{} })}
			s.client.Tuning.DownloadRetries = 2
		})
		Expect(w.cycle().HResult).To(Equal(hresult.ERROR_NOT_FOUND))
		for range 2 {
			w.sleep(time.Hour)
			Expect(w.evaluate()).To(Succeed())
		}
		Expect(w.advertisement(offered).State).To(Equal(sms.Failed))
		Expect(w.reported()).To(Equal([]int{10002, 10035, 10074}))
	})
	It("that are remote are left out where the advertisement says so", func() {
		w := start(func(s *setup) {
			s.site.Points = []smsdp.Point{point("dp1", func(p *smsdp.Point) { p.Remote = true })}
			s.site.Advertisements[0].FromRemote = smswire.DoNotRun
		})
		Expect(w.cycle().HResult).To(Equal(hresult.ERROR_NOT_FOUND))
		Expect(w.requests("dp1")).To(BeEmpty())
	})
	It("can be where the program runs, without a download", func() {
		w := start(func(s *setup) {
			s.site.Points = []smsdp.Point{point("dp1", nil), point("dp2", nil)}
			s.site.Advertisements[0].FromLocal = smswire.RunFromNet
		})
		Expect(w.PC.SetHost("dp1", 445, "127.0.0.1:1")).To(Succeed())
		a := w.cycle()
		Expect(a.State).To(Equal(sms.Succeeded))
		Expect(a.Point).To(Equal("dp2"))
		Expect(w.requests("dp2")).To(BeEmpty())
		Expect(w.Client.State().Cache).To(BeEmpty())
	})
	It("are asked by a job of the service", func() {
		w := points(point("dp1", func(p *smsdp.Point) { p.Filtered = []string{".exe"} }))
		w.cycle()
		jobs := w.BITS.Jobs()
		Expect(jobs).To(HaveLen(1))
		Expect(jobs[0].Name()).To(Equal("CCMDTS Job"))
		Expect(jobs[0].Settings().Priority).To(Equal(bits.Normal))
		Expect(jobs[0].Settings().NoProgressTimeout).To(Equal(8 * time.Hour))
	})
})
