package wsus_test

import (
	"io"
	"net/http"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

var _ = Describe("approvals", func() {
	It("are of groups, and the group's own counts more than that of all", func() {
		l := start(func(c *wsus.Config) {
			c.Approvals = []wsus.Approval{{UpdateID: guid(21), Action: wusp.ActionInstall, Deadline: time.Date(2004, 10, 1, 0, 0, 0, 0, time.UTC), DownloadPriority: "High"},
				{UpdateID: guid(21), Group: "Pilots", Action: wusp.ActionBlock}, {UpdateID: guid(3), Group: wsus.UnassignedComputers, Action: wusp.ActionEvaluate}}
		})
		l.authorize("")
		all := l.synced(wusp.SyncUpdateParameters{})
		Expect(ids(all.NewUpdates)).To(Equal([]int{classification, bundled}))
		d := all.NewUpdates[1].Deployment
		Expect(d.Deadline).To(Equal("2004-10-01T00:00:00Z"))
		Expect(d.IsAssigned).To(BeTrue())
		Expect(d.DownloadPriority).To(Equal("High"))
		Expect(d.AutoSelect).To(Equal("0"))
		l.cookie, l.version = nil, "1.6"
		l.authorize("pilots")
		pilots := l.synced(wusp.SyncUpdateParameters{})
		Expect(ids(pilots.NewUpdates)).To(Equal([]int{bundled}))
		Expect(pilots.NewUpdates[0].Deployment.Action).To(Equal(wusp.ActionPreDeploymentCheck), "what is blocked is only checked")
		Expect(pilots.NewUpdates[0].Deployment.AutoSelect).To(BeEmpty(), "the client is older than 1.8")
		Expect(pilots.DriverSyncNotNeeded).To(BeEmpty(), "the client is older than 1.7")
	})
	It("that change come as changed updates, once", func() {
		l := start(nil)
		l.authorize("")
		cached := wusp.SyncUpdateParameters{OtherCachedUpdateIDs: []int{bundle, bundled}, InstalledNonLeafUpdateIDs: []int{family, detectoid, product}}
		l.synced(cached)
		Expect(l.synced(cached).ChangedUpdates).To(BeEmpty())
		l.clock.Advance(time.Minute)
		Expect(l.Approve(wsus.Approval{UpdateID: guid(20), Action: wusp.ActionUninstall})).To(Succeed())
		changed := l.synced(cached)
		Expect(ids(changed.ChangedUpdates)).To(Equal([]int{bundle}))
		Expect(changed.ChangedUpdates[0].Deployment.Action).To(Equal(wusp.ActionUninstall))
		Expect(changed.ChangedUpdates[0].XML).To(BeEmpty())
		Expect(l.synced(cached).ChangedUpdates).To(BeEmpty())
	})
	It("have to fit the server", func() {
		for _, bad := range []wsus.Approval{{UpdateID: guid(77), Action: wusp.ActionInstall}, {UpdateID: guid(10), Action: "Do"}, {UpdateID: guid(10), Action: wusp.ActionInstall, Group: "None"}} {
			_, err := wsus.New(wsus.Config{Updates: catalogue(), Approvals: []wsus.Approval{bad}})
			Expect(err).To(MatchError(ContainSubstring("wsus: approval of")))
		}
	})
})

var _ = Describe("SyncUpdates", func() {
	It("is cut at a number of updates, and says so", func() {
		l := start(func(c *wsus.Config) { c.MaxNewUpdates = 3 })
		l.authorize("")
		first := l.synced(wusp.SyncUpdateParameters{})
		Expect(first.NewUpdates).To(HaveLen(3))
		Expect(first.Truncated).To(BeTrue())
		rest := l.synced(wusp.SyncUpdateParameters{OtherCachedUpdateIDs: ids(first.NewUpdates)})
		Expect(rest.NewUpdates).To(HaveLen(1))
		Expect(rest.Truncated).To(BeFalse())
	})
	It("offers the same again on a server that minds no cached IDs", func() {
		l := start(func(c *wsus.Config) { c.IgnoreCachedIDs = true })
		l.authorize("")
		first := l.synced(wusp.SyncUpdateParameters{})
		Expect(l.synced(wusp.SyncUpdateParameters{OtherCachedUpdateIDs: ids(first.NewUpdates)}).NewUpdates).To(Equal(first.NewUpdates))
	})
	It("gives the newest revision of an update alone", func() {
		l := start(func(c *wsus.Config) {
			c.Updates = append(c.Updates, update(21, metadata.Software, func(u *metadata.Update) { u.Identity.RevisionNumber = 2 }))
		})
		l.authorize("")
		Expect(ids(l.synced(wusp.SyncUpdateParameters{}).NewUpdates)).To(Equal([]int{family, detectoid, bundle, 110}))
		Expect(l.synced(wusp.SyncUpdateParameters{OtherCachedUpdateIDs: []int{bundled}}).OutOfScopeRevisionIDs).To(Equal([]int{bundled}))
	})
	It("is limited to categories", func() {
		l := start(nil)
		l.authorize("")
		all := wusp.SyncUpdateParameters{InstalledNonLeafUpdateIDs: []int{family, product, detectoid}}
		Expect(ids(l.synced(all).NewUpdates)).To(ContainElements(ten, bundle))
		all.FilterCategoryIDs = []wusp.CategoryIdentifier{{ID: guid(3)}}
		Expect(ids(l.synced(all).NewUpdates)).NotTo(ContainElement(bundle))
	})
	DescribeTable("finds the best driver of a device", func(device wusp.Device, want []int) {
		l := start(nil)
		l.authorize("")
		info := l.synced(wusp.SyncUpdateParameters{SkipSoftwareSync: true, SystemSpec: []wusp.Device{device}})
		Expect(ids(info.NewUpdates)).To(Equal(want))
		if want != nil {
			Expect(info.NewUpdates[0].Deployment.HardwareIDs).To(Equal([]string{`PCI\VEN_1&DEV_2`}))
		}
	},
		Entry("the newer of two", wusp.Device{HardwareIDs: []string{`pci\ven_1&dev_2`}}, []int{newDriver}),
		Entry("by a compatible ID", wusp.Device{HardwareIDs: []string{"x"}, CompatibleIDs: []string{`PCI\VEN_1&DEV_2`}}, []int{newDriver}),
		Entry("none that fits", wusp.Device{HardwareIDs: []string{"x"}}, nil),
		Entry("none better than the one there", wusp.Device{HardwareIDs: []string{`PCI\VEN_1&DEV_2`}, InstalledDriver: &wusp.InstalledDriver{MatchingID: `PCI\VEN_1&DEV_2`, DriverVerDate: wusp.At(time.Date(2004, 7, 1, 0, 0, 0, 0, time.UTC))}}, nil),
		Entry("of the same date the higher version", wusp.Device{HardwareIDs: []string{`PCI\VEN_1&DEV_2`}, InstalledDriver: &wusp.InstalledDriver{MatchingID: `PCI\VEN_1&DEV_2`, DriverVerDate: wusp.At(time.Date(2004, 6, 1, 0, 0, 0, 0, time.UTC)), DriverVerVersion: 1<<48 | 2<<32 | 3<<16 | 3}}, []int{newDriver}),
		Entry("a better ID beats a newer date", wusp.Device{HardwareIDs: []string{"best", `PCI\VEN_1&DEV_2`}, InstalledDriver: &wusp.InstalledDriver{MatchingID: "best"}}, nil),
	)
})

var _ = Describe("RefreshCache", func() {
	It("tells this server's numbers of what is deployed", func() {
		l := start(nil)
		l.authorize("")
		var r wusp.RefreshCacheResponse
		Expect(l.do(wusp.RefreshCache{Cookie: l.cookie, GlobalIDs: []wusp.UpdateIdentity{{UpdateID: guid(10), RevisionNumber: 1}, {UpdateID: guid(10), RevisionNumber: 2}, {UpdateID: guid(3), RevisionNumber: 1}}}, &r)).To(Succeed())
		Expect(r.Result).To(HaveLen(1))
		Expect(r.Result[0].RevisionID).To(Equal(ten))
		Expect(r.Result[0].IsLeaf).To(BeTrue())
		Expect(r.Result[0].Deployment.Action).To(Equal(wusp.ActionInstall))
	})
})

var _ = Describe("StartCategoryScan", func() {
	scan := func(l *lab, list ...wusp.CategoryRelationship) (wusp.StartCategoryScanResponse, error) {
		var r wusp.StartCategoryScanResponse
		err := l.do(wusp.StartCategoryScan{RequestedCategories: list}, &r)
		return r, err
	}
	It("prefers the products", func() {
		l := start(nil)
		l.authorize("")
		r, err := scan(l, wusp.CategoryRelationship{IndexOfAndGroup: 1, CategoryID: guid(2)}, wusp.CategoryRelationship{IndexOfAndGroup: 1, CategoryID: guid(3)}, wusp.CategoryRelationship{IndexOfAndGroup: 2, CategoryID: guid(99)})
		Expect(err).NotTo(HaveOccurred())
		Expect(r.PreferredCategoryIDs).To(Equal([]wusp.GUID{guid(2)}))
		Expect(r.RequestedCategoryIDsInError).To(Equal([]wusp.GUID{guid(99)}))
		r, err = scan(l, wusp.CategoryRelationship{IndexOfAndGroup: 1, CategoryID: guid(2)}, wusp.CategoryRelationship{IndexOfAndGroup: 2, CategoryID: guid(3)})
		Expect(err).NotTo(HaveOccurred())
		Expect(r.PreferredCategoryIDs).To(BeEmpty(), "a classification alone is not allowed, and ends it")
	})
	It("takes fewer than 200, and is not there on older servers", func() {
		l := start(nil)
		_, err := scan(l, slices.Repeat([]wusp.CategoryRelationship{{CategoryID: guid(2)}}, 200)...)
		Expect(code(err)).To(Equal(wusp.InvalidParameters))
		_, err = scan(start(func(c *wsus.Config) { c.ProtocolVersion = "3.1" }), wusp.CategoryRelationship{CategoryID: guid(2)})
		Expect(err).To(MatchError(ContainSubstring("did not recognize")))
	})
})

var _ = Describe("faults", func() {
	It("come at the calls that they are for", func() {
		l := start(func(c *wsus.Config) {
			c.Faults = []wsus.Fault{{Operation: "GetConfig", Nth: 2, ErrorCode: wusp.ServerBusy}, {Operation: "GetConfig", Nth: 3, Body: []byte("<html/>")}}
		})
		get := func() error {
			return l.do(wusp.GetConfig{ProtocolVersion: "1.8"}, &wusp.GetConfigResponse{})
		}
		Expect(get()).To(Succeed())
		err := get()
		Expect(code(err)).To(Equal(wusp.ServerBusy))
		Expect(err.(*wusp.Fault).Method).To(Equal(`"http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService/GetConfig"`))
		Expect(err.(*wusp.Fault).ID).NotTo(BeEmpty())
		status, text := l.post(wusp.ClientService.Path, `"`+wusp.ClientService.Namespace+`/GetConfig"`, nil)
		Expect(status).To(Equal(200))
		Expect(string(text)).To(Equal("<html/>"))
		l.SetFaults([]wsus.Fault{{ErrorCode: wusp.InternalServerError}})
		Expect(code(get())).To(Equal(wusp.InternalServerError))
		l.SetFaults(nil)
		Expect(get()).To(Succeed())
	})
})

var _ = Describe("a catalogue", func() {
	DescribeTable("is checked", func(updates []wsus.Update, want string) {
		_, err := wsus.New(wsus.Config{Updates: updates})
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry("nothing in it", []wsus.Update{{}}, "wsus: update 1 of the catalogue: it has either a document or metadata"),
		Entry("no XML", []wsus.Update{{Document: []byte("x")}}, "update 1 of the catalogue: 1:2: text stands where an element should be"),
		Entry("the same number twice", []wsus.Update{{RevisionID: 5, Metadata: update(1, metadata.Software, nil).Metadata}, {RevisionID: 5, Metadata: update(2, metadata.Software, nil).Metadata}}, "revision ID 5 is there twice"),
		Entry("a prerequisite that is not there", []wsus.Update{update(1, metadata.Software, func(u *metadata.Update) { u.Prerequisites = named(9) })}, "names 00000000-0000-0000-0000-000000000009, which is not in the catalogue"),
	)
	It("may serve other content than it tells of, or none", func() {
		for _, change := range []wsus.File{{Corrupt: true}, {Missing: true}} {
			l := start(func(c *wsus.Config) {
				change.File = fakeserver.File{Size: 1000, Seed: 3}
				c.Updates[4].Content = map[string]wsus.File{"ten.exe": change}
			})
			l.authorize("")
			var r wusp.GetExtendedUpdateInfoResponse
			Expect(l.do(wusp.GetExtendedUpdateInfo{Cookie: l.cookie, RevisionIDs: []int{ten}, InfoTypes: []wusp.FragmentType{"Extended"}}, &r)).To(Succeed())
			Expect(r.Result.FileLocations).To(HaveLen(1))
			answer, err := http.Get(r.Result.FileLocations[0].URL)
			Expect(err).NotTo(HaveOccurred())
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			if change.Missing {
				Expect(answer.StatusCode).To(Equal(404))
			} else {
				Expect(body).To(HaveLen(1000))
			}
		}
	})
})
