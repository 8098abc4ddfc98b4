package handshake_test

import (
	"encoding/base64"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

var _ = Describe("a gate that deviates", func() {
	for _, target := range targets {
		status := target.Status()
		bare := func(name string, params map[string]any) []string {
			GinkgoHelper()
			resp, _, err := with(target, name, params).dial().ask("")
			Expect(err).NotTo(HaveOccurred())
			return resp.Header.Values(target.ChallengeHeader())
		}

		Describe(target.String(), func() {
			It("closes after Type 2", func() {
				f := with(target, "close-after-type2", nil)
				c := f.dial()
				all := c.legs(alice())
				Expect(statuses(all)).To(Equal([]int{status, status}))
				Expect(all[0].Close).To(BeFalse())
				Expect(all[1].Close).To(BeTrue())
				Expect(c.closed()).To(BeTrue())
				Expect(f.notes()).To(ContainElement(HavePrefix("close-after-type2: ")))
			})

			It("judges by a new challenge", func() {
				f := with(target, "new-challenge-each-leg", nil)
				Expect(statuses(f.dial().legs(alice()))).To(Equal([]int{status, status, status}))
				Expect(f.rec.Exchanges(0)[2].NTStatus).To(HavePrefix("STATUS_WRONG_PASSWORD "))
			})

			It("sends one Type 2 to all, which proves nothing", func() {
				f := with(target, "stale-type2", nil)
				first, second := f.dial().legs(alice()), f.dial().legs(alice())
				Expect(statuses(first)).To(Equal([]int{status, status, status}))
				name := target.ChallengeHeader()
				Expect(second[1].Header.Get(name)).To(Equal(first[1].Header.Get(name)))
			})

			It("answers Type 3 with Type 2", func() {
				f := with(target, "type2-forever", nil)
				all := f.dial().legs(alice())
				Expect(statuses(all)).To(Equal([]int{status, status, status}))
				type2In(target, all[2])
				Expect(f.rec.Exchanges(0)[2].Exposure).To(Equal("NTLMv2"), "it has the response all the same")
			})

			It("leaves TargetInfo out", func() {
				Expect(with(target, "target-info", map[string]any{"form": "missing"}).dial().type2().TargetInfo).To(BeEmpty())
			})

			It("cuts TargetInfo off", func() {
				c := with(target, "target-info", map[string]any{"form": "truncated"}).dial()
				resp := c.legs(alice())[1]
				_, token, _ := strings.Cut(resp.Header.Get(target.ChallengeHeader()), " ")
				raw, err := base64.StdEncoding.DecodeString(token)
				Expect(err).NotTo(HaveOccurred())
				m, err := ntlm.ParseChallenge(raw)
				Expect(err).NotTo(HaveOccurred())
				_, err = ntlm.ParseAVPairs(m.TargetInfo)
				Expect(err).To(HaveOccurred())
			})

			DescribeTable("agrees to less", func(name string, flag ntlm.Flags) {
				Expect(with(target, "lower-case-schemes", nil).dial().type2().Flags.Has(flag)).To(BeTrue(), "others do")
				Expect(with(target, name, nil).dial().type2().Flags.Has(flag)).To(BeFalse())
			},
				Entry("oem-only", "oem-only", ntlm.NegotiateUnicode),
				Entry("no-session-security", "no-session-security", ntlm.NegotiateExtendedSessionSecurity),
				Entry("no-128-bit", "no-128-bit", ntlm.Negotiate128))

			It("merges the schemes into one field", func() {
				Expect(bare("merged-schemes", nil)).To(ConsistOf(HavePrefix(`NTLM, Basic realm="lab", Digest `)))
			})

			It("writes schemes in lower case", func() {
				Expect(bare("lower-case-schemes", nil)).To(HaveExactElements("ntlm", `basic realm="lab"`, HavePrefix("digest ")))
			})

			It("offers more schemes", func() {
				Expect(bare("extra-schemes", map[string]any{"names": "Bearer, vendor-sso,"})).
					To(HaveExactElements("Bearer", "vendor-sso", "NTLM", `Basic realm="lab"`, HavePrefix("Digest ")))
			})

			It("quotes oddly", func() {
				Expect(bare("odd-quoting", nil)[2]).To(And(ContainSubstring("qop=auth"), ContainSubstring(`algorithm="MD5"`)))
			})

			for _, name := range []string{"target-info", "oem-only", "no-session-security", "no-128-bit", "lower-case-schemes", "merged-schemes"} {
				It("still lets the right password in: "+name, func() {
					params := map[string]any{}
					if name == "target-info" {
						params["form"] = "missing"
					}
					Expect(statuses(with(target, name, params).dial().legs(alice()))).To(Equal([]int{status, status, http.StatusOK}))
				})
			}
		})
	}

	It("refuses names of schemes that can't be sent", func() {
		f := with(httpauth.Server, "extra-schemes", map[string]any{"names": "a\x01"})
		resp, _, err := f.dial().ask("")
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Header.Values("WWW-Authenticate")).To(HaveLen(3))
		Expect(f.notes()).To(ContainElement(ContainSubstring("can't stand in a field")))
	})
})
