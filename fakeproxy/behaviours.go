package fakeproxy

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
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
	return table
}

// placed is a behaviour and where it stands: in front of the gate, so that it has a
// part in the 407s too, or behind it, so that it sees only requests that were let in.
type placed struct {
	behaviour.Definition
	front bool
}

func places() []placed {
	return []placed{
		{Definition: unpinned()},
		{Definition: forwardProxyAuthorization()},
		{Definition: stripRange()},
		{Definition: stripContentRange()},
		{Definition: answers.DropContentLength()},
		{Definition: answers.HTTP10(), front: true},
		{Definition: closeOn407(), front: true},
		{Definition: block()},
		{Definition: connectPorts()},
		{Definition: answers.Status()},
		{Definition: answers.StatusNth()},
		{Definition: answers.Delay()},
		{Definition: answers.Close()},
	}
}

// assemble puts the uses around the gate and the route, each kind in its order.
func (s *Server) assemble(uses []Use) (http.Handler, error) {
	isFront := map[string]bool{}
	for _, p := range places() {
		isFront[p.Name] = p.front
	}
	var front, behind []Use
	for _, use := range uses {
		if isFront[use.Name] {
			front = append(front, use)
		} else {
			behind = append(behind, use)
		}
	}
	env := behaviour.Env{Clock: s.cfg.Clock, Rand: s.rand.fork()}
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

// onHead is a behaviour without parameters that changes the head of answers.
func onHead(d behaviour.Definition, change func(r *http.Request, status int, h http.Header)) behaviour.Definition {
	d.New = func(behaviour.Args) (behaviour.Middleware, error) {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(answers.BeforeHead(w, func(status int, h http.Header) { change(r, status, h) }), r)
			})
		}, nil
	}
	return d
}

func (h *hop) note(r *http.Request, format string, args ...any) {
	fakehttp.ConnOf(r).Note(format, args...)
}
