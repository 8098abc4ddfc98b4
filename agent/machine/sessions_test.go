package machine_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
)

var _ = Describe("OnSessions", func() {
	It("tells of each logon and logoff that happened, until it is stopped", func() {
		p, err := machine.ProfileByID("xp-sp2")
		Expect(err).NotTo(HaveOccurred())
		pc := machine.New(p, machine.WithUser(machine.Account{Domain: "LAB", User: "alice"}))
		var seen []bool
		stop := pc.OnSessions(func() { seen = append(seen, pc.Interactive(`LAB\alice`)) })
		Expect(pc.Logon(`LAB\alice`, true)).To(Succeed())
		Expect(pc.Logoff(`LAB\alice`)).To(Succeed())
		Expect(pc.Logoff(`LAB\alice`)).NotTo(Succeed())
		Expect(pc.Logon("nobody", true)).NotTo(Succeed())
		Expect(seen).To(Equal([]bool{true, false}))
		stop()
		stop()
		Expect(pc.Logon(`LAB\alice`, true)).To(Succeed())
		Expect(seen).To(HaveLen(2))
	})
})
