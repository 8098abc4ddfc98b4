//go:build interop && linux

package interop_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/Azure/go-ntlmssp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
)

// visit has go-ntlmssp's http.RoundTripper log in to a server. It knows NTLMv2
// only, and sends NTLM messages without SPNEGO under Negotiate.
func visit(ctx SpecContext, method, url, body, password string) (int, []byte) {
	GinkgoHelper()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: ntlmssp.Negotiator{RoundTripper: transport}}
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	r.SetBasicAuth(lab+`\`+alice.User, password)
	resp, err := client.Do(r)
	Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return resp.StatusCode, got
}

var _ = Describe("Azure/go-ntlmssp with the fakes", func() {
	DescribeTable("logs in to a server", func(ctx SpecContext, scheme httpauth.Scheme) {
		for level := range levels {
			server := origin(scheme, level)
			status, body := visit(ctx, http.MethodGet, server.URL("/update.cab"), "", alice.Password)
			Expect(status).To(Equal(200))
			Expect(body).To(Equal(served()))
			status, _ = visit(ctx, http.MethodGet, server.URL("/update.cab"), "", mallory.Password)
			Expect(status).To(Equal(401))
		}
	},
		Entry("by NTLM", httpauth.NTLM),
		Entry("by NTLM under Negotiate", httpauth.Negotiate),
	)

	DescribeTable("sends the body of a POST to a server that lets it in", func(ctx SpecContext, scheme httpauth.Scheme) {
		server := origin(scheme, 5)
		status, body := visit(ctx, http.MethodPost, server.URL("/echo"), "status=ok", alice.Password)
		Expect([]any{status, string(body)}).To(Equal([]any{200, "status=ok"}))
	},
		Entry("by NTLM", httpauth.NTLM),
		Entry("by NTLM under Negotiate", httpauth.Negotiate),
	)

	// Its round tripper knows no proxies; its messages do for those too.
	DescribeTable("logs in to a proxy", func(scheme httpauth.Scheme) {
		server := origin(unprotected, 0)
		for level := range levels {
			corp := proxy(scheme, level)
			Expect(visitThrough(corp, server, scheme, alice.Password)).To(Equal([]int{407, 200}))
			Expect(visitThrough(corp, server, scheme, mallory.Password)).To(Equal([]int{407, 407}))
		}
	},
		Entry("by NTLM", httpauth.NTLM),
		Entry("by NTLM under Negotiate", httpauth.Negotiate),
	)
})

// visitThrough carries go-ntlmssp's two messages to a proxy and gives the statuses
// of its answers.
func visitThrough(corp *fakeproxy.Server, server *fakeserver.Server, scheme httpauth.Scheme, password string) []int {
	GinkgoHelper()
	conn, err := net.Dial("tcp", corp.Addr())
	Expect(err).NotTo(HaveOccurred())
	defer conn.Close()
	in := bufio.NewReader(conn)
	ask := func(token []byte) *http.Response {
		GinkgoHelper()
		_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: origin\r\nProxy-Authorization: %s %s\r\n\r\n",
			server.URL("/update.cab"), scheme, base64.StdEncoding.EncodeToString(token))
		Expect(err).NotTo(HaveOccurred())
		resp, err := http.ReadResponse(in, nil)
		Expect(err).NotTo(HaveOccurred())
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		Expect(err).NotTo(HaveOccurred())
		return resp
	}
	type1, err := ntlmssp.NewNegotiateMessage("", "")
	Expect(err).NotTo(HaveOccurred())
	first := ask(type1)
	_, challenge, _ := strings.Cut(first.Header.Get("Proxy-Authenticate"), " ")
	type2, err := base64.StdEncoding.DecodeString(challenge)
	Expect(err).NotTo(HaveOccurred())
	Expect(bytes.HasPrefix(type2, []byte("NTLMSSP\x00"))).To(BeTrue(), "it is answered without SPNEGO, as it asked")
	type3, err := ntlmssp.NewAuthenticateMessage(type2, lab+`\`+alice.User, password, nil)
	Expect(err).NotTo(HaveOccurred())
	return []int{first.StatusCode, ask(type3).StatusCode}
}
