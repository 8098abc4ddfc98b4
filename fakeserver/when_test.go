package fakeserver_test

import (
	"encoding/base64"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeserver"
)

type params = map[string]any

// refusing is a server that answers 503 to the requests that are meant.
func refusing(when params) *world {
	return serve(fakeserver.Config{
		Files:      map[string]fakeserver.File{"/a": {Size: 10}, "/b/c": {Size: 10}, "/b/d.cab": {Size: 10}},
		Behaviours: []fakeserver.Use{{Name: "status", Params: params{"status": 503, "when": when}}},
	})
}

var _ = Describe("when", func() {
	DescribeTable("chooses requests by what they are",
		func(when params, meant, others []string) {
			w := refusing(when)
			for _, request := range meant {
				Expect(w.ask(request)).To(Equal(503), "%s", request)
			}
			for _, request := range others {
				Expect(w.ask(request)).NotTo(Equal(503), "%s", request)
			}
		},
		Entry("path", params{"path": "/a"}, []string{"GET /a", "HEAD /a"}, []string{"GET /b/c", "GET /ab"}),
		Entry("paths", params{"path": []any{"/a", "/b/*.cab"}}, []string{"GET /a", "GET /b/d.cab"}, []string{"GET /b/c"}),
		Entry("folder", params{"path": "/b/"}, []string{"GET /b/c"}, []string{"GET /a"}),
		Entry("method", params{"method": []any{"HEAD", "BITS_POST"}}, []string{"HEAD /a", "BITS_POST /a"}, []string{"GET /a"}),
		Entry("host", params{"host": "*.Lab"}, []string{"GET /a Host:wsus.lab", "GET /a Host:WSUS.LAB:8530"}, []string{"GET /a Host:lab", "GET /a Host:lab.example"}),
		Entry("IPv6 host", params{"host": "*1"}, []string{"GET /a Host:[::1]:8530", "GET /a Host:[::1]"}, []string{"GET /a Host:[::2]"}),
		Entry("header absent", params{"header": params{"X": "absent"}}, []string{"GET /a"}, []string{"GET /a X:1"}),
		Entry("header present", params{"header": params{"x": "present"}}, []string{"GET /a X:1"}, []string{"GET /a"}),
		Entry("header", params{"header": params{"User-Agent": "Microsoft BITS/*"}}, []string{"GET /a User-Agent:Microsoft BITS/6.7"}, []string{"GET /a User-Agent:x Microsoft BITS/6.7"}),
		Entry("header by expression", params{"header": params{"User-Agent": "/BITS/6/"}}, []string{"GET /a User-Agent:Microsoft BITS/6.7"}, []string{"GET /a User-Agent:BITS/7"}),
		Entry("header Host", params{"header": params{"host": "x:1"}}, []string{"GET /a Host:x:1"}, []string{"GET /a Host:x"}),
		Entry("several", params{"path": "/a", "header": params{"X": 1}}, []string{"GET /a X:1"}, []string{"GET /a", "GET /b/c X:1"}),
		Entry("range present", params{"range": "present"}, []string{"GET /a Range:bytes=0-1"}, []string{"GET /a"}),
		Entry("range absent", params{"range": "absent"}, []string{"GET /a"}, []string{"GET /a Range:bytes=0-1"}),
		Entry("a range", params{"range": "2-3"}, []string{"GET /a Range:bytes=2-3", "GET /a Range:bytes=0-0,2-3"}, []string{"GET /a", "GET /a Range:bytes=2-"}),
		Entry("all ranges", params{"range": "0-0,2-3"}, []string{"GET /a Range:bytes=0-0,2-3"}, []string{"GET /a Range:bytes=2-3"}),
		Entry("client", params{"client": []any{"10.0.0.0/8", "127.0.0.1"}}, []string{"GET /a"}, nil),
		Entry("other client", params{"client": "10.0.0.0/8"}, nil, []string{"GET /a"}),
	)

	DescribeTable("counts the requests for which all else holds",
		func(nth any, want string) {
			w := refusing(params{"nth": nth, "path": "/a"})
			got := ""
			for range 7 {
				Expect(w.ask("GET /b/c")).To(Equal(200))
				got += map[int]string{200: ".", 503: "x"}[w.ask("GET /a")]
			}
			Expect(got).To(Equal(want))
		},
		Entry("one", 2, ".x....."), Entry("as text", "2", ".x....."), Entry("several", "1-3", "xxx...."),
		Entry("from one on", "from 4", "...xxxx"), Entry("every nth", "every 3", "..x..x."),
	)

	It("counts apart what per names", func() {
		w := refusing(params{"nth": 1, "per": "path"})
		Expect([]int{w.ask("GET /a"), w.ask("GET /a"), w.ask("GET /b/c"), w.ask("GET /b/c")}).To(Equal([]int{503, 200, 503, 200}))
		w = refusing(params{"nth": 2, "per": "connection"})
		for range 2 {
			c := w.dial()
			Expect([]int{c.Get("/a").Status, c.Get("/a").Status, c.Get("/a").Status}).To(Equal([]int{200, 503, 200}))
		}
		w = refusing(params{"nth": 1, "per": "client"})
		Expect([]int{w.ask("GET /a"), w.ask("GET /b/c")}).To(Equal([]int{503, 200}))
	})

	It("knows connections by their order and requests by their place on one", func() {
		for _, test := range []struct {
			want any
			got  []int
		}{
			{"first", []int{503, 503, 200, 200, 200, 200}}, {2, []int{200, 200, 503, 503, 200, 200}},
			{"new", []int{503, 200, 503, 200, 503, 200}}, {"from 2", []int{200, 200, 503, 503, 503, 503}},
		} {
			w := refusing(params{"connection": test.want})
			var got []int
			for range 3 {
				c := w.dial()
				got = append(got, c.Get("/a").Status, c.Get("/a").Status)
			}
			Expect(got).To(Equal(test.got), "%v", test.want)
		}
	})

	It("knows the time since the server was started", func() {
		w := refusing(params{"after": "10s", "until": 20 * time.Second})
		var got []int
		for _, wait := range []time.Duration{0, 9999 * time.Millisecond, time.Millisecond, 9999 * time.Millisecond, time.Millisecond} {
			w.wait(wait)
			got = append(got, w.ask("GET /a"))
		}
		Expect(got).To(Equal([]int{200, 200, 503, 503, 200}))
	})

	It("knows the server's state", func() {
		w := refusing(params{"state": params{"maintenance": "on"}})
		Expect(w.ask("GET /a")).To(Equal(200))
		Expect(w.SetState("maintenance", "on")).To(Succeed())
		Expect(w.ask("GET /a")).To(Equal(503))
		Expect(w.State()).To(Equal(map[string]string{"maintenance": "on"}))
		Expect(w.SetState("maintenance", "")).To(Succeed())
		Expect(w.State()).To(BeEmpty())
		Expect(w.ask("GET /a")).To(Equal(200))
		Expect(w.SetState("", "x")).To(MatchError(ContainSubstring("write a name")))
		for i := range 1000 {
			Expect(w.SetState(fmt.Sprint(i), "x")).To(Succeed())
		}
		Expect(w.SetState("more", "x")).To(MatchError(ContainSubstring("1000 already")))
	})

	It("knows who has logged in, behind the authentication", func() {
		w := serve(fakeserver.Config{
			Files: map[string]fakeserver.File{"/a": {Size: 10}},
			Auth: &fakeserver.Auth{Schemes: []httpauth.Scheme{httpauth.Basic}, Accounts: ntlm.NewAccounts(
				ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}, ntlm.Account{User: "bob", Password: "pw"})},
			Behaviours: []fakeserver.Use{
				{Name: "status", Params: params{"status": 503, "when": params{"account": `lab\alice`}}},
				{Name: "status", Params: params{"status": 502, "when": params{"account": "Bob"}}},
				{Name: "status", Params: params{"status": 501, "when": params{"account": "absent"}}},
			},
		})
		for user, want := range map[string]int{`LAB\alice`: 503, "bob": 502, "nobody": 401} {
			token := base64.StdEncoding.EncodeToString([]byte(user + ":pw"))
			Expect(w.get("/a", "Authorization: Basic "+token).Status).To(Equal(want), user)
		}
	})

	It("leaves to chance what it shall, and the same with the same seed", func() {
		draw := func(seed int64) (got string) {
			w := serve(fakeserver.Config{Seed: seed, Files: map[string]fakeserver.File{"/a": {Size: 10}},
				Behaviours: []fakeserver.Use{{Name: "status", Params: params{"status": 503, "when": params{"chance": "50%"}}}}})
			for range 40 {
				got += map[int]string{200: ".", 503: "x"}[w.ask("GET /a")]
			}
			return got
		}
		one := draw(1)
		Expect(one).To(And(ContainSubstring("x"), ContainSubstring(".")))
		Expect(draw(1)).To(Equal(one))
		Expect(draw(2)).NotTo(Equal(one))
		w := refusing(params{"chance": 0})
		Expect(w.ask("GET /a")).To(Equal(200))
		w = refusing(params{"chance": 1})
		Expect(w.ask("GET /a")).To(Equal(503))
	})

	It("has short forms for path and method", func() {
		w := serve(fakeserver.Config{Files: map[string]fakeserver.File{"/a": {Size: 10}},
			Behaviours: []fakeserver.Use{{Name: "status", Params: params{"status": 503, "path": []any{"/a", "/b/"}, "method": "HEAD"}}}})
		Expect([]int{w.ask("HEAD /a"), w.ask("HEAD /b/x"), w.ask("GET /a"), w.ask("HEAD /c")}).To(Equal([]int{503, 503, 200, 404}))
	})
})
