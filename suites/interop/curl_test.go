//go:build interop && linux

package interop_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/suites/interop/peer"
)

func curl(ctx SpecContext, args ...string) peer.CurlResult {
	GinkgoHelper()
	r, err := peer.Curl(ctx, args...)
	Expect(err).NotTo(HaveOccurred())
	return r
}

// dialect pairs what we demand with curl's options for it. Under Negotiate without
// Kerberos curl sends what gss-ntlmssp makes: NTLM in SPNEGO, with mechListMIC.
type dialect struct {
	scheme        httpauth.Scheme
	proxy, origin string
	levels        ntlm.Level // how many, from 0, make a difference
}

func dialects() []dialect {
	return []dialect{
		{scheme: httpauth.NTLM, proxy: "--proxy-ntlm", origin: "--ntlm", levels: levels},
		{scheme: httpauth.Negotiate, proxy: "--proxy-negotiate", origin: "--negotiate", levels: levels},
		{scheme: httpauth.Digest, proxy: "--proxy-digest", origin: "--digest", levels: 1},
		{scheme: httpauth.Basic, proxy: "--proxy-basic", origin: "--basic", levels: 1},
	}
}

// logon is what curl's -u and -U take to come as an account, and what it needs in its
// environment.
func (d dialect) logon(a peer.Account) (logon string, env []string) {
	GinkgoHelper()
	switch d.scheme {
	case httpauth.Negotiate:
		file, err := peer.NTLMUserFile(GinkgoT().TempDir(), a)
		Expect(err).NotTo(HaveOccurred())
		return ":", []string{"NTLM_USER_FILE=" + file, "KRB5CCNAME=FILE:/nonexistent"}
	case httpauth.Digest:
		return a.User + ":" + a.Password, nil
	}
	return lab + `\` + a.User + ":" + a.Password, nil
}

// as has curl come as an account: option is -u or -U.
func (d dialect) as(ctx SpecContext, option string, a peer.Account, args ...string) peer.CurlResult {
	GinkgoHelper()
	logon, env := d.logon(a)
	r, err := peer.CurlAs(ctx, env, append([]string{option, logon}, args...)...)
	Expect(err).NotTo(HaveOccurred())
	return r
}

// twice has curl come as an account to a proxy and to the server behind its tunnel.
func (d dialect) twice(ctx SpecContext, a peer.Account, args ...string) peer.CurlResult {
	GinkgoHelper()
	logon, _ := d.logon(a)
	return d.as(ctx, "-U", a, append([]string{"-u", logon, d.proxy, d.origin, "-p"}, args...)...)
}

var _ = Describe("curl with the fakes", func() {
	for _, d := range dialects() {
		for level := range d.levels {
			Describe(fmt.Sprintf("by %s at server level %d", d.scheme, level), func() {
				It("logs in to a server", func(ctx SpecContext) {
					server := origin(d.scheme, level)
					right := d.as(ctx, "-u", alice, d.origin, server.URL("/update.cab"))
					Expect(right.Status).To(Equal(200), right.Messages)
					Expect(right.Sockets).To(Equal(1), "one connection for the whole login")
					Expect(right.Body).To(Equal(served()))
					Expect(d.as(ctx, "-u", mallory, d.origin, server.URL("/update.cab")).Status).To(Equal(401))
				})

				It("logs in to a proxy", func(ctx SpecContext) {
					server, corp := origin(unprotected, 0), proxy(d.scheme, level)
					get := func(a peer.Account) peer.CurlResult {
						return d.as(ctx, "-U", a, d.proxy, "-x", corp.URL().String(), server.URL("/update.cab"))
					}
					right := get(alice)
					Expect(right.Status).To(Equal(200), right.Messages)
					Expect(right.Sockets).To(Equal(1), "one connection for the whole login")
					Expect(right.Body).To(Equal(served()))
					Expect(get(mallory).Status).To(Equal(407))
				})
			})
		}

		It("opens a tunnel through a proxy that demands "+string(d.scheme), func(ctx SpecContext) {
			server, corp := origin(unprotected, 0), proxy(d.scheme, 5)
			get := func(a peer.Account) peer.CurlResult {
				return d.as(ctx, "-U", a, d.proxy, "-p", "-x", corp.URL().String(), server.URL("/update.cab"))
			}
			right := get(alice)
			Expect([]int{right.Connect, right.Status}).To(Equal([]int{200, 200}), right.Messages)
			Expect(right.Body).To(Equal(served()))
			wrong := get(mallory)
			Expect(wrong.Exit).NotTo(BeZero())
			Expect([]int{wrong.Connect, wrong.Status}).To(Equal([]int{407, 0}))
		})

		It("sends the body of a POST to a server by "+string(d.scheme), func(ctx SpecContext) {
			server := origin(d.scheme, 5)
			r := d.as(ctx, "-u", alice, d.origin, "-d", "status=ok", server.URL("/echo"))
			Expect(r.Status).To(Equal(200), r.Messages)
			Expect(string(r.Body)).To(Equal("status=ok"))
		})

		It("sends the body of a POST through a proxy by "+string(d.scheme), func(ctx SpecContext) {
			server, corp := origin(unprotected, 0), proxy(d.scheme, 5)
			r := d.as(ctx, "-U", alice, d.proxy, "-d", "status=ok", "-x", corp.URL().String(), server.URL("/echo"))
			Expect(r.Status).To(Equal(200), r.Messages)
			Expect(string(r.Body)).To(Equal("status=ok"))
		})

		It("sends the body of a POST through a tunnel, logging in by "+string(d.scheme)+" outside and inside", func(ctx SpecContext) {
			server, corp := origin(d.scheme, 5), proxy(d.scheme, 5)
			post := func(a peer.Account) peer.CurlResult {
				return d.twice(ctx, a, "-d", "status=ok", "-x", corp.URL().String(), server.URL("/echo"))
			}
			right := post(alice)
			Expect([]int{right.Connect, right.Status}).To(Equal([]int{200, 200}), right.Messages)
			Expect(string(right.Body)).To(Equal("status=ok"))
			Expect(post(mallory).Connect).To(Equal(407))
		})

		It("is refused inside a tunnel by "+string(d.scheme), func(ctx SpecContext) {
			server, corp := origin(d.scheme, 5), proxy(unprotected, 0)
			r := d.as(ctx, "-u", mallory, d.origin, "-p", "-x", corp.URL().String(), "-d", "status=ok", server.URL("/echo"))
			Expect([]int{r.Connect, r.Status}).To(Equal([]int{200, 401}), r.Messages)
		})
	}

	// From Vista the challenge has a time, whereupon gss-ntlmssp wants mechListMIC.
	for _, os := range ntlm.OSes() {
		It("logs in by Negotiate to a server on "+os.Name, func(ctx SpecContext) {
			d := dialects()[1]
			server := startOrigin(&fakeserver.Auth{
				Schemes: []httpauth.Scheme{d.scheme}, Accounts: accounts(), Level: 5, NetBIOSDomain: lab, OS: os,
			})
			right := d.as(ctx, "-u", alice, d.origin, server.URL("/update.cab"))
			Expect(right.Status).To(Equal(200), right.Messages)
			Expect(right.Body).To(Equal(served()))
			Expect(d.as(ctx, "-u", mallory, d.origin, server.URL("/update.cab")).Status).To(Equal(401))
		})
	}

	It("logs in by NTLM to a server behind a proxy that wants NTLM too", func(ctx SpecContext) {
		server, corp := origin(httpauth.NTLM, 5), proxy(httpauth.NTLM, 5)
		logon := lab + `\` + alice.User + ":" + alice.Password
		r := curl(ctx, "-x", corp.URL().String(), "--proxy-ntlm", "-U", logon, "--ntlm", "-u", logon, server.URL("/update.cab"))
		Expect(r.Status).To(Equal(200), r.Messages)
		Expect(r.Body).To(Equal(served()))
	})

	It("resumes at the byte that it asks for", func(ctx SpecContext) {
		server := origin(unprotected, 0)
		r := curl(ctx, "-r", "299000-", server.URL("/update.cab"))
		Expect(r.Status).To(Equal(206), r.Messages)
		Expect(r.Body).To(Equal(served()[299_000:]))
	})
})
