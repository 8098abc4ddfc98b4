package automatic_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua/automatic"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/hresult"
)

// nothing deploys nothing, so that only detections happen.
func nothing(s *setup) { s.approvals = nil }

var _ = Describe("the next detection", func() {
	It("is due 5 to 10 minutes after the service has started for the first time", func() {
		seen := map[time.Duration]bool{}
		for seed := range uint64(20) {
			w := start(func(s *setup) { nothing(s); s.seed = seed })
			Expect(w.Start()).To(Succeed())
			Expect(w.Settle(w.context(), w.hold)).To(Succeed())
			delay := w.Status().NextDetection.Sub(w.begin)
			Expect(delay).To(And(BeNumerically(">=", 5*time.Minute), BeNumerically("<=", 10*time.Minute)))
			seen[delay] = true
		}
		Expect(len(seen)).To(BeNumerically(">", 10))
	})
	DescribeTable("comes after at most the period and at least 0.8 of it", func(hours uint32) {
		seen := map[time.Duration]bool{}
		w := start(nothing)
		if hours != 0 {
			w.policy("DetectionFrequency", hours)
			w.policy("DetectionFrequencyEnabled", 1)
		} else {
			hours = 22
		}
		w.run()
		period := time.Duration(hours) * time.Hour
		for range 20 {
			before := w.detections()
			at := w.Status().NextDetection
			w.until(at.Add(-time.Second).Format("2006-01-02 15:04:05"))
			Expect(w.detections()).To(Equal(before))
			st := w.pass(time.Second)
			Expect(w.detections()).To(Equal(before + 1))
			gap := st.NextDetection.Sub(at)
			Expect(gap).To(And(BeNumerically(">=", period*8/10), BeNumerically("<=", period)))
			seen[gap] = true
		}
		Expect(len(seen)).To(BeNumerically(">", 15))
	},
		Entry("22 hours by default", uint32(0)),
		Entry("DetectionFrequency 1", uint32(1)),
		Entry("DetectionFrequency 12", uint32(12)),
	)
	It("is the same for the same seed", func() {
		times := func(seed uint64) (list []time.Time) {
			w := start(func(s *setup) { nothing(s); s.seed = seed })
			w.run()
			for range 3 {
				list = append(list, w.pass(23*time.Hour).NextDetection)
			}
			return list
		}
		Expect(times(7)).To(Equal(times(7)))
		Expect(times(7)).NotTo(Equal(times(8)))
	})
	It("comes 5 hours after one that failed", func() {
		w := start(func(s *setup) {
			nothing(s)
			s.origin.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 503, "when": map[string]any{"nth": 1}, "path": "/selfupdate/wuident.cab"}}}
		})
		st := w.run()
		Expect(w.events()).To(ContainElement(148))
		Expect(w.number(`\Results\Detect`, "LastError")).To(Equal(uint32(hresult.WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL)))
		Expect(w.value(`\Results\Detect`, "LastSuccessTime")).To(BeEmpty())
		Expect(st.NextDetection.Sub(w.event(148).BasicData.TimeAtTarget.Time)).To(Equal(5 * time.Hour))
		Expect(w.log()).To(ContainSubstring("AU\t  # WARNING: Failed to find updates with error code 80244022"))
		st = w.pass(5 * time.Hour)
		Expect(w.detections()).To(Equal(2))
		Expect(w.number(`\Results\Detect`, "LastError")).To(BeZero())
		Expect(st.NextDetection.Sub(w.Clock.Now())).To(BeNumerically(">", 17*time.Hour))
	})
	It("is kept in the registry, and over a stop of the service", func() {
		w := start(nothing)
		next := w.run().NextDetection
		Expect(w.value("", "LastWaitTimeout")).To(Equal(next.Format("2006.01.02 15:04:05")))
		Expect(w.value("", "NextDetectionTime")).To(Equal(next.Format("2006-01-02 15:04:05")))
		Expect(w.value(`\Results\Detect`, "LastSuccessTime")).To(HavePrefix("2004-10-01 08:0"))
		w.Stop()
		other := automatic.New(w.config)
		Expect(other.Start()).To(Succeed())
		DeferCleanup(other.Stop)
		Expect(other.Settle(w.context(), w.hold)).To(Succeed())
		Expect(other.Status().NextDetection).To(Equal(next))
	})
	It("is due when its time passed while the service did not run, or LastWaitTimeout was deleted", func() {
		w := start(nothing)
		w.run()
		w.Stop()
		w.pass(30 * time.Hour)
		w.run()
		Expect(w.detections()).To(Equal(2))
		w.Stop()
		Expect(w.PC.Registry().DeleteValue(automatic.LocalKey, "LastWaitTimeout")).To(Succeed())
		w.run()
		Expect(w.detections()).To(Equal(3))
	})
	It("comes at once when it is asked for", func() {
		w := start(nothing)
		Expect(codeOf(w.DetectNow())).To(Equal(hresult.WU_E_AU_NOSERVICE))
		Expect(w.Start()).To(Succeed())
		st := w.settle(w.DetectNow())
		Expect(w.Clock.Now()).To(Equal(w.begin))
		Expect(w.detections()).To(Equal(1))
		Expect(st.NextDetection.Sub(w.begin)).To(BeNumerically(">=", 17*time.Hour))
		Expect(w.log()).To(ContainSubstring("AU\tTriggering AU detection through DetectNow API\n"))
	})
	It("shows DetectionStartTime while it runs", func() {
		w := start(func(s *setup) {
			nothing(s)
			s.origin.Behaviours = []fakeserver.Use{{Name: "delay", Params: map[string]any{"duration": "10s", "path": "/selfupdate/wuident.cab"}}}
		})
		Expect(w.Start()).To(Succeed())
		Expect(w.hold.Sleep(w.context(), w.Status().NextDetection.Sub(w.begin)+time.Second)).To(Succeed())
		Expect(w.value("", "DetectionStartTime")).To(HavePrefix("2004.10.01 08:0"))
		w.settle(nil)
		Expect(w.value("", "DetectionStartTime")).To(BeEmpty())
	})
	It("needs no service to be stopped twice, and starts only once", func() {
		w := start(nothing)
		Expect(w.Start()).To(Succeed())
		Expect(w.Start()).To(MatchError(automatic.ErrRunning))
		w.Stop()
		w.Stop()
		Expect(w.Status().Running).To(BeFalse())
		Expect(strings.Count(w.log(), "Uninitializing Automatic Updates")).To(Equal(1))
	})
})

var _ = Describe("the report", func() {
	It("goes 0 to 5 minutes after the first event", func() {
		for seed := range uint64(10) {
			w := start(func(s *setup) { nothing(s); s.seed = seed })
			Expect(w.Start()).To(Succeed())
			w.pass(w.Status().NextDetection.Sub(w.begin))
			if at := w.Status().Report; !at.IsZero() {
				delay := at.Sub(w.Clock.Now())
				Expect(delay).To(And(BeNumerically(">=", 0), BeNumerically("<=", 5*time.Minute)))
				w.pass(delay - time.Second)
				Expect(w.WSUS.Events()).To(BeEmpty())
				w.pass(time.Second)
			}
			Expect(w.WSUS.Events()).To(HaveLen(2))
			Expect(w.Status().Report.IsZero()).To(BeTrue())
		}
	})
	It("can be told to wait 1 to 10 minutes, as the other product note says", func() {
		w := start(func(s *setup) {
			nothing(s)
			s.tuning.ReportDelay = automatic.Span{From: 6 * time.Minute, To: 6 * time.Minute}
		})
		Expect(w.Start()).To(Succeed())
		st := w.settle(w.DetectNow())
		Expect(st.Report.Sub(w.begin)).To(Equal(6 * time.Minute))
	})
	It("goes at once when it is asked for", func() {
		w := start(func(s *setup) { nothing(s); s.tuning.ReportDelay = automatic.Span{From: time.Hour, To: time.Hour} })
		Expect(codeOf(w.ReportNow())).To(Equal(hresult.WU_E_AU_NOSERVICE))
		Expect(w.Start()).To(Succeed())
		w.settle(w.ReportNow())
		w.settle(w.DetectNow())
		Expect(w.WSUS.Events()).To(BeEmpty())
		w.settle(w.ReportNow())
		Expect(w.WSUS.Events()).To(HaveLen(2))
	})
	It("waits when it can't be sent", func() {
		w := start(func(s *setup) {
			nothing(s)
			s.origin.Behaviours = []fakeserver.Use{{Name: "status", Params: map[string]any{"status": 503, "when": map[string]any{"nth": 1}, "path": "/ReportingWebService/ReportingWebService.asmx"}}}
		})
		Expect(w.Start()).To(Succeed())
		w.settle(w.DetectNow())
		w.pass(6 * time.Minute)
		Expect(w.WSUS.Events()).To(BeEmpty())
		Expect(w.log()).To(ContainSubstring("REPORT\tWARNING: Reporter failed to upload events with hr = 80244022"))
		w.pass(5 * time.Hour)
		Expect(w.WSUS.Events()).To(HaveLen(2))
	})
	It("shows another cookie after ResetAuthorization", func() {
		w := start(nothing)
		Expect(codeOf(w.ResetAuthorization())).To(Equal(hresult.WU_E_AU_NOSERVICE))
		w.run()
		Expect(w.Agent.State().Cookie).NotTo(BeNil())
		w.settle(w.ResetAuthorization())
		Expect(w.Agent.State().Cookie).To(BeNil())
	})
})

var _ = Describe("what turns Automatic Updates off and on", func() {
	It("is policy, which is read anew", func() {
		w := start(nil)
		w.policy("NoAutoUpdate", 1)
		st := w.run()
		Expect(st.State).To(Equal(automatic.StateDisabled))
		Expect(st.Wake.IsZero()).To(BeTrue())
		Expect(w.number("", "AUState")).To(Equal(uint32(7)))
		Expect(w.value("", "NextDetectionTime")).To(BeEmpty())
		w.pass(100 * time.Hour)
		Expect(w.detections()).To(BeZero())
		w.settle(w.DetectNow())
		Expect(w.detections()).To(BeZero())
		Expect(w.log()).To(ContainSubstring("AU\tWARNING: AU does not detect: Disabled"))

		w.policy("NoAutoUpdate", 0)
		w.PolicyChanged()
		st = w.settle(nil)
		Expect(st.State).To(Equal(automatic.DetectPending))
		delay := st.NextDetection.Sub(w.Clock.Now())
		Expect(delay).To(And(BeNumerically(">=", 5*time.Minute), BeNumerically("<=", 10*time.Minute)), "KB 326693")
		st = w.pass(10 * time.Minute)
		Expect(w.detections()).To(Equal(2), "one, and one after the download")
		Expect(st.State).To(Equal(automatic.InstallPending))

		w.policy("NoAutoUpdate", 1)
		w.PolicyChanged()
		st = w.settle(nil)
		Expect(st.State).To(Equal(automatic.StateDisabled))
		Expect(st.ScheduledInstall.IsZero()).To(BeTrue())
		w.pass(100 * time.Hour)
		Expect(w.installed(1)).To(BeFalse())
	})
	It("is the user of XP SP1, whom a wizard asks after a day", func() {
		w := start(func(s *setup) { s.profile = "xp-sp1" })
		user := w.logon("alice", true)
		st := w.run()
		Expect(st.State).To(Equal(automatic.WaitingForWizard))
		Expect(w.log()).To(ContainSubstring("AU is not configured yet"))
		st = w.pass(24 * time.Hour)
		Expect(st.State).To(Equal(automatic.WizardPending))
		Expect(w.number("", "AUState")).To(Equal(uint32(1)))
		n, ok := st.Notice(automatic.Setup)
		Expect(ok).To(BeTrue())
		Expect(n.User).To(Equal(user))
		Expect(w.detections()).To(BeZero())
		Expect(w.PC.Registry().Set(automatic.LocalKey, "AUOptions", machine.DWORD(3))).To(Succeed())
		w.PolicyChanged()
		st = w.pass(10 * time.Minute)
		Expect(st.State).To(Equal(automatic.InstallPending))
		Expect(st.Policy.Options).To(Equal(automatic.NotifyBeforeInstall))
	})
	It("writes what counts into the log", func() {
		w := start(nil)
		w.policy("ScheduledInstallDay", 3)
		w.policy("AUOptions", 4)
		w.policy("DetectionFrequency", 99)
		w.policy("DetectionFrequencyEnabled", 1)
		w.policyText("TargetGroup", "Pilots")
		w.root("TargetGroupEnabled", 1)
		w.root("ElevateNonAdmins", 1)
		w.root("DisableWindowsUpdateAccess", 1)
		w.policy("AutoInstallMinorUpdates", 1)
		w.run()
		for _, line := range []string{"AU\t###########  AU: Initializing Automatic Updates  ###########", "AU\t  # WSUS server: http://wsus", "AU\t  # Detection frequency: 22", "AU\t  # Target group: Pilots",
			"AU\t  # Approval type: Scheduled (Policy)", "AU\t  # Scheduled install day/time: Every Tuesday at 3:00", "AU\t  # Auto-install minor updates: Yes (Policy)",
			"AU\t  # Will interact with non-admins (Non-admins are elevated (Policy))", "AGENT\t  * Windows Update access disabled: Yes",
			"AU\tWARNING: DetectionFrequency is 99, which is not 1 to 22; it counts as absent (assumed)"} {
			Expect(strings.Count(w.log(), line+"\n")).To(Equal(1), line)
		}
		w.policy("AUOptions", 2)
		w.PolicyChanged()
		w.settle(nil)
		Expect(w.log()).To(ContainSubstring("AU\t###########  AU: Setting new AU options  ###########"))
		Expect(w.log()).To(ContainSubstring("AU\t  # Approval type: Pre-download notify (Policy)"))
	})
})
