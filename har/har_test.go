package har_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wualab/wualab/har"
	"github.com/wualab/wualab/internal/timelimit"
	"github.com/wualab/wualab/transcript"
)

var update = flag.Bool("update", false, "write the golden file anew")

func message(t testing.TB, head, body string, response bool) *transcript.Message {
	t.Helper()
	m, err := transcript.ParseHead([]byte(strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"), response)
	if err != nil {
		t.Fatal(err)
	}
	m.Body = transcript.Body{Length: int64(len(body)), Complete: true, Declared: m.Body.Declared}
	if body != "" {
		m.Body.Data, m.Body.SHA256 = []byte(body), "9f86d081"
	}
	return m
}

// sample has legs of a login, a redirect, a cookie, a binary body, a tunnel and an
// exchange that failed.
func sample(t testing.TB) transcript.Record {
	start := time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)
	list := []*transcript.Exchange{
		{Node: "corp", Role: transcript.Proxy, Conn: "corp#1", N: 1, Request: message(t, "GET http://origin/a?x=1&y=%20z HTTP/1.1\nHost: origin\nCookie: c=(redacted)", "", false),
			Response: message(t, "HTTP/1.1 407 Proxy Authentication Required\nProxy-Authenticate: NTLM\nContent-Length: 0", "", true),
			Tokens:   []transcript.Token{{Response: true, Header: "Proxy-Authenticate", Scheme: "NTLM", Type: "challenge", Text: "NTLM"}}},
		{Node: "corp", Role: transcript.Proxy, Conn: "corp#1", N: 2, Request: message(t, "GET http://origin/a?x=1&y=%20z HTTP/1.1\nHost: origin\nProxy-Authorization: NTLM (type 3, redacted)", "", false),
			Response: message(t, "HTTP/1.1 302 Found\nLocation: /b\nSet-Cookie: c=(redacted); path=/\nContent-Type: text/plain\nContent-Length: 2", "hi", true),
			Verified: `LAB\alice`, Exposure: "NTLMv2", Notes: []string{"delay: waited"}, Decisions: []*transcript.Decision{{Target: "proxy", Send: true, Rule: "r"}}},
		{Node: "corp", Role: transcript.Proxy, Conn: "corp#2", N: 1, Request: message(t, "CONNECT origin:443 HTTP/1.1\nHost: origin:443", "", false),
			Response: message(t, "HTTP/1.1 200 Connection established", "", true)},
		{Node: "origin", Role: transcript.Server, Conn: "origin#1", N: 1, Request: message(t, "POST /b HTTP/1.1\nHost: origin\nContent-Type: text/plain\nContent-Length: 3", "abc", false),
			Response: message(t, "HTTP/1.1 200 OK\nContent-Length: 3", "\xff\x00\x01", true)},
		{Node: "origin", Role: transcript.Server, Conn: "origin#1", N: 2, Request: message(t, "GET /c HTTP/1.1\nHost: origin", "", false), Err: "the connection was closed without a response"},
	}
	var r transcript.Record
	for i, x := range list {
		x.Seq, x.Start, x.Step = i+1, start.Add(time.Duration(i)*time.Second), "download"
		x.End = x.Start.Add(1500 * time.Microsecond)
		r.Entries = append(r.Entries, transcript.Entry{Exchange: x}, transcript.Entry{Event: &transcript.Event{Text: "left out"}})
	}
	return r
}

func written(t testing.TB, r transcript.Record) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := har.Write(&out, har.Creator{Name: "wualab", Version: "test"}, har.Page{ID: "cell", Title: "A cell", Record: r}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	const path = "testdata/sample.har.golden"
	got := written(t, sample(t))
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("run with -update if this is right:\n%s", got)
	}
}

// schema is what the specification demands, by hand.
func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("testdata/har-1.2.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("har.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("har.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFollowsTheSpecification(t *testing.T) {
	s := schema(t)
	for name, record := range map[string]transcript.Record{"sample": sample(t), "empty": {}} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, record)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(string(written(t, sample(t))), `"cookies"`, `"kekse"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if s.Validate(doc) == nil {
		t.Error("the schema accepts everything")
	}
}

// TestReadsBackWhatWasWritten sees that nothing of exchanges is lost but times below a
// millisecond.
func TestReadsBackWhatWasWritten(t *testing.T) {
	archive, err := har.Read(bytes.NewReader(written(t, sample(t))), "sample.har")
	if err != nil {
		t.Fatal(err)
	}
	want := sample(t).Exchanges()
	got := archive.Record.Exchanges()
	if len(got) != len(want) || archive.Creator != "wualab test" || len(archive.ByPage()) != 1 {
		t.Fatalf("%d exchanges by %q", len(got), archive.Creator)
	}
	for i, x := range got {
		w := want[i]
		for _, pair := range [][2]*transcript.Message{{x.Request, w.Request}, {x.Response, w.Response}} {
			if (pair[0] == nil) != (pair[1] == nil) || pair[0] != nil && (string(pair[0].Head) != string(pair[1].Head) || !bytes.Equal(pair[0].Body.Data, pair[1].Body.Data) || pair[0].Body.SHA256 != pair[1].Body.SHA256) {
				t.Errorf("exchange %d: %+v is not %+v", i+1, pair[0], pair[1])
			}
		}
		x.Request, x.Response, x.End, w.Request, w.Response, w.End = nil, nil, time.Time{}, nil, nil, time.Time{}
		a, _ := json.Marshal(x)
		b, _ := json.Marshal(w)
		if !bytes.Equal(a, b) {
			t.Errorf("exchange %d:\n%s\nis not\n%s", i+1, a, b)
		}
	}
	if url := archive.URLs[3]; url != "https://origin/b" {
		t.Errorf("what crossed the tunnel has the URL %s", url)
	}
}

// browser is what a browser writes: HTTP/2, decoded content, no lengths.
const browser = `{"log": {"version": "1.2", "creator": {"name": "Firefox", "version": "140"}, "entries": [
 {"startedDateTime": "2026-01-02T03:04:05.678+01:00", "time": 12.5, "cache": {}, "timings": {"send": 0, "wait": 12, "receive": 0.5},
  "request": {"method": "GET", "url": "https://dl.example.com/a b?x=1", "httpVersion": "HTTP/2", "cookies": [], "queryString": [], "headersSize": -1, "bodySize": 0,
    "headers": [{"name": ":authority", "value": "dl.example.com"}, {"name": "user-agent", "value": "Mozilla"}]},
  "response": {"status": 200, "statusText": "", "httpVersion": "HTTP/2", "cookies": [], "redirectURL": "", "headersSize": -1, "bodySize": 2,
    "headers": [{"name": "content-encoding", "value": "br"}, {"name": "content-type", "value": "text/plain"}],
    "content": {"size": 5, "mimeType": "text/plain", "text": "aGVsbG8=", "encoding": "base64"}}}]}}`

func TestReadsBrowsers(t *testing.T) {
	archive, err := har.Read(strings.NewReader("\ufeff"+browser), "b.har")
	if err != nil {
		t.Fatal(err)
	}
	x := archive.Record.Exchanges()[0]
	if x.Node != "client" || x.Request.Line != "GET /a%20b?x=1 HTTP/1.1" || len(x.Request.Fields) != 1 {
		t.Errorf("the request is %s", x.Request.Head)
	}
	if string(x.Response.Head) != "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n" || string(x.Response.Body.Data) != "hello" || x.Response.Body.Declared != 5 {
		t.Errorf("the answer is %s with %+v", x.Response.Head, x.Response.Body)
	}
}

// broken are archives that are refused, and why.
var broken = map[string]string{
	"":                      "unexpected end of JSON",
	"[]":                    "is no HAR",
	`{"log": {}}`:           "no log with version and entries",
	"{\n\n\"log\": 5}":      "line 3, column 8",
	"\ufeff{\"log\":\n\n5}": "line 3, column 1",
	`{"log": {"version": "2.0", "entries": []}}`:                              `version "2.0"`,
	`{"log": {"version": "1.2", "entries": [null]}}`:                          "entry 1: it is null",
	`{"log": {"version": "1.2", "entries": [{"request": {"url": "/a"}}]}}`:    `"/a" is no absolute URL`,
	strings.Replace(browser, `"GET"`, `"G T"`, 1):                             "is no request",
	strings.Replace(browser, "user-agent", "user agent", 1):                   "is no name of a header field",
	strings.Replace(browser, "aGVsbG8=", "***", 1):                            "no base64",
	strings.Replace(browser, `"encoding": "base64"`, `"encoding": "gzip"`, 1): `unknown encoding "gzip"`,
	strings.Replace(browser, `"status": 200`, `"status": 42`, 1):              "42 is no status",
	strings.Replace(browser, `"cache"`, `"_decisions": [null], "cache"`, 1):   "a decision is null",
}

func TestRefuses(t *testing.T) {
	for text, reason := range broken {
		if _, err := har.Read(strings.NewReader(text), "b.har"); err == nil || !strings.Contains(err.Error(), reason) || !strings.HasPrefix(err.Error(), "b.har") {
			t.Errorf("%.60s: %v, want %q", text, err, reason)
		}
	}
}

// FuzzRead reads anything; what is read can be written, follows the specification, and
// settles: lengths that only a foreign file leaves open are known from then on.
func FuzzRead(f *testing.F) {
	f.Add([]byte(browser))
	f.Add(written(f, sample(f)))
	for text := range broken {
		f.Add([]byte(text))
	}
	s := schema(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var archive *har.Archive
		var err error
		timelimit.Check(t, func() { archive, err = har.Read(bytes.NewReader(data), "f.har") })
		if err != nil {
			return
		}
		text := written(t, archive.Record)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%v in\n%s", err, text)
		}
		again, err := har.Read(bytes.NewReader(text), "g.har")
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		second := written(t, again.Record)
		if again, err = har.Read(bytes.NewReader(second), "h.har"); err != nil {
			t.Fatalf("%v in\n%s", err, second)
		}
		if third := written(t, again.Record); !bytes.Equal(second, third) {
			t.Errorf("written:\n%s\nread and written:\n%s", second, third)
		}
	})
}
