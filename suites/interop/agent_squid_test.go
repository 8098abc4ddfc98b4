//go:build interop && linux

package interop_test

import (
	"crypto/tls"
	"fmt"
	"net/url"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/suites/interop/peer"
)

// Which responses a client sends at a level, and so who accepts it, is that of
// LmCompatibilityLevel: LM and NTLM at 0 and 1, NTLM at 2, NTLMv2 from 3.
var accepted = map[peer.Policy]func(level uint32) bool{
	peer.PermitAll: func(uint32) bool { return true },
	peer.RefuseLM:  func(uint32) bool { return true }, // the NTLM response beside LM's counts
	peer.OnlyV2:    func(level uint32) bool { return level >= 3 },
}

var _ = Describe("BITS 2.0 through squid", func() {
	for policy, accepts := range accepted {
		Describe("with samba at "+policy.String(), Ordered, ContinueOnFailure, Serial, func() {
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
				query := fmt.Sprintf("by=%s&level=%d", url.QueryEscape(p.name), level)
				job := download(ctx, client, "http://"+nginx.Addr()+"/update.cab?"+query, p.credentials)
				if level >= p.from && accepts(level) {
					haveArrived(job, want)
					Eventually(squid.Users).WithArguments(query).Should(ContainElement(`LABSRV\\alice`))
					return
				}
				haveFailed(job, hresult.BG_E_HTTP_ERROR_407)
				Eventually(squid.Users).WithArguments(query).Should(HaveEach("-"))
			}, logons())

			It("keeps out who has a wrong password, whatever the level", func(ctx SpecContext) {
				wrong := bits.Explicit(credrule.Proxy, credrule.NTLM, peer.SambaDomain+`\`+alice.User, mallory.Password)
				for level := range uint32(6) {
					job := download(ctx, behind(squid.Addr(), level), "http://"+nginx.Addr()+"/update.cab?wrong", &wrong)
					haveFailed(job, hresult.BG_E_HTTP_ERROR_407)
				}
				Eventually(squid.Users).WithArguments("?wrong").Should(HaveEach("-"))
			})

			It("tunnels to nginx with TLS at a level that squid accepts", func(ctx SpecContext) {
				client := behind(squid.Addr(), 3, agent.WithTLS(&tls.Config{RootCAs: nginx.Roots()}))
				haveArrived(download(ctx, client, "https://"+nginx.TLSAddr()+"/update.cab", nil), want)
				client.HTTP.Close() // squid logs a tunnel when it ends
				Eventually(squid.Users).WithArguments(nginx.TLSAddr()).Should(ContainElement(`LABSRV\\alice`))
			})
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
	squid, err := peer.StartSquid(peer.BySamba(samba))
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(squid.Stop)
	return nginx, squid
}
