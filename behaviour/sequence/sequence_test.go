package sequence_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/transcript"
)

type params = map[string]any

// server is an origin with /a and /b and one behaviour.
func server(name string, p params, more ...behaviour.Use) (*fakeserver.Server, *transcript.Recorder) {
	GinkgoHelper()
	rec := transcript.New(transcript.Options{Now: time.Now})
	s, err := fakeserver.New(fakeserver.Config{Seed: 1, Recorder: rec,
		Files:      map[string]fakeserver.File{"/a": {Size: 10}, "/b": {Size: 10}},
		Behaviours: append([]behaviour.Use{{Name: name, Params: p}}, more...)})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	return s, rec
}

// ask gets the paths one after the other, each on a connection of its own, and gives what
// came: the status, or "cut".
func ask(s *fakeserver.Server, paths ...string) string {
	GinkgoHelper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	var all []string
	for _, path := range paths {
		resp, err := client.Get(s.URL(path))
		if err != nil {
			all = append(all, "cut")
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		Expect(resp.Body.Close()).To(Succeed())
		if after := resp.Header.Get("Retry-After"); after != "" {
			after = " " + after
			all = append(all, fmt.Sprint(resp.StatusCode)+after)
			continue
		}
		all = append(all, fmt.Sprint(resp.StatusCode))
	}
	return strings.Join(all, ",")
}

func notes(rec *transcript.Recorder) (all []string) {
	for _, x := range rec.Exchanges(0) {
		all = append(all, x.Notes...)
	}
	return all
}

var _ = Describe("fail-first", func() {
	It("answers the first requests with a status", func() {
		s, rec := server("fail-first", params{"requests": 2, "retry-after": "60s"})
		Expect(ask(s, "/a", "/b", "/a", "/a")).To(Equal("503 60,503 60,200,200"))
		Expect(notes(rec)).To(ContainElement("fail-first: request 2 of 2"))
		s, _ = server("fail-first", params{"status": 404})
		Expect(ask(s, "/a", "/a")).To(Equal("404,200"))
	})
	It("ends their connections", func() {
		for _, how := range []string{"close", "reset"} {
			s, _ := server("fail-first", params{"requests": 2, "how": how})
			// net/http itself asks again when a connection ends without an answer, on a new one only
			Expect(ask(s, "/a", "/a", "/a")).To(Equal("cut,cut,200"), how)
		}
	})
	It("has other behaviours act on them, in order", func() {
		s, _ := server("fail-first", params{"by": []any{"no-answer", params{"status": params{"status": 500}}}})
		Expect(ask(s, "/a", "/a", "/a")).To(Equal("cut,500,200"))
		s, _ = server("fail-first", params{"requests": 3, "by": []any{"no-answer", params{"status": params{"status": 500}}}})
		Expect(ask(s, "/a", "/a", "/a", "/a")).To(Equal("cut,500,500,200"))
	})
	It("counts apart, and only what when means", func() {
		s, _ := server("fail-first", params{"per": "path", "when": params{"path": "/a"}})
		Expect(ask(s, "/b", "/a", "/a")).To(Equal("200,503,200"))
		s, _ = server("fail-first", params{"per": "path"})
		Expect(ask(s, "/b", "/a", "/b", "/a")).To(Equal("503,503,200,200"))
	})
})

var _ = Describe("in-turn", func() {
	three := func() []any {
		return []any{params{"status": params{"status": 500}}, "pass", []any{params{"set-header": params{"name": "Retry-After", "value": "7"}}, params{"status": params{"status": 502}}}}
	}
	DescribeTable("has one behaviour follow the other",
		func(then, want string) {
			p := params{"behaviours": three()}
			if then != "" {
				p["then"] = then
			}
			s, _ := server("in-turn", p)
			Expect(ask(s, "/a", "/a", "/a", "/a", "/a")).To(Equal(want))
		},
		Entry("again and again", "", "500,200,502 7,500,200"),
		Entry("up to the last, which stays", "last", "500,200,502 7,502 7,502 7"),
		Entry("and then none", "pass", "500,200,502 7,200,200"),
	)
	It("counts apart", func() {
		s, rec := server("in-turn", params{"behaviours": three(), "per": "path", "then": "pass"})
		Expect(ask(s, "/a", "/b", "/a", "/b")).To(Equal("500,500,200,200"))
		Expect(notes(rec)).To(ContainElement("in-turn: request 2 is the turn of behaviour 2"))
	})
	It("lets what stands inside count its own requests", func() {
		s, _ := server("in-turn", params{"behaviours": []any{"pass", params{"status": params{"status": 500, "when": params{"nth": 2}}}}})
		Expect(ask(s, "/a", "/a", "/a", "/a")).To(Equal("200,200,200,500"))
	})
	It("acts in front of the login when what is inside does", func() {
		table := fakeserver.Behaviours()
		use := behaviour.Use{Name: "in-turn", Params: params{"behaviours": []any{params{"one-of": params{"behaviours": []any{"pass", "oem-only"}}}}}}
		named := func(name string) func(behaviour.Use) bool {
			return func(u behaviour.Use) bool { return u.Name == name }
		}
		Expect(table.Inside(use, named("oem-only"))).To(BeTrue())
		Expect(table.Inside(use, named("no-answer"))).To(BeFalse())
	})
})

var _ = Describe("one-of", func() {
	It("draws by weight and by the seed", func() {
		paths := strings.Split(strings.Repeat(" /a", 60)[1:], " ")
		draw := func() string {
			s, _ := server("one-of", params{"behaviours": []any{"pass", params{"status": params{"status": 500}}, params{"status": params{"status": 404}}},
				"weights": []any{4, 1, 0}})
			return ask(s, paths...)
		}
		got := draw()
		Expect(strings.Count(got, "200")).To(And(BeNumerically(">", 35), BeNumerically("<", 58)), got)
		Expect(strings.Count(got, "500")).To(Equal(60 - strings.Count(got, "200")))
		Expect(draw()).To(Equal(got))
	})
	It("draws all alike without weights", func() {
		s, rec := server("one-of", params{"behaviours": []any{"pass", params{"status": params{"status": 500}}}})
		got := ask(s, strings.Split(strings.Repeat(" /a", 40)[1:], " ")...)
		Expect(strings.Count(got, "500")).To(And(BeNumerically(">", 8), BeNumerically("<", 32)), got)
		Expect(notes(rec)).To(ContainElement(HavePrefix("one-of: drew behaviour")))
	})
})

var _ = Describe("set-state", func() {
	It("changes what other behaviours ask for", func() {
		on := behaviour.Use{Name: "set-state", Params: params{"name": "down", "value": true, "when": params{"path": "/b"}}}
		off := behaviour.Use{Name: "set-state", Params: params{"name": "down", "when": params{"header": params{"X-Off": "present"}}}}
		s, rec := server("status", params{"status": 503, "when": params{"state": params{"down": true}, "path": "/a"}}, on, off)
		Expect(ask(s, "/a", "/b", "/a")).To(Equal("200,200,503"))
		Expect(notes(rec)).To(ContainElement(`set-state: down is "true"`))
		req, err := http.NewRequest(http.MethodGet, s.URL("/x"), nil)
		Expect(err).NotTo(HaveOccurred())
		req.Header.Set("X-Off", "1")
		resp, err := http.DefaultClient.Do(req)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Body.Close()).To(Succeed())
		Expect(s.State()).To(BeEmpty())
		Expect(ask(s, "/a")).To(Equal("200"))
	})
})

var _ = DescribeTable("what is wrong is said with its place",
	func(name string, p params, want string) {
		_, err := fakeserver.Behaviours().Build(name, p, behaviour.Env{})
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
	Entry(nil, "fail-first", params{"how": "reset", "status": 500}, "only one of status with retry-after, how and by"),
	Entry(nil, "in-turn", params{}, `parameter "behaviours" is missing`),
	Entry(nil, "in-turn", params{"behaviours": "pass"}, `parameter "behaviours": "pass" is no list of behaviours: write a list`),
	Entry(nil, "in-turn", params{"behaviours": []any{}}, `the list is empty`),
	Entry(nil, "in-turn", params{"behaviours": []any{[]any{}}}, `parameter "behaviours.0": the list is empty: write pass`),
	Entry(nil, "in-turn", params{"behaviours": []any{"pass", "no-anser"}}, `unknown behaviour "no-anser"; did you mean "no-answer"?`),
	Entry(nil, "in-turn", params{"behaviours": []any{"pass", 3}}, `parameter "behaviours.1": 3 is no behaviour: write a name`),
	Entry(nil, "in-turn", params{"behaviours": []any{params{"status": 3}}}, `parameter "behaviours.0.status": 3 are no parameters`),
	Entry(nil, "in-turn", params{"behaviours": []any{params{"status": params{"status": 99}}}}, `parameter "behaviours.0.status.status": 99 is not between 200 and 599`),
	Entry(nil, "in-turn", params{"behaviours": []any{[]any{"pass", params{"status": nil}}}}, `parameter "behaviours.0.1.status": parameter "status" is missing`),
	Entry(nil, "in-turn", params{"behaviours": []any{"authenticate"}}, `authenticate can't stand inside another behaviour`),
	Entry(nil, "one-of", params{"behaviours": []any{"pass"}, "weights": []any{1, 2}}, `2 weights for 1 behaviours: write one for each`),
	Entry(nil, "one-of", params{"behaviours": []any{"pass"}, "weights": 0}, `all weights are 0`),
	Entry(nil, "set-state", params{"name": "a b"}, `parameter "name": "a b" is malformed: write a name without blanks`),
	Entry(nil, "in-turn", deep(9), "stands 8 deep inside others"),
)

// deep gives the parameters of sequences inside each other.
func deep(n int) params {
	if n == 0 {
		return params{"behaviours": []any{"pass"}}
	}
	return params{"behaviours": []any{params{"in-turn": deep(n - 1)}}}
}
