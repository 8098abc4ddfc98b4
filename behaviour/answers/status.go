package answers

import (
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// Status answers every request with one status and a short page.
func Status() behaviour.Definition {
	return behaviour.Definition{
		Name: "status", Help: "Answers every request with this status and a short page.",
		Source: "RFC 9110 15", Example: "{status: {status: 503}}",
		Params: []behaviour.Param{
			{Name: "status", Type: behaviour.Status, Required: true, Help: "the status code, such as 503"},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			answer := fixed(a.Int("status"))
			return func(http.Handler) http.Handler { return answer }, nil
		},
	}
}

// StatusNth answers the nth request, or every nth, with a status. Requests are
// counted over all connections; of requests at the same time the order is that of
// arrival at this behaviour.
func StatusNth() behaviour.Definition {
	return behaviour.Definition{
		Name: "status-nth", Help: "Answers the nth request with this status, counted over all connections; the others pass.",
		Source: "RFC 9110 15", Example: "{status-nth: {n: 3, status: 503}}",
		Params: []behaviour.Param{
			{Name: "n", Type: behaviour.Int, Required: true, Help: "which request, from 1"},
			{Name: "status", Type: behaviour.Status, Required: true, Help: "the status code, such as 503"},
			{Name: "every", Type: behaviour.Bool, Help: "every nth request, not the nth only"},
		},
		New: newStatusNth,
	}
}

func newStatusNth(a behaviour.Args) (behaviour.Middleware, error) {
	n, every := int64(a.Int("n")), a.Bool("every")
	if n < 1 {
		return nil, fmt.Errorf("parameter %q: requests count from 1, not %d", "n", n)
	}
	answer := fixed(a.Int("status"))
	return func(next http.Handler) http.Handler {
		var count atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if at := count.Add(1); at == n || every && at%n == 0 {
				fakehttp.ConnOf(r).Note("status-nth: request %d", at)
				answer.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}, nil
}

func fixed(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status == http.StatusNoContent || status == http.StatusNotModified {
			w.WriteHeader(status)
			return
		}
		text := fmt.Sprintf("%d %s\n", status, http.StatusText(status))
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text)) // a client that is gone is nobody to tell
	})
}
