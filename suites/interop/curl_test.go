//go:build interop && linux

package interop_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/suites/interop/peer"
)

func curl(ctx SpecContext, args ...string) peer.CurlResult {
	GinkgoHelper()
	r, err := peer.Curl(ctx, args...)
	Expect(err).NotTo(HaveOccurred())
	return r
}

// levels makes an entry for each level of the side that verifies. What curl
// sends (LMv2 and NTLMv2) is accepted at all of them.
func levels() []TableEntry {
	var entries []TableEntry
	for level := range ntlm.Level(6) {
		entries = append(entries, Entry(fmt.Sprintf("at server level %d", level), level))
	}
	return entries
}

// schemes pairs what we demand with curl's options for it.
var schemes = []struct {
	scheme        httpauth.Scheme
	proxy, origin string
}{
	{scheme: httpauth.NTLM, proxy: "--proxy-ntlm", origin: "--ntlm"},
	{scheme: httpauth.Basic, proxy: "--proxy-basic", origin: "--basic"},
}

var _ = Describe("curl with the fakes", func() {
	for _, s := range schemes {
		DescribeTable("logs in to a proxy by "+string(s.scheme), func(ctx SpecContext, level ntlm.Level) {
			server, corp := origin(unprotected, 0), proxy(s.scheme, level)
			get := func(logon string) peer.CurlResult {
				return curl(ctx, "-x", corp.URL().String(), s.proxy, "-U", logon, server.URL("/update.cab"))
			}
			right := get(rightLogon)
			Expect(right.Status).To(Equal(200), right.Messages)
			Expect(right.Sockets).To(Equal(1), "one connection for the whole login")
			Expect(right.Body).To(Equal(served()))
			Expect(get(wrongLogon).Status).To(Equal(407))
		}, levels())

		DescribeTable("logs in to a server by "+string(s.scheme), func(ctx SpecContext, level ntlm.Level) {
			server := origin(s.scheme, level)
			get := func(logon string) peer.CurlResult {
				return curl(ctx, s.origin, "-u", logon, server.URL("/update.cab"))
			}
			right := get(rightLogon)
			Expect(right.Status).To(Equal(200), right.Messages)
			Expect(right.Sockets).To(Equal(1), "one connection for the whole login")
			Expect(right.Body).To(Equal(served()))
			Expect(get(wrongLogon).Status).To(Equal(401))
		}, levels())

		DescribeTable("opens a tunnel through a proxy that demands "+string(s.scheme), func(ctx SpecContext, level ntlm.Level) {
			server, corp := origin(unprotected, 0), proxy(s.scheme, level)
			get := func(logon string) peer.CurlResult {
				return curl(ctx, "-x", corp.URL().String(), "-p", s.proxy, "-U", logon, server.URL("/update.cab"))
			}
			right := get(rightLogon)
			Expect([]int{right.Connect, right.Status}).To(Equal([]int{200, 200}), right.Messages)
			Expect(right.Body).To(Equal(served()))
			wrong := get(wrongLogon)
			Expect(wrong.Exit).NotTo(BeZero())
			Expect([]int{wrong.Connect, wrong.Status}).To(Equal([]int{407, 0}))
		}, levels())
	}

	It("logs in by NTLM to a server behind a proxy that wants NTLM too", func(ctx SpecContext) {
		server, corp := origin(httpauth.NTLM, 5), proxy(httpauth.NTLM, 5)
		r := curl(ctx, "-x", corp.URL().String(), "--proxy-ntlm", "-U", rightLogon, "--ntlm", "-u", rightLogon, server.URL("/update.cab"))
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
