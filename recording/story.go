package recording

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// Options say how a record is told. The file never holds request bodies, credentials of
// any kind (Authorization, Proxy-Authorization, cookies' values, tickets, responses of
// NTLM and Digest), the values of query parameters that are secrets, or header fields
// that hold a key alone; of accounts it has domain and user with a placeholder for the
// password.
type Options struct {
	Name    string            // of the file; makes the id
	Source  string            // what was recorded, in words: "http://dl.example.com"
	Date    string            // of the recording, "2026-11-23"; "" leaves it out
	Bodies  *Bodies           // where bodies were kept
	Folder  string            // of the bodies, beneath that of the file, with slashes
	Origins map[string]Origin // servers by node of the record
	Proxy   string            // the proxy that was asked, in words; "" is the recorder itself
	Self    string            // the beginning of the recorder's own URLs, which stand for the server's in redirects

	// Profile gives the profile of the PC that sends this User-Agent, "" for another
	// program; nil knows none.
	Profile func(userAgent string) string
}

// Placeholder is the password of the accounts of a recording.
const Placeholder = "placeholder"

// Story is a record, understood. Make one with [Tell].
type Story struct {
	opt     Options
	servers []*server
	proxy   *login // nil without a proxy
	tunnels map[Origin]int
	agents  []string // User-Agent of clients, sorted
	used    map[string]bool
	count   int // exchanges
	conns   map[string]bool
	skipped []string // what could not be told, in words
}

// server is one origin of the record.
type server struct {
	origin  Origin
	name    string
	login   login
	answers map[asked][]*answer
	order   []asked
	open    map[string]bool // paths that were answered without a login
	closed  map[string]bool // paths that demanded one
}

// asked is what a request is recognised by.
type asked struct{ method, target, span string }

// answer is one that was recorded.
type answer struct {
	status  int
	fields  []transcript.Field
	body    transcript.Body
	dropped bool // the connection was closed without one
	times   int
}

// Tell understands a record. An error says that there is nothing in it.
func Tell(record transcript.Record, opt Options) (*Story, error) {
	s := &Story{opt: opt, tunnels: map[Origin]int{}, used: map[string]bool{}, conns: map[string]bool{}}
	for _, x := range record.Redact().Exchanges() {
		if reason, own := answeredByRecorder(x); own {
			s.skip("%s %s, which the recorder answered itself: %s", x.Request.Method, x.Request.URL, reason)
			continue
		}
		s.take(x)
	}
	switch {
	case s.count == 0 && len(s.skipped) > 0:
		return nil, fmt.Errorf("nothing was recorded: left out %s", s.skipped[0])
	case s.count == 0:
		return nil, fmt.Errorf("nothing was recorded: no request came")
	}
	for o := range s.tunnels {
		s.server(o)
	}
	slices.SortFunc(s.servers, func(a, b *server) int {
		return cmp.Or(cmp.Compare(a.origin.Host, b.origin.Host), cmp.Compare(a.origin.Port, b.origin.Port))
	})
	s.name()
	slices.Sort(s.agents)
	for _, one := range s.servers {
		one.settle()
		one.login.settle()
	}
	if s.proxy != nil {
		s.proxy.settle()
	}
	return s, nil
}

// answeredByRecorder reports whether no server saw an exchange, since the recorder itself
// refused the request, and why.
func answeredByRecorder(x *transcript.Exchange) (reason string, own bool) {
	for _, note := range x.Notes {
		if reason, own = strings.CutPrefix(note, refusalNote); own {
			return reason, true
		}
	}
	return "", false
}

func (s *Story) skip(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.skipped, text) {
		s.skipped = append(s.skipped, text)
	}
}

// take adds an exchange.
func (s *Story) take(x *transcript.Exchange) {
	s.count++
	s.conns[x.Conn] = true
	if ua := x.Request.Get("User-Agent"); ua != "" && !slices.Contains(s.agents, ua) {
		s.agents = append(s.agents, ua)
	}
	if s.proxied(x) && s.proxy == nil {
		s.proxy = newLogin()
	}
	if x.Request.Method == "CONNECT" {
		s.tunnel(x)
		return
	}
	origin, target, err := s.origin(x)
	if err != nil {
		s.skip("%s %s: %v", x.Request.Method, x.Request.URL, err)
		return
	}
	if s.proxied(x) && s.proxy.leg(x, true) {
		s.server(origin).asked(x, target)
		return
	}
	one := s.server(origin)
	switch {
	case one.login.leg(x, false):
		one.asked(x, target)
		one.closed[target] = true
		return
	case x.Request.Get("Authorization") == "" && !one.login.in[x.Conn]:
		one.open[target] = true
	}
	one.add(x, target, s.opt.Self)
}

// proxied reports whether the exchange was one with a proxy.
func (s *Story) proxied(x *transcript.Exchange) bool {
	return x.Role == transcript.Proxy || x.Request.Method == "CONNECT" || strings.Contains(x.Request.URL, "://") && x.Role == transcript.Client
}

func (s *Story) tunnel(x *transcript.Exchange) {
	origin, err := connectOrigin(x.Request.URL)
	if err != nil {
		s.skip("CONNECT %s: %v", x.Request.URL, err)
		return
	}
	if !s.proxy.leg(x, true) {
		s.tunnels[origin]++
	}
}

// origin finds the server that a request was for, and the path with its query.
func (s *Story) origin(x *transcript.Exchange) (Origin, string, error) {
	target := x.Request.URL
	if strings.Contains(target, "://") {
		u, err := url.Parse(target)
		if err != nil {
			return Origin{}, "", fmt.Errorf("this is no URL")
		}
		o, err := OriginOf(u)
		return o, pathOf(target), err
	}
	if o, ok := s.opt.Origins[x.Node]; ok {
		return o, target, nil
	}
	u, err := url.Parse("http://" + x.Request.Get("Host"))
	if err != nil || !strings.HasPrefix(target, "/") {
		return Origin{}, "", fmt.Errorf("nobody knows for which server this is")
	}
	o, err := OriginOf(u)
	return o, target, err
}

func (s *Story) server(o Origin) *server {
	for _, one := range s.servers {
		if one.origin == o {
			return one
		}
	}
	one := &server{origin: o, login: *newLogin(), answers: map[asked][]*answer{}, open: map[string]bool{}, closed: map[string]bool{}}
	s.servers = append(s.servers, one)
	return one
}

// name gives each server a name of its own: that of its host, unless that is an address,
// has a meaning, or is another's.
func (s *Story) name() {
	taken := map[string]bool{ProxyNode: true, "client": true, "none": true, "localhost": true}
	for _, one := range s.servers {
		name := one.origin.Host
		if net.ParseIP(name) != nil || !nodeName.MatchString(name) || taken[name] {
			name = "origin"
		}
		for i := 2; taken[name]; i++ {
			name = fmt.Sprintf("origin-%d", i)
		}
		one.name, taken[name] = name, true
	}
}

// askedFor is what a request is recognised by.
func askedFor(x *transcript.Exchange, target string) asked {
	return asked{x.Request.Method, target, x.Request.Get("Range")}
}

// asked notes a request whose answer was part of a login.
func (s *server) asked(x *transcript.Exchange, target string) {
	if k := askedFor(x, target); !slices.Contains(s.order, k) {
		s.order = append(s.order, k)
	}
}

// add takes an answer in.
func (s *server) add(x *transcript.Exchange, target, self string) {
	s.asked(x, target)
	k := askedFor(x, target)
	a := &answer{dropped: x.Response == nil, times: 1}
	if r := x.Response; r != nil {
		a.status, a.body = r.Status, r.Body
		a.fields = homeless(r.Fields, self, s.origin.URL())
	}
	s.answers[k] = append(s.answers[k], a)
}

// homeless puts the server in place of the recorder in redirects.
func homeless(fields []transcript.Field, self, origin string) []transcript.Field {
	fields = slices.Clone(fields)
	for i, f := range fields {
		if path, ok := strings.CutPrefix(f.Value, self+"/"); self != "" && ok && strings.EqualFold(f.Name, "Location") {
			fields[i].Value = origin + "/" + path
		}
	}
	return fields
}

// settle puts requests in an order that does not depend on what came first, and makes
// one of the answers that are the same at the end.
func (s *server) settle() {
	slices.SortFunc(s.order, func(a, b asked) int {
		return cmp.Or(cmp.Compare(a.target, b.target), -cmp.Compare(a.method, b.method), compareSpans(a.span, b.span))
	})
	for k, list := range s.answers {
		for n := len(list); n > 1 && list[n-1].same(list[n-2]); n-- {
			list[n-2].times += list[n-1].times
			list = list[:n-1]
		}
		s.answers[k] = list
	}
}

// compareSpans orders ranges by where they begin.
func compareSpans(a, b string) int {
	return cmp.Or(cmp.Compare(firstByte(a), firstByte(b)), cmp.Compare(a, b))
}

func firstByte(span string) (n int64) {
	_, _ = fmt.Sscanf(span, "bytes=%d", &n)
	return n
}

func (a *answer) same(b *answer) bool {
	return a.status == b.status && a.dropped == b.dropped && a.body.SHA256 == b.body.SHA256 && a.body.Length == b.body.Length &&
		a.body.Complete == b.body.Complete && slices.Equal(lines(a.fields, false), lines(b.fields, false))
}
