package wua_test

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

var _ = Describe("a session", func() {
	It("searches, downloads and installs for a program, whose name is told", func() {
		w := withBITS(effect(wua.Effect{Now: replaceQMgr}))
		h := w.Clock.Hold("api")
		defer h.Release()
		ctx := context.Background()
		session := w.CreateSession()
		session.ClientApplicationID = "my program"
		searcher := session.CreateUpdateSearcher()
		found, err := searcher.Search(ctx, h, "UpdateID='"+string(guid(patch))+"'")
		Expect(err).NotTo(HaveOccurred())
		Expect(found.ResultCode).To(Equal(wua.Succeeded))
		Expect(found.Updates).To(HaveLen(1))
		Expect(found.RootCategories).To(HaveLen(1))
		Expect(found.RootCategories[0].Identity.UpdateID).To(Equal(guid(family)))
		Expect(w.Log().String()).To(ContainSubstring("[CallerId = my program]"))

		downloader := session.CreateUpdateDownloader()
		downloader.Updates = found.Updates
		result, err := downloader.Download(ctx, h)
		Expect(err).NotTo(HaveOccurred())
		Expect(result).To(Equal(&wua.Result{ResultCode: wua.Succeeded, Updates: []wua.UpdateResult{{ResultCode: wua.Succeeded}}}))
		result, err = downloader.Download(ctx, h)
		Expect(err).NotTo(HaveOccurred())
		Expect(result.Updates[0].HResult).To(Equal(hresult.WU_S_ALREADY_DOWNLOADED))
		jobs := len(w.urls())
		downloader.IsForced = true
		_, err = downloader.Download(ctx, h)
		Expect(err).NotTo(HaveOccurred())
		Expect(len(w.urls())).To(BeNumerically(">", jobs), "it is fetched again")

		installer := session.CreateUpdateInstaller()
		installer.Updates = found.Updates
		Expect(installer.IsBusy()).To(BeFalse())
		result, err = installer.Install(ctx, h)
		Expect(err).NotTo(HaveOccurred())
		Expect(result.ResultCode).To(Equal(wua.Succeeded))
		Expect(w.lastEvent().BasicData.AppName).To(Equal("my program"))
		one, err := result.GetUpdateResult(0)
		Expect(err).NotTo(HaveOccurred())
		Expect(one.ResultCode).To(Equal(wua.Succeeded))
		_, err = result.GetUpdateResult(1)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_INVALIDINDEX))

		found, err = searcher.Search(ctx, h, "IsInstalled=1")
		Expect(err).NotTo(HaveOccurred())
		installer.Updates = found.Updates
		result, err = installer.Install(ctx, h)
		Expect(err).NotTo(HaveOccurred())
		Expect(result.Updates[0].HResult).To(Equal(hresult.WU_S_ALREADY_INSTALLED))
	})
	It("keeps a history, the newest first", func() {
		w := withBITS(effect(wua.Effect{ExitCode: 5}))
		h := w.Clock.Hold("api")
		defer h.Release()
		searcher := w.CreateUpdateSearcher()
		Expect(searcher.GetTotalHistoryCount()).To(Equal(0))
		_, err := searcher.QueryHistory(0, 1)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_INVALIDINDEX))
		for _, id := range []int{patch, pack} {
			u := w.found(id)
			Expect(w.Download(context.Background(), h, u)).To(Succeed())
			_, err := w.Install(context.Background(), h, u)
			Expect(err).NotTo(HaveOccurred())
			Expect(h.Sleep(context.Background(), time.Hour)).To(Succeed())
		}
		Expect(searcher.GetTotalHistoryCount()).To(Equal(2))
		list, err := searcher.QueryHistory(0, 5)
		Expect(err).NotTo(HaveOccurred())
		Expect([]string{list[0].Title, list[1].Title}).To(Equal([]string{"Update 6", "Update 3"}))
		Expect(list[1]).To(Equal(wua.HistoryEntry{Operation: wua.OperationInstallation, ResultCode: wua.Failed, HResult: hresult.WU_E_UH_INSTALLERFAILURE,
			Date: wusp.At(time.Date(2004, 10, 1, 8, 0, 0, 0, time.UTC)), UpdateIdentity: identity(patch), Title: "Update 3", ClientApplicationID: "AutomaticUpdates", ServerSelection: wua.ManagedServer}))
		list, err = searcher.QueryHistory(1, 1)
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(1))
		for _, index := range [][2]int{{-1, 1}, {0, 0}, {2, 1}} {
			_, err = searcher.QueryHistory(index[0], index[1])
			Expect(codeOf(err)).To(Equal(hresult.WU_E_INVALIDINDEX), fmt.Sprint(index))
		}
		Expect(w.State().History).To(HaveLen(2))
	})
	It("goes through a proxy of its own", func() {
		w := start(nil)
		h := w.Clock.Hold("api")
		defer h.Release()
		session := w.CreateSession()
		session.WebProxy = &winhttp.ProxySettings{List: "nowhere:8080"}
		_, err := session.CreateUpdateSearcher().Search(context.Background(), h, "")
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_WINHTTP_NAME_NOT_RESOLVED))
		_, err = w.CreateSession().CreateUpdateSearcher().Search(context.Background(), h, "")
		Expect(err).NotTo(HaveOccurred())
	})
	It("has nothing to do without updates", func() {
		w := start(nil)
		h := w.Clock.Hold("api")
		defer h.Release()
		_, err := w.CreateSession().CreateUpdateDownloader().Download(context.Background(), h)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_NO_UPDATE))
		_, err = w.CreateSession().CreateUpdateInstaller().Install(context.Background(), h)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_NO_UPDATE))
		_, err = w.CreateSession().CreateUpdateInstaller().Uninstall(context.Background(), h)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_NO_UPDATE))
	})
	It("installs nothing before a restart that is needed, and asks nobody when it is quiet", func() {
		w := withBITS(func(s *setup) {
			effect(wua.Effect{ExitCode: 3010})(s)
			s.server.Updates[2].Metadata.InstallationBehavior = &metadata.Behavior{CanRequestUserInput: true}
		})
		h := w.Clock.Hold("api")
		defer h.Release()
		u := w.found(patch)
		Expect(w.Download(context.Background(), h, u)).To(Succeed())
		installer := w.CreateSession().CreateUpdateInstaller()
		installer.Updates, installer.ForceQuiet = []*wua.Update{u}, true
		result, err := installer.Install(context.Background(), h)
		Expect(err).NotTo(HaveOccurred())
		Expect(result.ResultCode).To(Equal(wua.Failed))
		Expect(result.HResult).To(Equal(hresult.WU_E_ALL_UPDATES_FAILED))
		Expect(result.Updates[0].HResult).To(Equal(hresult.WU_E_UH_CANREQUIREINPUT))
		installer.ForceQuiet = false
		result, err = installer.Install(context.Background(), h)
		Expect(err).NotTo(HaveOccurred())
		Expect(result.RebootRequired).To(BeTrue())
		Expect(installer.RebootRequiredBeforeInstallation()).To(BeTrue())
		_, err = installer.Install(context.Background(), h)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_INSTALL_NOT_ALLOWED))
	})
	It("tells of each update what became of it", func() {
		w := withBITS(func(s *setup) {
			s.server.Updates[3].Metadata.Files = []metadata.File{{Name: "old.exe"}}
			s.server.Updates[3].Content = map[string]wsus.File{"old.exe": {File: fakeserver.File{Size: 10}, Missing: true}}
			s.server.Updates[2].Metadata.Superseded = nil
		})
		h := w.Clock.Hold("api")
		defer h.Release()
		scan := w.scan()
		one, _ := scan.Update(guid(patch))
		two, _ := scan.Update(guid(old))
		downloader := w.CreateSession().CreateUpdateDownloader()
		downloader.Updates = []*wua.Update{two, one}
		result, err := downloader.Download(context.Background(), h)
		Expect(err).NotTo(HaveOccurred())
		Expect(result.ResultCode).To(Equal(wua.SucceededWithErrors))
		Expect(result.HResult).To(Equal(hresult.WU_S_UPDATE_ERROR))
		Expect(result.Updates[0].HResult).To(Equal(hresult.BG_E_HTTP_ERROR_404))
		Expect(result.Updates[1].ResultCode).To(Equal(wua.Succeeded))
	})
})

var _ = DescribeTable("a search on another server than the managed one", func(selection wua.ServerSelection, id wusp.GUID, want hresult.HRESULT) {
	w := start(nil)
	s := w.CreateUpdateSearcher()
	s.ServerSelection, s.ServiceID = selection, id
	_, err := w.search(s, "")
	Expect(codeOf(err)).To(Equal(want))
},
	Entry(nil, wua.ManagedServer, wusp.GUID(""), hresult.S_OK),
	Entry("by its ID", wua.OtherServer, wua.ManagedServiceID, hresult.S_OK),
	Entry(nil, wua.OtherServer, guid(9), hresult.WU_E_DS_UNKNOWNSERVICE),
	Entry(nil, wua.WindowsUpdate, wusp.GUID(""), hresult.WU_E_WU_DISABLED),
)

var _ = Describe("a search", func() {
	It("is refused by a server of SUS 1.0", func() {
		w := start(func(s *setup) { s.profile = "windows-10" })
		Expect(w.Origin.SetRoutes([]fakeserver.Route{{Path: "/iuident.cab", Files: map[string]fakeserver.File{"/iuident.cab": {Size: 10}}}})).To(Succeed())
		_, err := w.search(w.CreateUpdateSearcher(), "")
		Expect(codeOf(err)).To(Equal(hresult.WU_E_LEGACYSERVER))
		Expect(w.Origin.SetRoutes(nil)).To(Succeed())
		_, err = w.search(w.CreateUpdateSearcher(), "")
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_HTTP_STATUS_BAD_METHOD), "a server of nothing")
	})
	It("warns of rules that can't be judged", func() {
		w := start(func(s *setup) { s.server.Updates[4].Metadata.IsInstallable = rule("b.Unheard") })
		h := w.Clock.Hold("api")
		defer h.Release()
		found, err := w.CreateUpdateSearcher().Search(context.Background(), h, "")
		Expect(err).NotTo(HaveOccurred())
		Expect(found.ResultCode).To(Equal(wua.SucceededWithErrors))
		Expect(found.Warnings).To(HaveLen(1))
		Expect(codeOf(found.Warnings[0])).To(Equal(hresult.WU_E_EE_UNKNOWN_EXPRESSION))
	})
	It("is limited to categories where both ends can", func() {
		limited := func(s *setup) {
			s.profile = "windows-10"
			s.server.Updates[2].Categories, s.server.Updates[5].Categories = []wusp.GUID{guid(windowsXP)}, nil
			s.server.Updates[1].Metadata.IsInstalled, s.server.Updates[2].Metadata.IsInstalled = rule("True"), rule("False")
			for _, n := range []int{2, 3} {
				s.server.Updates[n].Metadata.Prerequisites = []metadata.Clause{{IsCategory: true, AnyOf: []wusp.UpdateIdentity{identity(windowsXP)}}}
			}
		}
		criteria := "CategoryIDs contains '" + string(guid(windowsXP)) + "' and IsInstalled=0"
		w := start(limited)
		w.scan()
		cached := len(w.State().Cache)
		w.actions()
		Expect(w.search(w.CreateUpdateSearcher(), criteria)).To(Equal([]wusp.GUID{guid(patch)}))
		Expect(w.actions()).To(Equal([]string{"StartCategoryScan", "SyncUpdates", "GetExtendedUpdateInfo"}))
		Expect(w.State().Cache).To(HaveLen(cached), "what is deployed stays, though it is outside")
		_, err := w.search(w.CreateUpdateSearcher(), criteria+" or IsInstalled=1")
		Expect(err).NotTo(HaveOccurred())
		Expect(w.actions()).NotTo(ContainElement("StartCategoryScan"), "a group without category")
		w = start(func(s *setup) { limited(s); s.profile = "xp-sp2" })
		Expect(w.search(w.CreateUpdateSearcher(), criteria)).To(Equal([]wusp.GUID{guid(patch)}))
		Expect(w.actions()).NotTo(ContainElement("StartCategoryScan"), "the agent of Windows XP can't")
		w = start(func(s *setup) { limited(s); s.server.ProtocolVersion = "3.1" })
		Expect(w.search(w.CreateUpdateSearcher(), criteria)).To(Equal([]wusp.GUID{guid(patch)}))
		Expect(w.actions()).NotTo(ContainElement("StartCategoryScan"), "the server can't")
	})
})

// terms is an update with license terms.
func terms(s *setup) {
	u := &s.server.Updates[2]
	u.Metadata.EulaID = guid(99)
	u.Metadata.Eulas = []metadata.EulaFile{{File: metadata.File{Name: "eula.txt"}, Language: "en"}}
	u.Content["eula.txt"] = wsus.File{File: fakeserver.File{Body: []byte("You may test with it.")}}
}

var _ = Describe("license terms", func() {
	It("count as accepted, since the administrator accepts them", func() {
		w := withBITS(terms)
		u := w.found(patch)
		Expect(u.EulaAccepted).To(BeTrue())
		Expect(u.Eula).To(BeNil(), "they are not asked for")
		Expect(w.download(u)).To(Succeed())
		_, err := wsus.New(func() wsus.Config {
			var s setup
			s.server = wsus.Config{Updates: catalogue(), Approvals: []wsus.Approval{{UpdateID: guid(patch), Action: wusp.ActionInstall}}}
			terms(&s)
			s.server.Updates[2].TermsDeclined = true
			return s.server
		}())
		Expect(err).To(MatchError(ContainSubstring("its license terms have to be accepted first")))
	})
	It("have to be accepted at a PC that asks", func() {
		w := withBITS(func(s *setup) { terms(s); s.agent.Tuning.AskForEulas = true })
		u := w.found(patch)
		Expect(u.EulaAccepted).To(BeFalse())
		Expect(codeOf(w.download(u))).To(Equal(hresult.WU_E_EULAS_DECLINED))
		_, err := w.install(u)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_EULAS_DECLINED))
		h := w.Clock.Hold("api")
		defer h.Release()
		downloader := w.CreateSession().CreateUpdateDownloader()
		downloader.Updates = []*wua.Update{u}
		result, err := downloader.Download(context.Background(), h)
		Expect(err).NotTo(HaveOccurred())
		Expect(result.HResult).To(Equal(hresult.WU_E_EULAS_DECLINED))
		Expect(w.AcceptEula(context.Background(), h, u)).To(Equal([]string{"You may test with it."}))
		Expect(w.download(u)).To(Succeed())
		Expect(w.found(patch).EulaAccepted).To(BeTrue(), "it is kept")
		Expect(w.State().Eulas).To(Equal([]wusp.GUID{guid(99)}))
	})
	DescribeTable("that can't be had can't be accepted", func(change func(*wsus.Update)) {
		w := start(func(s *setup) {
			terms(s)
			change(&s.server.Updates[2])
			s.agent.Tuning.AskForEulas = true
		})
		u := w.found(patch)
		h := w.Clock.Hold("api")
		defer h.Release()
		_, err := w.AcceptEula(context.Background(), h, u)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_EULA_UNAVAILABLE))
		Expect(u.EulaAccepted).To(BeFalse())
	},
		Entry("there are none", func(u *wsus.Update) { u.Metadata.Eulas = nil }),
		Entry("the file is missing", func(u *wsus.Update) {
			u.Content["eula.txt"] = wsus.File{File: fakeserver.File{Body: []byte("x")}, Missing: true}
		}),
		Entry("the file is another one", func(u *wsus.Update) {
			u.Content["eula.txt"] = wsus.File{File: fakeserver.File{Body: []byte("x")}, Corrupt: true}
		}),
	)
})

var _ = Describe("other calls", func() {
	It("ask for printer drivers", func() {
		w := start(func(s *setup) {
			printer := driverUpdate(30)
			printer.Metadata.Metadata[0].Attributes = append(printer.Metadata.Metadata[0].Attributes, metadata.Attribute{Name: "Class", Value: "Printer"})
			s.server.Updates = append(s.server.Updates, printer, driverUpdate(31))
			s.server.Approvals = append(s.server.Approvals, wsus.Approval{UpdateID: guid(30), Action: wusp.ActionInstall}, wsus.Approval{UpdateID: guid(31), Action: wusp.ActionInstall})
		})
		h := w.Clock.Hold("api")
		defer h.Release()
		list, err := w.SyncPrinterCatalog(context.Background(), h)
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(1))
		Expect(list[0].Identity.UpdateID).To(Equal(guid(30)))
		Expect(w.actions()).To(Equal([]string{"GetConfig", "GetAuthorizationCookie", "GetCookie", "RegisterComputer", "SyncPrinterCatalog"}))
	})
	It("ask for the places of files by the global identity", func() {
		w := start(func(s *setup) {
			s.profile = "windows-10"
			s.server.Updates[1].Metadata.IsInstalled, s.server.Updates[2].Metadata.IsInstalled = rule("True"), rule("False")
		})
		h := w.Clock.Hold("api")
		defer h.Release()
		u := w.found(patch)
		places, err := w.ExtendedUpdateInfo2(context.Background(), h, u)
		Expect(err).NotTo(HaveOccurred())
		Expect(places).To(HaveLen(1))
		Expect(places[0].URL).To(Equal(u.URLs[string(places[0].FileDigest)]))
		w = start(nil)
		_, err = w.ExtendedUpdateInfo2(context.Background(), h, w.found(patch))
		Expect(codeOf(err)).To(Equal(hresult.WU_E_NOT_SUPPORTED))
	})
	It("ask again where files are when a fault says that they moved", func() {
		w := start(nil)
		w.scan()
		w.actions()
		w.WSUS.SetFaults([]wsus.Fault{{Operation: "GetExtendedUpdateInfo", Nth: 1, ErrorCode: wusp.FileLocationChanged}})
		w.scan()
		Expect(w.actions()).To(Equal([]string{"SyncUpdates", "GetExtendedUpdateInfo", "GetExtendedUpdateInfo"}), "no file is known before")
	})
	It("want what a scan has found since", func() {
		w := withBITS(nil)
		u := w.found(patch)
		u.Identity.RevisionNumber = 7
		Expect(codeOf(w.download(u))).To(Equal(hresult.WU_E_DM_CONTENTCHANGED))
	})
})
