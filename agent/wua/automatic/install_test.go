package automatic_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/wua/automatic"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

func codeOf(err error) hresult.HRESULT {
	code, _ := hresult.Of(err)
	return code
}

// answer has a user answer, and the service act on it.
func (w *world) answer(user string, r automatic.Response) automatic.Status {
	GinkgoHelper()
	return w.settle(w.Answer(automatic.Answer{User: user, Response: r}))
}

var _ = Describe("notify before download", func() {
	It("asks an administrator, and again before it installs", func() {
		w := start(nil)
		w.policy("AUOptions", 2)
		st := w.run()
		Expect(st.State).To(Equal(automatic.DownloadPending))
		Expect(w.number("", "AUState")).To(Equal(uint32(3)))
		Expect(st.Notices).To(BeEmpty(), "nobody is logged on")
		Expect(w.detections()).To(Equal(1))
		admin, other := w.logon("alice", true), w.logon("bob", false)
		st = w.settle(nil)
		Expect(st.Notices).To(ConsistOf(HaveField("User", admin)))
		Expect(w.log()).To(ContainSubstring("Launched new AU client for directive 'Download Approval', session id = 0x0"))
		Expect(w.Answer(automatic.Answer{User: other, Response: automatic.Download})).To(MatchError(ContainSubstring("sees no notice")))
		Expect(w.Answer(automatic.Answer{User: admin, Response: automatic.Install})).To(MatchError(ContainSubstring("does not take the answer")))
		Expect(w.Answer(automatic.Answer{User: "carol", Response: automatic.Install})).NotTo(Succeed())
		st = w.answer(admin, automatic.Download)
		Expect(st.State).To(Equal(automatic.InstallPending))
		Expect(w.events()).To(ContainElements(162, 189))
		ready := w.event(189)
		Expect(ready.BasicData.SourceID).To(Equal(102))
		Expect(ready.BasicData.AppName).To(Equal("AutomaticUpdates"))
		Expect(ready.ExtendedData.ReplacementStrings).To(Equal([]string{"\n- Update 1"}))
		Expect(w.detections()).To(Equal(2), "whether it is still approved")
		w.pass(100 * time.Hour)
		Expect(w.installed(1)).To(BeFalse(), "there is no schedule")
		st = w.answer(admin, automatic.Install)
		Expect(w.installed(1)).To(BeTrue())
		Expect(w.events()).To(ContainElement(183), "a user began it")
		Expect(st.State).To(Equal(automatic.InstallComplete))
		Expect(w.value(`\Results\Install`, "LastSuccessTime")).To(Equal(w.Clock.Now().Format("2006-01-02 15:04:05")))
	})
	It("asks everybody where policy elevates them, and nobody without access", func() {
		w := start(nil)
		w.policy("AUOptions", 2)
		user := w.logon("bob", false)
		Expect(w.run().Notices).To(BeEmpty())
		w.root("ElevateNonAdmins", 1)
		w.PolicyChanged()
		Expect(w.settle(nil).Notices).To(ConsistOf(And(HaveField("User", user), HaveField("Kind", automatic.DownloadApproval))))
		w.root("DisableWindowsUpdateAccess", 1)
		w.PolicyChanged()
		Expect(w.settle(nil).Notices).To(BeEmpty())
	})
})

var _ = Describe("download and notify", func() {
	It("downloads by itself and leaves the installation to a user", func() {
		w := start(nil)
		w.policy("AUOptions", 3)
		admin := w.logon("alice", true)
		st := w.run()
		Expect(st.State).To(Equal(automatic.InstallPending))
		Expect(st.ScheduledInstall.IsZero()).To(BeTrue())
		Expect(st.Updates).To(ConsistOf(And(HaveField("Title", "Update 1"), HaveField("Ready", true))))
		Expect(st.Notices).To(ConsistOf(And(HaveField("User", admin), HaveField("Kind", automatic.InstallApproval))))
		Expect(w.value(`\Results\Download`, "LastSuccessTime")).NotTo(BeEmpty())
		w.pass(100 * time.Hour)
		Expect(w.installed(1)).To(BeFalse())
		Expect(w.events()).To(ContainElement(189))
		Expect(w.events()).NotTo(ContainElement(188))
		count := 0
		for _, id := range w.events() {
			if id == 189 {
				count++
			}
		}
		Expect(count).To(Equal(1), "later detections find the same")
	})
	It("tries a download that failed again with the next detection", func() {
		w := start(func(s *setup) {
			s.origin.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 403, "when": map[string]any{"nth": 1}, "path": "/Content/**"}}}
		})
		w.policy("AUOptions", 3)
		st := w.run()
		Expect(w.events()).To(ContainElement(161))
		Expect(st.State).To(Equal(automatic.DetectPending))
		Expect(w.number(`\Results\Download`, "LastError")).NotTo(BeZero())
		st = w.pass(22 * time.Hour)
		Expect(st.State).To(Equal(automatic.InstallPending))
		Expect(w.number(`\Results\Download`, "LastError")).To(BeZero())
	})
	It("drops what is no longer approved when the download is done", func() {
		w := start(func(s *setup) {
			s.origin.Behaviours = []fakeserver.Use{{Name: "delay", Params: map[string]any{"duration": "10s", "path": "/Content/**"}}}
		})
		w.policy("AUOptions", 3)
		Expect(w.Start()).To(Succeed())
		Expect(w.hold.Sleep(w.context(), w.Status().NextDetection.Sub(w.begin)+time.Second)).To(Succeed())
		Expect(w.Status().State).To(Equal(automatic.Downloading))
		Expect(w.number("", "AUState")).To(Equal(uint32(4)))
		Expect(w.WSUS.Approve(wsus.Approval{UpdateID: guid(1), Action: wusp.ActionBlock, Changed: w.Clock.Now()})).To(Succeed())
		st := w.settle(nil)
		Expect(st.Updates).To(BeEmpty())
		Expect(st.State).To(Equal(automatic.DetectPending))
	})
	It("leaves what is not assigned to users who ask for it", func() {
		no := false
		w := start(func(s *setup) {
			s.approvals = append(s.approvals, wsus.Approval{UpdateID: guid(2), Action: wusp.ActionInstall, IsAssigned: &no})
		})
		st := w.run()
		Expect(st.Updates).To(ConsistOf(HaveField("Title", "Update 1")))
	})
})

var _ = Describe("scheduled installation", func() {
	It("downloads, tells the time, and installs then", func() {
		w := start(nil)
		st := w.run()
		Expect(st.State).To(Equal(automatic.InstallPending))
		Expect(st.ScheduledInstall).To(Equal(time.Date(2004, 10, 2, 3, 0, 0, 0, time.UTC)))
		Expect(w.value("", "ScheduledInstallDate")).To(Equal("2004-10-02 03:00:00"))
		Expect(w.log()).To(ContainSubstring("AU\tSetting AU scheduled install time to 2004-10-02 03:00:00\n"))
		ready := w.event(188)
		Expect(ready.BasicData.SourceID).To(Equal(102))
		Expect(ready.ExtendedData.ReplacementStrings).To(Equal([]string{"2 October 2004", "03:00", "\n- Update 1"}))
		w.until("2004-10-02 02:59:59")
		Expect(w.installed(1)).To(BeFalse())
		st = w.until("2004-10-02 03:00:00")
		Expect(w.installed(1)).To(BeTrue())
		Expect(w.event(190).BasicData.SourceID).To(Equal(102))
		Expect(w.event(190).BasicData.UpdateID.UpdateID).To(Equal(guid(1)))
		Expect(st.State).To(Equal(automatic.InstallComplete))
		Expect(w.number("", "AUState")).To(Equal(uint32(6)))
		Expect(w.value("", "ScheduledInstallDate")).To(BeEmpty())
	})
	DescribeTable("at the day and hour of policy", func(day, hour uint32, want string) {
		w := start(nil)
		w.policy("AUOptions", 4)
		w.policy("ScheduledInstallDay", day)
		w.policy("ScheduledInstallTime", hour)
		Expect(w.run().ScheduledInstall.Format("Mon 2006-01-02 15:04")).To(Equal(want))
	},
		Entry("every day at 0", uint32(0), uint32(0), "Sat 2004-10-02 00:00"),
		Entry("every day later today", uint32(0), uint32(23), "Fri 2004-10-01 23:00"),
		Entry("Sunday", uint32(1), uint32(3), "Sun 2004-10-03 03:00"),
		Entry("Monday", uint32(2), uint32(3), "Mon 2004-10-04 03:00"),
		Entry("Tuesday", uint32(3), uint32(3), "Tue 2004-10-05 03:00"),
		Entry("Wednesday", uint32(4), uint32(3), "Wed 2004-10-06 03:00"),
		Entry("Thursday", uint32(5), uint32(3), "Thu 2004-10-07 03:00"),
		Entry("Friday, which has passed", uint32(6), uint32(3), "Fri 2004-10-08 03:00"),
		Entry("Friday, later today", uint32(6), uint32(12), "Fri 2004-10-01 12:00"),
		Entry("Saturday", uint32(7), uint32(3), "Sat 2004-10-02 03:00"),
	)
	It("follows a policy that changes, and a user who does not wait", func() {
		w := start(nil)
		w.policy("AUOptions", 4)
		admin := w.logon("alice", true)
		w.run()
		w.policy("ScheduledInstallTime", 12)
		w.PolicyChanged()
		st := w.settle(nil)
		Expect(st.ScheduledInstall.Format("15:04")).To(Equal("12:00"))
		w.policy("AUOptions", 3)
		w.PolicyChanged()
		Expect(w.settle(nil).ScheduledInstall.IsZero()).To(BeTrue())
		w.policy("AUOptions", 4)
		w.PolicyChanged()
		st = w.answer(admin, automatic.Install)
		Expect(w.installed(1)).To(BeTrue())
		Expect(w.events()).To(ContainElement(183))
		Expect(st.ScheduledInstall.IsZero()).To(BeTrue())
	})
	DescribeTable("whose time passed while the service did not run", func(change func(*world), want string) {
		w := start(nil)
		w.policy("AUOptions", 4)
		if change != nil {
			change(w)
		}
		w.run()
		w.Stop()
		w.until("2004-10-03 12:00:00")
		Expect(w.Start()).To(Succeed())
		Expect(w.settle(nil).ScheduledInstall.Format("2006-01-02 15:04")).To(Equal(want))
		w.until(want + ":00")
		Expect(w.installed(1)).To(BeTrue())
	},
		Entry("a minute after the start by default", nil, "2004-10-03 12:01"),
		Entry("RescheduleWaitTime", func(w *world) { w.policy("RescheduleWaitTime", 30); w.policy("RescheduleWaitTimeEnabled", 1) }, "2004-10-03 12:30"),
		Entry("RescheduleWaitTime disabled: the next time", func(w *world) { w.policy("RescheduleWaitTimeEnabled", 0) }, "2004-10-04 03:00"),
	)
	It("fails with its event, and is tried again after a detection", func() {
		w := start(nil)
		w.exit[guid(1)] = 5
		w.run()
		st := w.until("2004-10-02 03:01:00")
		Expect(w.installed(1)).To(BeFalse())
		Expect(w.event(195).BasicData.SourceID).To(Equal(102))
		Expect(w.number(`\Results\Install`, "LastError")).To(Equal(uint32(hresult.WU_E_UH_INSTALLERFAILURE)))
		Expect(st.Updates).To(BeEmpty())
		w.exit[guid(1)] = 0
		st = w.pass(22 * time.Hour)
		Expect(w.installed(1)).To(BeFalse())
		Expect(st.State).To(Equal(automatic.InstallPending))
		w.pass(24 * time.Hour)
		Expect(w.installed(1)).To(BeTrue())
	})
	It("removes what is approved for removal", func() {
		w := start(func(s *setup) {
			s.approvals = []wsus.Approval{{UpdateID: guid(1), Action: wusp.ActionUninstall}}
			s.updates = []wsus.Update{patchOf(1, func(u *metadata.Update) { u.UninstallBehavior = &metadata.Behavior{} })}
		})
		Expect(w.PC.Registry().CreateKey(`HKLM\SOFTWARE\Patch1`)).To(Succeed())
		w.run()
		Expect(w.event(188).ExtendedData.ReplacementStrings).To(HaveLen(3))
		w.until("2004-10-02 03:00:00")
		Expect(w.installed(1)).To(BeFalse())
		Expect(w.events()).To(ContainElement(222))
		Expect(w.events()).NotTo(ContainElement(162), "there is nothing to download")
	})
	It("installs minor updates at once where policy says so", func() {
		minor := func(s *setup) {
			s.updates = []wsus.Update{patchOf(1, func(u *metadata.Update) {
				u.InstallationBehavior = &metadata.Behavior{Impact: "Minor", RebootBehavior: "NeverReboots"}
			}), patchOf(2, func(u *metadata.Update) { u.InstallationBehavior = &metadata.Behavior{RebootBehavior: "NeverReboots"} })}
			s.approvals = []wsus.Approval{install(1), install(2)}
		}
		w := start(minor)
		w.run()
		Expect(w.installed(1)).To(BeFalse(), "they are as others")
		w = start(minor)
		w.policy("AutoInstallMinorUpdates", 1)
		st := w.run()
		Expect(w.installed(1)).To(BeTrue())
		Expect(w.events()).To(ContainElement(190))
		Expect(st.Updates).To(ConsistOf(HaveField("Title", "Update 2")))
		Expect(st.ScheduledInstall.IsZero()).To(BeFalse())
	})
})

// deadline approves an update with a deadline after the world's begin.
func deadline(n int, after time.Duration) wsus.Approval {
	return wsus.Approval{UpdateID: guid(n), Action: wusp.ActionInstall, Deadline: time.Date(2004, 10, 1, 8, 0, 0, 0, time.UTC).Add(after)}
}

var _ = Describe("a deadline", func() {
	DescribeTable("is kept whatever the options are", func(options uint32) {
		w := start(func(s *setup) { s.approvals = []wsus.Approval{deadline(1, 3*time.Hour), install(2)} })
		w.policy("AUOptions", options)
		st := w.run()
		Expect(st.Updates[0].Deadline).To(Equal(w.begin.Add(3 * time.Hour)))
		w.until("2004-10-01 10:59:59")
		Expect(w.installed(1)).To(BeFalse())
		w.until("2004-10-01 11:00:00")
		Expect(w.installed(1)).To(BeTrue())
		Expect(w.events()).To(ContainElement(190))
		Expect(w.installed(2)).To(BeFalse(), "it has none")
	},
		Entry("notify before download", uint32(2)),
		Entry("download and notify", uint32(3)),
		Entry("scheduled", uint32(4)),
	)
	It("that has passed is kept as soon as it is known", func() {
		w := start(func(s *setup) { s.approvals = []wsus.Approval{deadline(1, -time.Hour)} })
		w.policy("AUOptions", 2)
		w.run()
		Expect(w.installed(1)).To(BeTrue())
	})
	It("comes after the time of the schedule", func() {
		w := start(func(s *setup) { s.approvals = []wsus.Approval{deadline(1, 48*time.Hour)} })
		w.run()
		w.until("2004-10-02 03:00:00")
		Expect(w.installed(1)).To(BeTrue())
	})
	It("is waited for when the download fails, until the next detection", func() {
		w := start(func(s *setup) {
			s.approvals = []wsus.Approval{deadline(1, time.Hour)}
			s.origin.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 403, "when": map[string]any{"nth": 1}, "path": "/Content/**"}}}
		})
		w.policy("AUOptions", 3)
		w.run()
		w.pass(2 * time.Hour)
		Expect(w.installed(1)).To(BeFalse())
		w.pass(22 * time.Hour)
		Expect(w.installed(1)).To(BeTrue())
	})
})

var _ = Describe("shutting down", func() {
	It("offers to install what is ready, unless policy forbids it", func() {
		w := start(nil)
		w.policy("AUOptions", 3)
		Expect(w.InstallsAtShutdown()).To(BeFalse())
		Expect(codeOf(w.InstallAtShutdown(w.context(), w.hold))).To(Equal(hresult.WU_E_AU_NOSERVICE))
		w.run()
		Expect(w.InstallsAtShutdown()).To(BeTrue())
		w.policy("NoAUShutdownOption", 1)
		Expect(w.InstallsAtShutdown()).To(BeFalse())
		Expect(w.InstallAtShutdown(w.context(), w.hold)).To(MatchError(automatic.ErrNothingToInstall))
		Expect(w.Status().Running).To(BeTrue())
		w.policy("NoAUShutdownOption", 0)
		Expect(w.InstallAtShutdown(w.context(), w.hold)).To(Succeed())
		Expect(w.installed(1)).To(BeTrue())
		Expect(w.event(197).BasicData.SourceID).To(Equal(102))
		Expect(w.Status().Running).To(BeFalse())
	})
	It("is a restart for what needs one", func() {
		w := start(nil)
		w.exit[guid(1)] = 3010
		w.policy("AUOptions", 3)
		w.run()
		Expect(w.InstallAtShutdown(w.context(), w.hold)).To(Succeed())
		Expect(w.events()).To(ContainElement(199))
		Expect(w.Agent.Restarted()).To(Succeed())
		st := w.run()
		Expect(w.installed(1)).To(BeTrue())
		Expect(st.State).To(Equal(automatic.DetectPending))
		Expect(w.events()).To(ContainElement(202))
	})
	It("reports an installer that fails", func() {
		w := start(nil)
		w.exit[guid(1)] = 5
		w.policy("AUOptions", 3)
		w.run()
		Expect(w.InstallAtShutdown(w.context(), w.hold)).To(Succeed())
		Expect(w.events()).To(ContainElement(198))
	})
})

var _ = Describe("Await", func() {
	It("lets time pass until the status fits, or the time is over", func() {
		w := start(nil)
		Expect(w.Start()).To(Succeed())
		st, err := w.Await(w.context(), w.hold, time.Hour, func(st automatic.Status) bool { return st.State == automatic.InstallPending })
		Expect(err).NotTo(HaveOccurred())
		Expect(st.State).To(Equal(automatic.InstallPending))
		Expect(w.Clock.Now().Sub(w.begin)).To(BeNumerically("<", 11*time.Minute))
		_, err = w.Await(w.context(), w.hold, time.Hour, func(automatic.Status) bool { return false })
		Expect(err).To(MatchError(automatic.ErrNotReached))
		ctx, cancel := context.WithCancel(w.context())
		cancel()
		_, err = w.Await(ctx, w.hold, time.Hour, func(automatic.Status) bool { return false })
		Expect(err).To(MatchError(context.Canceled))
	})
	It("ends with the service, also in the middle of a detection", func() {
		w := start(func(s *setup) {
			s.origin.Behaviours = []fakeserver.Use{{Name: "delay", Params: map[string]any{"duration": "1h", "path": "/selfupdate/wuident.cab"}}}
		})
		Expect(w.Start()).To(Succeed())
		next := w.Status().NextDetection
		Expect(w.hold.Sleep(w.context(), next.Sub(w.begin)+time.Second)).To(Succeed())
		w.Stop()
		Expect(w.Settle(w.context(), w.hold)).To(Succeed())
		Expect(w.number(`\Results\Detect`, "LastError")).To(BeZero())
	})
})
