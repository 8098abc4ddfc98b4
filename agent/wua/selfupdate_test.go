package wua_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

const selfUpdateID wusp.GUID = "d67661eb-2423-451d-bf5d-13199e37df28"

func selfUpdate(c wsus.SelfUpdate) func(*setup) { return func(s *setup) { s.server.SelfUpdate = c } }

// urls gives the paths that were asked for by GET.
func (w *world) urls() (list []string) {
	for _, x := range w.Record.Exchanges(0) {
		if x.Node == "wsus" && x.Request.Method == "GET" {
			list = append(list, x.Request.URL)
		}
	}
	return list
}

var _ = Describe("an agent that is older than the server's", func() {
	It("fetches the newer one, installs it, and scans with it", func() {
		w := start(selfUpdate(wsus.SelfUpdate{Version: "7.4.7600.226"}))
		w.scan()
		Expect(w.urls()).To(Equal([]string{"/selfupdate/wuident.cab", "/selfupdate/WUClient/x86/other/wusetup.cab"}))
		v, _ := w.PC.Files().Version("wuaueng.dll")
		Expect(v).To(Equal(machine.FileVersion{Major: 7, Minor: 4, Build: 7600, Private: 226}))
		computer := w.WSUS.Computers()[w.ClientID()]
		Expect(computer.Info.ClientVersionMajorNumber).To(Equal(7))
		Expect(computer.Info.ClientVersionQfeNumber).To(Equal(226))
		Expect(w.sendEvents()).To(Succeed())
		events := w.WSUS.Events()
		Expect(events).To(HaveLen(3), "the setup, and the scan")
		Expect(events[0].BasicData.EventID).To(Equal(wua.EventInstallSucceeded))
		Expect(events[0].BasicData.AppName).To(Equal("SelfUpdate"))
		Expect(events[0].BasicData.UpdateID).To(Equal(wusp.UpdateIdentity{UpdateID: selfUpdateID}))
		Expect(events[0].ExtendedData.ReplacementStrings).To(Equal([]string{"Automatic Updates"}))
		Expect(events[0].ExtendedData.MiscData).To(ContainElement("G=7.4.7600.226"))
		Expect(w.Log().String()).To(ContainSubstring("SelfUpdate completed: 7.4.7600.226"))

		mark := len(w.urls())
		w.scan()
		Expect(w.urls()[mark:]).To(Equal([]string{"/selfupdate/wuident.cab"}), "the agent is current")
		Expect(w.Log().String()).To(ContainSubstring("based on the /SKIP directive"))
	})
	It("is the new one after a restart of its service, too", func() {
		w := start(selfUpdate(wsus.SelfUpdate{Version: "7.1.6001.65"}))
		w.scan()
		again, err := wua.New(wua.Config{Machine: w.PC, Clock: w.Clock, Before: w.Agent})
		Expect(err).NotTo(HaveOccurred())
		Expect(again.Release().Version.String()).To(Equal("7.1.6001.65"))
		Expect(again.Release().Protocol).To(Equal("1.6"))
	})
	It("waits for the restart that the setup asks for", func() {
		w := start(func(s *setup) {
			selfUpdate(wsus.SelfUpdate{Version: "7.0.6000.381"})(s)
			s.agent.Installer = func(id wusp.UpdateIdentity, _ bool) (wua.Effect, bool) {
				return wua.Effect{ExitCode: 3010}, id.UpdateID == selfUpdateID
			}
		})
		_, err := w.detect()
		Expect(codeOf(err)).To(Equal(hresult.WU_E_SETUP_REBOOTREQUIRED))
		Expect(w.RebootRequired()).To(BeTrue())
		Expect(w.Restarted()).To(Succeed())
		v, _ := w.PC.Files().Version("wuaueng.dll")
		Expect(v).To(Equal(machine.FileVersion{Major: 7, Build: 6000, Private: 381}))
	})
})

var _ = DescribeTable("a self-update that fails ends the scan", func(change func(*setup), want hresult.HRESULT) {
	w := start(change)
	_, err := w.detect()
	Expect(codeOf(err)).To(Equal(want))
	Expect(w.actions()).To(BeEmpty(), "nothing more is asked of this server")
	event := w.Pending()[0]
	Expect(event.BasicData.EventID).To(Equal(wua.EventDetectionFailed))
	Expect(event.BasicData.AppName).To(Equal("SelfUpdate"))
	Expect(event.BasicData.UpdateID).To(Equal(wusp.UpdateIdentity{UpdateID: selfUpdateID}), "MS-WUSP section 4")
	Expect(uint32(event.BasicData.Win32HResult)).To(Equal(uint32(want)))
},
	Entry("the directory is empty", selfUpdate(wsus.SelfUpdate{Missing: true}), hresult.WU_E_PT_HTTP_STATUS_NOT_FOUND),
	Entry("no way for this agent", selfUpdate(wsus.SelfUpdate{Version: "7.4.7600.226", Unsupported: true}), hresult.WU_E_SETUP_UNSUPPORTED_CONFIGURATION),
	Entry("no line for this agent", selfUpdate(wsus.SelfUpdate{Ident: "[OS]\n7-=/SKIP"}), hresult.WU_E_SETUP_WRONG_SERVER_VERSION),
	Entry("no line for this processor", selfUpdate(wsus.SelfUpdate{Ident: "[SelfClientUpdate]\nStructureKeyEx=OS/ARCH/LANG\n[OS]\n-=New\n[ARCH]\nia64=ia64\n[LANG]\n*=x"}), hresult.WU_E_SETUP_UNSUPPORTED_CONFIGURATION),
	Entry("signed by somebody else", selfUpdate(wsus.SelfUpdate{Signature: wsus.SignedByOther}), hresult.CERT_E_UNTRUSTEDROOT),
	Entry("not signed", selfUpdate(wsus.SelfUpdate{Signature: wsus.Unsigned}), hresult.TRUST_E_NOSIGNATURE),
	Entry("no setup where wuident names one", selfUpdate(wsus.SelfUpdate{Version: "7.4.7600.226", MissingSetup: true}), hresult.WU_E_PT_HTTP_STATUS_NOT_FOUND),
	Entry("a setup of an older agent", selfUpdate(wsus.SelfUpdate{Version: "7.4.7600.226", SetupVersion: "5.4.3790.2182"}), hresult.WU_E_SETUP_TARGET_VERSION_GREATER),
	Entry("a setup that fails", func(s *setup) {
		selfUpdate(wsus.SelfUpdate{Version: "7.4.7600.226"})(s)
		s.agent.Installer = func(wusp.UpdateIdentity, bool) (wua.Effect, bool) { return wua.Effect{ExitCode: 5}, true }
	}, hresult.WU_E_SETUP_HANDLER_EXEC_FAILURE),
	Entry("a page in place of the cabinet", func(s *setup) {
		s.origin.Behaviours = []fakeserver.Use{{Name: "answer", Params: map[string]any{"status": 200, "body": "<html>sign in</html>", "path": "/selfupdate/wuident.cab"}}}
	}, hresult.TRUST_E_NOSIGNATURE),
)

var _ = Describe("a self-update directory that cannot be", func() {
	It("is told when the server is made", func() {
		for want, c := range map[string]wsus.SelfUpdate{
			`SelfUpdate: "seven" is no version`:               {Version: "seven"},
			"SelfUpdate: wuident.txt:1: want [section]":       {Ident: "x"},
			`SelfUpdate.Signature: "mine" is none of ""`:      {Signature: "mine"},
			`SelfUpdate: "new" is no version; write 7.4.7600`: {Version: "7.4", SetupVersion: "new"},
		} {
			_, err := wsus.New(wsus.Config{SelfUpdate: c})
			Expect(err).To(MatchError(ContainSubstring(want)))
		}
	})
})
