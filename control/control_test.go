package control_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/control"
	"github.com/wualab/wualab/control/client"
)

// refused gives the problem that an error is.
func refused(err error) *client.Problem {
	GinkgoHelper()
	var p *client.Problem
	Expect(errors.As(err, &p)).To(BeTrue(), "%v", err)
	return p
}

var _ = Describe("the control API", func() {
	var (
		l    *lab
		ctx  = context.Background()
		send = func(method, path, kind, body string) (int, string) {
			GinkgoHelper()
			request, err := http.NewRequest(method, l.api.URL()+path, strings.NewReader(body))
			Expect(err).NotTo(HaveOccurred())
			if kind != "" {
				request.Header.Set("Content-Type", kind)
			}
			resp, err := checkedHTTP.Do(request)
			Expect(err).NotTo(HaveOccurred())
			text, err := io.ReadAll(resp.Body)
			Expect(err).NotTo(HaveOccurred())
			return resp.StatusCode, string(text)
		}
	)
	BeforeEach(func() { l = start(nil) })

	It("tells what is served", func() {
		info, err := l.Info(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(info.Scenario).To(Equal("lab"))
		Expect(info.Nodes).To(HaveLen(3))
		Expect(info.URL("origin")).To(Equal(l.url("origin")))
		Expect(info.URL("nobody")).To(BeEmpty())
		nodes, err := l.Nodes(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(nodes).To(HaveLen(3))
		Expect(nodes[0].Shares).NotTo(BeEmpty())
		Expect(nodes[1].TLS).To(BeTrue())
		Expect(nodes[2].Kind).To(Equal("proxy"))
		Expect(nodes[2].Auth).To(Equal([]string{"ntlm", "basic"}))
		_, err = l.Node(ctx, "orign")
		Expect(refused(err).Code).To(Equal("no-node"))
		pem, err := l.CertificatePEM(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(pem)).To(HavePrefix("-----BEGIN CERTIFICATE-----"))
	})

	It("changes what nodes do", func() {
		list, err := l.Behaviours(ctx, "origin")
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(1))
		Expect(list[0].Name).To(Equal("set-header"))
		Expect(l.AddBehaviours(ctx, "origin", client.Behaviour{Name: "status", Params: map[string]any{"status": 503}}, client.Behaviour{Name: "ignore-range"})).To(Succeed())
		Expect(l.get(l.url("origin") + "/a")).To(Equal(503))
		list, err = l.Behaviours(ctx, "origin")
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(3))
		list[1].Params["status"] = 500 // what was read can be changed and sent
		Expect(l.SetBehaviours(ctx, "origin", list...)).To(Succeed())
		Expect(l.get(l.url("origin") + "/a")).To(Equal(500))
		Expect(l.RemoveBehaviour(ctx, "origin", 1)).To(Succeed())
		Expect(l.get(l.url("origin") + "/a")).To(Equal(200))
		Expect(refused(l.RemoveBehaviour(ctx, "origin", 2)).Hint).To(Equal("it has 2, the first is 0"))
		Expect(l.SetBehaviours(ctx, "origin")).To(Succeed())
		Expect(l.Behaviours(ctx, "origin")).To(BeEmpty())
		Expect(l.SetBehaviours(ctx, "corp", client.Behaviour{Name: "close-on-407"})).To(Succeed())
	})

	It("says where a body is wrong, and changes nothing then", func() {
		err := l.AddBehaviours(ctx, "origin", client.Behaviour{Name: "ignore-range"}, client.Behaviour{Name: "delay", Params: map[string]any{"duraton": "5m"}})
		p := refused(err)
		Expect(p.Status).To(Equal(400))
		Expect(*p.Pointer).To(Equal("/1/delay/duraton"))
		Expect(p.Detail).To(ContainSubstring(`unknown parameter "duraton"`))
		Expect(p.Hint).To(ContainSubstring("duration"))
		Expect(p.Error()).To(ContainSubstring(`(at "/1/delay/duraton" of the body); hint: `))
		Expect(l.Behaviours(ctx, "origin")).To(HaveLen(1))
	})

	It("takes YAML, and what curl -d sends", func() {
		for _, c := range []struct {
			kind, body string
			status     int
		}{
			{"application/yaml", "- ignore-range\n- delay: {duration: 1ms}\n", 200},
			{"application/x-www-form-urlencoded", `["ignore-range", {"delay": {"duration": "1ms"}}]`, 200},
			{"application/x-www-form-urlencoded", "[ignore-range, {delay: {duration: 1ms}}]", 200},
			{"", "ignore-range", 200},
			{"application/json", "[ignore-range]", 400},
			{"application/json", "", 400},
			{"", `{"delay": {"duration": "1ms"}`, 400},
			{"multipart/form-data", "x", 415},
			{"application/json", "[" + strings.Repeat(`"ignore-range",`, 201) + `"ignore-range"]`, 409},
			{"application/yaml", strings.Repeat(" ", 1<<20+1), 413},
		} {
			status, text := send(http.MethodPut, "/v1/nodes/origin/behaviours", c.kind, c.body)
			Expect(status).To(Equal(c.status), "%s %.40s: %s", c.kind, c.body, text)
		}
	})

	It("changes files", func() {
		files, err := l.Files(ctx, "origin")
		Expect(err).NotTo(HaveOccurred())
		Expect(files).To(HaveKey("/a"))
		Expect(files["/a"].Size).To(Equal("1000B"))
		Expect(l.SetFiles(ctx, "origin", files)).To(Succeed(), "what was listed can be sent")
		Expect(l.Files(ctx, "origin")).To(Equal(files))
		Expect(l.AddFiles(ctx, "origin", map[string]client.File{"/b": {Size: "2kB"}})).To(Succeed())
		Expect(l.get(l.url("origin") + "/b")).To(Equal(200))
		Expect(l.SetContent(ctx, "origin", "/c", strings.NewReader("hello"), "text/plain")).To(Succeed())
		Expect(l.SetContent(ctx, "origin", "/c", strings.NewReader("hello, you"), "")).To(Succeed())
		files, err = l.Files(ctx, "origin")
		Expect(err).NotTo(HaveOccurred())
		Expect(files).To(HaveLen(3))
		Expect(files["/c"].Size).To(Equal("10B"))
		Expect(l.RemoveFile(ctx, "origin", "/a")).To(Succeed())
		Expect(refused(l.RemoveFile(ctx, "origin", "/a")).Code).To(Equal("no-file"))
		Expect(l.get(l.url("origin") + "/a")).To(Equal(404))
		Expect(refused(l.AddFiles(ctx, "corp", nil)).Code).To(Equal("no-server"))
		p := refused(l.AddFiles(ctx, "origin", map[string]client.File{"/d": {Size: "2KB"}}))
		Expect(*p.Pointer).To(Equal("/~1d/size"))
		Expect(refused(l.RemoveFile(ctx, "origin", "a")).Code).To(Equal("bad-query"))
	})

	It("reads and sets the state that behaviours ask for", func() {
		Expect(l.State(ctx, "origin")).To(BeEmpty())
		Expect(l.SetBehaviours(ctx, "origin", client.Behaviour{Name: "status", Params: map[string]any{
			"status": 503, "when": map[string]any{"state": map[string]any{"phase": "second"}}}})).To(Succeed())
		Expect(l.get(l.url("origin") + "/a")).To(Equal(200))
		Expect(l.SetState(ctx, "origin", map[string]string{"phase": "second", "other": "x"})).To(Succeed())
		Expect(l.get(l.url("origin") + "/a")).To(Equal(503))
		Expect(l.State(ctx, "origin")).To(Equal(map[string]string{"phase": "second", "other": "x"}))
		Expect(l.SetState(ctx, "origin", map[string]string{"phase": ""})).To(Succeed())
		Expect(l.get(l.url("origin") + "/a")).To(Equal(200))
		Expect(l.SetState(ctx, "corp", map[string]string{"a": "b"})).To(Succeed())
		Expect(l.State(ctx, "corp")).To(HaveKeyWithValue("a", "b"))
		_, err := l.State(ctx, "nobody")
		Expect(refused(err).Code).To(Equal("no-node"))
		Expect(refused(l.SetState(ctx, "nobody", nil)).Code).To(Equal("no-node"))
		for _, body := range []string{"", "[]", "null", `{"a": 1}`, `{"a": null}`} {
			status, _ := send(http.MethodPost, "/v1/nodes/origin/state", "", body)
			Expect(status).To(Equal(400), body)
		}
		Expect(l.Reset(ctx, false)).To(Succeed())
		Expect(l.State(ctx, "origin")).To(BeEmpty())
	})

	It("locks accounts out and lets them in", func() {
		ask := func() int {
			request, err := http.NewRequest(http.MethodGet, "http://example.invalid/", nil)
			Expect(err).NotTo(HaveOccurred())
			corp, err := url.Parse(`http://LAB%5Calice:pw@` + strings.TrimPrefix(l.url("corp"), "http://"))
			Expect(err).NotTo(HaveOccurred())
			transport := &http.Transport{Proxy: http.ProxyURL(corp), DisableKeepAlives: true}
			resp, err := (&http.Client{Transport: transport}).Do(request)
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			return resp.StatusCode
		}
		Expect(ask()).To(Equal(502), "let in, and the host is unknown")
		Expect(l.Lock(ctx, "corp", `LAB\alice`)).To(Succeed())
		Expect(ask()).To(Equal(407))
		list, err := l.Accounts(ctx, "corp")
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(1))
		Expect(list[0].Name).To(Equal(`LAB\alice`))
		Expect(list[0].Locked).To(BeTrue())
		Expect(l.Unlock(ctx, "corp", `lab\Alice`)).To(Succeed())
		Expect(ask()).To(Equal(502))
		Expect(l.Lock(ctx, "corp", `LAB\alice`)).To(Succeed())
		Expect(l.Reset(ctx, false)).To(Succeed())
		Expect(ask()).To(Equal(502))
		Expect(refused(l.Lock(ctx, "corp", "bob")).Code).To(Equal("no-account"))
		Expect(refused(l.Lock(ctx, "nobody", "bob")).Code).To(Equal("no-node"))
		Expect(*refused(l.Lock(ctx, "corp", "")).Pointer).To(Equal("/account"))
		_, err = l.Accounts(ctx, "nobody")
		Expect(refused(err).Code).To(Equal("no-node"))
	})

	It("takes nodes down and up, and resets", func() {
		Expect(l.Down(ctx, "origin")).To(Succeed())
		n, err := l.Node(ctx, "origin")
		Expect(err).NotTo(HaveOccurred())
		Expect(n.Down).To(BeTrue())
		Expect(l.Up(ctx, "origin")).To(Succeed())
		Expect(l.get(l.url("origin") + "/a")).To(Equal(200))
		Expect(l.SetBehaviours(ctx, "origin")).To(Succeed())
		Expect(l.Reset(ctx, false)).To(Succeed())
		Expect(l.Behaviours(ctx, "origin")).To(HaveLen(1))
		page, err := l.Transcript(ctx, client.Filter{Kind: "exchange"})
		Expect(err).NotTo(HaveOccurred())
		Expect(page.Entries).To(HaveLen(1))
		Expect(l.Reset(ctx, true)).To(Succeed())
		page, err = l.Transcript(ctx, client.Filter{Kind: "exchange"})
		Expect(err).NotTo(HaveOccurred())
		Expect(page.Entries).To(BeEmpty())
		status, text := send(http.MethodPost, "/v1/reset", "", `{"recrd": "clear"}`)
		Expect(status).To(Equal(400))
		Expect(text).To(And(ContainSubstring(`"/recrd"`), ContainSubstring(`did you mean \"record\"?`)))
		status, _ = send(http.MethodPost, "/v1/reset", "", `{"record": "burn"}`)
		Expect(status).To(Equal(400))
		status, _ = send(http.MethodPost, "/v1/reset", "", "")
		Expect(status).To(Equal(200))
	})

	It("judges what was received", func() {
		one := client.Wire{"on": "origin", "count": 1, "every": map[string]any{"status": 200}}
		v, err := l.Expect(ctx, one)
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Pass()).To(BeFalse())
		Expect(v.Failures[0].String()).To(Equal("wire on origin: number of exchanges: expected 1, actual 0"))
		held := make(chan *client.Verdict, 1)
		go func() {
			defer GinkgoRecover()
			v, err := l.Expect(ctx, one, client.Within(20*time.Second))
			Expect(err).NotTo(HaveOccurred())
			held <- v
		}()
		Expect(l.get(l.url("origin") + "/a")).To(Equal(200))
		Eventually(held).WithTimeout(20 * time.Second).Should(Receive(&v))
		Expect(v.Pass()).To(BeTrue())
		v, err = l.Verdict(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Pass()).To(BeTrue())
		Expect(v.Unjudged).To(ConsistOf("job: it is about the simulated PC"))
		info, err := l.Info(ctx)
		Expect(err).NotTo(HaveOccurred())
		page, err := l.Transcript(ctx, client.Filter{})
		Expect(err).NotTo(HaveOccurred())
		last := page.Entries[len(page.Entries)-1]
		Expect(info.Since).To(BeNumerically("<", last.Seq))
		v, err = l.Expect(ctx, one, client.Since(last.Seq), client.Within(time.Millisecond))
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Pass()).To(BeFalse())
		status, text := send(http.MethodPost, "/v1/expect?must=true", "", `{on: origin, count: 2}`)
		Expect(status).To(Equal(417))
		Expect(text).To(ContainSubstring("expected 2, actual 1"))
		_, err = l.Expect(ctx, client.Wire{"on": "client", "count": 1})
		Expect(*refused(err).Pointer).To(Equal("/on"))
		for _, query := range []string{"timeout=10", "timeout=11m", "since=x", "must=yes", "timout=10s", "must=true&must=true"} {
			status, text := send(http.MethodPost, "/v1/expect?"+query, "", `{on: origin, count: 1}`)
			Expect(status).To(Equal(400), text)
		}
	})

	It("shows the transcript, redacted", func() {
		request, err := http.NewRequest(http.MethodGet, l.url("origin")+"/a", nil)
		Expect(err).NotTo(HaveOccurred())
		request.SetBasicAuth("alice", "secret")
		resp, err := http.DefaultClient.Do(request)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Body.Close()).To(Succeed())
		v, err := l.Expect(ctx, client.Wire{"on": "origin", "every": map[string]any{"header": map[string]any{"Authorization": "absent"}}})
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Failures[0].Actual).To(ContainSubstring("Authorization is Basic (redacted), not absent"))
		page, err := l.Transcript(ctx, client.Filter{Node: "origin", Kind: "exchange", Limit: 5})
		Expect(err).NotTo(HaveOccurred())
		Expect(page.Entries).To(HaveLen(1))
		first := page.Entries[0]
		Expect(first.Method + " " + first.URL).To(Equal("GET /a"))
		whole, err := l.Entry(ctx, first.Seq)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(whole.Exchange.Request.Head)).To(And(ContainSubstring("Authorization: Basic (redacted)"), HavePrefix("GET /a HTTP/1.1\r\n")))
		Expect(whole.Exchange.Response.Body.SHA256).To(HaveLen(64))
		Expect(whole.Exchange.Tokens).NotTo(BeEmpty())
		page, err = l.Transcript(ctx, client.Filter{Since: first.Seq, Kind: "exchange"})
		Expect(err).NotTo(HaveOccurred())
		Expect(page.Entries).To(BeEmpty())
		_, err = l.Transcript(ctx, client.Filter{Node: "nobody"})
		Expect(refused(err).Code).To(Equal("no-node"))
		_, err = l.Transcript(ctx, client.Filter{Limit: 1_000_000})
		Expect(refused(err).Code).To(Equal("bad-query"))
		Expect(l.ClearTranscript(ctx)).To(Succeed())
		_, err = l.Entry(ctx, first.Seq)
		Expect(refused(err).Code).To(Equal("no-entry"))
	})

	It("shows secrets when it was started so", func() {
		l = start(func(c *control.Config) { c.ShowSecrets = true })
		request, err := http.NewRequest(http.MethodGet, l.url("origin")+"/a", nil)
		Expect(err).NotTo(HaveOccurred())
		request.Header.Set("Cookie", "a=b")
		resp, err := http.DefaultClient.Do(request)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Body.Close()).To(Succeed())
		page, err := l.Transcript(ctx, client.Filter{Kind: "exchange"})
		Expect(err).NotTo(HaveOccurred())
		whole, err := l.Entry(ctx, page.Entries[0].Seq)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(whole.Exchange.Request.Head)).To(ContainSubstring("Cookie: a=b"))
	})

	It("streams the transcript, and goes on where a client left off", func(sctx SpecContext) {
		ctx, cancel := context.WithCancel(sctx)
		defer cancel()
		Expect(l.get(l.url("origin") + "/a")).To(Equal(200))
		var ids []int
		for one, err := range l.Follow(ctx, 0) {
			Expect(err).NotTo(HaveOccurred())
			ids = append(ids, one.ID)
			if len(ids) == 1 {
				Expect(one.URL).To(Equal("/a"))
				Expect(one.Complete).To(BeTrue())
				Expect(l.Down(ctx, "origin")).To(Succeed())
			} else {
				Expect(one.Text).To(Equal("goes down"))
				break
			}
		}
		Expect(ids).To(Equal([]int{1, 2}))
		for one, err := range l.Follow(ctx, 1) {
			Expect(err).NotTo(HaveOccurred())
			Expect(one.ID).To(Equal(2))
			break
		}
		Expect(l.ClearTranscript(ctx)).To(Succeed())
		Expect(l.Up(ctx, "origin")).To(Succeed())
		var missed error
		for one, err := range l.Follow(ctx, 0) {
			if err != nil {
				missed = err
				continue
			}
			Expect(one.Text).To(Equal("comes back"))
			break
		}
		Expect(missed).To(MatchError(client.ErrMissed))
	}, SpecTimeout(30*time.Second))

	It("streams whole entries, from a Last-Event-ID, and checks what it is asked", func() {
		Expect(l.get(l.url("origin") + "/a")).To(Equal(200))
		ask := func(query, id string) *http.Response {
			request, err := http.NewRequest(http.MethodGet, l.api.URL()+"/v1/transcript/stream"+query, nil)
			Expect(err).NotTo(HaveOccurred())
			request.Header.Set("Last-Event-ID", id)
			resp, err := checkedHTTP.Do(request)
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(resp.Body.Close)
			return resp
		}
		resp := ask("?full=true&node=origin", "0")
		text := make([]byte, 64<<10)
		n, err := io.ReadAtLeast(resp.Body, text, 500)
		Expect(err).NotTo(HaveOccurred())
		_, data, _ := strings.Cut(string(text[:n]), "data: ")
		data, _, _ = strings.Cut(data, "\n")
		Expect(api.validate("/components/schemas/WholeEntry", []byte(data))).To(Succeed())
		Expect(string(text[:n])).To(HavePrefix("retry: 1000\n: after 0\n\nevent: exchange\nid: 1\ndata: {"))
		Expect(ask("", "x").StatusCode).To(Equal(400))
		Expect(ask("?after=x", "").StatusCode).To(Equal(400))
		Expect(ask("?node=nobody", "").StatusCode).To(Equal(404))
	})

	It("puts the clock forward", func() {
		Expect(l.SetBehaviours(ctx, "origin", client.Behaviour{Name: "delay", Params: map[string]any{"duration": "1h"}})).To(Succeed())
		for _, advance := range []func() (*client.Advanced, error){
			func() (*client.Advanced, error) { return l.AdvanceToNext(ctx, 20*time.Second) },
			func() (*client.Advanced, error) {
				Eventually(func() int { c, _ := l.Clock(ctx); return c.Waiting }).Should(Equal(1))
				return l.Advance(ctx, time.Hour)
			},
		} {
			answered := make(chan int, 1)
			go func() {
				defer GinkgoRecover()
				answered <- l.get(l.url("origin") + "/a")
			}()
			a, err := advance()
			Expect(err).NotTo(HaveOccurred())
			Expect(a.Woken).To(Equal(1))
			Expect(a.BySeconds).To(BeNumerically("~", 3600, 60))
			Eventually(answered).Should(Receive(Equal(200)))
		}
		clock, err := l.Clock(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(clock.OffsetSeconds).To(BeNumerically("~", 7200, 60))
		_, err = l.AdvanceToNext(ctx, time.Millisecond)
		Expect(refused(err).Code).To(Equal("nothing-waits"))
		for _, body := range []string{`{}`, `{"by": 5}`, `{"by": "5"}`, `{"by": "-5m"}`, `{"by": "999999d"}`, `{"next": false}`, `{"by": "5m", "next": true}`, `[]`, `{"bye": 1}`} {
			status, text := send(http.MethodPost, "/v1/clock/advance", "", body)
			Expect(status).To(Equal(400), "%s: %s", body, text)
		}
	})

	It("ends, with the verdict", func() {
		_, err := l.Shutdown(ctx)
		Expect(refused(err).Status).To(Equal(501))
		ended := make(chan struct{})
		l = start(func(c *control.Config) { c.Shutdown = func() { close(ended) } })
		v, err := l.Shutdown(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Verdict).To(Equal("fail"), "nothing came")
		Expect(ended).To(BeClosed())
		_, err = l.Shutdown(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(l.served.Close()).To(Succeed())
		Expect(refused(l.Reset(ctx, false)).Code).To(Equal("ending"))
	})

	It("gives its description", func() {
		for _, path := range []string{"/openapi.json", "/openapi.yaml"} {
			status, text := send(http.MethodGet, path, "", "")
			Expect(status).To(Equal(200))
			Expect(text).To(ContainSubstring("advanceClock"))
		}
	})

	It("says what there is instead of what was asked", func() {
		ask := func(method, path string) string {
			request, err := http.NewRequest(method, l.api.URL()+path, nil)
			Expect(err).NotTo(HaveOccurred())
			resp, err := http.DefaultClient.Do(request)
			Expect(err).NotTo(HaveOccurred())
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			Expect(err).NotTo(HaveOccurred())
			return resp.Status + " " + string(text)
		}
		Expect(ask("GET", "/v1/node")).To(And(HavePrefix("404"), ContainSubstring("did you mean /v1/nodes?")))
		Expect(ask("GET", "/v1/node/origin")).To(And(HavePrefix("404"), ContainSubstring("did you mean /v1/nodes/origin?")))
		Expect(ask("DELETE", "/v1/nodes/origin/files")).To(And(HavePrefix("400"), ContainSubstring("the parameter path is missing")))
		Expect(ask("GET", "/")).To(And(HavePrefix("404"), ContainSubstring("begin at GET /v1")))
		Expect(ask("PATCH", "/v1/nodes/origin/files")).To(And(HavePrefix("405"), ContainSubstring("takes GET, PUT, POST, DELETE, not PATCH")))
		Expect(ask("GET", "/v1/nodes/")).To(HavePrefix("200"), "a slash at the end is no matter")
		Expect(ask("HEAD", "/v1/transcript/stream")).To(HavePrefix("200"))
	})
})
