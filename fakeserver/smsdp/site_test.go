package smsdp_test

import (
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/smsdp"
	"github.com/wualab/wualab/smswire"
)

var _ = Describe("a management point", func() {
	It("tells of itself, whatever the case of the path", func() {
		l := start(nil)
		status, _, body := l.ask("GET", "/sms_mp/.SMS_AUT?mplist", "")
		Expect(status).To(Equal(200))
		list, err := smswire.ReadMPList(body, boundedxml.Limits{})
		Expect(err).NotTo(HaveOccurred())
		Expect(list.MPs).To(Equal([]smswire.MP{{Name: "MP", FQDN: "mp", Version: "2600"}}))
		for _, query := range []string{"MPCERT", "MPKEYINFORMATION"} {
			status, _, body = l.ask("GET", "/SMS_MP/.sms_aut?"+query, "")
			Expect(status).To(Equal(200))
			Expect(body).NotTo(BeEmpty())
		}
		status, _, _ = l.ask("GET", "/SMS_MP/.sms_aut?OTHER", "")
		Expect(status).To(Equal(400))
	})
	It("gives all policy at first, then what has changed, and all again when something was taken away", func() {
		l := start(nil)
		first := l.policy(smswire.Full, "")
		Expect(first.ReplyType).To(Equal(smswire.Full))
		Expect(first.Assignments).To(HaveLen(1))
		again := l.policy(smswire.OnUpdate, first.ServerCookie)
		Expect(again.ReplyType).To(Equal(smswire.OnUpdate))
		Expect(again.Assignments).To(BeEmpty())
		Expect(l.Advertise(smsdp.Advertisement{ID: "LAB20001", Package: other, Program: "p"})).To(Succeed())
		changed := l.policy(smswire.OnUpdate, again.ServerCookie)
		Expect(changed.Assignments).To(HaveLen(1))
		Expect(changed.Assignments[0].Policy.Location).To(Equal(l.server.URL("/SMS_MP/.sms_pol?LAB20001-LAB00002.2.00")))
		Expect(l.Withdraw("LAB20000")).To(BeTrue())
		Expect(l.Withdraw("LAB20000")).To(BeFalse())
		all := l.policy(smswire.OnUpdate, changed.ServerCookie)
		Expect(all.ReplyType).To(Equal(smswire.Full))
		Expect(all.Assignments).To(HaveLen(1))
		Expect(l.policy(smswire.OnUpdate, "nonsense").ReplyType).To(Equal(smswire.Full))
		Expect(l.Clients()).To(Equal(map[string]smsdp.Client{"GUID:1": {ID: "GUID:1", Name: "PC1", Requests: 5}}))
	})
	It("gives policy bodies with ranges, as BITS asks for them", func() {
		l := start(func(c *smsdp.Config) {
			c.Advertisements[0].FromRemote, c.Advertisements[0].Active = smswire.DoNotRun, time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)
			c.Packages[0].Programs[0].MaxRunTime = 15 * time.Minute
		})
		path := "/SMS_MP/.sms_pol?LAB20000-LAB00001.1.00"
		status, header, whole := l.ask("GET", path, "")
		Expect(status).To(Equal(200))
		list, err := smswire.ReadPolicy(whole, boundedxml.Limits{})
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(Equal([]smswire.SoftwareDistribution{{AdvertisementID: "LAB20000", PackageID: tool, PackageName: "Tool", SourceVersion: 2, Program: "install", CommandLine: "setup.exe",
			MaxDuration: 15 * time.Minute, Active: time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC), Mandatory: true, FromLocal: smswire.DownloadContent, FromRemote: smswire.DoNotRun}}))
		Expect(header.Get("Last-Modified")).NotTo(BeEmpty())
		status, header, part := l.ask("GET", path, "", "Range", "bytes=10-99999")
		Expect(status).To(Equal(206))
		Expect(part).To(Equal(whole[10:]))
		Expect(header.Get("Content-Range")).To(HavePrefix("bytes 10-"))
		status, _, _ = l.ask("GET", "/SMS_MP/.sms_pol?LAB20000-LAB00001.9.00", "")
		Expect(status).To(Equal(404))
	})
	It("says where a package is", func() {
		l := start(func(c *smsdp.Config) {
			c.Points = append(c.Points, smsdp.Point{Server: "share", Drive: "e", Remote: true, Subnets: []string{"10.1.2.0"}, ADSite: "HQ", Metric: 9}, smsdp.Point{Server: "none", Packages: []string{other}})
		})
		reply := l.locations(tool, 2)
		Expect(reply.Hash).To(Equal(l.Hash(tool)))
		Expect(reply.Sites).To(HaveLen(1))
		Expect(reply.Sites[0].MPSite.SiteCode).To(Equal("LAB"))
		records := reply.Sites[0].Records
		Expect(records).To(HaveLen(2))
		Expect(records[0].URL.Name).To(Equal("http://dp/SMS_DP_SMSPKGC$/LAB00001"))
		Expect(records[0].SMBPath.Name).To(Equal(`\\dp\SMSPKGC$\LAB00001`))
		Expect(records[0].Locality).To(Equal(smswire.Local))
		Expect(records[1].URL).To(BeNil())
		Expect(records[1].SMBPath.Name).To(Equal(`\\share\SMSPKGE$\LAB00001`))
		Expect(records[1]).To(HaveField("Metric.Value", "9"))
		Expect(records[1].IPSubnets).To(Equal([]smswire.IPSubnet{{Address: "10.1.2.0"}}))
		Expect(records[1].Locality).To(Equal(smswire.Remote))
		Expect(l.locations(tool, 1).Sites[0].Records).To(BeEmpty(), "an old version is nowhere")
		Expect(l.locations("LAB00009", 1).Sites[0].Records).To(BeEmpty())
	})
	It("keeps status messages, and answers them with nothing", func() {
		l := start(nil)
		status, body := l.post(smswire.StatusManager, smswire.Status{MessageID: 10002, Advertisement: "LAB20000"}.Write())
		Expect(status).To(Equal(200))
		Expect(body).To(BeEmpty())
		Expect(l.Messages()).To(HaveLen(1))
		Expect(l.Messages()[0]).To(HaveField("Advertisement", "LAB20000"))
	})
	DescribeTable("refuses what it cannot take", func(method, kind, body string, want int) {
		l := start(nil)
		status, _, _ := l.ask(method, "/ccm_system/request", body, "Content-Type", kind)
		Expect(status).To(Equal(want))
	},
		Entry("another method", "POST", "text/xml", "<a/>", 405),
		Entry("another type", "CCM_POST", "text/xml", "<a/>", 400),
		Entry("too much", "CCM_POST", "text/xml", strings.Repeat("x", 5<<20), 413),
	)
	It("refuses bodies that are not for the endpoint, and endpoints that are not there", func() {
		l := start(nil)
		for _, endpoint := range []string{smswire.PolicyManager, smswire.LocationManager, smswire.StatusManager, "MP_Other"} {
			status, _ := l.post(endpoint, []byte("<a/>"))
			Expect(status).To(Equal(400), endpoint)
		}
	})
	It("fails as it is told to", func() {
		l := start(func(c *smsdp.Config) {
			c.Faults = []smsdp.Fault{{On: smswire.PolicyManager, Nth: 2, Status: 503}, {On: smswire.MPListQuery, Body: []byte("x")}, {On: smswire.PolicyBodyPath, Status: 404}}
		})
		l.policy(smswire.Full, "")
		status, _ := l.post(smswire.PolicyManager, smswire.RequestAssignments{}.Write())
		Expect(status).To(Equal(503))
		l.policy(smswire.Full, "")
		_, _, body := l.ask("GET", "/SMS_MP/.sms_aut?MPLIST", "")
		Expect(body).To(BeEquivalentTo("x"))
		status, _, _ = l.ask("GET", "/SMS_MP/.sms_pol?LAB20000-LAB00001.1.00", "")
		Expect(status).To(Equal(404))
		l.SetFaults(nil)
		status, _, _ = l.ask("GET", "/SMS_MP/.sms_pol?LAB20000-LAB00001.1.00", "")
		Expect(status).To(Equal(200))
	})
})

var _ = Describe("a distribution point", func() {
	It("lists its packages", func() {
		l := start(nil)
		for _, depth := range []string{"infinity", "Infinity", ""} {
			status, names := l.list("/SMS_DP_SMSPKGC$/LAB00001", depth)
			Expect(status).To(Equal(207))
			Expect(names).To(Equal([]string{"LAB00001/", "LAB00001/data/", "LAB00001/data/app.config", "LAB00001/data/deep/", "LAB00001/data/deep/x y.txt", "LAB00001/setup.exe"}))
		}
		_, names := l.list("/SMS_DP_SMSPKGC$/LAB00001/", "1")
		Expect(names).To(Equal([]string{"LAB00001/", "LAB00001/data/", "LAB00001/setup.exe"}))
		_, names = l.list("/SMS_DP_SMSPKGC$/LAB00001", "0")
		Expect(names).To(Equal([]string{"LAB00001/"}))
		_, names = l.list("/SMS_DP_SMSPKGC$/LAB00001/setup.exe", "0")
		Expect(names).To(Equal([]string{"LAB00001/setup.exe"}))
		for path, want := range map[string]int{"/SMS_DP_SMSPKGC$/LAB00009": 404, "/SMS_DP_SMSPKGC$/LAB0000": 404} {
			status, _ := l.list(path, "1")
			Expect(status).To(Equal(want), path)
		}
		status, _ := l.list("/SMS_DP_SMSPKGC$/LAB00001", "2")
		Expect(status).To(Equal(400))
	})
	It("gives files, and brings ranges past the end back to it with service pack 1", func() {
		l := start(nil)
		status, _, body := l.ask("GET", "/SMS_DP_SMSPKGC$/LAB00001/data/deep/x%20y.txt", "")
		Expect(status).To(Equal(200))
		Expect(body).To(BeEquivalentTo("hello"))
		status, header, _ := l.ask("GET", "/SMS_DP_SMSPKGC$/LAB00001/setup.exe", "", "Range", "bytes=90000-199999")
		Expect(status).To(Equal(206))
		Expect(header.Get("Content-Range")).To(Equal("bytes 90000-99999/100000"))
	})
	It("misbehaves at such ranges before it, and at no others", func() {
		l := start(func(c *smsdp.Config) { c.Points[0].ISAPI = smsdp.RTM })
		path := "/SMS_DP_SMSPKGC$/LAB00001/setup.exe"
		status, _, _ := l.ask("GET", path, "", "Range", "bytes=90000-199999")
		Expect(status).To(Equal(500))
		status, _, _ = l.ask("GET", path, "", "Range", "bytes=90000-99999")
		Expect(status).To(Equal(206))
		l = start(func(c *smsdp.Config) { c.Points[0].ISAPI, c.Points[0].Misbehaviour = smsdp.RTM, "whole-200" })
		status, _, _ = l.ask("GET", path, "", "Range", "bytes=90000-199999")
		Expect(status).To(Equal(200))
	})
	It("has no listings without WebDAV, none of infinite depth, and hides files as it is told to", func() {
		l := start(func(c *smsdp.Config) { c.Points[0].WebDAV = 405 })
		status, _ := l.list("/SMS_DP_SMSPKGC$/LAB00001", "1")
		Expect(status).To(Equal(405))
		l = start(func(c *smsdp.Config) { c.Points[0].NoInfiniteDepth, c.Points[0].Filtered = true, []string{".CONFIG"} })
		status, _ = l.list("/SMS_DP_SMSPKGC$/LAB00001", "infinity")
		Expect(status).To(Equal(403))
		_, names := l.list("/SMS_DP_SMSPKGC$/LAB00001/data", "1")
		Expect(names).To(ContainElement("LAB00001/data/app.config"))
		status, _, _ = l.ask("GET", "/SMS_DP_SMSPKGC$/LAB00001/data/app.config", "")
		Expect(status).To(Equal(404))
	})
	It("may have other content than the site knows of, of all kinds of files", func() {
		plain, bent := start(nil), start(func(c *smsdp.Config) { c.Points[0].Changed = []string{tool} })
		Expect(bent.Hash(tool)).To(Equal(plain.Hash(tool)))
		for _, name := range []string{"setup.exe", "data/deep/x%20y.txt", "data/app.config"} {
			_, _, one := plain.ask("GET", "/SMS_DP_SMSPKGC$/LAB00001/"+name, "")
			_, _, two := bent.ask("GET", "/SMS_DP_SMSPKGC$/LAB00001/"+name, "")
			Expect(two).NotTo(Equal(one), name)
		}
	})
	It("has a share with the same files, and no virtual directory without BITS", func() {
		l := start(func(c *smsdp.Config) { c.Points[0].BITS, c.Points[0].Drive = false, "d" })
		Expect(l.PointRoutes("dp")).To(BeEmpty())
		Expect(l.PointRoutes("nobody")).To(BeEmpty())
		name, files := l.Share("dp")
		Expect(name).To(Equal("SMSPKGD$"))
		Expect(files()).To(HaveKey("LAB00001/data/app.config"))
		name, _ = l.Share("nobody")
		Expect(name).To(BeEmpty())
		Expect(l.SetPoint(smsdp.Point{Server: "dp", Packages: []string{other}})).To(Succeed())
		Expect(files()).To(HaveLen(1))
		Expect(l.SetPoint(smsdp.Point{Server: "nobody"})).To(MatchError(ContainSubstring("the site has none of that name")))
	})
	It("leaves other methods to the files of its routes", func() {
		status, header, _ := start(nil).ask("PUT", "/SMS_DP_SMSPKGC$/LAB00001/setup.exe", "x")
		Expect(status).To(Equal(http.StatusMethodNotAllowed))
		Expect(header.Get("Allow")).To(Equal("GET, HEAD"))
	})
})

var _ = Describe("a site", func() {
	DescribeTable("is refused, and why is told", func(change func(*smsdp.Config), want string) {
		c := config()
		change(&c)
		_, err := smsdp.New(c)
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry("site code", func(c *smsdp.Config) { c.SiteCode = "LABS" }, `site code "LABS"`),
		Entry("package ID", func(c *smsdp.Config) { c.Packages[0].ID = "x" }, `package "x"`),
		Entry("package twice", func(c *smsdp.Config) { c.Packages[1].ID = tool }, "package LAB00001 is there twice"),
		Entry("a file that is none", func(c *smsdp.Config) { c.Packages[0].Files["x"] = fakeserver.File{From: "x"} }, "package LAB00001: file x"),
		Entry("advertisement ID", func(c *smsdp.Config) { c.Advertisements[0].ID = "x" }, `advertisement "x"`),
		Entry("advertised package", func(c *smsdp.Config) { c.Advertisements[0].Package = "x" }, `there is no package "x"`),
		Entry("advertised program", func(c *smsdp.Config) { c.Advertisements[0].Program = "x" }, `no program "x"`),
		Entry("point without a name", func(c *smsdp.Config) { c.Points[0].Server = "" }, "it has no name"),
		Entry("drive", func(c *smsdp.Config) { c.Points[0].Drive = "CD" }, `drive "CD"`),
		Entry("ISAPI", func(c *smsdp.Config) { c.Points[0].ISAPI = "x" }, `ISAPI "x"`),
		Entry("changed package", func(c *smsdp.Config) { c.Points[0].Changed = []string{"x"} }, `there is no package "x"`),
	)
})
