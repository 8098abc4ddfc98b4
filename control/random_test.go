package control_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wualab/wualab/control"
	"github.com/wualab/wualab/control/client"
)

// hammering is how long TestHammer goes on; "make hammer" sets it.
var hammering = flag.Duration("control.hammer", 0, "how long TestHammer sends random requests to the control API")

// driven is a lab outside Ginkgo, for random sequences.
type driven struct {
	api   *control.Server
	nodes map[string]string // host:port by name
	http  *http.Client
}

func drive(t testing.TB) *driven {
	t.Helper()
	served, err := serveText(strings.Replace(labText, "tls: true, ", "", 1)) // whose keys would take their time
	if err != nil {
		t.Fatal(err)
	}
	api, err := control.Start(control.Config{Served: served, Shutdown: func() {}})
	if err != nil {
		t.Fatal(err)
	}
	d := &driven{api: api, nodes: map[string]string{}, http: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
	for _, n := range served.Nodes() {
		d.nodes[n.Name] = n.Addr
	}
	t.Cleanup(func() {
		d.http.CloseIdleConnections()
		if err := api.Close(); err != nil {
			t.Error(err)
		}
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// ask is one request of a sequence.
type ask struct{ method, target, kind, body string }

func (a ask) String() string {
	return fmt.Sprintf("%s %s (%s) %.200q", a.method, a.target, a.kind, a.body)
}

// send sends a request and holds the answer against the description. A fault of the
// server's own is an error.
func (d *driven) send(a ask) error {
	request, err := http.NewRequest(a.method, d.api.URL()+a.target, strings.NewReader(a.body))
	if err != nil {
		return nil // what can't be sent
	}
	if a.kind != "" {
		request.Header.Set("Content-Type", a.kind)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	resp, err := d.http.Do(request.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("%v: %w", a, err)
	}
	defer resp.Body.Close()
	kind := resp.Header.Get("Content-Type")
	var body []byte
	if kind != "text/event-stream" {
		if body, err = io.ReadAll(resp.Body); err != nil {
			return fmt.Errorf("%v: %w", a, err)
		}
	}
	if resp.StatusCode == http.StatusInternalServerError {
		return fmt.Errorf("%v: %s: %s", a, resp.Status, body)
	}
	path := strings.TrimSuffix(request.URL.Path, "/")
	if api.operation(a.method, path) == "" || strings.Contains(request.URL.EscapedPath(), "%2") {
		return nil // there is no such operation, or no telling which
	}
	if err := api.check(a.method, path, resp.StatusCode, kind, body); err != nil {
		return fmt.Errorf("%v: %w", a, err)
	}
	return nil
}

// good reports whether a good client is served after a reset.
func (d *driven) good() error {
	if err := d.send(ask{"POST", "/v1/reset", "application/json", `{"record": "clear"}`}); err != nil {
		return err
	}
	resp, err := d.http.Get("http://" + d.nodes["origin"] + "/a")
	if err != nil {
		return fmt.Errorf("a good client: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 || len(body) != 1000 {
		return fmt.Errorf("a good client gets %s and %d bytes, %v", resp.Status, len(body), err)
	}
	verdict, err := client.New(d.api.URL()).Expect(context.Background(), client.Wire{"on": "origin", "count": 1, "every": map[string]any{"status": 200, "complete": true}},
		client.Within(10*time.Second))
	if err != nil || !verdict.Pass() {
		return fmt.Errorf("a good client's wire: %+v, %v", verdict, err)
	}
	return nil
}

// bodies are beginnings of what is sent; mutations of them are, too.
var bodies = []string{
	"", "[]", "{}", "null", "0", `"ignore-range"`, `["ignore-range", {"set-header": {"name": "X", "value": "y"}}]`,
	`[{"status-nth": {"nth": 2, "status": 503}}]`, `{"delay": {"duration": "1ms"}}`, `{"delay": {"duration": "9000h"}}`, `{"cut-after": {"bytes": "10B", "times": 1}}`,
	`{"status": {"status": 503, "when": {"state": {"a": "b"}}}}`, `{"no-answer": {}}`, "authenticate", "- ignore-range\n- delay: {duration: 1ms}\n",
	`{"/a": {"size": "10kB", "seed": 1}}`, `{"/b": {"size": "1B"}, "/c": {"size": "0B"}}`, `{"/d": {"from": "../x"}}`, `{"/e": {"size": "1GB"}}`,
	`{"on": "origin", "count": 1}`, `[{"on": "corp", "none": {"status": 200}}]`, `{"on": "origin", "some": {"url": "/(a+)+$/"}}`, `{"on": "client", "count": 1}`,
	`{"origin": {"behaviours": ["ignore-range"], "down": false, "shares": {"pkg": {"faults": [{"status": "STATUS_ACCESS_DENIED"}]}}}}`,
	`{"origin": {"uploads": {"/in/": {"faults": [], "lose-sessions": true}}, "files": {"/z": {"size": "1MB"}}}, "corp": {"down": true, "state": {"a": "absent"}}}`,
	`{"record": "clear"}`, `{"record": "keep"}`, `{"by": "5m"}`, `{"by": "200000d"}`, `{"next": true}`, `{"a": "b"}`, `{"a": ""}`,
	"[[[[[[[[", "\x00", "\xff\xfe", `{"a": 1, "a": 2}`, strings.Repeat("[", 5000),
}

var queries = []string{"", "", "", "path=/a", "path=/b%00", "timeout=10ms", "timeout=1ms&must=true", "since=1", "since=-1", "limit=5", "limit=0", "node=origin", "kind=exchange",
	"after=0", "after=999999", "full=true&after=0", "x=y", "%zz", "timeout=10m;"}

// drawAsk makes a random request: an operation with segments that are right or wrong, or
// a path of its own.
func drawAsk(t *rapid.T) ask {
	ops := append(api.operations(), "GET /", "PATCH /v1", "TRACE /v1/nodes", "GET /v1/%2e%2e", "GET //v1", "DELETE /v1/nodes/origin/behaviours/99999999999999999999")
	method, path, _ := strings.Cut(rapid.SampledFrom(ops).Draw(t, "operation"), " ")
	node := rapid.SampledFrom([]string{"origin", "origin", "safe", "corp", "nobody", "%2F", "%ff"}).Draw(t, "node")
	number := rapid.SampledFrom([]string{"0", "1", "2", "-1", "x", "007"}).Draw(t, "number")
	a := ask{method: method, target: strings.NewReplacer("{node}", node, "{index}", number, "{seq}", number).Replace(path)}
	if q := rapid.SampledFrom(queries).Draw(t, "query"); q != "" {
		a.target += "?" + q
	}
	if method == "GET" {
		return a
	}
	a.kind = rapid.SampledFrom([]string{"", "application/json", "application/json", "application/yaml", "text/plain", "multipart/form-data", "\"/"}).Draw(t, "type")
	a.body = rapid.SampledFrom(bodies).Draw(t, "body")
	if rapid.IntRange(0, 9).Draw(t, "mutated") == 0 && a.body != "" {
		at := rapid.IntRange(0, len(a.body)-1).Draw(t, "at")
		a.body = a.body[:at] + string(rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "bytes")) + a.body[at+1:]
	}
	return a
}

// visit is a client of the fakes that does not know what happens to them.
func (d *driven) visit(ctx context.Context) {
	for ctx.Err() == nil {
		for _, target := range []string{"http://" + d.nodes["origin"] + "/a", "http://" + d.nodes["safe"] + "/a"} {
			short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			if request, err := http.NewRequestWithContext(short, http.MethodGet, target, nil); err == nil {
				if resp, err := d.http.Do(request); err == nil {
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				}
			}
			cancel()
		}
	}
}

// sequence sends random requests one after the other while clients come, and then a good
// client must be served.
func (d *driven) sequence(t *rapid.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var visitors sync.WaitGroup
	visitors.Go(func() { d.visit(ctx) })
	for range rapid.IntRange(1, 12).Draw(t, "requests") {
		if err := d.send(drawAsk(t)); err != nil {
			cancel()
			visitors.Wait()
			t.Fatal(err)
		}
	}
	cancel()
	visitors.Wait()
	if err := d.good(); err != nil {
		t.Fatal(err)
	}
}

func TestRandomSequences(t *testing.T) {
	d := drive(t)
	rapid.Check(t, d.sequence)
}

// TestHammer sends random requests from several clients at once, and bytes that are no
// requests, for as long as -control.hammer says, a moment without it.
func TestHammer(t *testing.T) {
	d := drive(t)
	length := max(*hammering, 300*time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	var senders sync.WaitGroup
	var mu sync.Mutex
	sent, noise := 0, 0
	for i := range 4 {
		senders.Go(func() {
			gen := rapid.Custom(drawAsk)
			for n := i; ctx.Err() == nil; n += 4 {
				if err := d.send(gen.Example(n)); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				sent++
				mu.Unlock()
			}
		})
	}
	senders.Go(func() { d.visit(ctx) })
	senders.Go(func() {
		gen := rapid.SliceOfN(rapid.Byte(), 0, 2000)
		for n := 0; ctx.Err() == nil; n++ {
			d.noise(gen.Example(n), n)
			mu.Lock()
			noise++
			mu.Unlock()
		}
	})
	senders.Wait()
	if err := d.good(); err != nil {
		t.Error(err)
	}
	t.Logf("%d requests and %d times noise in %v", sent, noise, length)
}

// noise sends bytes to the API that are no request, or only begin as one.
func (d *driven) noise(b []byte, n int) {
	conn, err := net.DialTimeout("tcp", d.api.Addr(), time.Second)
	if err != nil {
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(50 * time.Millisecond))
	beginnings := []string{"", "POST /v1/expect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n", "GET /v1 HTTP/1.1\r\n",
		"PUT /v1/nodes/origin/behaviours HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"}
	_, _ = io.WriteString(conn, beginnings[n%len(beginnings)])
	_, _ = conn.Write(b)
	_, _ = io.CopyN(io.Discard, conn, 1<<16)
}

// FuzzBodies holds that no body makes the API fail, whatever operation it is sent to, and
// that the answer is as described.
func FuzzBodies(f *testing.F) {
	for i, body := range bodies {
		f.Add(byte(i), []byte(body))
		f.Add(byte(i+7), []byte(body))
	}
	d := drive(f)
	var ops []string
	for _, op := range api.operations() {
		if !strings.HasPrefix(op, "GET ") {
			ops = append(ops, strings.NewReplacer("{node}", "origin", "{index}", "0").Replace(op))
		}
	}
	f.Fuzz(func(t *testing.T, op byte, body []byte) {
		if len(body) > 1<<16 {
			body = body[:1<<16]
		}
		method, target, _ := strings.Cut(ops[int(op)%len(ops)], " ")
		if strings.HasSuffix(target, "/content") {
			target += "?" + url.Values{"path": {"/x"}}.Encode()
		}
		kind := "application/yaml"
		if json.Valid(bytes.TrimSpace(body)) {
			kind = "application/json"
		}
		if err := d.send(ask{method, target, kind, string(body)}); err != nil {
			t.Fatal(err)
		}
		if op%16 == 0 {
			if err := d.good(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
