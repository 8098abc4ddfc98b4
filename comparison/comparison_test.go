package comparison_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wualab/wualab/comparison"
	"github.com/wualab/wualab/transcript"
)

// one is an exchange in few words.
type one struct {
	conn, request, reply string // heads with \n; an empty reply is none
	node                 string // "" is proxy
	hash                 string
	tokens               []transcript.Token
	cut                  bool
}

func record(t testing.TB, list ...one) transcript.Record {
	t.Helper()
	var r transcript.Record
	parse := func(head string, response bool) *transcript.Message {
		m, err := transcript.ParseHead([]byte(strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"), response)
		if err != nil {
			t.Fatal(err)
		}
		m.Body.Complete = true
		return m
	}
	for i, o := range list {
		if o.node == "" {
			o.node = "proxy"
		}
		x := &transcript.Exchange{Seq: i + 1, Node: o.node, Role: transcript.Proxy, Conn: o.conn, Request: parse(o.request, false), Tokens: o.tokens}
		if o.reply != "" {
			x.Response = parse(o.reply, true)
			x.Response.Body.SHA256, x.Response.Body.Length, x.Response.Body.Complete = o.hash, int64(len(o.hash)), !o.cut
		}
		r.Entries = append(r.Entries, transcript.Entry{Exchange: x})
	}
	return r
}

// texts are the differences in a line each.
func texts(r *comparison.Result) (list []string) {
	for _, d := range r.Differences {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %d/%d %s %s: %s -> %s", d.Node, d.A, d.B, d.Kind, d.Name, d.From, d.To)))
	}
	return list
}

func token(response bool, scheme, typ, user string) transcript.Token {
	return transcript.Token{Response: response, Scheme: scheme, Type: typ, Fields: map[string]string{"user": user}}
}

const ok = "HTTP/1.1 200 OK"

func get(path string, more ...string) string {
	return strings.Join(append([]string{"GET " + path + " HTTP/1.1"}, more...), "\n")
}

func TestCompare(t *testing.T) {
	base := []one{{conn: "p#1", request: get("/a"), reply: ok}, {conn: "p#1", request: get("/b"), reply: ok}, {conn: "p#1", request: get("/c"), reply: ok}}
	for name, c := range map[string]struct {
		a, b []one
		want []string
	}{
		"the same":                     {base, base, nil},
		"ports, dates and connections": {[]one{{conn: "x", request: get("http://127.0.0.1:80/", "Host: localhost:1", "Date: a"), reply: ok + "\nDate: a\nLocation: http://127.0.0.1:5/x"}}, []one{{conn: "y", request: get("http://127.0.0.1:81/", "Host: localhost:2", "Date: b"), reply: ok + "\nDate: b\nLocation: http://127.0.0.1:6/x"}}, nil},
		"secrets":                      {[]one{{request: get("/?sig=a", "X-Api-Key: a"), reply: ok + "\nSet-Cookie: a=b"}}, []one{{request: get("/?sig=b", "X-Api-Key: b"), reply: ok + "\nSet-Cookie: a=c"}}, nil},
		"one is missing":               {base, base[:2], []string{"proxy 3/0 only-a : GET /c ->"}},
		"one is added":                 {base[1:], base, []string{"proxy 0/1 only-b :  -> GET /a"}},
		"another order":                {base, []one{base[1], base[2], base[0]}, []string{"proxy 1/3 order : exchange 1 -> exchange 3"}},
		"a range": {[]one{{request: get("/a", "Range: bytes=0-1"), reply: ok}}, []one{{request: get("/a", "Range: bytes=0-9"), reply: ok}},
			[]string{"proxy 1/1 range : bytes=0-1 -> bytes=0-9"}},
		"a status":               {base[:1], []one{{conn: "p#1", request: get("/a"), reply: "HTTP/1.1 404 No"}}, []string{"proxy 1/1 status : 200 -> 404"}},
		"a field of the request": {[]one{{request: get("/a", "X: 1"), reply: ok}}, []one{{request: get("/a"), reply: ok}}, []string{"proxy 1/1 request X: 1 -> absent"}},
		"a field of the answer":  {[]one{{request: get("/a"), reply: ok + "\nETag: a\nX: 1\nX: 2"}}, []one{{request: get("/a"), reply: ok + "\netag: b\nx: 1\nX: 2"}}, []string{"proxy 1/1 answer Etag: a -> b"}},
		"a body":                 {[]one{{request: get("/a"), reply: ok, hash: "aa"}}, []one{{request: get("/a"), reply: ok, hash: "bb"}}, []string{"proxy 1/1 body body: 2 bytes with the SHA-256 aa -> 2 bytes with the SHA-256 bb"}},
		"the end":                {[]one{{request: get("/a"), reply: ok, cut: true}}, []one{{request: get("/a")}}, []string{"proxy 1/1 status : 200 -> none", "proxy 1/1 ending : broke off after 0 bytes -> no answer"}},
		"connections":            {base, []one{base[0], {conn: "p#2", request: get("/b"), reply: ok}, {conn: "p#2", request: get("/c"), reply: ok}}, []string{"proxy 2/2 connections : that of exchange 1 of A -> a new one"}},
		"legs of a login": {
			[]one{{request: get("/a"), reply: "HTTP/1.1 407 A\nServer: squid", tokens: []transcript.Token{token(true, "NTLM", "challenge", "")}}, {request: get("/a"), reply: ok, tokens: []transcript.Token{token(false, "NTLM", "type3", "alice")}}},
			[]one{{request: get("/a"), reply: "HTTP/1.1 407 B\nServer: isa", tokens: []transcript.Token{token(true, "Basic", "challenge", "")}}, {request: get("/a"), reply: ok, tokens: []transcript.Token{token(false, "NTLM", "type3", "bob")}}},
			[]string{"proxy 1/1 login demanded: NTLM -> Basic", `proxy 2/2 login shown: NTLM type3 of alice -> NTLM type3 of bob`}},
		"nodes that one saw": {
			[]one{{node: "proxy", request: get("/a"), reply: ok}, {node: "origin", request: get("/a"), reply: ok}, {node: "client", request: get("/a"), reply: ok}},
			[]one{{node: "proxy", request: get("/a"), reply: ok}, {node: "client", request: get("/a"), reply: ok}}, []string{"origin 1/0 only-a : GET /a ->"}},
		"one side alone": {
			[]one{{node: "proxy", request: get("/a"), reply: ok}, {node: "origin", request: get("/a"), reply: ok}}, []one{{node: "proxy", request: get("/a"), reply: ok}}, nil},
		"one node each": {[]one{{node: "x", request: get("/a"), reply: ok}}, []one{{node: "y", request: get("/b"), reply: ok}}, []string{"x=y 1/0 only-a : GET /a ->", "x=y 0/1 only-b :  -> GET /b"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := comparison.Compare(record(t, c.a...), record(t, c.b...), comparison.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Join(texts(r), "\n"), strings.Join(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	a := record(t, one{node: "x", request: get("/a", "X: 1"), reply: ok}, one{node: "z", request: get("/z"), reply: ok})
	b := record(t, one{node: "y", request: get("/a"), reply: ok}, one{node: "u", request: get("/u"), reply: ok})
	r, err := comparison.Compare(a, b, comparison.Options{Nodes: map[string]string{"x": "y"}, Ignore: []string{"x"}})
	if err != nil || len(r.Differences) != 0 || len(r.Nodes) != 1 {
		t.Errorf("%v, %v", texts(r), err)
	}
	for _, refused := range []comparison.Options{{Nodes: map[string]string{"q": "q"}}} {
		if _, err := comparison.Compare(a, b, refused); err == nil {
			t.Error("nodes that are nowhere were compared")
		}
	}
	if _, err := comparison.Compare(transcript.Record{}, transcript.Record{}, comparison.Options{}); err == nil {
		t.Error("nothing was compared with nothing")
	}
}

// TestLongRecords sees that what is too long for the table of sequences is compared all
// the same.
func TestLongRecords(t *testing.T) {
	var a, b []one
	for i := range 6000 {
		a = append(a, one{request: get(fmt.Sprintf("/%d", i)), reply: ok})
		b = append(b, one{request: get(fmt.Sprintf("/%d", i^1)), reply: ok})
	}
	r, err := comparison.Compare(record(t, a...), record(t, b...), comparison.Options{})
	if err != nil || len(r.Differences) != 6000 || r.Differences[0].Kind != comparison.Order {
		t.Errorf("%d differences, %v", len(r.Differences), err)
	}
}

func TestIgnored(t *testing.T) {
	if list := comparison.Ignored(); len(list) < 10 || list[0] != "Age" {
		t.Errorf("%v", list)
	}
}
