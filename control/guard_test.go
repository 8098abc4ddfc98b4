package control_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/wualab/wualab/control"
	"github.com/wualab/wualab/control/client"
)

var _ = Describe("who may use the API", func() {
	// ask sends a request with a Host and header fields, "Name: value".
	ask := func(l *lab, host string, fields ...string) int {
		GinkgoHelper()
		request, err := http.NewRequest(http.MethodPost, l.api.URL()+"/v1/reset", nil)
		Expect(err).NotTo(HaveOccurred())
		request.Host = host
		for _, f := range fields {
			name, value, _ := strings.Cut(f, ": ")
			request.Header.Set(name, value)
		}
		resp, err := checkedHTTP.Do(request)
		Expect(err).NotTo(HaveOccurred())
		_, err = io.Copy(io.Discard, resp.Body)
		Expect(err).NotTo(HaveOccurred())
		return resp.StatusCode
	}

	It("is programs of this computer, not browsers on behalf of other sites", func() {
		l := start(nil)
		for _, host := range []string{"", "localhost", "127.0.0.1:1", "[::1]:80", "localhost:8079", "LOCALHOST"} {
			Expect(ask(l, host)).To(Equal(200), host)
		}
		for _, host := range []string{"evil.example", "evil.example:8079", "10.0.0.1", "127.0.0.1.evil.example", "localhost.evil.example:80", "@"} {
			Expect(ask(l, host)).To(Equal(403), host)
		}
		Expect(ask(l, "", "Origin: http://"+l.api.Addr())).To(Equal(200))
		for _, f := range []string{"Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"} {
			Expect(ask(l, "", f)).To(Equal(403), f)
		}
		Expect(ask(l, "evil.example", "Origin: http://evil.example", "Sec-Fetch-Site: same-origin")).To(Equal(403), "DNS rebinding")
	})

	It("is who has the token, when there is one", func() {
		l := start(func(c *control.Config) { c.Token = "s3cret" })
		Expect(ask(l, "", "Authorization: Bearer s3cret")).To(Equal(200))
		Expect(ask(l, "lab.example", "Authorization: bearer s3cret")).To(Equal(200))
		for _, f := range []string{"X: y", "Authorization: Bearer", "Authorization: Bearer s3cre", "Authorization: Basic s3cret", "Authorization: s3cret"} {
			Expect(ask(l, "", f)).To(Equal(401), f)
		}
		Expect(ask(l, "", "Authorization: Bearer s3cret", "Origin: http://evil.example")).To(Equal(403))
		_, err := l.Info(context.Background())
		Expect(err).NotTo(HaveOccurred())
		_, err = client.New(l.api.URL(), client.WithToken("other"), client.WithHTTPClient(checkedHTTP)).Info(context.Background())
		Expect(refused(err).Code).To(Equal("token"))
	})

	It("needs a token off loopback, which is made when none is given", func() {
		l := start(func(c *control.Config) { c.Addr = "0.0.0.0:0" })
		Expect(len(l.api.Token())).To(BeNumerically(">", 20))
		Expect(ask(l, "")).To(Equal(401))
		Expect(ask(l, "", "Authorization: Bearer "+l.api.Token())).To(Equal(200))
		other := start(func(c *control.Config) { c.Addr = "0.0.0.0:0" })
		Expect(other.api.Token()).NotTo(Equal(l.api.Token()))
	})

	It("finds the environment of --exec", func() {
		l := start(func(c *control.Config) { c.Token = "s3cret" })
		GinkgoT().Setenv("WUALAB_CONTROL_URL", "")
		_, err := client.FromEnvironment()
		Expect(err).To(MatchError(ContainSubstring("--control")))
		GinkgoT().Setenv("WUALAB_CONTROL_URL", l.api.URL())
		GinkgoT().Setenv("WUALAB_CONTROL_TOKEN", "s3cret")
		c, err := client.FromEnvironment()
		Expect(err).NotTo(HaveOccurred())
		_, err = c.Info(context.Background())
		Expect(err).NotTo(HaveOccurred())
	})
})

var _ = Describe("closing the API", func() {
	It("ends those who wait and those who follow, and leaves nothing behind", func(ctx SpecContext) {
		before := gleak.Goroutines()
		l := start(nil)
		ended := make(chan error, 2)
		go func() {
			_, err := l.Expect(ctx, client.Wire{"on": "origin", "count": 9}, client.Within(60e9))
			ended <- err
		}()
		following := make(chan struct{})
		go func() {
			for range l.Follow(ctx, 0) {
				close(following)
			}
			ended <- nil
		}()
		Expect(l.Down(ctx, "origin")).To(Succeed())
		Eventually(following).Should(BeClosed())
		Expect(l.api.Close()).To(Succeed())
		Expect(l.api.Close()).To(Succeed())
		Eventually(ended).WithTimeout(5e9).Should(Receive())
		Eventually(ended).WithTimeout(5e9).Should(Receive())
		_, err := net.Dial("tcp", l.api.Addr())
		Expect(err).To(HaveOccurred())
		Expect(l.served.Close()).To(Succeed())
		Eventually(gleak.Goroutines).WithTimeout(10e9).ShouldNot(gleak.HaveLeaked(before))
	}, SpecTimeout(30e9))

	It("says when it can't start", func() {
		l := start(nil)
		_, err := control.Start(control.Config{Served: l.served, Addr: l.api.Addr()})
		Expect(err).To(MatchError(ContainSubstring("address already in use")))
		_, err = control.Start(control.Config{})
		Expect(err).To(MatchError(ContainSubstring("nothing is served")))
	})
})
