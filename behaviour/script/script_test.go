package script_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/transcript"
)

type params = map[string]any

// scripted is a server with a script, and the faults of that.
type scripted struct {
	*fakeserver.Server
	rec *transcript.Recorder

	mu     sync.Mutex
	faults []string
}

func serve(code string) *scripted {
	GinkgoHelper()
	s := &scripted{rec: transcript.New(transcript.Options{Now: time.Now})}
	server, err := fakeserver.New(fakeserver.Config{Seed: 1, Recorder: s.rec, Clock: clock.Wall{},
		Files:      map[string]fakeserver.File{"/a": {Body: []byte("0123456789")}},
		Behaviours: []behaviour.Use{{Name: "script", Params: params{"code": code, "at": "x.yaml:10:5"}}},
		Fault: func(err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.faults = append(s.faults, err.Error())
		}})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(server.Close)
	s.Server = server
	return s
}

func (s *scripted) get(path string, fields ...string) (*http.Response, string) {
	GinkgoHelper()
	return s.do(http.MethodGet, path, "", fields...)
}

func (s *scripted) do(method, path, body string, fields ...string) (*http.Response, string) {
	GinkgoHelper()
	req, err := http.NewRequest(method, s.URL(path), strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		req.Header.Set(name, value)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return nil, "cut"
	}
	all, err := io.ReadAll(resp.Body)
	Expect(err).NotTo(HaveOccurred())
	Expect(resp.Body.Close()).To(Succeed())
	return resp, string(all)
}

func (s *scripted) notes() (all []string) {
	for _, x := range s.rec.Exchanges(0) {
		all = append(all, x.Notes...)
	}
	return all
}

var _ = Describe("on_request", func() {
	It("sees the request and answers", func() {
		s := serve(`
def on_request(req):
    if req.path == "/a":
        return None
    if req.path == "/cut": return reset()
    if req.path == "/close": return close(delay="1ms")
    words = [req.method, req.path, req.host, req.url, req.query["x"], req.header("X-Y"), str(req.header("no")),
             req.headers["X-Y"], req.range, req.account, req.client, str(req.connection), str(req.requests), req.body]
    return answer(403, "|".join(words), headers={"X-Rule": "17"}, type="text/html", reason="No Way")
`)
		_, body := s.get("/a")
		Expect(body).To(Equal("0123456789"))
		resp, body := s.do("POST", "/p?x=1", "hello", "X-Y: z", "Range: bytes=0-1")
		Expect(body).To(Equal("POST|/p|127.0.0.1|/p?x=1|1|z|None|z|bytes=0-1||127.0.0.1|2|1|hello"))
		Expect(resp.Status).To(Equal("403 No Way"))
		Expect(resp.Header.Get("X-Rule")).To(Equal("17"))
		Expect(resp.Header.Get("Content-Type")).To(Equal("text/html"))
		for _, path := range []string{"/cut", "/close"} {
			_, body = s.get(path)
			Expect(body).To(Equal("cut"), path)
		}
		Expect(s.notes()).To(ContainElements("script: answered 403", "script: reset the connection", "script: closed the connection", "script: waited 1ms"))
		Expect(s.faults).To(BeEmpty())
	})
	It("changes the request", func() {
		s := serve(`
def on_request(req):
    return change(headers={"Range": "bytes=2-3"} if req.range == "" else {"Range": None})
`)
		resp, body := s.get("/a")
		Expect(body).To(Equal("23"))
		Expect(resp.StatusCode).To(Equal(206))
		_, body = s.get("/a", "Range: bytes=0-1")
		Expect(body).To(Equal("0123456789"))
	})
	It("keeps what it knows in the fake's state, notes, and has chance and time of the fake", func() {
		s := serve(`
def on_request(req):
    n = int(state.get("n", "0")) + 1
    state.set("n", n)
    state.set("gone", "x")
    state.set("gone", None)
    note("number %d" % n)
    print("now", now() >= 0)
    return answer(body="%d %s" % (n, random() != random()))
`)
		_, body := s.get("/a")
		Expect(body).To(Equal("1 True"))
		_, body = s.get("/a")
		Expect(body).To(Equal("2 True"))
		Expect(s.State()).To(Equal(map[string]string{"n": "2"}))
		Expect(s.notes()).To(ContainElements("script: number 2", "script: now True"))
	})
})

var _ = Describe("on_response", func() {
	It("sees the answer, changes its fields or answers in its place", func() {
		s := serve(`
def on_response(req, resp):
    if req.method == "HEAD":
        return answer(503, "busy", headers={"Retry-After": "5"})
    if resp.status == 404:
        return answer(200, "found after all")
    return change({"X-Was": str(resp.status) + " " + resp.header("accept-ranges") + " " + resp.headers["Content-Length"], "ETag": None})
`)
		resp, body := s.get("/a")
		Expect(body).To(Equal("0123456789"))
		Expect(resp.Header.Get("X-Was")).To(Equal("200 bytes 10"))
		Expect(resp.Header).NotTo(HaveKey("Etag"))
		resp, body = s.get("/none")
		Expect(body).To(Equal("found after all"))
		Expect(resp.StatusCode).To(Equal(200))
		resp, _ = s.do("HEAD", "/a", "")
		Expect(resp.StatusCode).To(Equal(503))
		Expect(resp.Header).NotTo(HaveKey("Last-Modified"))
	})
})

var _ = DescribeTable("a script that fails is answered with 500, noted, and told to whoever judges",
	func(body, want string) {
		s := serve("def on_request(req):\n  " + body)
		resp, text := s.get("/a")
		Expect(resp.StatusCode).To(Equal(500))
		Expect(text).To(ContainSubstring(want))
		Expect(s.faults).To(HaveLen(1))
		Expect(s.faults[0]).To(And(HavePrefix("x.yaml:1"), ContainSubstring(want)))
		Expect(s.notes()).To(ContainElement(ContainSubstring(want)))
	},
	Entry("division", "return 1 // 0", "x.yaml:11:"),
	Entry("an attribute", "return req.pth", "request has no .pth field or method"),
	Entry("a key", `return req.query["x"]`, `key "x" not in dict`),
	Entry("what it gives", `return "no"`, "on_request gave string, which is none of None, answer(...)"),
	Entry("status", `return answer(99)`, "answer: status 99 is not between 200 and 599"),
	Entry("a field", `return answer(headers={"Content-Length": "3"})`, "frames the message"),
	Entry("a value", `return answer(headers={"X": "a\r\nb"})`, "more than 8 KiB, a line end"),
	Entry("delay", `return change(delay="5")`, "change: delay: "),
	Entry("state", `state.set("a b", 1)`, `state.set: state "a b": write a name`),
	Entry("steps", "\n  while True: pass", "more than 200000 steps"),
	Entry("recursion", "return on_request(req)", "called recursively"),
	Entry("doubling", "\n  s = 'x'\n  while True: s = s + s", "makes more than 16 MiB"),
	Entry("doubling in place", "\n  s = 'x'\n  while True: s += s", "makes more than 16 MiB"),
	Entry("doubling in a dict", "\n  d = {1: 'x'}\n  while True: d[1] += d[1]", "makes more than 16 MiB"),
	Entry("repetition", "return 'x' * 100000000", "makes more than 16 MiB"),
	Entry("repetition of lists", "return 1000000000 * [1]", "makes more than 16 MiB"),
	Entry("a range made a list", "return list(range(1000000000))", "makes more than 16 MiB"),
	Entry("a range's greatest", "return max(range(1000000000000))", "makes more than 16 MiB"),
	Entry("replacement", "\n  s = 'x' * 100000\n  return s.replace('x', s)", "makes more than 16 MiB"),
	Entry("a method kept", "\n  s = 'x' * 100000\n  f = s.replace\n  return f('x', s)", "makes more than 16 MiB"),
	Entry("a method by getattr", "\n  s = 'x' * 100000\n  return getattr(s, 'replace')('x', s)", "makes more than 16 MiB"),
	Entry("joining", "\n  s = 'x' * 100000\n  return ','.join([s] * 1000)", "makes more than 16 MiB"),
	Entry("formatting", "\n  s = 'x' * 1000000\n  return ('%s' * 100) % tuple([s] * 100)", "makes more than 16 MiB"),
	Entry("format", "\n  s = 'x' * 1000000\n  return ('{0}' * 100).format(s)", "makes more than 16 MiB"),
	Entry("a text of lists of lists", "\n  l = [1]\n  for i in range(60): l = [l, l]\n  return str(l)", "makes more than 16 MiB"),
	Entry("extending itself", "\n  l = [1]\n  while True: l.extend(l)", "makes more than 16 MiB"),
	Entry("numbers", "\n  n = 3\n  while True: n = n * n", "the number is too large"),
	Entry("slices", "\n  l = [1] * 100000\n  m = []\n  for i in range(100000): m.append(l[:])", "makes more than 16 MiB"),
)

var _ = DescribeTable("a script is checked before it runs, with its place",
	func(code, want string) {
		_, err := fakeserver.Behaviours().Build("script", params{"code": code, "at": "x.yaml:10:5"}, behaviour.Env{})
		Expect(err).To(MatchError(ContainSubstring(want)))
		var placed *behaviour.PlacedError
		if strings.HasPrefix(want, "x.yaml") {
			Expect(errors.As(err, &placed)).To(BeTrue())
			Expect(placed.Place.Inside).To(BeTrue())
		}
	},
	Entry("syntax", "def on_request(req):\n  retrun 1", "x.yaml:11:15: got int literal, want newline"),
	Entry("names", "def on_request(req):\n  return foo(1)", "x.yaml:11:14: undefined: foo"),
	Entry("guards", "def on_request(req): return $attr(1)", "x.yaml:10:"),
	Entry("top level", "x = 1 // 0\ndef on_request(req): pass", "x.yaml:10:11: floored division by zero"),
	Entry("top level of endless steps", "while True: pass", "more than 200000 steps"),
	Entry("load", `load("x.star", "y")`, "a script can't load others"),
	Entry("files", `open("/etc/passwd")`, "undefined: open"),
	Entry("the request at top level", "note('x')", "note: is for on_request and on_response, not for the top level"),
	Entry("neither function", "x = 1", "the script has neither function: write 'def on_request(req):'"),
	Entry("parameters", "def on_request(): pass", "on_request must be a function of 1 parameters"),
	Entry("no function", "on_response = 1", "on_response must be a function of 2 parameters"),
	Entry("calls on the left", "def f(): return [1]\nf()[0] += 1", "the left side of += has a call"),
)

var _ = Describe("the rest of Starlark", func() {
	It("is as it was", func() {
		s := serve(`
def on_request(req):
    l = [1, 2, 3, 4, 5]
    d = {"a": 1}
    d["a"] += 2
    l += [6]
    out = [l[1:3], l[::2], l[::-1], l[:-2], "abcdef"[2:4], "abcdef"[-2:], l[4:1:-2], (1, 2, 3)[1:], l[9:], "x" * 3, 2 * [1], [1] * -1, 7 % 3,
        "%s-%d" % ("a", 3), "{} {x}".format(1, x=2), "a,b".split(","), "abc".upper(), sorted([3, 1, 2]), d, {"a": 1} | {"b": 2},
        [x * x for x in range(4) if x % 2], dict(a=1), list(enumerate(["x"])), "b" in d, max(3, 5), len("äö"), not None, 5 if False else 6, (lambda x: x + 1)(1)]
    return answer(body=repr(out))
`)
		_, body := s.get("/a")
		Expect(body).To(Equal(`[[2, 3], [1, 3, 5], [6, 5, 4, 3, 2, 1], [1, 2, 3, 4], "cd", "ef", [5, 3], (2, 3), [], "xxx", [1, 1], [], 1, ` +
			`"a-3", "1 2", ["a", "b"], "ABC", [1, 2, 3], {"a": 3}, {"a": 1, "b": 2}, [1, 9], {"a": 1}, [(0, "x")], False, 5, 4, True, 6, 2]`))
	})
})
