package wua_test

import (
	"encoding/json"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

var _ = Describe("a detection", func() {
	It("is the round of MS-WUSP 3.1.5, and finds what applies", func() {
		w := start(nil)
		scan := w.scan()
		Expect(w.actions()).To(Equal([]string{"GetConfig", "GetAuthorizationCookie", "GetCookie", "RegisterComputer",
			"SyncUpdates", "SyncUpdates", "SyncUpdates", "GetExtendedUpdateInfo"}), "the family, the product, what is for it; no leaf is left to ask about")
		Expect(offered(scan)).To(Equal([]wusp.GUID{guid(patch), guid(pack)}), "old is replaced by patch, other is for another Windows, part is in pack")
		u, _ := scan.Update(guid(patch))
		Expect(u.Title()).To(Equal("Update 3"))
		Expect(u.Extended.Files[0].Size).To(Equal(int64(70000)))
		Expect(u.URLs[string(u.Extended.Files[0].Digest)]).To(HavePrefix("http://wsus/Content/"))
		bundle, _ := scan.Update(guid(pack))
		Expect(bundle.Bundled).To(HaveLen(1))
		Expect(bundle.Bundled[0].Extended).NotTo(BeNil())
		product, _ := scan.Update(guid(windowsXP))
		Expect(product.Installed).To(BeTrue())
		replaced, _ := scan.Update(guid(old))
		Expect(replaced.SupersededBy).To(Equal([]wusp.GUID{guid(patch)}))
		computer := w.WSUS.Computers()[w.ClientID()]
		Expect(computer.Info.OSMajorVersion).To(Equal(5))
		Expect(computer.Info.ProcessorArchitecture).To(Equal("x86"))
		Expect(computer.DNSName).To(Equal("wualab-pc"))
	})
	It("begins a later time at SyncUpdates, with what is cached, also after a restart", func() {
		w := start(nil)
		w.scan()
		w.actions()
		scan := w.scan()
		Expect(w.actions()).To(Equal([]string{"SyncUpdates", "GetExtendedUpdateInfo"}))
		Expect(offered(scan)).To(Equal([]wusp.GUID{guid(patch), guid(pack)}))

		kept, err := json.Marshal(w.State())
		Expect(err).NotTo(HaveOccurred())
		var state wua.State
		Expect(json.Unmarshal(kept, &state)).To(Succeed())
		id := w.ClientID()
		again := start(func(s *setup) { s.agent.State = &state; s.server.Name = "wsus" })
		Expect(again.PC.Registry().Set(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate`, "SusClientId", machine.SZ(id))).To(Succeed())
		_ = again.scan()
		Expect(again.actions()).To(HaveExactElements("SyncUpdates", "RegisterComputer", "SyncUpdates", "GetExtendedUpdateInfo"), "this server does not know the computer")
	})
	It("judges anew what changed on the PC", func() {
		w := start(nil)
		w.scan()
		w.PC.Files().Set("qmgr.dll", machine.FileVersion{Major: 6, Minor: 7, Build: 2600, Private: 5512})
		Expect(w.PC.Registry().CreateKey(`HKLM\SOFTWARE\Part`)).To(Succeed())
		scan := w.scan()
		Expect(offered(scan)).To(BeEmpty())
		for _, id := range []int{patch, pack, part} {
			u, _ := scan.Update(guid(id))
			Expect(u.Installed).To(BeTrue(), "%d", id)
		}
	})
	It("asks for another cookie when the one that it has is old", func() {
		w := start(nil)
		w.scan()
		w.actions()
		h := w.Clock.Hold("a while")
		Expect(h.Sleep(GinkgoT().Context(), 2*time.Hour)).To(Succeed())
		h.Release()
		w.scan()
		Expect(w.actions()).To(Equal([]string{"GetAuthorizationCookie", "GetCookie", "SyncUpdates", "GetExtendedUpdateInfo"}))
	})
	It("tells the server when the computer changed", func() {
		w := start(nil)
		w.scan()
		w.actions()
		w.PC.SetServicePack(3)
		w.scan()
		Expect(w.actions()).To(Equal([]string{"RegisterComputer", "SyncUpdates", "GetExtendedUpdateInfo"}))
		Expect(w.WSUS.Computers()[w.ClientID()].Info.OSServicePackMajorNumber).To(Equal(3))
	})
	It("removes what is approved for removal, and hides what the user hid", func() {
		w := start(nil)
		w.scan()
		w.PC.Files().Set("qmgr.dll", machine.FileVersion{Major: 6, Minor: 7})
		Expect(w.WSUS.Approve(wsus.Approval{UpdateID: guid(patch), Action: wusp.ActionUninstall, Changed: w.Clock.Now().Add(time.Hour)})).To(Succeed())
		Expect(offered(w.scan())).To(Equal([]wusp.GUID{guid(patch), guid(pack)}))
		w.Hide(guid(pack), true)
		Expect(offered(w.scan())).To(Equal([]wusp.GUID{guid(patch)}))
		w.Hide(guid(pack), false)
		Expect(offered(w.scan())).To(HaveLen(2))
	})
	It("goes on while answers are cut, and gives up after so many", func() {
		w := start(func(s *setup) { s.server.MaxNewUpdates = 1 })
		Expect(offered(w.scan())).To(Equal([]wusp.GUID{guid(patch), guid(pack)}))
		w = start(func(s *setup) { s.server.MaxNewUpdates = 1; s.agent.Tuning.MaxTrips = 3 })
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS))
		Expect(w.Log().String()).To(ContainSubstring("Exceeded max server round trips: 0x80244010"))
		for codeOf(err) == hresult.WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS {
			_, err = w.detect() // what was cached is kept, so each scan gets further
		}
		Expect(err).NotTo(HaveOccurred())
	})
	It("ends against a server that offers the same again and again", func() {
		w := start(func(s *setup) {
			s.server.IgnoreCachedIDs = true
			s.server.Approvals = s.server.Approvals[2:3]
		})
		Expect(offered(w.scan())).To(BeEmpty())
		Expect(w.actions()[4:]).To(Equal([]string{"SyncUpdates"}))
		w = start(func(s *setup) {
			s.server.IgnoreCachedIDs = true
			s.agent.Tuning.UntilEmpty = true
		})
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS))
	})
	It("finds drivers for the PC's devices", func() {
		w := start(func(s *setup) {
			s.server.Updates = append(s.server.Updates, driverUpdate(30))
			s.server.Approvals = append(s.server.Approvals, wsus.Approval{UpdateID: guid(30), Action: wusp.ActionInstall})
		})
		system := w.PC.System()
		system.Devices = []machine.Device{{HardwareIDs: []string{`PCI\VEN_1`}, Driver: &machine.InstalledDriver{MatchingID: `PCI\VEN_1`, Date: "2003-01-01", Version: machine.FileVersion{Major: 1}}}}
		w.PC.SetSystem(system)
		scan := w.scan()
		u, ok := scan.Update(guid(30))
		Expect(ok).To(BeTrue())
		Expect(u.RevisionID).To(Equal(130))
		_ = w.scan()
		Expect(w.State().Cache).To(ContainElement(HaveField("ID", 130)))
	})
	It("is written into the log in the form of KB 902093", func() {
		w := start(nil)
		w.scan()
		log := w.Log().String()
		Expect(log).To(MatchRegexp(`(?m)^2004-10-01\t08:00:00:000\t1024\t5b0\tAGENT\t\*\* START \*\*  Agent: Finding updates \[CallerId = AutomaticUpdates\]$`))
		Expect(log).To(ContainSubstring("SETUP\tChecking for agent SelfUpdate"))
		Expect(log).To(ContainSubstring("Found 7 updates and 2 of them"))
	})
	It("is reported, with the state of all that is deployed", func() {
		w := start(nil)
		w.scan()
		Expect(w.Pending()).To(HaveLen(2))
		Expect(w.sendEvents()).To(Succeed())
		Expect(w.Pending()).To(BeEmpty())
		events := w.WSUS.Events()
		Expect(events).To(HaveLen(2))
		finished, status := events[0], events[1]
		Expect(finished.BasicData.EventID).To(Equal(wua.EventDetectionFinished))
		Expect(finished.BasicData.TargetID.Sid).To(Equal(w.ClientID()))
		Expect(finished.BasicData.UpdateID.UpdateID).To(Equal(wusp.NoGUID))
		Expect(finished.ExtendedData.ReplacementStrings).To(Equal([]string{"2"}))
		Expect(finished.ExtendedData.ProcessorArchitecture).To(Equal("X86Compatible"))
		Expect(finished.ExtendedData.MiscData).To(ContainElements("D=2", "G=5.8.0.2469"))
		Expect(status.BasicData.EventID).To(Equal(wua.EventStatus))
		Expect(status.ExtendedData.MiscData).To(ContainElement("U=" + string(guid(patch)) + ";" + string(guid(old)) + ";" + string(guid(pack))))
		Expect(w.sendEvents()).To(Succeed(), "nothing is left to send")
		Expect(w.WSUS.Events()).To(HaveLen(2))
	})
})

func driverUpdate(id int) wsus.Update {
	u := update(id, "Driver", rule("False"), nil)
	u.Metadata.Metadata = append(u.Metadata.Metadata, rule("d.WindowsDriverMetaData", "HardwareID", `PCI\VEN_1`, "DriverVerDate", "2004-06-01", "DriverVerVersion", "2.0.0.0"))
	return u
}

var _ = Describe("the policy", func() {
	DescribeTable("that names no server ends the scan", func(change func(*machine.Registry) error) {
		w := start(nil)
		Expect(change(w.PC.Registry())).To(Succeed())
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_SUS_SERVER_NOT_SET))
		Expect(w.actions()).To(BeEmpty())
	},
		Entry("UseWUServer 0", func(r *machine.Registry) error { return r.Set(policyKey+`\AU`, "UseWUServer", machine.DWORD(0)) }),
		Entry("no WUServer", func(r *machine.Registry) error { return r.DeleteValue(policyKey, "WUServer") }),
		Entry("two servers", func(r *machine.Registry) error {
			return r.Set(policyKey, "WUStatusServer", machine.SZ("http://other"))
		}),
	)
	It("puts the PC into a group", func() {
		w := start(func(s *setup) { s.server.Groups = []string{"Pilots"} })
		Expect(w.PC.Registry().Set(policyKey, "TargetGroup", machine.SZ("Pilots"))).To(Succeed())
		w.scan()
		Expect(w.WSUS.Computers()[w.ClientID()].Groups).To(Equal([]string{wsus.AllComputers, wsus.UnassignedComputers}), "TargetGroupEnabled is not 1")
		Expect(w.PC.Registry().Set(policyKey, "TargetGroupEnabled", machine.DWORD(1))).To(Succeed())
		w.ResetAuthorization()
		w.scan()
		Expect(w.WSUS.Computers()[w.ClientID()].Groups).To(Equal([]string{wsus.AllComputers, "Pilots"}))
	})
	It("names another server, whose numbers are other ones", func() {
		w := start(nil)
		w.scan()
		w.actions()
		other, err := wsus.New(wsus.Config{Name: "second", Seed: 9, Clock: w.Clock, Updates: renumbered(), Approvals: []wsus.Approval{{UpdateID: guid(patch), Action: wusp.ActionInstall}}})
		Expect(err).NotTo(HaveOccurred())
		Expect(w.Origin.SetRoutes(other.Routes())).To(Succeed())
		w.policy("http://WSUS")
		scan := w.scan()
		Expect(w.actions()).To(Equal([]string{"GetConfig", "GetAuthorizationCookie", "GetCookie", "GetConfig", "GetAuthorizationCookie", "GetCookie", "RegisterComputer", "RefreshCache", "SyncUpdates", "GetExtendedUpdateInfo"}),
			"the cookie of the first server is not known here")
		Expect(offered(scan)).To(Equal([]wusp.GUID{guid(patch)}))
		u, _ := scan.Update(guid(patch))
		Expect(u.RevisionID).To(Equal(503))
		for _, c := range w.State().Cache {
			Expect(c.ID).To(BeNumerically(">", 500))
		}
	})
})

func renumbered() []wsus.Update {
	list := catalogue()
	for i := range list {
		list[i].RevisionID += 400
	}
	return list
}

var _ = Describe("the check for a newer agent", func() {
	It("ends the scan when it fails, and is reported by its name", func() {
		w := start(func(s *setup) {
			s.origin.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 404, "path": "/selfupdate/wuident.cab"}}}
		})
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_PT_HTTP_STATUS_NOT_FOUND))
		Expect(w.Log().String()).To(ContainSubstring("Skipping scan, self-update check returned 0x80244019"))
		Expect(w.actions()).To(BeEmpty())
		event := w.Pending()[0]
		Expect(event.BasicData.EventID).To(Equal(wua.EventDetectionFailed))
		Expect(event.BasicData.AppName).To(Equal("SelfUpdate"))
		Expect(event.BasicData.Win32HResult).To(Equal(int32(-2145107943)))
		Expect(event.ExtendedData.ReplacementStrings).To(Equal([]string{"0x80244019"}))
	})
	It("is not done by agents from Windows 10 on", func() {
		w := start(func(s *setup) {
			s.profile = "windows-10"
			s.origin.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 404, "path": "/selfupdate/wuident.cab"}}}
		})
		w.scan()
	})
})
