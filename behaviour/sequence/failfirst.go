package sequence

import (
	"errors"
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
)

// failFirst fails the first requests, as a server does that is overloaded or just
// starting.
func failFirst(page answers.Page) behaviour.Definition {
	return behaviour.Definition{
		Name: "fail-first",
		Help: "Fails the first requests and lets all that follow go on: with a status, by ending the connection, " +
			"or by what other behaviours do.",
		Source:  "RFC 9110 15.6.4 (503 and Retry-After); BITS documentation, SetMinimumRetryDelay: transient errors are tried again",
		Example: "{fail-first: {requests: 2, status: 503, per: client}}",
		Params: []behaviour.Param{
			{Name: "requests", Type: behaviour.Int, Default: 1, Help: "How many."},
			behaviour.PerParam("Whose first requests."),
			{Name: "status", Type: behaviour.Status, Default: http.StatusServiceUnavailable, Help: "The status that they get."},
			answers.RetryAfterParam(),
			{Name: "how", Type: behaviour.Enum, Enum: []string{"close", "reset"},
				Help: "Ends the connection instead. close: in good order (FIN). reset: with a reset (RST)."},
			{Name: "by", Type: behaviour.Uses, Help: "What acts on them instead, in the order of requests: the second on the second; the last on all the others."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) { return newFailFirst(a, page) },
	}
}

func newFailFirst(a behaviour.Args, page answers.Page) (behaviour.Middleware, error) {
	forms := 0
	for _, given := range []bool{a.Given("status") || a.Given("retry-after"), a.Given("how"), a.Given("by")} {
		if given {
			forms++
		}
	}
	if forms > 1 {
		return nil, errors.New("only one of status with retry-after, how and by may be given")
	}
	most, list := a.Int("requests"), a.Behaviours("by")
	if !a.Given("requests") {
		most = max(most, len(list))
	}
	if len(list) == 0 {
		list = []behaviour.Middleware{failure(a, page)}
	}
	counts := behaviour.NewCounts(a.String("per"), a.Env)
	return choose(list, func(r *http.Request) int {
		n := counts.Next(r)
		if n > most {
			return -1
		}
		note(r, "fail-first", "request %d of %d", n, most)
		return min(n, len(list)) - 1
	}), nil
}

// failure answers with the status, or not at all.
func failure(a behaviour.Args, page answers.Page) behaviour.Middleware {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch a.String("how") {
			case "close":
				fakehttp.Close(w, r)
			case "reset":
				fakehttp.Reset(w, r)
			default:
				answers.RetryAfter(w.Header(), a.Duration("retry-after"))
				page(w, r, a.Int("status"))
			}
		})
	}
}
