package har

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wualab/wualab/internal/jsonplace"
	"github.com/wualab/wualab/transcript"
)

// Bounds on what is read.
const (
	MaxSize    = 512 << 20 // bytes of the file
	MaxEntries = 200_000
	maxFields  = 1000 // of a message
)

// Archive is what was read: the exchanges as a record, bodies as far as the file has
// them in Body.Data, and the scheme of each URL.
type Archive struct {
	Creator string // the program that wrote it
	Record  transcript.Record
	URLs    []string // of the requests, absolute, in the order of the record
	Pages   []string // ids of the pages that the exchanges belong to, "" for none, in the same order
}

// ByPage gives the record of each page, in the order of their first exchange.
func (a *Archive) ByPage() []Page {
	var list []Page
	at := map[string]int{}
	for i, e := range a.Record.Entries {
		id := a.Pages[i]
		if _, known := at[id]; !known {
			at[id] = len(list)
			list = append(list, Page{ID: id})
		}
		one := &list[at[id]]
		one.Record.Entries = append(one.Record.Entries, e)
	}
	return list
}

// Read reads an archive. name stands in errors, which say what is wrong and in which
// entry. Versions 1.1 and 1.2 are read. What is not in the file of an exchange of
// HTTP/2 or 3 is written as HTTP/1.1 would have it, and compressed bodies are those
// that the file has, decoded.
func Read(r io.Reader, name string) (*Archive, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", name, err)
	case len(data) > MaxSize:
		return nil, fmt.Errorf("%s: more than %d bytes", name, MaxSize)
	}
	var doc document
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s is no HAR: %s", name, jsonplace.Words(data, err))
	}
	log := &doc.Log
	switch {
	case log.Version == "" || log.Entries == nil:
		return nil, fmt.Errorf("%s is no HAR: it has no log with version and entries", name)
	case log.Version != "1.2" && log.Version != "1.1":
		return nil, fmt.Errorf("%s is a HAR of version %.20q, this program reads 1.2", name, log.Version)
	case len(log.Entries) > MaxEntries:
		return nil, fmt.Errorf("%s has %d entries, more than %d", name, len(log.Entries), MaxEntries)
	}
	a := &Archive{Creator: strings.TrimSpace(log.Creator.Name + " " + log.Creator.Version)}
	for i, e := range log.Entries {
		x, err := e.exchange()
		if err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", name, i+1, err)
		}
		x.Seq = i + 1
		a.Record.Entries = append(a.Record.Entries, transcript.Entry{Exchange: x})
		a.URLs, a.Pages = append(a.URLs, e.Request.URL), append(a.Pages, e.PageRef)
	}
	return a, nil
}

// exchange rebuilds an exchange.
func (e *entry) exchange() (*transcript.Exchange, error) {
	if e == nil {
		return nil, errors.New("it is null")
	}
	u, err := url.Parse(e.Request.URL)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%.80q is no absolute URL", e.Request.URL)
	}
	for _, d := range e.Decision {
		if d == nil {
			return nil, errors.New("a decision is null")
		}
	}
	x := &transcript.Exchange{Node: e.Node, Role: e.Role, Conn: e.Connection, N: e.N, Step: e.Step, Tokens: e.Tokens, Verified: e.Verified,
		Refused: e.Refused, NTStatus: e.NTStatus, Exposure: e.Exposure, Decisions: e.Decision, Notes: e.Notes, Err: e.Err}
	if x.Node == "" {
		x.Node, x.Role = "client", transcript.Client
	}
	if u.Scheme == "https" && x.Role == transcript.Client {
		x.Target = net.JoinHostPort(u.Hostname(), "443")
	}
	if x.Start, err = time.Parse(time.RFC3339, e.Started); err == nil && e.Time > 0 && e.Time < 1e12 {
		x.End = x.Start.Add(time.Duration(e.Time * float64(time.Millisecond)))
	}
	if x.Request, err = e.Request.message(u, e.Target, e.Sent); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	if e.Response.Status == 0 {
		return x, nil
	}
	if x.Response, err = e.Response.message(e.Request.Method, e.Received); err != nil {
		return nil, fmt.Errorf("response: %w", err)
	}
	return x, nil
}

func (r *request) message(u *url.URL, target string, sent *transcript.Body) (*transcript.Message, error) {
	switch {
	case target == "" && r.Method == http.MethodConnect:
		target = u.Host
	case target == "":
		target = u.RequestURI()
	}
	if !isToken(r.Method) || strings.ContainsAny(target, " \r\n") {
		return nil, fmt.Errorf("%.20q %.80q is no request", r.Method, target)
	}
	head, err := headOf(r.Method+" "+target+" HTTP/1.1", r.Headers, nil)
	if err != nil {
		return nil, err
	}
	m, err := transcript.ParseHead(head, false)
	if err != nil {
		return nil, err
	}
	m.Body = transcript.Body{Length: max(r.BodySize, 0), Complete: true, Declared: m.Body.Declared}
	if r.Post != nil {
		m.Body.Data = []byte(r.Post.Text)
	}
	return withBody(m, sent), nil
}

func (r *response) message(method string, received *transcript.Body) (*transcript.Message, error) {
	if r.Status < 100 || r.Status > 999 {
		return nil, fmt.Errorf("%d is no status", r.Status)
	}
	data, err := r.Content.data()
	if err != nil {
		return nil, err
	}
	reason := r.Reason
	if reason == "" || strings.ContainsAny(reason, "\r\n") {
		reason = http.StatusText(r.Status)
	}
	var without func(name, value string) bool
	if received == nil && data != nil { // the content is decoded, and may be other than what crossed
		without = func(name, _ string) bool {
			return name == "Content-Encoding" || name == "Transfer-Encoding" || name == "Content-Length" && method != http.MethodHead
		}
	}
	head, err := headOf(fmt.Sprintf("HTTP/1.1 %d %s", r.Status, reason), r.Headers, without)
	if err != nil {
		return nil, err
	}
	m, err := transcript.ParseHead(head, true)
	if err != nil {
		return nil, err
	}
	m.Body = transcript.Body{Length: max(r.Content.Size, 0), Complete: true, Declared: m.Body.Declared, Data: data}
	if data != nil {
		m.Body.Length = int64(len(data))
	}
	if m.Body.Declared < 0 && received == nil { // nobody knows the framing; a length is the plainest
		m.Body.Declared = m.Body.Length
	}
	return withBody(m, received), nil
}

// withBody takes what our own archives say of a body.
func withBody(m *transcript.Message, b *transcript.Body) *transcript.Message {
	if b != nil {
		declared, data := m.Body.Declared, m.Body.Data
		m.Body = *b
		m.Body.Declared, m.Body.Data = declared, data
		m.Body.Length = max(m.Body.Length, 0)
	}
	return m
}

func (c *content) data() ([]byte, error) {
	switch {
	case c.Text == nil:
		return nil, nil
	case c.Encoding == "":
		return []byte(*c.Text), nil
	case c.Encoding == "base64":
		data, err := base64.StdEncoding.DecodeString(*c.Text)
		if err != nil {
			return nil, fmt.Errorf("the content is no base64: %w", err)
		}
		return data, nil
	}
	return nil, fmt.Errorf("unknown encoding %.20q of the content", c.Encoding)
}

// headOf writes a head. Fields that begin with a colon are those of HTTP/2.
func headOf(line string, fields []pair, without func(name, value string) bool) ([]byte, error) {
	if len(fields) > maxFields {
		return nil, fmt.Errorf("%d header fields, more than %d", len(fields), maxFields)
	}
	var out bytes.Buffer
	out.WriteString(line + "\r\n")
	for _, f := range fields {
		if strings.HasPrefix(f.Name, ":") || without != nil && without(http.CanonicalHeaderKey(f.Name), f.Value) {
			continue
		}
		if !isToken(f.Name) {
			return nil, fmt.Errorf("%.40q is no name of a header field", f.Name)
		}
		value := strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace(f.Value)
		out.WriteString(f.Name + ": " + value + "\r\n")
	}
	out.WriteString("\r\n")
	return out.Bytes(), nil
}

// isToken is RFC 9110 5.6.2, with what servers of old put into names.
func isToken(s string) bool {
	return s != "" && !strings.ContainsAny(s, " \t\r\n:\x00\x7f(),/;<=>?@[\\]{}\"")
}
