package answers

import (
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/behaviour"
)

// RetryAfterParam describes the parameter for [RetryAfter].
func RetryAfterParam() behaviour.Param {
	return behaviour.Param{Name: "retry-after", Type: behaviour.Duration, Help: "Sends Retry-After with so many seconds."}
}

// RetryAfter sets the field Retry-After. It is in whole seconds, rounded up (RFC 9110 10.2.3); 0 sets none.
func RetryAfter(h http.Header, d time.Duration) {
	if d > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10))
	}
}

// Status answers every request with one status.
func Status(page Page) behaviour.Definition {
	return behaviour.Definition{
		Name:    "status",
		Help:    "Answers every request with a status and a small page.",
		Source:  "RFC 9110 15",
		Example: "{status: {status: 404}}",
		Params: []behaviour.Param{
			{Name: "status", Type: behaviour.Status, Required: true, Help: "The status."},
			RetryAfterParam(),
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			return one(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				note(r, "status", "answered %d", a.Int("status"))
				RetryAfter(w.Header(), a.Duration("retry-after"))
				page(w, r, a.Int("status"))
			}), nil
		},
	}
}

// StatusNth answers some requests with a status. They are counted over all
// connections, in the order in which they arrive here.
func StatusNth(page Page) behaviour.Definition {
	return behaviour.Definition{
		Name:    "status-nth",
		Help:    "Answers some requests with a status, counted from 1 among those it sees: the nth, those from one to another, or every nth.",
		Source:  "RFC 9110 15",
		Example: "{status-nth: {nth: 2, status: 503, retry-after: 60s}}",
		Params: []behaviour.Param{
			{Name: "status", Type: behaviour.Status, Default: http.StatusServiceUnavailable, Help: "The status."},
			{Name: "nth", Type: behaviour.Int, Help: "The request that is answered so."},
			{Name: "from", Type: behaviour.Int, Help: "The first of several requests."},
			{Name: "to", Type: behaviour.Int, Help: "The last of several requests; absent: all that follow."},
			{Name: "every", Type: behaviour.Int, Help: "Every nth request."},
			RetryAfterParam(),
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) { return newStatusNth(a, page) },
	}
}

func newStatusNth(a behaviour.Args, page Page) (behaviour.Middleware, error) {
	hit, err := window(a)
	if err != nil {
		return nil, err
	}
	var seen atomic.Int64
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		n := int(seen.Add(1))
		if !hit(n) {
			next.ServeHTTP(w, r)
			return
		}
		note(r, "status-nth", "answered request %d with %d", n, a.Int("status"))
		RetryAfter(w.Header(), a.Duration("retry-after"))
		page(w, r, a.Int("status"))
	}), nil
}

// window makes one test of the parameters nth, from and to, every.
func window(a behaviour.Args) (func(n int) bool, error) {
	nth, from, to, every := a.Int("nth"), a.Int("from"), a.Int("to"), a.Int("every")
	forms := 0
	for _, given := range []bool{a.Given("nth"), a.Given("from") || a.Given("to"), a.Given("every")} {
		if given {
			forms++
		}
	}
	switch {
	case forms != 1:
		return nil, errors.New("exactly one of nth, from and to, or every must be given")
	case a.Given("nth") && nth == 0, a.Given("every") && every == 0:
		return nil, errors.New("requests are counted from 1")
	case a.Given("to") && to < max(from, 1):
		return nil, errors.New(`parameter "to" is less than "from"`)
	case a.Given("nth"):
		return func(n int) bool { return n == nth }, nil
	case a.Given("every"):
		return func(n int) bool { return n%every == 0 }, nil
	}
	return func(n int) bool { return n >= from && (!a.Given("to") || n <= to) }, nil
}
