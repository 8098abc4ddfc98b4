//go:build interop && linux

package interop_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/suites/interop/peer"
)

// Which responses a client sends at a level, and so who accepts it, is that of
// LmCompatibilityLevel: LM and NTLM at 0 and 1, NTLM at 2, NTLMv2 from 3.
var accepted = map[peer.Policy]func(level uint32) bool{
	peer.PermitAll: func(uint32) bool { return true },
	peer.OnlyV2:    func(level uint32) bool { return level >= 3 },
}

var _ = Describe("BITS 2.0 through squid", func() {
	for policy, accepts := range accepted {
		Describe("with samba at "+policy.String(), Ordered, Serial, func() {
			var (
				nginx *peer.Nginx
				squid *peer.Squid
				want  = content(fileSize)
			)
			BeforeAll(func() { nginx, squid = network(policy, want) })

			DescribeTable("downloads a file from nginx, or ends with 407", func(ctx SpecContext, p path, level uint32) {
				client := behind(squid.Addr(), level)
				if p.useLMCompat != nil {
					set(client, machine.BITSKey, machine.UseLMCompatValue, *p.useLMCompat)
				}
				before := len(squid.AccessLog())
				job := download(ctx, client, "http://"+nginx.Addr()+"/update.cab", p.credentials)
				if level >= p.from && accepts(level) {
					haveArrived(job, want)
					Expect(squid.AccessLog()[before:]).To(ContainSubstring(`LABSRV\\alice`))
					return
				}
				Expect(job.State()).To(Equal(bits.Error))
				failure, err := job.GetError()
				Expect(err).NotTo(HaveOccurred())
				Expect(failure.Code).To(Equal(hresult.BG_E_HTTP_ERROR_407))
				Expect(squid.AccessLog()[before:]).NotTo(ContainSubstring("alice"))
			}, logons())
		})
	}
})

// network starts nginx with update.cab and a squid in front of samba.
func network(policy peer.Policy, file []byte) (*peer.Nginx, *peer.Squid) {
	GinkgoHelper()
	nginx, err := peer.StartNginx(map[string][]byte{"update.cab": file})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(nginx.Stop)
	samba, err := peer.StartSamba(policy, alice)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(samba.Stop)
	squid, err := peer.StartSquid(samba)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(squid.Stop)
	return nginx, squid
}
