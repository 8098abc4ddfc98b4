package har

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wualab/wualab/transcript"
)

// Creator names the program that writes.
type Creator struct{ Name, Version string }

// Page is a record with a title: a cell of a run.
type Page struct {
	ID, Title string // without an ID the record stands alone
	Record    transcript.Record
}

// Write writes records as one archive, exchanges in order; events are left out. Requests
// through tunnels have https in their URLs, an exchange without an answer the status 0.
// The same records give the same bytes.
func Write(w io.Writer, by Creator, pages ...Page) error {
	out := document{Log: archive{Version: "1.2", Creator: creator(by), Entries: []*entry{}}}
	for _, p := range pages {
		list := p.Record.Exchanges()
		if p.ID != "" && len(list) > 0 {
			out.Log.Pages = append(out.Log.Pages, page{Started: stamp(list[0].Start), ID: p.ID, Title: p.Title})
		}
		inside := tunnels(list)
		for _, x := range list {
			e := entryOf(x, inside[x.Node])
			e.PageRef = p.ID
			out.Log.Entries = append(out.Log.Entries, e)
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("har: %w", err)
	}
	return nil
}

// tunnels tells the nodes that are servers whose exchanges crossed a tunnel: those for
// whose host somebody asked by CONNECT.
func tunnels(list []*transcript.Exchange) map[string]bool {
	hosts := map[string]bool{}
	for _, x := range list {
		if x.Request.Method == "CONNECT" {
			host, _, _ := strings.Cut(x.Request.URL, ":")
			hosts[strings.ToLower(host)] = true
		}
	}
	nodes := map[string]bool{}
	for _, x := range list {
		host, _, _ := strings.Cut(x.Request.Get("Host"), ":")
		if x.Request.Method != "CONNECT" && strings.HasPrefix(x.Request.URL, "/") && hosts[strings.ToLower(host)] && x.Role == transcript.Server {
			nodes[x.Node] = true
		}
	}
	return nodes
}

func entryOf(x *transcript.Exchange, secure bool) *entry {
	e := &entry{Started: stamp(x.Start), Request: requestOf(x, secure), Response: responseOf(x), Connection: x.Conn,
		own: own{Seq: x.Seq, Node: x.Node, Role: x.Role, N: x.N, Target: x.Request.URL, Step: x.Step, Tokens: x.Tokens, Verified: x.Verified,
			Refused: x.Refused, NTStatus: x.NTStatus, Exposure: x.Exposure, Decision: x.Decisions, Notes: x.Notes, Err: x.Err}}
	if !x.End.IsZero() && !x.Start.IsZero() {
		e.Time = float64(x.End.Sub(x.Start)) / float64(time.Millisecond)
	}
	e.Timings = timings{Wait: e.Time} // of what a record tells, all is between request and answer
	if x.Request.Body.Length > 0 {
		e.Sent = bare(x.Request.Body)
	}
	if x.Response != nil && (x.Response.Body.Length > 0 || !x.Response.Body.Complete) {
		e.Received = bare(x.Response.Body)
	}
	return e
}

// bare is what the record says of a body, without its bytes.
func bare(b transcript.Body) *transcript.Body {
	b.Data, b.Declared = nil, max(b.Declared, 0)
	return &b
}

func requestOf(x *transcript.Exchange, secure bool) request {
	m := x.Request
	r := request{Method: m.Method, URL: absolute(x, secure), Proto: m.Proto, Cookies: []cookie{}, Headers: pairs(m),
		Query: query(m.URL), HeadersSize: int64(len(m.Head)), BodySize: m.Body.Length}
	if len(m.Body.Data) > 0 && int64(len(m.Body.Data)) == m.Body.Length && utf8.Valid(m.Body.Data) {
		r.Post = &postData{Type: m.Get("Content-Type"), Text: string(m.Body.Data)}
	}
	for _, value := range m.Values("Cookie") {
		r.Cookies = append(r.Cookies, cookies(value)...)
	}
	return r
}

// absolute is the URL of a request: its target where that is one, else made with Host.
func absolute(x *transcript.Exchange, secure bool) string {
	m := x.Request
	host := m.Get("Host")
	if host == "" {
		host = x.Node
	}
	switch {
	case m.Method == "CONNECT":
		return "http://" + m.URL + "/"
	case strings.Contains(m.URL, "://"):
		return m.URL
	case !strings.HasPrefix(m.URL, "/"): // OPTIONS *
		return "http://" + host + "/"
	case secure || x.Target != "" && strings.HasSuffix(x.Target, ":443"):
		return "https://" + host + m.URL
	}
	return "http://" + host + m.URL
}

func responseOf(x *transcript.Exchange) response {
	m := x.Response
	if m == nil {
		return response{Cookies: []cookie{}, Headers: []pair{}, HeadersSize: -1, BodySize: -1, Content: content{Type: "x-unknown"}}
	}
	r := response{Status: m.Status, Proto: m.Proto, Cookies: []cookie{}, Headers: pairs(m), RedirectURL: m.Get("Location"),
		HeadersSize: int64(len(m.Head)), BodySize: m.Body.Length, Content: contentOf(m)}
	if words := strings.SplitN(m.Line, " ", 3); len(words) == 3 {
		r.Reason = words[2]
	}
	for _, value := range m.Values("Set-Cookie") {
		first, _, _ := strings.Cut(value, ";")
		r.Cookies = append(r.Cookies, cookies(first)...)
	}
	return r
}

func contentOf(m *transcript.Message) content {
	c := content{Size: m.Body.Length, Type: m.Get("Content-Type")}
	if c.Type == "" {
		c.Type = "x-unknown"
	}
	if data := m.Body.Data; len(data) > 0 && int64(len(data)) == m.Body.Length {
		text := string(data)
		if !utf8.Valid(data) {
			text, c.Encoding = base64.StdEncoding.EncodeToString(data), "base64"
		}
		c.Text = &text
	}
	return c
}

func pairs(m *transcript.Message) []pair {
	list := []pair{}
	for _, f := range m.Fields {
		list = append(list, pair{strings.ToValidUTF8(f.Name, "?"), strings.ToValidUTF8(f.Value, "?")})
	}
	return list
}

// query lists the parameters of a URL, decoded where they can be.
func query(target string) []pair {
	list := []pair{}
	_, text, _ := strings.Cut(target, "?")
	for _, one := range strings.Split(text, "&") {
		if one == "" {
			continue
		}
		name, value, _ := strings.Cut(one, "=")
		list = append(list, pair{decoded(name), decoded(value)})
	}
	return list
}

func decoded(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil && utf8.ValidString(plain) {
		return plain
	}
	return s
}

func cookies(value string) []cookie {
	var list []cookie
	for _, one := range strings.Split(value, ";") {
		name, value, ok := strings.Cut(strings.TrimSpace(one), "=")
		if ok {
			list = append(list, cookie{name, value})
		}
	}
	return list
}
