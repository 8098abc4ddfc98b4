package quirks_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
)

var _ = Describe("answer", func() {
	It("gives status, reason, fields and body", func() {
		w := with("answer", params{"status": 403, "reason": "Blocked by Policy", "headers": params{"x-rule": 17, "Server": "gateway"}, "type": "text/html", "body": "<h1>No</h1>"})
		c := w.dial()
		for range 2 { // on one connection, which stays
			a := c.Get("/a")
			Expect(a.Status).To(Equal(403))
			Expect(a.Reason).To(Equal("Blocked by Policy"))
			Expect(a.Header.Get("X-Rule")).To(Equal("17"))
			Expect(a.Header["Server"]).To(Equal([]string{"gateway"}))
			Expect(a.Header.Get("Content-Type")).To(Equal("text/html"))
			Expect(string(a.Body)).To(Equal("<h1>No</h1>"))
			Expect(a.Length).To(BeEquivalentTo(11))
		}
		head := c.Head("/a")
		Expect(head.Length).To(BeEquivalentTo(11))
		Expect(head.Body).To(BeEmpty())
		Expect(w.rec.Exchanges(0)[0].Notes).To(ContainElement("answer: answered 403"))
	})

	It("has the usual reason, 200 and plain text where nothing else is said", func() {
		a := with("answer", params{"body": "hello"}).dial().Get("/a")
		Expect(a.Status).To(Equal(200))
		Expect(a.Reason).To(Equal("OK"))
		Expect(a.Header.Get("Content-Type")).To(Equal("text/plain; charset=utf-8"))
		a = with("answer", params{"status": 204}).dial().Get("/a")
		Expect(a.Status).To(Equal(204))
		Expect(a.Header).NotTo(HaveKey("Content-Type"))
	})

	It("gives its reason to its own answer alone", func() {
		w := withAll(fakeserver.Use{Name: "answer", Params: params{"status": 404, "reason": "Gone Fishing", "when": params{"nth": 1}}})
		c := w.dial()
		Expect(c.Get("/a").Reason).To(Equal("Gone Fishing"))
		Expect(c.Get("/a").Reason).To(Equal("OK"))
	})

	It("fills placeholders in from the request", func() {
		w := with("answer", params{
			"headers": params{"X-Echo": "{{query.x}} {{header.x-sent}} {{state.mode}}"},
			"body":    "{{method}} {{path}} {{host}} {{url}} {{client}} {{connection}} {{nth}} {{account}} {{time}}"})
		Expect(w.SetState("mode", "slow")).To(Succeed())
		w.dial().Get("/first")
		c := w.dial()
		c.Get("/second")
		a := c.Get("/a%20b?x=1%0d%0aSet-Cookie:2&y", "X-Sent: one", "X-Sent: two", "Host: WWW.lab:80")
		Expect(string(a.Body)).To(Equal("GET /a b www.lab /a%20b?x=1%0d%0aSet-Cookie:2&y 127.0.0.1 2 3  Fri, 06 Aug 2004 12:00:00 GMT"))
		Expect(a.Header.Get("X-Echo")).To(Equal("1  Set-Cookie:2 one, two slow"))
		Expect(a.Header).NotTo(HaveKey("Set-Cookie"))
	})

	It("knows who has logged in", func() {
		s, err := fakeserver.New(fakeserver.Config{
			Auth: &fakeserver.Auth{Schemes: []httpauth.Scheme{httpauth.Basic},
				Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"})},
			Behaviours: []fakeserver.Use{{Name: "answer", Params: params{"body": "{{account}}"}}}})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		w := &world{Server: s, clk: clock.NewVirtual(start)}
		a := w.get("Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(`LAB\alice:pw`)))
		Expect(string(a.Body)).To(Equal(`LAB\alice`))
	})

	It("bounds what a request can make of it", func() {
		w := with("answer", params{"body": strings.Repeat("{{header.X}}", 1000)})
		a := w.get("X: " + strings.Repeat("x", 40<<10))
		Expect(len(a.Body)).To(Equal(1 << 20))
	})

	It("reads its body from beneath the folder, and from nowhere else", func() {
		dir := GinkgoT().TempDir()
		Expect(os.WriteFile(filepath.Join(dir, "page.html"), []byte("<p>{{path}}</p>"), 0o600)).To(Succeed())
		Expect(os.Symlink("/etc/passwd", filepath.Join(dir, "link"))).To(Succeed())
		serve := func(file, dir string) (*fakeserver.Server, error) {
			return fakeserver.New(fakeserver.Config{Dir: dir, Behaviours: []fakeserver.Use{{Name: "answer", Params: params{"file": file}}}})
		}
		s, err := serve("page.html", dir)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		a := (&world{Server: s, clk: clock.NewVirtual(start)}).get()
		Expect(string(a.Body)).To(Equal("<p>{{path}}</p>"), "a file is sent as it is")
		Expect(a.Header.Get("Content-Type")).To(Equal("application/octet-stream"))
		for file, want := range map[string]string{"none": "no such file", "link": "escapes", "../x": "is no path beneath"} {
			_, err := serve(file, dir)
			Expect(err).To(MatchError(ContainSubstring(want)), file)
		}
		_, err = serve("page.html", "")
		Expect(err).To(MatchError(ContainSubstring("no directory is set")))
	})

	DescribeTable("says what is wrong",
		func(p params, want string) { Expect(refusal("answer", p)).To(MatchError(ContainSubstring(want))) },
		Entry(nil, params{"body": "{{pth}}"}, `parameter "body": "{{pth" is no placeholder: write one of {{method}}`),
		Entry(nil, params{"body": "{{path"}, `is no placeholder`),
		Entry(nil, params{"body": "{{query.}}"}, `is no placeholder`),
		Entry(nil, params{"headers": params{"X": "{{x}}"}}, `parameter "headers.X": "{{x" is no placeholder`),
		Entry(nil, params{"headers": params{"Content-Length": 3}}, `use the behaviour "no-content-length"`),
		Entry(nil, params{"headers": params{"a b": 3}}, `"a b" is not a field name`),
		Entry(nil, params{"reason": "a\r\nb"}, `parameter "reason": "a\r\nb" is malformed: write a line of ASCII`),
		Entry(nil, params{"body": "x", "file": "y"}, "only one of body and file"),
		Entry(nil, params{"file": "/etc/passwd"}, `parameter "file": "/etc/passwd" is no path beneath`),
	)
})

var _ = Describe("fields of requests", func() {
	It("are set and left out before the server looks at them", func() {
		w := with("strip-request-header", params{"name": "range"})
		Expect(w.get("Range: bytes=0-1").Status).To(Equal(200))
		Expect(w.rec.Exchanges(0)[0].Notes).To(ContainElement("strip-request-header: left range out"))
		w = with("set-request-header", params{"name": "Range", "value": "bytes=0-4"})
		a := w.get("Range: bytes=0-1")
		Expect(fmt.Sprint(a.Status, a.Length)).To(Equal("206 5"))
		Expect(refusal("set-request-header", params{"name": "Transfer-Encoding", "value": "x"})).To(MatchError(ContainSubstring(`use the behaviour "chunked"`)))
	})
})
