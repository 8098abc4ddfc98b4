//go:build interop && linux

package interop_test

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/suites/interop/peer"
)

// ticketed is what a fake takes that has a keytab of the KDC's.
func ticketed(k *peer.KDC) httpauth.NegotiateConfig {
	GinkgoHelper()
	keys, err := keytab.Load(k.ServiceKeytab())
	Expect(err).NotTo(HaveOccurred())
	service, err := kerberos.NewService(kerberos.ServiceConfig{Keytab: keys, Rand: rand.Reader, Now: time.Now})
	Expect(err).NotTo(HaveOccurred())
	return httpauth.NegotiateConfig{Kerberos: service}
}

// named gives an address or URL by the name that there are tickets for.
func named(address string) string { return strings.Replace(address, "127.0.0.1", "localhost", 1) }

var _ = Describe("curl with tickets of MIT's krb5kdc and the fakes", Ordered, func() {
	var (
		k        *peer.KDC
		with     []string // a ticket
		without  = []string{"KRB5CCNAME=FILE:/nonexistent"}
		takes    httpauth.NegotiateConfig
		kerberos = []string{"--negotiate", "-u", ":"}
		toProxy  = []string{"--proxy-negotiate", "-U", ":"}
	)
	BeforeAll(func(ctx SpecContext) {
		k = startKDC()
		takes = ticketed(k)
		var err error
		with, err = k.Login(ctx, alice)
		Expect(err).NotTo(HaveOccurred())
	})
	get := func(ctx SpecContext, env, options []string, more ...string) peer.CurlResult {
		GinkgoHelper()
		r, err := peer.CurlAs(ctx, env, append(more, options...)...)
		Expect(err).NotTo(HaveOccurred())
		return r
	}

	It("log in to a server", func(ctx SpecContext) {
		server := originTaking(takes)
		url := named(server.URL("/update.cab"))
		right := get(ctx, with, kerberos, url)
		Expect(right.Status).To(Equal(200), right.Messages)
		Expect(right.Body).To(Equal(served()))
		Expect(get(ctx, without, kerberos, url).Status).To(Equal(401))
	})
	It("log in for each request, also to send a body", func(ctx SpecContext) {
		server := originTaking(takes)
		url := named(server.URL("/echo"))
		r := get(ctx, with, kerberos, "-d", "status=ok", url, url)
		Expect(r.Status).To(Equal(200), r.Messages)
		Expect(string(r.Body)).To(ContainSubstring("status=ok"))
	})
	It("log in to a proxy", func(ctx SpecContext) {
		server, corp := origin(unprotected, 0), proxyTaking(takes)
		args := []string{"-x", named(corp.URL().String()), server.URL("/update.cab")}
		right := get(ctx, with, toProxy, args...)
		Expect(right.Status).To(Equal(200), right.Messages)
		Expect(right.Body).To(Equal(served()))
		Expect(get(ctx, without, toProxy, args...).Status).To(Equal(407))
	})
	It("send a body through a proxy and in a tunnel, with a ticket for either", func(ctx SpecContext) {
		server, corp := originTaking(takes), proxyTaking(takes)
		args := append([]string{"-x", named(corp.URL().String()), "-d", "status=ok", named(server.URL("/echo"))}, toProxy...)
		for _, way := range [][]string{nil, {"-p"}} {
			r := get(ctx, with, kerberos, append(args, way...)...)
			Expect(r.Status).To(Equal(200), r.Messages)
			Expect(string(r.Body)).To(Equal("status=ok"))
		}
	})
	It("open a tunnel through a proxy", func(ctx SpecContext) {
		server, corp := origin(unprotected, 0), proxyTaking(takes)
		r := get(ctx, with, toProxy, "-p", "-x", named(corp.URL().String()), server.URL("/update.cab"))
		Expect([]int{r.Connect, r.Status}).To(Equal([]int{200, 200}), r.Messages)
		Expect(r.Body).To(Equal(served()))
	})
})
