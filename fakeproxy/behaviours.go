package fakeproxy

import (
	"net/http"
	"slices"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/behaviour/handshake"
	"github.com/wualab/wualab/behaviour/script"
	"github.com/wualab/wualab/behaviour/sequence"
	"github.com/wualab/wualab/behaviour/transport"
	"github.com/wualab/wualab/fakehttp"
)

// Use is one behaviour with its parameters.
type Use = behaviour.Use

// Behaviours lists what a proxy can be told to do.
func Behaviours() behaviour.Table {
	var table behaviour.Table
	for _, p := range places() {
		table = append(table, p.Definition)
	}
	return append(behaviour.Table{authenticate()}, behaviour.Conditional(table)...)
}

// Authenticate is the name of the pseudo-behaviour that says where in a list the
// proxy demands credentials. The first of a list is the outermost; those before
// Authenticate also act on requests that get a 407. Without it in the list only
// "http10", "close-on-407", "head-407" and those of package handshake do, wherever they stand.
const Authenticate = "authenticate"

// placed is a behaviour and where it stands when the list does not say Authenticate.
type placed struct {
	behaviour.Definition
	front bool // in front of the gate
}

func places() []placed {
	list := []placed{
		{Definition: unpinned()},
		{Definition: forwardProxyAuthorization()},
		{Definition: http10Upstream()},
		{Definition: closeOn407(), front: true},
		{Definition: block()},
		{Definition: connectPorts()},
		{Definition: stripRange()},
		{Definition: stripContentRange()},
		{Definition: dropContentLength()},
		{Definition: answers.HTTP10(), front: true},
		{Definition: answers.Close()},
		{Definition: answers.Status(statusPage)},
		{Definition: answers.StatusNth(statusPage)},
		{Definition: answers.NoAnswer()},
		{Definition: answers.Delay()},
	}
	framing := map[string]string{"content-length": "drop-content-length", "transfer-encoding": "drop-content-length", "connection": "close"}
	for _, d := range slices.Concat(behaviour.Table{answers.Answer(framing), script.Definition()}, answers.Fields(framing), sequence.Table(statusPage), transport.Table(statusPage)) {
		list = append(list, placed{Definition: d})
	}
	for _, d := range deviations() {
		list = append(list, placed{Definition: d, front: d.Name == "head-407"})
	}
	for _, d := range handshake.Table(httpauth.Proxy) {
		list = append(list, placed{Definition: d, front: true})
	}
	return list
}

// deviations are the behaviours of proxies that look into what they pass on.
func deviations() []behaviour.Definition {
	return []behaviour.Definition{
		cache(), prefetch(), virusScan(), headFromGet(), head407(), rewriteValidators(), stripConditions(),
		severalRanges(), recode(), stripFields(), allowMethods(), maxBody(), bufferUploads(),
	}
}

func authenticate() behaviour.Definition {
	return behaviour.Definition{
		Name: Authenticate,
		Help: "Demands credentials at this place of the list. Behaviours before it also act on 407 answers; " +
			"without it in the list only http10, close-on-407, head-407 and those that are about the login do.",
		Source:  "RFC 9110 11.7",
		Example: "{authenticate: {}}",
		Place:   true,
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return func(next http.Handler) http.Handler { return next }, nil // the place alone counts
		},
	}
}

// assemble puts the uses around the gate and the route.
func (s *Server) assemble(uses []Use) (http.Handler, error) {
	env := behaviour.Env{
		Clock: s.cfg.Clock, Rand: s.rand.fork(), Began: s.began, State: &s.state,
		Account: func(r *http.Request) string { return hopOf(r).account }, ReadFile: behaviour.FilesBeneath(s.cfg.Dir), Fault: s.cfg.Fault,
	}
	front, behind := arrange(uses)
	inner, err := Behaviours().Chain(behind, env)
	if err != nil {
		return nil, err
	}
	outer, err := Behaviours().Chain(front, env)
	if err != nil {
		return nil, err
	}
	return outer(s.guard(inner(http.HandlerFunc(s.route)))), nil
}

// arrange tells the uses in front of the gate from those behind it.
func arrange(uses []Use) (front, behind []Use) {
	if i := slices.IndexFunc(uses, func(u Use) bool { return u.Name == Authenticate }); i >= 0 {
		return uses[:i], uses[i:]
	}
	known, all := Behaviours(), places()
	inFront := func(use Use) bool {
		return slices.ContainsFunc(all, func(p placed) bool { return p.front && p.Name == use.Name })
	}
	for _, use := range uses {
		if known.Inside(use, inFront) {
			front = append(front, use)
		} else {
			behind = append(behind, use)
		}
	}
	return front, behind
}

// onRequest is a behaviour without parameters that changes the request or its hop.
func onRequest(d behaviour.Definition, change func(r *http.Request)) behaviour.Definition {
	d.New = func(behaviour.Args) (behaviour.Middleware, error) {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				change(r)
				next.ServeHTTP(w, r)
			})
		}, nil
	}
	return d
}

func (h *hop) note(r *http.Request, format string, args ...any) {
	fakehttp.ConnOf(r).Note(format, args...)
}
