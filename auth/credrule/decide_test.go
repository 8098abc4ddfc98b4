package credrule_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/credrule"
)

var (
	bits12 = credrule.Version{Major: 1, Minor: 2}
	bits15 = credrule.Version{Major: 1, Minor: 5}
	bits20 = credrule.Version{Major: 2, Minor: 0}
	bits30 = credrule.Version{Major: 3, Minor: 0}
)

type set = credrule.Credentials

var _ = Describe("Decide", func() {
	ntlmProxy := func(v credrule.Version) credrule.Input {
		return credrule.Input{BITS: v, Target: credrule.Proxy, Offered: []credrule.Scheme{credrule.NTLM}}
	}

	Describe("the story of KB 842309", func() {
		It("refuses a proxy on BITS 2.0 at level 0 and says by which values", func() {
			d := credrule.Decide(ntlmProxy(bits20))
			Expect(d.Send).To(BeFalse())
			Expect(d.Rule).To(Equal("uselmcompat-1"))
			Expect(d.Words).To(Equal("BITS 2.0 keeps the logon credentials from the proxy: UseLMCompat is absent (which means 1), " +
				"LmCompatibilityLevel is 0, below 2, and the program did not call SetCredentials."))
			Expect(d.Source).To(ContainSubstring("KB 842309"))
			Expect(d.Documented).To(BeTrue())
			Expect(d.Remedies).To(ConsistOf(ContainSubstring("SetCredentials with NULL"), ContainSubstring("UseLMCompat to 0"),
				ContainSubstring("LmCompatibilityLevel to 2")))
		})
		It("is cured by SetCredentials with NULL", func() {
			in := ntlmProxy(bits20)
			in.Credentials = set{{Target: credrule.Proxy, Scheme: credrule.NTLM}: credrule.Implicit}
			Expect(credrule.Decide(in)).To(And(
				HaveField("Kind", credrule.LogonCredentials), HaveField("Scheme", credrule.NTLM),
				HaveField("Rule", "setcredentials-implicit"), HaveField("Documented", true)))
		})
		It("is worked around by UseLMCompat 0", func() {
			in := ntlmProxy(bits20)
			in.UseLMCompat = credrule.LMCompat(0)
			Expect(credrule.Decide(in)).To(And(HaveField("Send", true), HaveField("Rule", "uselmcompat-0")))
		})
		It("ends at level 2", func() {
			in := ntlmProxy(bits20)
			in.LmCompatibilityLevel = 2
			Expect(credrule.Decide(in)).To(And(HaveField("Send", true), HaveField("Rule", "uselmcompat-1-level-ok")))
		})
		It("spares the proxy on BITS 1.5, but not the server", func() {
			in := ntlmProxy(bits15)
			Expect(credrule.Decide(in)).To(HaveField("Rule", "bits15-proxy-exception"))
			in.Target = credrule.Server
			Expect(credrule.Decide(in)).To(HaveField("Rule", "uselmcompat-1"))
		})
		It("does not touch BITS 1.2", func() {
			Expect(credrule.Decide(ntlmProxy(bits12))).To(HaveField("Rule", "bits1x-always"))
		})
	})

	It("lets an explicit entry of the server stand against the proxy's implicit one", func() {
		in := ntlmProxy(bits20)
		in.Target = credrule.Server
		in.Credentials = set{{Target: credrule.Proxy, Scheme: credrule.Negotiate}: credrule.Implicit}
		Expect(credrule.Decide(in)).To(HaveField("Rule", "proxy-implicit-covers-server"))
		in.Credentials[credrule.Entry{Target: credrule.Server, Scheme: credrule.Basic}] = credrule.Explicit
		Expect(credrule.Decide(in)).To(And(HaveField("Rule", "uselmcompat-1"), HaveField("Documented", false)))
	})

	It("names what was set and what is offered when they do not meet", func() {
		in := ntlmProxy(bits30)
		in.Offered = []credrule.Scheme{credrule.Basic}
		in.Credentials = set{
			{Target: credrule.Proxy, Scheme: credrule.NTLM}:   credrule.Explicit,
			{Target: credrule.Proxy, Scheme: credrule.Digest}: credrule.Explicit,
		}
		d := credrule.Decide(in)
		Expect(d.Rule).To(Equal("explicit-scheme-not-offered"))
		Expect(d.Assumptions).To(ConsistOf(ContainSubstring("no other")))
		Expect(d.Words).To(ContainSubstring("for the proxy and Digest, NTLM, but the challenge offers Basic only"))
	})

	It("tells that SetCredentials does not exist before BITS 1.5", func() {
		in := ntlmProxy(bits12)
		in.Offered = []credrule.Scheme{credrule.Basic}
		in.Credentials = set{{Target: credrule.Proxy, Scheme: credrule.Basic}: credrule.Explicit}
		d := credrule.Decide(in)
		Expect(d.Rule).To(Equal("bits1x-no-setcredentials"))
		Expect(d.Words).To(HaveSuffix("What SetCredentials was given has no effect: BITS 1.2 does not have the method."))
		Expect(d.Remedies).NotTo(ContainElement(ContainSubstring("URL")), "a proxy's Basic cannot be answered from the URL")
	})

	It("gives the URL's credentials to the server only, and to Basic only", func() {
		in := credrule.Input{BITS: bits20, Target: credrule.Server, Offered: []credrule.Scheme{credrule.Basic}, URLCredentials: true}
		Expect(credrule.Decide(in)).To(And(HaveField("Kind", credrule.URLEmbedded), HaveField("Scheme", credrule.Basic)))
		in.Target = credrule.Proxy
		Expect(credrule.Decide(in)).To(HaveField("Rule", "scheme-needs-explicit"))
		in.Target, in.Offered = credrule.Server, []credrule.Scheme{credrule.Digest}
		Expect(credrule.Decide(in)).To(HaveField("Rule", "scheme-needs-explicit"))
	})

	DescribeTable("names its assumptions", func(change func(*credrule.Input), sentence string) {
		in := ntlmProxy(bits20)
		change(&in)
		d := credrule.Decide(in)
		Expect(d.Documented).To(BeFalse())
		Expect(d.Assumptions).To(ConsistOf(ContainSubstring(sentence)))
	},
		Entry("an unknown UseLMCompat", func(in *credrule.Input) { in.UseLMCompat = credrule.LMCompat(7) }, "UseLMCompat value that this BITS version does not know"),
		Entry("an unknown UseLMCompat that refuses anyway", func(in *credrule.Input) {
			in.BITS, in.UseLMCompat = credrule.Version{Major: 10}, credrule.LMCompat(3)
		}, "UseLMCompat value that this BITS version does not know"),
		Entry("a level above 5", func(in *credrule.Input) { in.LmCompatibilityLevel = 6 }, "above 5"),
		Entry("the exception of BITS 1.5 with a value set", func(in *credrule.Input) { in.BITS, in.UseLMCompat = bits15, credrule.LMCompat(1) }, "also when UseLMCompat is present"),
		Entry("credentials for the other target", func(in *credrule.Input) {
			in.Credentials = set{{Target: credrule.Server, Scheme: credrule.NTLM}: credrule.Implicit}
		}, "another target"),
		Entry("the choice between explicit ones", func(in *credrule.Input) {
			in.Offered = []credrule.Scheme{credrule.Basic, credrule.NTLM}
			in.Credentials = set{
				{Target: credrule.Proxy, Scheme: credrule.NTLM}: credrule.Explicit, {Target: credrule.Proxy, Scheme: credrule.Basic}: credrule.Explicit}
		}, "takes the first of"),
		Entry("explicit before implicit", func(in *credrule.Input) {
			in.Offered = []credrule.Scheme{credrule.Basic, credrule.NTLM}
			in.Credentials = set{
				{Target: credrule.Proxy, Scheme: credrule.NTLM}: credrule.Implicit, {Target: credrule.Proxy, Scheme: credrule.Basic}: credrule.Explicit}
		}, "Explicit credentials come before implicit ones"),
		Entry("the URL before logon credentials", func(in *credrule.Input) {
			in.Target, in.URLCredentials, in.Offered = credrule.Server, true, []credrule.Scheme{credrule.Basic, credrule.NTLM}
		}, "Credentials in the URL come before"),
		Entry("passing over a scheme that is not supported", func(in *credrule.Input) {
			in.Target, in.Offered, in.OS, in.ProxyScheme = credrule.Server, []credrule.Scheme{credrule.Negotiate, credrule.NTLM}, credrule.XP, credrule.Basic
			in.UseLMCompat = credrule.LMCompat(0)
		}, "passed over"),
	)

	It("gives no effect to implicit credentials for Basic, which SetCredentials refuses", func() {
		in := ntlmProxy(bits20)
		in.Credentials = set{{Target: credrule.Proxy, Scheme: credrule.Basic}: credrule.Implicit}
		Expect(credrule.Decide(in)).To(HaveField("Rule", "uselmcompat-1"))
	})

	It("is total: nonsense gets a decision too", func() {
		d := credrule.Decide(credrule.Input{Target: 9, Offered: []credrule.Scheme{-1, 0, 99}, LmCompatibilityLevel: -3})
		Expect(d).To(And(HaveField("Rule", "nothing-offered"), HaveField("Send", false)))
		d = credrule.Decide(credrule.Input{BITS: credrule.Version{Major: 99}, Offered: []credrule.Scheme{credrule.NTLM}})
		Expect(d.Rule).To(Equal("uselmcompat-2"), "a later version is like the last known one")
	})

	It("leaves its input alone and goes into JSON", func() {
		in := ntlmProxy(bits20)
		in.Credentials = set{{Target: credrule.Proxy, Scheme: credrule.NTLM}: credrule.Explicit}
		in.Offered = []credrule.Scheme{credrule.Basic, credrule.NTLM}
		text, err := json.Marshal(in)
		Expect(err).NotTo(HaveOccurred())
		credrule.Decide(in)
		Expect(json.Marshal(in)).To(MatchJSON(text))
		var back credrule.Input
		Expect(json.Unmarshal(text, &back)).To(Succeed())
		Expect(back).To(Equal(in))
		Expect(string(text)).To(ContainSubstring(`"Credentials":{"proxy/NTLM":"explicit"}`))
	})
})

var _ = Describe("a saved decision", func() {
	It("is read back as it was, answered or not", func() {
		for _, compat := range []credrule.UseLMCompat{{}, credrule.LMCompat(0)} {
			d := credrule.Decide(credrule.Input{BITS: bits20, Target: credrule.Server, UseLMCompat: compat, Offered: []credrule.Scheme{credrule.NTLM}})
			text, err := json.Marshal(d)
			Expect(err).NotTo(HaveOccurred())
			var back credrule.Decision
			Expect(json.Unmarshal(text, &back)).To(Succeed())
			Expect(back).To(Equal(d))
		}
	})
	It("is refused when a name is wrong", func() {
		var d credrule.Decision
		Expect(json.Unmarshal([]byte(`{"Scheme": "NTML"}`), &d)).To(MatchError(ContainSubstring("want one of Basic")))
		var e credrule.Entry
		Expect(e.UnmarshalText([]byte("proxy"))).To(MatchError(ContainSubstring("unknown scheme")))
		Expect(e.UnmarshalText([]byte("prxy/NTLM"))).To(MatchError(ContainSubstring("unknown target")))
	})
})

var _ = Describe("the limits of schemes", func() {
	DescribeTable("refuse", func(in credrule.Input, rule string) {
		in.BITS = credrule.Version{Major: 2, Minor: 5}
		in.Credentials = set{}
		for s := credrule.Basic; s <= credrule.Passport; s++ {
			in.Credentials[credrule.Entry{Target: in.Target, Scheme: s}] = credrule.Explicit
		}
		d := credrule.Decide(in)
		Expect(d.Rule).To(Equal(rule))
		Expect(d.Send).To(Equal(rule == "explicit"))
		if !d.Send {
			Expect(d.Words).To(ContainSubstring("by rule explicit, but: "))
		}
	},
		Entry("Passport with autodetection", credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Passport}, ProxyAutodetect: true}, "limit-passport-autodetect"),
		Entry("but not Passport without", credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Passport}}, "explicit"),
		Entry("Passport over https behind an authenticating proxy on 2003",
			credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Passport}, HTTPS: true, ProxyScheme: credrule.NTLM, OS: credrule.Server2003}, "limit-passport-https-proxy"),
		Entry("but not over http",
			credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Passport}, ProxyScheme: credrule.NTLM, OS: credrule.Server2003}, "explicit"),
		Entry("but not behind an open proxy",
			credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Passport}, HTTPS: true, OS: credrule.Server2003}, "explicit"),
		Entry("every server scheme behind a Digest proxy on XP",
			credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Basic, credrule.NTLM}, ProxyScheme: credrule.Digest, OS: credrule.XP}, "limit-digest-proxy"),
		Entry("but not on a later Windows",
			credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Basic, credrule.NTLM}, ProxyScheme: credrule.Digest}, "explicit"),
		Entry("Negotiate behind a Basic proxy on XP",
			credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Negotiate}, ProxyScheme: credrule.Basic, OS: credrule.XP}, "limit-negotiate-basic-proxy"),
		Entry("but not on 2003",
			credrule.Input{Target: credrule.Server, Offered: []credrule.Scheme{credrule.Negotiate}, ProxyScheme: credrule.Basic, OS: credrule.Server2003}, "explicit"),
		Entry("https through a Digest proxy on XP",
			credrule.Input{Target: credrule.Proxy, Offered: []credrule.Scheme{credrule.Digest}, HTTPS: true, OS: credrule.XP}, "limit-https-digest-proxy"),
		Entry("but not http",
			credrule.Input{Target: credrule.Proxy, Offered: []credrule.Scheme{credrule.Digest}, OS: credrule.XP}, "explicit"),
	)
})

var _ = Describe("Input.Validate", func() {
	It("accepts what a machine can hold", func() {
		in := credrule.Input{BITS: bits20, LmCompatibilityLevel: 5, Target: credrule.Proxy, Offered: []credrule.Scheme{credrule.Passport},
			Credentials: set{{Target: credrule.Server, Scheme: credrule.Negotiate}: credrule.Implicit}}
		Expect(in.Validate()).To(Succeed())
	})
	It("reports everything else at once", func() {
		in := credrule.Input{LmCompatibilityLevel: 6, Offered: []credrule.Scheme{9}, ProxyScheme: 7, OS: 5, Credentials: set{
			{Target: credrule.Server, Scheme: credrule.Basic}: credrule.Implicit,
			{Target: credrule.Proxy, Scheme: credrule.NTLM}:   5,
			{}: credrule.Explicit,
		}}
		for _, part := range []string{"BITS version 0.0", "LmCompatibilityLevel 6", "target(0)", "offered: unknown scheme(9)", "proxy scheme", "os(5)",
			"server/Basic: only NTLM and Negotiate", "proxy/NTLM: unknown set(5)", "entry target(0)/scheme(0)"} {
			Expect(in.Validate()).To(MatchError(ContainSubstring(part)))
		}
	})
})
