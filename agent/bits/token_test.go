package bits_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("the token of a job's owner", func() {
	made := func(profile string, admin, elevated, uac bool) *bits.Job {
		GinkgoHelper()
		b := newBench(profile, bits.Tuning{})
		a := b.pc.AddUser(machine.Account{Domain: "LAB", User: "carol", Administrator: admin, Elevated: elevated})
		if !uac {
			Expect(b.pc.Registry().Set(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`, "EnableLUA", machine.DWORD(0))).To(Succeed())
		}
		j, err := b.bits.CreateJob("j", bits.Download, a.String())
		Expect(err).NotTo(HaveOccurred())
		return j
	}
	DescribeTable("is told from 3.0 on", func(admin, elevated, uac bool, level machine.IntegrityLevel, high bool) {
		j := made("vista", admin, elevated, uac)
		Expect(j.OwnerIntegrityLevel()).To(Equal(level))
		Expect(j.OwnerElevationState()).To(Equal(high))
	},
		Entry("of a user", false, false, true, machine.IntegrityMedium, false),
		Entry("of a user who cannot elevate", false, true, true, machine.IntegrityMedium, false),
		Entry("of an administrator", true, false, true, machine.IntegrityMedium, false),
		Entry("of an elevated administrator", true, true, true, machine.IntegrityHigh, true),
		Entry("of an administrator without User Account Control", true, false, false, machine.IntegrityHigh, true),
		Entry("of a user without User Account Control", false, false, false, machine.IntegrityMedium, false),
	)

	It("is not there before", func() {
		_, err := made("xp-sp3", true, true, true).OwnerElevationState()
		Expect(err).To(failWith(hresult.E_NOINTERFACE))
	})
})
