package wua_test

import (
	"context"
	"io/fs"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// withBITS gives the agent of a world a BITS service.
func withBITS(change func(*setup)) *world {
	return start(func(s *setup) {
		if change != nil {
			change(s)
		}
		s.bits = true
	})
}

func (w *world) download(u *wua.Update) error {
	h := w.Clock.Hold("download")
	defer h.Release()
	return w.Download(context.Background(), h, u)
}

func (w *world) install(u *wua.Update) (wua.Installation, error) {
	h := w.Clock.Hold("install")
	defer h.Release()
	return w.Install(context.Background(), h, u)
}

func (w *world) found(id int) *wua.Update {
	u, ok := w.scan().Update(guid(id))
	Expect(ok).To(BeTrue())
	return u
}

func (w *world) lastEvent() wusp.ReportingEvent {
	events := w.Pending()
	return events[len(events)-1]
}

var _ = Describe("a download", func() {
	It("is a BITS job, and what came is checked", func() {
		w := withBITS(nil)
		u := w.found(patch)
		Expect(w.download(u)).To(Succeed())
		Expect(fs.Glob(os.DirFS(w.dir), "*/*/*/*/*/*/*.exe")).To(HaveLen(1))
		jobs := 0
		for _, line := range w.Log().Lines() {
			if line.Component == "DWNLDMGR" && line.Text == "New download job [UpdateId = {00000000-0000-0000-0000-000000000003}.1]" {
				jobs++
			}
		}
		Expect(jobs).To(Equal(1))
		Expect(w.lastEvent().BasicData.EventID).To(Equal(wua.EventDownloadSucceeded))
		Expect(w.lastEvent().BasicData.UpdateID.UpdateID).To(Equal(guid(patch)))
		Expect(w.lastEvent().BasicData.Win32HResult).To(BeZero())
		mark := w.Record.Mark()
		Expect(w.download(u)).To(Succeed())
		Expect(w.Record.Exchanges(mark)).To(BeEmpty(), "the files are there")
	})
	It("fails when the content stays wrong, after a second try", func() {
		w := withBITS(func(s *setup) {
			s.server.Updates[2].Content = map[string]wsus.File{"patch.exe": {File: fakeserver.File{Size: 70000, Seed: 3}, Corrupt: true}}
		})
		Expect(codeOf(w.download(w.found(patch)))).To(Equal(hresult.WU_E_DM_INCORRECTFILEHASH))
		Expect(strings.Count(w.Log().String(), "New download job")).To(Equal(2))
		Expect(w.lastEvent().BasicData.EventID).To(Equal(wua.EventDownloadFailed))
		Expect(uint32(w.lastEvent().BasicData.Win32HResult)).To(Equal(uint32(hresult.WU_E_DM_INCORRECTFILEHASH)))
		Expect(fs.Glob(os.DirFS(w.dir), "*/*/*/*/*/*/*.exe")).To(BeEmpty(), "what is wrong is removed")
	})
	It("has the job's code when the server does not have the file", func() {
		w := withBITS(func(s *setup) {
			s.server.Updates[2].Content = map[string]wsus.File{"patch.exe": {File: fakeserver.File{Size: 70000, Seed: 3}, Missing: true}}
		})
		u := w.found(patch)
		w.actions()
		Expect(codeOf(w.download(u))).To(Equal(hresult.BG_E_HTTP_ERROR_404))
		Expect(w.actions()).To(Equal([]string{"GetFileLocations"}), "whether it moved")
	})
	It("asks where a file has gone, and fetches it there", func() {
		w := withBITS(nil)
		u := w.found(patch)
		for key, url := range u.URLs {
			u.URLs[key] = url + ".old"
		}
		Expect(w.download(u)).To(Succeed())
	})
	It("needs a place to fetch from", func() {
		w := withBITS(nil)
		u := w.found(patch)
		u.URLs = nil
		Expect(codeOf(w.download(u))).To(Equal(hresult.WU_E_DM_URLNOTAVAILABLE))
	})
})

// effect is an agent whose installers all do the same.
func effect(e wua.Effect) func(*setup) {
	return func(s *setup) {
		s.agent.Installer = func(wusp.UpdateIdentity, bool) (wua.Effect, bool) { return e, true }
	}
}

func replaceQMgr(pc *machine.Machine) error {
	pc.Files().Set("qmgr.dll", machine.FileVersion{Major: 6, Minor: 7})
	return nil
}

var _ = Describe("an installer", func() {
	It("changes the PC, and the update is installed", func() {
		w := withBITS(effect(wua.Effect{Takes: time.Minute, Now: replaceQMgr}))
		u := w.found(patch)
		_, err := w.install(u)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_DM_NOTDOWNLOADED))
		Expect(w.download(u)).To(Succeed())
		began := w.Clock.Now()
		done, err := w.install(u)
		Expect(err).NotTo(HaveOccurred())
		Expect(done).To(Equal(wua.Installation{Result: wua.Succeeded}))
		Expect(w.Clock.Now().Sub(began)).To(Equal(time.Minute))
		Expect(w.lastEvent().BasicData.EventID).To(Equal(wua.EventInstallSucceeded))
		Expect(w.lastEvent().ExtendedData.ReplacementStrings).To(Equal([]string{"Update 3"}))
		Expect(offered(w.scan())).To(Equal([]wusp.GUID{guid(pack)}))
	})
	It("may leave work for the next start, until which nothing else is installed", func() {
		w := withBITS(effect(wua.Effect{ExitCode: 3010, AtReboot: replaceQMgr}))
		u := w.found(patch)
		Expect(w.download(u)).To(Succeed())
		done, err := w.install(u)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.RebootRequired).To(BeTrue())
		Expect(done.HResult).To(Equal(hresult.WU_S_REBOOT_REQUIRED))
		Expect(w.RebootRequired()).To(BeTrue())
		Expect(w.lastEvent().BasicData.EventID).To(Equal(wua.EventInstallReboot))
		_, err = w.install(u)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_INSTALL_NOT_ALLOWED))
		Expect(offered(w.scan())).To(ContainElement(guid(patch)), "the file is still the old one")
		Expect(w.Restarted()).To(Succeed())
		Expect(w.lastEvent().BasicData.EventID).To(Equal(wua.EventRebootCompleted))
		Expect(w.RebootRequired()).To(BeFalse())
		Expect(offered(w.scan())).NotTo(ContainElement(guid(patch)))
	})
	DescribeTable("ends as its exit code and the metadata say", func(e wua.Effect, change func(*metadata.Extended), want wua.Installation, event int) {
		w := withBITS(func(s *setup) {
			effect(e)(s)
			if change != nil {
				change(&s.server.Updates[2].Metadata.Extended)
			}
		})
		u := w.found(patch)
		Expect(w.download(u)).To(Succeed())
		done, err := w.install(u)
		Expect(err).NotTo(HaveOccurred())
		Expect(done).To(Equal(want))
		Expect(w.lastEvent().BasicData.EventID).To(Equal(event))
	},
		Entry("1641", wua.Effect{ExitCode: 1641}, nil, wua.Installation{Result: wua.Succeeded, ExitCode: 1641, HResult: hresult.WU_S_REBOOT_REQUIRED, RebootRequired: true}, wua.EventInstallReboot),
		Entry("any other", wua.Effect{ExitCode: 5}, nil, wua.Installation{Result: wua.Failed, ExitCode: 5, HResult: hresult.WU_E_UH_INSTALLERFAILURE}, wua.EventInstallFailed),
		Entry("it hangs", wua.Effect{Hangs: true}, nil, wua.Installation{Result: wua.Failed, HResult: hresult.WU_E_UH_INSTALLERHUNG}, wua.EventInstallFailed),
		Entry("always a restart", wua.Effect{}, func(x *metadata.Extended) {
			x.InstallationBehavior = &metadata.Behavior{RebootBehavior: "AlwaysRequiresReboot"}
		}, wua.Installation{Result: wua.Succeeded, RebootRequired: true}, wua.EventInstallReboot),
		Entry("a code of the table", wua.Effect{ExitCode: 7}, commandLine, wua.Installation{Result: wua.Succeeded, ExitCode: 7, RebootRequired: true}, wua.EventInstallReboot),
		Entry("a code that is not in the table", wua.Effect{ExitCode: 8}, commandLine, wua.Installation{Result: wua.Failed, ExitCode: 8, HResult: hresult.WU_E_UH_INSTALLERFAILURE}, wua.EventInstallFailed),
	)
	It("of a bundle runs for what is in it", func() {
		w := withBITS(effect(wua.Effect{Now: func(pc *machine.Machine) error { return pc.Registry().CreateKey(`HKLM\SOFTWARE\Part`) }}))
		u := w.found(pack)
		done, err := w.install(u)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Result).To(Equal(wua.Succeeded))
		Expect(w.lastEvent().ExtendedData.MiscData).To(ContainElement("Q=2"))
		Expect(w.found(pack).Installed).To(BeTrue())
	})
	It("removes what can be removed", func() {
		w := withBITS(effect(wua.Effect{Now: func(pc *machine.Machine) error {
			pc.Files().Set("qmgr.dll", machine.FileVersion{Major: 6, Minor: 6})
			return nil
		}}))
		Expect(w.WSUS.Approve(wsus.Approval{UpdateID: guid(patch), Action: wusp.ActionUninstall})).To(Succeed())
		Expect(replaceQMgr(w.PC)).To(Succeed())
		u := w.found(patch)
		h := w.Clock.Hold("remove")
		defer h.Release()
		_, err := w.Uninstall(context.Background(), h, u)
		Expect(codeOf(err)).To(Equal(hresult.WU_E_UH_DOESNOTSUPPORTACTION))
		u.Extended.UninstallBehavior = &metadata.Behavior{}
		done, err := w.Uninstall(context.Background(), h, u)
		Expect(err).NotTo(HaveOccurred())
		Expect(done.Result).To(Equal(wua.Succeeded))
		Expect(w.lastEvent().BasicData.EventID).To(Equal(wua.EventUninstalled))
	})
})

func commandLine(x *metadata.Extended) {
	x.Handler = metadata.CommandLineInstallation
	x.HandlerSpecificData = &metadata.Rule{Name: "HandlerSpecificData", Rules: []*metadata.Rule{{Name: "InstallCommand", Attributes: []metadata.Attribute{{Name: "Program", Value: "patch.exe"}},
		Rules: []*metadata.Rule{rule("ReturnCode", "Code", "7", "Result", "Succeeded", "Reboot", "true")}}}}
}

func (w *world) manager(client *winhttp.Client) *bits.Manager {
	m, err := bits.New(bits.Config{Machine: w.PC, Clock: w.Clock, HTTP: client, Recorder: w.Record, Dir: w.dir})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(m.Close)
	return m
}
