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

// mallory claims to be alice, with a wrong password.
var mallory = peer.Account{User: "alice", Password: "Wonderland"}

// content makes n bytes that look random and are the same in every run.
func content(n int) []byte {
	source := rand.NewChaCha8([32]byte{7})
	b := make([]byte, n)
	_, _ = source.Read(b) // it never fails
	return b
}

// What the peers make of each other shows, when a spec on our side fails, which
// side to look at.
var _ = Describe("the peers with each other", Ordered, Serial, func() {
	var (
		nginx *peer.Nginx
		squid *peer.Squid
		want  = content(fileSize)
	)
	BeforeAll(func() { nginx, squid = network(peer.OnlyV2, want) })

	get := func(ctx SpecContext, password string) peer.CurlResult {
		return curl(ctx, "-x", "http://"+squid.Addr(), "--proxy-ntlm", "-U", peer.SambaDomain+`\alice:`+password,
			"http://"+nginx.Addr()+"/update.cab")
	}
	It("lets curl through squid with the right password", func(ctx SpecContext) {
		r := get(ctx, alice.Password)
		Expect(r.Status).To(Equal(200), r.Messages)
		Expect(r.Body).To(Equal(want))
		Eventually(squid.Users).WithArguments("/update.cab").Should(ContainElement(`LABSRV\\alice`))
	})
	It("keeps curl out with a wrong one", func(ctx SpecContext) {
		Expect(get(ctx, "Wonderland").Status).To(Equal(407))
	})
})

// With Kerberos the password counts at the KDC, and who has no ticket is kept out.
var _ = Describe("curl at the door of", func() {
	for _, d := range doors() {
		It(d.name, func(ctx SpecContext) {
			want := content(fileSize)
			o := d.open(want)
			right := d.curl(ctx, o, alice)
			Expect(right.Status).To(Equal(200), right.Messages)
			Expect(right.Body).To(Equal(want))
			if d.believes() {
				return
			}
			Eventually(o.users).Should(ContainElement(d.user))
			Expect(d.curl(ctx, o, mallory).Status).To(Equal(d.refusal()))
		})
	}
})
