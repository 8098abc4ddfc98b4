//go:build interop && linux

package interop_test

import (
	"math/rand/v2"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/suites/interop/peer"
)

// alice is the one account of every peer and fake.
var alice = peer.Account{User: "alice", Password: "Wonder4land"}

// content makes n bytes that look random and are the same in every run.
func content(n int) []byte {
	source := rand.NewChaCha8([32]byte{7})
	b := make([]byte, n)
	_, _ = source.Read(b) // it never fails
	return b
}

// stop ends a peer when its container is done.
func stop(p interface{ Stop() error }) { DeferCleanup(p.Stop) }

var _ = Describe("the peers with each other", func() {
	for _, policy := range []peer.Policy{peer.PermitAll, peer.OnlyV2} {
		Describe("samba with "+policy.String(), Ordered, func() {
			var (
				nginx *peer.Nginx
				squid *peer.Squid
				want  = content(300_000)
			)
			BeforeAll(func() {
				var err error
				nginx, err = peer.StartNginx(map[string][]byte{"update.cab": want})
				Expect(err).NotTo(HaveOccurred())
				stop(nginx)
				samba, err := peer.StartSamba(policy, alice)
				Expect(err).NotTo(HaveOccurred())
				stop(samba)
				squid, err = peer.StartSquid(samba)
				Expect(err).NotTo(HaveOccurred())
				stop(squid)
			})
			get := func(ctx SpecContext, user string) peer.CurlResult {
				r, err := peer.Curl(ctx, "-x", "http://"+squid.Addr(), "--proxy-ntlm", "-U", user, "http://"+nginx.Addr()+"/update.cab")
				Expect(err).NotTo(HaveOccurred())
				return r
			}
			It("lets curl through squid with the right password", func(ctx SpecContext) {
				r := get(ctx, peer.SambaDomain+`\alice:`+alice.Password)
				Expect(r.Status).To(Equal(200), r.Messages)
				Expect(r.Body).To(Equal(want))
				Expect(squid.AccessLog()).To(ContainSubstring(`LABSRV\\alice`))
			})
			It("keeps curl out with a wrong one", func(ctx SpecContext) {
				Expect(get(ctx, peer.SambaDomain+`\alice:wrong`).Status).To(Equal(407))
			})
		})
	}
})
