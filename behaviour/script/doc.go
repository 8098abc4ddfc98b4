// Package script holds the behaviour script: what behaviours can't say is a function in
// Starlark (https://github.com/bazelbuild/starlark/blob/master/spec.md), on_request(req)
// or on_response(req, resp). A script reads and sets the fake's state, knows no time but
// that of the fake's clock and no chance but that of its seed, reads no file and opens no
// connection, and is bounded in steps and in what it makes. Calls of one script come one
// after the other, whatever the connection.
//
//	table := append(own, script.Definition())
package script

import (
	"net/http"
	"sync"

	"go.starlark.net/starlark"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// Name is the behaviour's name.
const Name = "script"

// Definition describes the behaviour.
func Definition() behaviour.Definition {
	return behaviour.Definition{
		Name: Name,
		Help: "Asks a script in Starlark: on_request(req) before the request goes on, on_response(req, resp) before the head of " +
			"the answer. Each gives None, answer(...), change(...), close() or reset(). A script that fails is answered with 500, and " +
			"the run could not be judged.",
		Source:  "our own; the Starlark specification",
		Example: `{script: {code: "def on_request(req): return answer(503) if req.path == '/x' else None"}}`,
		Params: []behaviour.Param{
			{Name: "code", Type: behaviour.String, Help: "The script, up to 64 KiB."},
			{Name: "file", Type: behaviour.Path,
				Help: "A file beneath the scenario's folder that is the script."},
			{Name: "at", Type: behaviour.String, Help: "Where code stands, as file:line:column, for messages; a scenario file knows that by itself."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			s, err := compile(a)
			if err != nil || s == nil {
				return func(next http.Handler) http.Handler { return next }, err
			}
			return s.around, nil
		},
	}
}

// script is one that was compiled; its globals don't change any more.
type script struct {
	env        behaviour.Env
	origin     origin
	onRequest  starlark.Callable // nil: it has none
	onResponse starlark.Callable

	mu sync.Mutex // held while a function runs, so that reading and setting a state is one thing
}

func (s *script) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{script: s, r: r}
		if s.onRequest != nil {
			reply, err := c.run(s.onRequest, c.request())
			if err != nil {
				s.fail(w, r, err)
				return
			}
			if reply.send(w, r) {
				return
			}
			reply.edit(r.Header)
		}
		if s.onResponse == nil {
			next.ServeHTTP(w, r)
			return
		}
		out := &responseWriter{ResponseWriter: w, call: c}
		next.ServeHTTP(out, r)
		out.end()
	})
}

// fail answers for a script that could not.
func (s *script) fail(w http.ResponseWriter, r *http.Request, err error) {
	fakehttp.ConnOf(r).Note("script: %v", err)
	if s.env.Fault != nil {
		s.env.Fault(err)
	}
	h := w.Header()
	for name := range h { // of the answer that was to be
		if name != "Date" && name != "Server" {
			delete(h, name)
		}
	}
	(&reply{status: http.StatusInternalServerError, kind: "text/plain; charset=utf-8", body: err.Error() + "\n"}).send(w, r)
}
