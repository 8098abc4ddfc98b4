package sms_test

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/fakeserver/smsdp"
	"github.com/wualab/wualab/hresult"
)

// does gives a world whose program has that effect.
func does(e sms.Effect) *world {
	GinkgoHelper()
	return start(func(s *setup) {
		s.client.Programs = func(id, program string) (sms.Effect, bool) { return e, id == tool && program == "install" }
	})
}

var _ = Describe("a program", func() {
	DescribeTable("is judged by its exit code", func(exit int, want sms.Meaning, state sms.Progress, last int) {
		Expect(sms.MeaningOf(exit)).To(Equal(want))
		w := does(sms.Effect{ExitCode: exit})
		a := w.cycle()
		Expect(a.State).To(Equal(state))
		Expect(a.ExitCode).To(Equal(exit))
		Expect(w.reported()).To(Equal([]int{10002, 10005, last}))
	},
		Entry("0", 0, sms.MeansSuccess, sms.Succeeded, 10008),
		Entry("3010", 3010, sms.MeansReboot, sms.RebootPending, 10022),
		Entry("1618", 1618, sms.MeansRetry, sms.Retrying, 10040),
		Entry("1603", 1603, sms.MeansFailure, sms.Failed, 10006),
	)
	It("is run again after 600 s, at most 1008 times", func() {
		w := does(sms.Effect{ExitCode: 1618})
		a := w.cycle()
		Expect(a.NextTry).To(Equal(epoch.Add(600 * time.Second)))
		Expect(w.evaluate()).To(Succeed())
		Expect(w.advertisement(offered).Runs).To(Equal(1), "not yet")
		for range 1008 {
			w.sleep(600 * time.Second)
			Expect(w.evaluate()).To(Succeed())
		}
		a = w.advertisement(offered)
		Expect(a.State).To(Equal(sms.Failed))
		Expect(a.Runs).To(Equal(1009))
		Expect(a.HResult).To(Equal(hresult.FromWin32(1618)))
		Expect(w.reported()).To(Equal([]int{10002, 10005, 10040, 10006}))
	})
	It("changes the PC when it ends, and takes its time", func() {
		w := does(sms.Effect{Takes: time.Hour, Now: func(pc *machine.Machine) error {
			pc.Files().Set("tool.dll", machine.FileVersion{Major: 2})
			return nil
		}})
		Expect(w.cycle().State).To(Equal(sms.Succeeded))
		Expect(w.Clock.Now()).To(Equal(epoch.Add(time.Hour)))
		_, ok := w.PC.Files().Version("tool.dll")
		Expect(ok).To(BeTrue())
	})
	It("that fails at that has failed", func() {
		w := does(sms.Effect{Now: func(*machine.Machine) error { return fmt.Errorf("no") }})
		Expect(w.cycle()).To(And(HaveField("State", sms.Failed), HaveField("HResult", hresult.E_FAIL)))
	})
	It("is waited for no longer than it may take", func() {
		for _, e := range []sms.Effect{{Hangs: true}, {Takes: 13 * time.Hour}} {
			w := does(e)
			Expect(w.cycle()).To(And(HaveField("State", sms.Failed), HaveField("HResult", hresult.WAIT_TIMEOUT)))
			Expect(w.Clock.Now()).To(Equal(epoch.Add(12 * time.Hour)))
		}
		w := start(func(s *setup) {
			s.site.Packages[0].Programs[0].MaxRunTime = 15 * time.Minute
			s.client.Programs = func(string, string) (sms.Effect, bool) { return sms.Effect{Hangs: true}, true }
		})
		w.cycle()
		Expect(w.Clock.Now()).To(Equal(epoch.Add(15 * time.Minute)))
	})
	It("that is not there cannot be started", func() {
		w := start(func(s *setup) {
			s.client.Programs = func(string, string) (sms.Effect, bool) { return sms.Effect{}, false }
		})
		Expect(w.cycle()).To(And(HaveField("State", sms.Failed), HaveField("HResult", hresult.ERROR_FILE_NOT_FOUND), HaveField("Runs", 0)))
		Expect(w.reported()).To(Equal([]int{10002, 10003}))
	})
	It("that is not mandatory waits for the user", func() {
		w := start(func(s *setup) { s.site.Advertisements[0].Mandatory = false })
		Expect(w.cycle().State).To(Equal(sms.Available))
		Expect(w.requests("dp1")).To(BeEmpty())
		Expect(w.run(offered)).To(Succeed())
		Expect(w.advertisement(offered).State).To(Equal(sms.Succeeded))
		Expect(w.run(offered)).To(Succeed(), "and again")
		Expect(w.reported()).To(Equal([]int{10002, 10005, 10008, 10005, 10008}))
		code, _ := hresult.Of(w.run("LAB2FFFF"))
		Expect(code).To(Equal(hresult.ERROR_NOT_FOUND))
	})
	It("whose advertisement has expired does not run", func() {
		w := start(func(s *setup) { s.site.Advertisements[0].Expires = epoch.Add(time.Hour) })
		w.sleep(time.Hour)
		Expect(w.cycle()).To(HaveField("State", sms.Failed))
		Expect(w.reported()).To(Equal([]int{10002, 10019}))
	})
	It("that asked for a restart has succeeded after it", func() {
		w := does(sms.Effect{ExitCode: 1641})
		w.cycle()
		w.Restarted()
		Expect(w.advertisement(offered).State).To(Equal(sms.Succeeded))
		Expect(w.poll()).To(Succeed())
		Expect(w.reported()).To(Equal([]int{10002, 10005, 10022, 10008}))
		w.Restarted()
		Expect(w.poll()).To(Succeed())
		Expect(w.reported()).To(HaveLen(4))
	})
	It("of a package that is in the cache needs no distribution point", func() {
		w := start(nil)
		w.cycle()
		Expect(w.Points["dp1"].Close()).To(Succeed())
		Expect(w.Site.Advertise(smsdp.Advertisement{ID: "LAB20001", Package: tool, Program: "install", Mandatory: true})).To(Succeed())
		w.cycle()
		Expect(w.advertisement("LAB20001").State).To(Equal(sms.Succeeded))
	})
})
