//go:build interop && linux

package interop_test

import (
	"encoding/base64"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/suites/interop/peer"
	"github.com/wualab/wualab/transcript"
)

// mechListMIC is the one in a header field's SPNEGO token, nil where none is.
func mechListMIC(value string) []byte {
	GinkgoHelper()
	_, encoded, _ := strings.Cut(value, " ")
	token, err := base64.StdEncoding.DecodeString(encoded)
	Expect(err).NotTo(HaveOccurred())
	if t, err := negotiate.ParseToken(token); err == nil && t.Resp != nil {
		return t.Resp.MechListMIC
	}
	return nil
}

var _ = Describe("NTLM under Negotiate at gss-ntlmssp", Ordered, func() {
	var (
		d    = door{target: credrule.Server, scheme: credrule.Negotiate, domain: peer.NTLMDomain}
		o    *opening
		want = content(fileSize)
	)
	BeforeAll(func() { o = atApache(peer.ByGSSNTLM(alice, 5))(want) })

	DescribeTable("is understood", func(ctx SpecContext, profile string, raw, signs bool) {
		record := transcript.New(transcript.Options{})
		client := d.knocks(o, profile, alice, agent.WithRecorder(record))
		client.Machine.SetRawNegotiate(raw)
		haveArrived(download(ctx, client, o.url, d.credentials(nil)), want)
		type1 := record.Exchanges(0)[1].Request.Get("Authorization")
		Expect(strings.HasPrefix(type1, "Negotiate TlRMTVNTUAAB")).To(Equal(raw), type1)
		last := record.Exchanges(0)[2]
		Expect(mechListMIC(last.Request.Get("Authorization")) != nil).To(Equal(signs), "ours")
		Expect(mechListMIC(last.Response.Get("WWW-Authenticate")) != nil).To(Equal(signs), "its answer")
	},
		Entry("from Windows XP SP2 in SPNEGO", "xp-sp2", false, false),
		Entry("from Windows XP SP2 without", "xp-sp2", true, false),
		Entry("from Windows 7 in SPNEGO with mechListMIC", "windows-7", false, true),
		Entry("from Windows 7 without", "windows-7", true, false),
	)
})
