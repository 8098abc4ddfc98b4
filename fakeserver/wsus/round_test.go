package wsus_test

import (
	"io"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

var _ = Describe("the round of a client", func() {
	It("is offered, step by step, what its installed updates unlock", func() {
		l := start(nil)
		l.authorize("")
		first := l.synced(wusp.SyncUpdateParameters{})
		Expect(ids(first.NewUpdates)).To(Equal([]int{family, detectoid, bundle, bundled}), "the product needs its family, and ten the product")
		Expect(first.Truncated).To(BeFalse())
		Expect(first.DriverSyncNotNeeded).To(Equal("false"))
		leaf, action := map[int]bool{}, map[int]wusp.Action{}
		for _, u := range first.NewUpdates {
			leaf[u.ID], action[u.ID] = u.IsLeaf, u.Deployment.Action
			_, err := metadata.ParseCore(u.XML)
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(leaf).To(Equal(map[int]bool{family: false, detectoid: false, bundle: true, bundled: true}))
		Expect(action).To(Equal(map[int]wusp.Action{family: "Evaluate", detectoid: "Evaluate", bundle: "Install", bundled: "Bundle"}))

		second := l.synced(wusp.SyncUpdateParameters{InstalledNonLeafUpdateIDs: []int{family, detectoid}, OtherCachedUpdateIDs: []int{bundle, bundled}})
		Expect(ids(second.NewUpdates)).To(Equal([]int{product}))
		third := l.synced(wusp.SyncUpdateParameters{InstalledNonLeafUpdateIDs: []int{family, detectoid, product}, OtherCachedUpdateIDs: []int{bundle, bundled}})
		Expect(ids(third.NewUpdates)).To(Equal([]int{ten}))
		last := l.synced(wusp.SyncUpdateParameters{InstalledNonLeafUpdateIDs: []int{family, detectoid, product}, OtherCachedUpdateIDs: []int{bundle, bundled, ten, 999}})
		Expect(last.NewUpdates).To(BeEmpty())
		Expect(last.OutOfScopeRevisionIDs).To(Equal([]int{999}))
		Expect(last.ChangedUpdates).To(BeEmpty())
		Expect(l.Computers()["pc-1"].Synced).To(Equal(4))
		Expect(l.Computers()["pc-1"].Info.OSMajorVersion).To(Equal(5))
	})
	It("gets fragments and places, and the files are there", func() {
		l := start(nil)
		l.authorize("")
		var r wusp.GetExtendedUpdateInfoResponse
		Expect(l.do(wusp.GetExtendedUpdateInfo{Cookie: l.cookie, RevisionIDs: []int{ten, classification, 999}, InfoTypes: []wusp.FragmentType{wusp.FragmentExtended, wusp.FragmentLocalizedProperties}, Locales: []string{"de-AT"}}, &r)).To(Succeed())
		Expect(r.Result.OutOfScopeRevisionIDs).To(Equal([]int{classification, 999}), "nobody approved the one, and the other does not exist")
		Expect(r.Result.Updates).To(HaveLen(2))
		extended, ok, err := metadata.ParseExtended(r.Result.Updates[0].XML)
		Expect(err).NotTo(HaveOccurred())
		Expect(ok).To(BeTrue())
		Expect(extended.MaxDownloadSize).To(Equal(int64(70000)))
		Expect(r.Result.Updates[1].XML).To(ContainSubstring("Aktualisierung 10"))
		Expect(r.Result.FileLocations).To(HaveLen(1))
		location := r.Result.FileLocations[0]
		Expect(location.FileDigest).To(Equal(extended.Files[0].Digest))
		Expect(location.URL).To(MatchRegexp(`^http://127\.0\.0\.1:\d+/Content/([0-9A-F]{2})/[0-9A-F]{38}[0-9A-F]{2}\.exe$`))
		answer, err := http.Get(location.URL)
		Expect(err).NotTo(HaveOccurred())
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		Expect(err).NotTo(HaveOccurred())
		Expect(body).To(HaveLen(70000))

		var again wusp.GetFileLocationsResponse
		Expect(l.do(wusp.GetFileLocations{Cookie: l.cookie, FileDigests: []wusp.Binary{location.FileDigest, make([]byte, 20)}}, &again)).To(Succeed())
		Expect(again.Result.FileLocations).To(Equal(r.Result.FileLocations))
		Expect(again.Result.NewCookie).NotTo(BeNil())
		var two wusp.GetExtendedUpdateInfo2Response
		Expect(l.do(wusp.GetExtendedUpdateInfo2{Cookie: l.cookie, UpdateIDs: []wusp.UpdateIdentity{{UpdateID: guid(10), RevisionNumber: 1}, {UpdateID: guid(10), RevisionNumber: 9}}, InfoTypes: []wusp.FragmentType{wusp.FragmentCore}}, &two)).To(Succeed())
		Expect(two.Result.Updates).To(HaveLen(1))
	})
	It("reports events", func() {
		l := start(nil)
		l.authorize("")
		var r wusp.ReportEventBatchResponse
		Expect(l.do(wusp.ReportEventBatch{Cookie: l.cookie, ClientTime: wusp.At(l.clock.Now()), EventBatch: []wusp.ReportingEvent{{BasicData: wusp.BasicData{EventID: 147}}, {BasicData: wusp.BasicData{EventID: 162}}}}, &r)).To(Succeed())
		Expect(r.Result).To(BeTrue())
		Expect(l.Events()).To(HaveLen(2))
		Expect(l.Events()[1].BasicData.EventID).To(Equal(162))
	})
	It("may write paths in any case", func() {
		l := start(nil)
		body := wusp.WriteRequest(wusp.GetConfig{ProtocolVersion: "1.8"}, wusp.Plain)
		for _, path := range []string{"/ClientWebService/client.asmx", "/clientwebservice/CLIENT.ASMX"} {
			status, _ := l.post(path, `"`+wusp.ClientService.Namespace+`/GetConfig"`, body)
			Expect(status).To(Equal(200), path)
		}
	})
})

var _ = Describe("GetConfig", func() {
	It("tells its demands", func() {
		l := start(nil)
		l.authorize("")
		Expect(l.config.IsRegistrationRequired).To(BeTrue())
		Expect(l.config.AuthInfo).To(Equal([]wusp.AuthPlugInInfo{{PlugInID: "SimpleTargeting", ServiceURL: "SimpleAuthWebService/SimpleAuth.asmx"}}))
		most, _ := l.config.Property("MaxExtendedUpdatesPerRequest")
		Expect(most).To(Equal("50"))
		version, _ := l.config.Property("ProtocolVersion")
		Expect(version).To(Equal("3.2"))
	})
	It("tells its last change no finer than every client can give back", func() {
		l := start(nil)
		for range 3 {
			before := l.config
			l.authorize("")
			Expect(l.config.LastChange.Nanosecond() % int(10*time.Millisecond)).To(BeZero())
			if before != nil {
				Expect(l.config.LastChange.After(before.LastChange.Time)).To(BeTrue())
			}
			l.ChangeConfig()
		}
	})
	It("tells less as an older server, and nothing as a broken one", func() {
		l := start(func(c *wsus.Config) { c.ProtocolVersion = "2.0" })
		l.authorize("")
		Expect(l.config.Properties).To(HaveLen(1))
		l = start(func(c *wsus.Config) { c.OmitProperties = true })
		l.authorize("")
		Expect(l.config.Properties).To(BeEmpty())
	})
})

var _ = Describe("what a request may not be", func() {
	DescribeTable("is answered with the fault of MS-WUSP 3.1.5", func(send func(*lab) error, want wusp.ErrorCode) {
		l := start(nil)
		l.authorize("")
		Expect(code(send(l))).To(Equal(want))
	},
		Entry("no version", func(l *lab) error { return l.do(wusp.GetConfig{}, &wusp.GetConfigResponse{}) }, wusp.InvalidParameters),
		Entry("no client", func(l *lab) error {
			return l.do(wusp.GetAuthorizationCookie{DNSName: "a"}, &wusp.GetAuthorizationCookieResponse{})
		}, wusp.InternalServerError),
		Entry("no name", func(l *lab) error {
			return l.do(wusp.GetAuthorizationCookie{ClientID: "a"}, &wusp.GetAuthorizationCookieResponse{})
		}, wusp.InternalServerError),
		Entry("a client ID of other characters", func(l *lab) error {
			return l.do(wusp.GetAuthorizationCookie{ClientID: "a_b", DNSName: "a"}, &wusp.GetAuthorizationCookieResponse{})
		}, wusp.InvalidParameters),
		Entry("no authorization", func(l *lab) error {
			return l.do(wusp.GetCookie{LastChange: l.config.LastChange, ProtocolVersion: "1.8"}, &wusp.GetCookieResponse{})
		}, wusp.InvalidAuthorizationCookie),
		Entry("a forged authorization", func(l *lab) error {
			return l.do(wusp.GetCookie{AuthCookies: []wusp.AuthorizationCookie{{PlugInID: "SimpleTargeting", CookieData: l.cookie.EncryptedData[:20]}}, LastChange: l.config.LastChange, ProtocolVersion: "1.8"}, &wusp.GetCookieResponse{})
		}, wusp.InvalidAuthorizationCookie),
		Entry("no cookie", func(l *lab) error { l.cookie = nil; _, err := l.sync(wusp.SyncUpdateParameters{}); return err }, wusp.InvalidCookie),
		Entry("a changed cookie", func(l *lab) error {
			l.cookie.EncryptedData[30] ^= 1
			_, err := l.sync(wusp.SyncUpdateParameters{})
			return err
		}, wusp.InvalidCookie),
		Entry("an old cookie", func(l *lab) error {
			l.clock.Advance(2 * time.Hour)
			_, err := l.sync(wusp.SyncUpdateParameters{})
			return err
		}, wusp.CookieExpired),
		Entry("a rebuilt server", func(l *lab) error { l.Rebuild(); _, err := l.sync(wusp.SyncUpdateParameters{}); return err }, wusp.ServerChanged),
		Entry("a changed configuration", func(l *lab) error {
			l.ChangeConfig()
			_, err := l.sync(wusp.SyncUpdateParameters{})
			return err
		}, wusp.ConfigChanged),
		Entry("hardware in a scan for software", func(l *lab) error {
			_, err := l.sync(wusp.SyncUpdateParameters{SystemSpec: []wusp.Device{{}}})
			return err
		}, wusp.InvalidParameters),
		Entry("no parameters", func(l *lab) error { return l.do(wusp.SyncUpdates{Cookie: l.cookie}, &wusp.SyncUpdatesResponse{}) }, wusp.InvalidParameters),
		Entry("too many revisions", func(l *lab) error {
			return l.do(wusp.GetExtendedUpdateInfo{Cookie: l.cookie, RevisionIDs: make([]int, 51), InfoTypes: []wusp.FragmentType{"Core"}}, &wusp.GetExtendedUpdateInfoResponse{})
		}, wusp.InvalidParameters),
		Entry("no types", func(l *lab) error {
			return l.do(wusp.GetExtendedUpdateInfo{Cookie: l.cookie}, &wusp.GetExtendedUpdateInfoResponse{})
		}, wusp.InvalidParameters),
		Entry("no locales", func(l *lab) error {
			return l.do(wusp.GetExtendedUpdateInfo{Cookie: l.cookie, InfoTypes: []wusp.FragmentType{"LocalizedProperties"}}, &wusp.GetExtendedUpdateInfoResponse{})
		}, wusp.InvalidParameters),
		Entry("a digest that is none", func(l *lab) error {
			return l.do(wusp.GetFileLocations{Cookie: l.cookie, FileDigests: []wusp.Binary{{1}}}, &wusp.GetFileLocationsResponse{})
		}, wusp.InvalidParameters),
		Entry("no time", func(l *lab) error {
			return l.do(wusp.ReportEventBatch{Cookie: l.cookie}, &wusp.ReportEventBatchResponse{})
		}, wusp.InvalidParameters),
	)
	It("is a client that has not registered", func() {
		l := start(nil)
		l.authorize("")
		l.Rebuild()
		l.cookie = nil
		var authorization wusp.GetAuthorizationCookieResponse
		Expect(l.do(wusp.GetAuthorizationCookie{ClientID: "pc-2", DNSName: "pc2.lab"}, &authorization)).To(Succeed())
		var cookie wusp.GetCookieResponse
		Expect(l.do(wusp.GetCookie{AuthCookies: []wusp.AuthorizationCookie{*authorization.Result}, LastChange: l.config.LastChange, ProtocolVersion: "1.8"}, &cookie)).To(Succeed())
		l.cookie = cookie.Result
		_, err := l.sync(wusp.SyncUpdateParameters{})
		Expect(code(err)).To(Equal(wusp.RegistrationRequired))
	})
	It("is a registration that nobody wants", func() {
		l := start(func(c *wsus.Config) { c.NoRegistration = true })
		l.authorize("")
		Expect(l.synced(wusp.SyncUpdateParameters{}).NewUpdates).NotTo(BeEmpty())
	})
	It("is no call of a web method", func() {
		l := start(nil)
		body := wusp.WriteRequest(wusp.GetConfig{ProtocolVersion: "1.8"}, wusp.Plain)
		status, text := l.post(wusp.ClientService.Path, wusp.ClientService.Namespace+"/GetConfig", body)
		Expect(status).To(Equal(500))
		Expect(string(text)).To(ContainSubstring("did not recognize the value of HTTP Header SOAPAction"))
		status, text = l.post(wusp.ClientService.Path, `"`+wusp.ClientService.Namespace+`/GetConfig"`, []byte("<a/>"))
		Expect(status).To(Equal(500))
		Expect(string(text)).To(ContainSubstring("<faultcode>soap:Client</faultcode>"))
		answer, err := http.Get(strings.TrimSuffix(l.url, "/") + wusp.ClientService.Path)
		Expect(err).NotTo(HaveOccurred())
		answer.Body.Close()
		Expect(answer.StatusCode).To(Equal(405))
	})
})
