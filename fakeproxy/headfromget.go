package fakeproxy

import (
	"net/http"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour"
)

// headFromGet answers HEAD with the head of an answer to GET. The body is read and
// dropped, so that the next hop sends the file once more than the client got it.
func headFromGet() behaviour.Definition {
	return behaviour.Definition{
		Name:    "head-from-get",
		Help:    "Asks the next hop with GET where the client asked with HEAD, reads the whole body and passes on the head alone.",
		Source:  "nginx documentation, ngx_http_proxy_module: proxy_cache_convert_head",
		Example: "{head-from-get: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodHead {
						hopOf(r).note(r, "head-from-get: asked the next hop with GET")
						asked := r.Clone(r.Context())
						asked.Method, r = http.MethodGet, asked
					}
					next.ServeHTTP(w, r) // net/http drops the body of an answer to HEAD
				})
			}, nil
		},
	}
}

// head407 is a proxy whose logins go by GET only.
func head407() behaviour.Definition {
	return behaviour.Definition{
		Name:    "head-407",
		Help:    "Answers HEAD without a login otherwise than GET: with a 407 that offers no scheme, or with another status. A HEAD on a connection that is logged in passes.",
		Source:  "RFC 9110 9.3.2, from which it departs: HEAD has the fields that GET would have",
		Assumed: true,
		Example: "{head-407: {status: 403}}",
		Params: []behaviour.Param{{
			Name: "status", Type: behaviour.Status, Default: http.StatusProxyAuthRequired, Help: "The status in place of 407.",
		}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			status := a.Int("status")
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodHead {
						w = &refusedHead{ResponseWriter: w, r: r, status: status}
					}
					next.ServeHTTP(w, r)
				})
			}, nil
		},
	}
}

// refusedHead turns a 407 into what HEAD gets.
type refusedHead struct {
	http.ResponseWriter
	r      *http.Request
	status int
}

// Unwrap is for http.ResponseController.
func (w *refusedHead) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *refusedHead) WriteHeader(status int) {
	if status == http.StatusProxyAuthRequired {
		w.Header().Del(httpauth.Proxy.ChallengeHeader())
		hopOf(w.r).note(w.r, "head-407: answered HEAD with %d and no challenge", w.status)
		status = w.status
	}
	w.ResponseWriter.WriteHeader(status)
}
