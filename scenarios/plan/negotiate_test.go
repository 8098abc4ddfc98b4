package plan_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/scenarios/plan"
)

var _ = Describe("Negotiate", func() {
	It("is read for the PC and for each node", func() {
		f, err := load(`client: {profile: xp, negotiate: {ntlm: wrapped}, bits: {session-proxies: promised}}
servers: {origin: {auth: [negotiate], kerberos: {}, negotiate: {ntlm: false, mech-list-mic: wrong, reject: true}}}
proxies: {corp: {auth: [negotiate], negotiate: {}}}
steps: [{wait: 1s, expect: {wire: [{on: origin, matching: {count: {at-most: 2}, of: {status: 401}}}]}}]
`)
		Expect(err).NotTo(HaveOccurred())
		s := f.Cells[0].Scenario
		Expect(s.Client.Negotiate.NTLM.Value).To(Equal("wrapped"))
		Expect(s.Client.BITS.SessionProxies.Value).To(Equal("promised"))
		origin, corp := s.Server("origin").Negotiate, s.Proxy("corp").Negotiate
		Expect(origin.NTLM).To(HaveField("Set", true))
		Expect(origin.MechListMIC.Value).To(Equal("wrong"))
		Expect(origin.Reject.Value).To(BeTrue())
		Expect(corp.NTLM.Or(true)).To(BeTrue())
		Expect(corp.MechListMIC.Value).To(Equal("when-sent"), "a default")
		matching := s.Steps[0].Expect[0].Wire[0].Matching
		Expect(matching).To(HaveLen(1))
		Expect(matching[0].Of.Status.Value).To(Equal(401))
	})

	DescribeTable("is refused",
		func(text, problem string) {
			_, err := load(text + "\nsteps: [{wait: 1s}]\n")
			Expect(err).To(BeAssignableToTypeOf(&plan.Error{}))
			Expect(err).To(MatchError(ContainSubstring(problem)))
		},
		Entry("when a node takes nothing", "client: {profile: xp}\nservers: {origin: {auth: [negotiate], negotiate: {ntlm: false}}}",
			"x.yaml:7:57: negotiate: neither NTLM nor tickets are taken; hint: add the key kerberos"),
		Entry("for a form that there is not", "client: {profile: xp, negotiate: {ntlm: bare}}", "x.yaml:6:41: "),
		Entry("for proxies that there are not", "client: {profile: xp, bits: {session-proxies: all}}", "x.yaml:6:47: "),
	)

	It("wants a count beside what is counted", func() {
		_, err := load("client: {profile: xp}\nservers: {origin: {}}\nsteps: [{wait: 1s, expect: {wire: [{on: origin, matching: {of: {status: 401}}}]}}]\n")
		Expect(err).To(MatchError(ContainSubstring(`the key "count" is missing in matching`)))
	})
})
