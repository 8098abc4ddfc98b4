package automatic_test

import (
	"context"
	"errors"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/wua/automatic"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver/wsus"
)

// pending runs a PC to where an installation by schedule, at 03:00 and of a minute, has
// asked for a restart.
func pending(change func(*world)) (*world, automatic.Status) {
	w := start(nil)
	w.exit[guid(1)] = 3010
	w.policy("AUOptions", 4)
	if change != nil {
		change(w)
	}
	w.run()
	return w, w.until("2004-10-02 03:00:00")
}

var _ = Describe("the restart after a scheduled installation", func() {
	It("is at once when nobody is logged on, and detected after", func() {
		w, st := pending(nil)
		Expect(st.Restarts).To(Equal(1))
		Expect(w.installed(1)).To(BeTrue(), "what waited for the start is done")
		Expect(w.events()).To(ContainElements(191, 202))
		Expect(w.event(202).BasicData.SourceID).To(Equal(102))
		Expect(w.log()).To(MatchRegexp(`AU\tWARNING: Initiating reboot since no user logged on\n.*AU\tAU invoking RebootSystem \(OnRebootNow\)\n.*MISC\tWARNING: SUS Client is rebooting system.\n`))
		Expect(w.detections()).To(Equal(3), "before and after the download, and after the restart")
		Expect(st.State).To(Equal(automatic.DetectPending))
		Expect(st.Restart.IsZero()).To(BeTrue())
	})
	It("is one for all that need it", func() {
		w := start(func(s *setup) { s.approvals = []wsus.Approval{install(1), install(2)} })
		w.exit[guid(1)], w.exit[guid(2)] = 3010, 3010
		w.run()
		st := w.until("2004-10-02 03:00:00")
		Expect(st.Restarts).To(Equal(1))
		Expect(w.installed(1) && w.installed(2)).To(BeTrue())
	})
	It("warns the users who are logged on for 5 minutes", func() {
		var admin, user string
		w, st := pending(func(w *world) { admin, user = w.logon("alice", true), w.logon("bob", false) })
		at := w.Clock.Now().Add(5 * time.Minute)
		Expect(st.State).To(Equal(automatic.RebootPending))
		Expect(w.number("", "AUState")).To(Equal(uint32(8)))
		Expect(w.PC.Registry().HasKey(automatic.LocalKey + `\RebootRequired`)).To(BeTrue())
		Expect(st.Restart).To(Equal(at))
		Expect(st.Notices).To(ConsistOf(
			automatic.Notice{Kind: automatic.RebootWarning, User: admin, Since: w.Clock.Now(), Restart: at, MayWait: true},
			automatic.Notice{Kind: automatic.RebootWarning, User: user, Since: w.Clock.Now(), Restart: at}))
		Expect(w.event(194).ExtendedData.ReplacementStrings).To(Equal([]string{"5", "\n- Update 1"}))
		Expect(w.event(194).BasicData.SourceID).To(Equal(102))
		Expect(w.log()).To(ContainSubstring("Launched new AU client for directive 'Reboot Warning', session id = 0x0"))
		st = w.pass(5*time.Minute - time.Second)
		Expect(st.Restarts).To(BeZero())
		Expect(w.installed(1)).To(BeFalse())
		st = w.pass(time.Second)
		Expect(st.Restarts).To(Equal(1))
		Expect(w.PC.LoggedOn(admin)).To(BeFalse())
		Expect(w.PC.Registry().HasKey(automatic.LocalKey + `\RebootRequired`)).To(BeFalse())
	})
	It("warns for RebootWarningTimeout", func() {
		w, st := pending(func(w *world) {
			w.logon("bob", false)
			w.policy("RebootWarningTimeout", 30)
			w.policy("RebootWarningTimeoutEnabled", 1)
		})
		Expect(st.Restart.Sub(w.Clock.Now())).To(Equal(30 * time.Minute))
		Expect(w.event(194).ExtendedData.ReplacementStrings[0]).To(Equal("30"))
	})
	It("can be put off by an administrator, who is asked again after RebootRelaunchTimeout", func() {
		var admin, user string
		w, _ := pending(func(w *world) {
			admin, user = w.logon("alice", true), w.logon("bob", false)
			w.policy("RebootRelaunchTimeout", 60)
			w.policy("RebootRelaunchTimeoutEnabled", 1)
		})
		Expect(w.Answer(automatic.Answer{User: user, Response: automatic.Postpone})).To(MatchError(ContainSubstring("cannot put the restart off")))
		st := w.answer(admin, automatic.Postpone)
		Expect(st.Restart.IsZero()).To(BeTrue())
		Expect(st.Notices).To(BeEmpty())
		st = w.pass(60*time.Minute - time.Second)
		Expect(st.Notices).To(BeEmpty())
		st = w.pass(time.Second)
		Expect(st.Restart.Sub(w.Clock.Now())).To(Equal(5 * time.Minute))
		Expect(st.Notices).To(HaveLen(2))
		count := 0
		for _, id := range w.events() {
			if id == 194 {
				count++
			}
		}
		Expect(count).To(Equal(1))
		Expect(w.pass(5 * time.Minute).Restarts).To(Equal(1))
	})
	It("is left to the users with NoAutoRebootWithLoggedOnUsers", func() {
		var user string
		w, st := pending(func(w *world) {
			user = w.logon("bob", false)
			w.policy("NoAutoRebootWithLoggedOnUsers", 1)
		})
		Expect(st.Restart.IsZero()).To(BeTrue())
		Expect(st.Notices).To(ConsistOf(And(HaveField("Kind", automatic.RebootRequired), HaveField("MayWait", true))))
		Expect(w.event(193).ExtendedData.ReplacementStrings).To(Equal([]string{"\n- Update 1"}))
		st = w.answer(user, automatic.Postpone)
		Expect(st.Notices).To(BeEmpty())
		st = w.pass(10 * time.Minute)
		Expect(st.Notices).To(HaveLen(1), "RebootRelaunchTimeout is 10 minutes")
		detections := w.detections()
		st = w.pass(100 * time.Hour)
		Expect(st.Restarts).To(BeZero())
		Expect(w.detections()).To(Equal(detections), "nothing is detected until the restart")
		w.settle(w.DetectNow())
		Expect(w.detections()).To(Equal(detections))
		Expect(w.log()).To(ContainSubstring("AU does not detect until the PC has been restarted"))
		Expect(w.answer(user, automatic.RestartNow).Restarts).To(Equal(1))
		Expect(w.installed(1)).To(BeTrue())
		Expect(w.detections()).To(Equal(detections + 1))
	})
	It("comes when the last user logs off", func() {
		var user string
		w, _ := pending(func(w *world) {
			user = w.logon("bob", false)
			w.policy("NoAutoRebootWithLoggedOnUsers", 1)
		})
		Expect(w.PC.Logoff(user)).To(Succeed())
		Expect(w.settle(nil).Restarts).To(Equal(1))
	})
	It("is tried again when it fails", func() {
		fail := true
		var w *world
		w = start(func(s *setup) {
			s.restart = func(context.Context, clock.Hold) error {
				if fail {
					return errors.New("the PC does not restart")
				}
				return w.Agent.Restarted()
			}
		})
		w.exit[guid(1)] = 3010
		w.run()
		st := w.until("2004-10-02 03:00:00")
		Expect(st.State).To(Equal(automatic.RebootPending))
		Expect(w.log()).To(ContainSubstring("MISC\tWARNING: Failed to reboot system, hr=80004005."))
		fail = false
		Expect(w.pass(10 * time.Minute).Restarts).To(Equal(1))
	})
	It("outlasts a stop of the service, and ends with a restart by somebody else", func() {
		w, _ := pending(func(w *world) { w.logon("bob", false); w.policy("NoAutoRebootWithLoggedOnUsers", 1) })
		w.Stop()
		Expect(w.Start()).To(Succeed())
		Expect(w.settle(nil).State).To(Equal(automatic.RebootPending))
		w.Stop()
		Expect(w.Agent.Restarted()).To(Succeed())
		Expect(w.Start()).To(Succeed())
		st := w.settle(nil)
		Expect(st.State).To(Equal(automatic.DetectPending))
		Expect(w.log()[strings.LastIndex(w.log(), "Initializing"):]).To(ContainSubstring("Search for updates"), "at once")
	})
})

var _ = Describe("the restart after an installation that a user began", func() {
	It("is never forced", func() {
		w := start(nil)
		w.exit[guid(1)] = 3010
		w.policy("AUOptions", 3)
		admin := w.logon("alice", true)
		w.run()
		st := w.answer(admin, automatic.Install)
		Expect(w.events()).To(ContainElements(184, 193))
		Expect(st.Notices).To(ConsistOf(HaveField("Kind", automatic.RebootRequired)))
		Expect(w.PC.Logoff(admin)).To(Succeed())
		st = w.pass(100 * time.Hour)
		Expect(st.Restarts).To(BeZero())
		Expect(st.State).To(Equal(automatic.RebootPending))
	})
})

var _ = Describe("the restart after a deadline", func() {
	It("can't be put off, and asks no policy of scheduled installations", func() {
		w := start(func(s *setup) { s.approvals = []wsus.Approval{deadline(1, time.Hour)} })
		w.exit[guid(1)] = 3010
		w.policy("AUOptions", 3)
		w.policy("NoAutoRebootWithLoggedOnUsers", 1)
		admin := w.logon("alice", true)
		w.run()
		st := w.until("2004-10-01 09:00:00")
		Expect(st.Restart.Sub(w.Clock.Now())).To(Equal(5 * time.Minute))
		Expect(w.Answer(automatic.Answer{User: admin, Response: automatic.Postpone})).To(MatchError(ContainSubstring("cannot put the restart off")))
		Expect(w.pass(5 * time.Minute).Restarts).To(Equal(1))
	})
})
