package httpauth_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/Azure/go-ntlmssp"
	"github.com/icholy/digest"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

type connKey struct{}

// serve puts a gate in front of a server on loopback, with one GateConn for each
// connection, as the fakes do.
func serve(gate *httpauth.Gate) *httptest.Server {
	GinkgoHelper()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := r.Context().Value(connKey{}).(*httpauth.GateConn).CheckRequest(r)
		gate.Apply(out, w.Header())
		if out.Allowed {
			fmt.Fprintf(w, "%s by %s", out.Account, out.Response)
			return
		}
		http.Error(w, out.Refused, gate.Target().Status())
	}))
	srv.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, gate.NewConn())
	}
	srv.Start()
	DeferCleanup(srv.Close)
	return srv
}

// fetch asks with credentials for the round tripper to use, and gives status and body.
func fetch(rt http.RoundTripper, url, user, password string) (int, string) {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader("a body to send again"))
	Expect(err).NotTo(HaveOccurred())
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	resp, err := rt.RoundTrip(req)
	Expect(err).NotTo(HaveOccurred())
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	return resp.StatusCode, strings.TrimSpace(string(body))
}

var _ = Describe("an independent client (Azure/go-ntlmssp)", func() {
	for level := ntlm.Level(0); level <= ntlm.MaxLevel; level++ {
		for _, os := range []ntlm.OS{ntlm.Windows2000(), ntlm.WindowsServer2003(), ntlm.Windows10()} {
			It(fmt.Sprintf("logs in by NTLM at server level %d of %s", level, os.Name), func() {
				srv := serve(newGate(server, func(c *httpauth.GateConfig) {
					c.Level, c.OS, c.Now = level, os, recently
				}))
				transport := &http.Transport{}
				DeferCleanup(transport.CloseIdleConnections)
				client := ntlmssp.Negotiator{RoundTripper: transport, WorkstationName: "PC1"}

				status, body := fetch(client, srv.URL, `LAB\alice`, "pw")
				Expect(body).To(Equal(`LAB\alice by NTLMv2`))
				Expect(status).To(Equal(200))

				By("passing without credentials on the same connection")
				_, body = fetch(transport, srv.URL, "", "")
				Expect(body).To(Equal(`LAB\alice by NTLMv2`))

				By("being refused with a wrong password on a new one")
				transport.CloseIdleConnections()
				status, body = fetch(client, srv.URL, `LAB\alice`, "no")
				Expect(body).To(Equal(`NTLMv2 response of LAB\alice does not match its password`))
				Expect(status).To(Equal(401))
			})
		}
	}

	It("logs in by Basic where only that is offered", func() {
		srv := serve(newGate(server, func(c *httpauth.GateConfig) { c.Schemes = []httpauth.Scheme{httpauth.Basic} }))
		transport := &http.Transport{}
		DeferCleanup(transport.CloseIdleConnections)
		status, body := fetch(ntlmssp.Negotiator{RoundTripper: transport, AllowBasicAuth: true}, srv.URL, `LAB\alice`, "pw")
		Expect(status).To(Equal(200))
		Expect(body).To(Equal(`LAB\alice by Basic`))
		status, _ = fetch(transport, srv.URL, "", "")
		Expect(status).To(Equal(401))
	})
})

var _ = Describe("an independent client (icholy/digest)", func() {
	for _, algorithm := range []httpauth.DigestAlgorithm{httpauth.DigestMD5, httpauth.DigestSHA256} {
		for _, cfg := range []httpauth.DigestConfig{{}, {NoQOP: true}, {Opaque: "o", NextNonce: true, UTF8: true}, {NonceUses: 1}} {
			cfg.Algorithms = []httpauth.DigestAlgorithm{algorithm}
			It(fmt.Sprintf("logs in by Digest %+v", cfg), func() {
				srv := serve(newGate(digestOnly(cfg)))
				inner := &http.Transport{}
				DeferCleanup(inner.CloseIdleConnections)
				client := &digest.Transport{Username: `LAB\alice`, Password: "pw", Transport: inner}
				for range 3 {
					status, body := fetch(client, srv.URL+"/a?b=c", "", "")
					Expect(body).To(Equal(`LAB\alice by Digest`))
					Expect(status).To(Equal(200))
				}
				client = &digest.Transport{Username: "alice", Password: "no", Transport: inner}
				status, body := fetch(client, srv.URL, "", "")
				Expect(body).To(Equal(`the password given for LAB\alice is wrong`))
				Expect(status).To(Equal(401))
			})
		}
	}
})

var _ = Describe("go-ntlmssp under Negotiate", func() {
	It("logs in with bare NTLM", func() {
		srv := serve(newGate(server, func(c *httpauth.GateConfig) {
			c.Schemes, c.Now = []httpauth.Scheme{httpauth.Negotiate}, recently
		}))
		transport := &http.Transport{}
		DeferCleanup(transport.CloseIdleConnections)
		status, body := fetch(ntlmssp.Negotiator{RoundTripper: transport, WorkstationName: "PC1"}, srv.URL, `LAB\alice`, "pw")
		Expect(body).To(Equal(`LAB\alice by NTLMv2`))
		Expect(status).To(Equal(200))
	})
})
