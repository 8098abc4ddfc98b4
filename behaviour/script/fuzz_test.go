package script_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/internal/timelimit"
)

// target is a server whose script changes from input to input.
type target struct{ *fakeserver.Server }

func newTarget(t testing.TB) target {
	s, err := fakeserver.New(fakeserver.Config{Seed: 1, Clock: clock.NewVirtual(time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)),
		Files: map[string]fakeserver.File{"/a": {Body: []byte("0123456789")}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return target{s}
}

// load gives the server a script for the path /a alone; false: it is refused.
func (s target) load(code string) bool {
	return s.SetBehaviours([]behaviour.Use{{Name: "script", Params: params{"code": code, "when": params{"path": "/a"}}}}) == nil
}

// ask sends requests on one connection and reads an answer to each, up to the first that
// does not come.
func (s target) ask(t testing.TB, requests ...string) (list []*http.Response, bodies []string) {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	for _, request := range requests {
		if _, err := io.WriteString(conn, request); err != nil {
			break
		}
		method, _, _ := strings.Cut(request, " ")
		resp, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			break
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatalf("%s: the body is cut: %v", request, err)
		}
		list, bodies = append(list, resp), append(bodies, string(body))
	}
	return list, bodies
}

const (
	scripted1 = "GET /a?x=y HTTP/1.1\r\nHost: lab\r\nX-A: b\r\n\r\n"
	headOfIt  = "HEAD /a HTTP/1.1\r\nHost: lab\r\n\r\n"
	other     = "GET /other HTTP/1.1\r\nHost: lab\r\n\r\n"
)

// FuzzScript gives a server anything as a script: it is refused, or what it makes of a
// request is an answer, or the end of the connection; other requests have theirs.
func FuzzScript(f *testing.F) {
	for _, code := range []string{
		"def on_request(req): return answer(503) if req.path == '/a' else None",
		"def on_response(req, resp): return change(headers={'X-Status': str(resp.status), 'Etag': None})",
		"def on_request(req): return {'status': 200}",
		"def on_request(req):\n  n = int(state.get('n', '0')) + 1\n  state.set('n', n)\n  return reset() if n % 2 else close(delay='1h')",
		"def on_request(req): return answer(200, req.body * 1000, headers=req.headers)",
		"def on_response(req, resp):\n  for k in resp.headers:\n    note(k)\n  return answer(204, delay='1s')",
		"def on_request(req):\n  while True: pass",
		"def on_request(req): return answer(status=999, body='x' * (1 << 30))",
		"on_request = answer",
	} {
		f.Add(code)
	}
	s := newTarget(f)
	f.Fuzz(func(t *testing.T, code string) {
		accepted := false
		timelimit.Check(t, func() { accepted = s.load(code) })
		if !accepted {
			return
		}
		s.ask(t, scripted1, headOfIt)
		if answers, _ := s.ask(t, other); len(answers) != 1 || answers[0].StatusCode != http.StatusNotFound {
			t.Errorf("another request gets %v", answers)
		}
	})
}

// FuzzReply gives a server scripts with anything as the parts of what they give. An
// answer has what was given and nothing else, and the one behind it begins where it ends.
func FuzzReply(f *testing.F) {
	f.Add(200, "hello", "X-A", "b", "text/plain", "Fine", "1h", true)
	f.Add(204, "no body", "Date", "", "", "", "", false)
	f.Add(304, "none", "Etag", `"1"`, "", "", "0s", false)
	f.Add(403, "<h1>\x00\xff</h1>", "via", "1.1 isa", "text/html", "Forbidden ( 12202 )", "", true)
	f.Add(200, "", "X-A", "b\r\nX-Injected: c", "", "", "", true)
	f.Add(200, "", "X-A: b\r\nX-Injected", "c", "", "", "", false)
	f.Add(200, "", "X-A", "", "text/html\r\n\r\nbody", "OK\r\nX-Injected: 1", "", true)
	f.Add(200, "x", "Trailer", "X-B", "", "", "14d", false)
	f.Add(205, "x", "Content-Length", "0", "", "", "-1s", true)
	f.Add(101, "x", "Upgrade", "h2c", "", "", "", true)
	s := newTarget(f)
	f.Fuzz(func(t *testing.T, status int, body, name, value, kind, reason, delay string, request bool) {
		head := "def on_response(req, resp):"
		if request {
			head = "def on_request(req):"
		}
		code := fmt.Sprintf("%s return answer(%d, body=%s, headers={%s: %s}, type=%s, reason=%s, delay=%s)",
			head, status, quoted(body), quoted(name), quoted(value), quoted(kind), quoted(reason), quoted(delay))
		if !s.load(code) {
			return // too long
		}
		answers, bodies := s.ask(t, scripted1, other)
		if len(answers) == 0 || answers[len(answers)-1].StatusCode != http.StatusNotFound && !answers[0].Close {
			t.Fatalf("%s\ngives %v", code, answers)
		}
		check(t, code, answers[0], bodies[0], status, body)
	})
}

// check compares an answer with what was given for it; 500 is that of a script that fails.
func check(t *testing.T, code string, got *http.Response, text string, status int, body string) {
	t.Helper()
	if got.StatusCode == http.StatusInternalServerError && text != body {
		return
	}
	if got.StatusCode != status || got.Header["X-Injected"] != nil || got.Header["Transfer-Encoding"] != nil {
		t.Fatalf("%s\ngives %s %v", code, got.Status, got.Header)
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		body = ""
	}
	if text != body {
		t.Fatalf("%s\ngives %q", code, text)
	}
}

// quoted writes a text as Starlark does.
func quoted(s string) string { return starlark.String(s).String() }
