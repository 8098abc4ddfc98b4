package answers

import (
	"net/http"
	"sync/atomic"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// Close ends the connection after each answer.
func Close() behaviour.Definition {
	return behaviour.Definition{
		Name: "close",
		Help: "Closes the connection after each answer, with Connection: close. In front of the authentication it also " +
			"closes after 401 or 407, which NTLM does not survive.",
		Source:  "RFC 9112 9.6",
		Example: "{close: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return EditHead(func(r *http.Request, _ int, h http.Header) {
				note(r, "close", "closed the connection")
				AnnounceClose(h)
			}), nil
		},
	}
}

// AnnounceClose says in the head of an answer that the connection ends with it, and
// takes back any promise to keep it.
func AnnounceClose(h http.Header) {
	h.Set("Connection", "close")
	h.Del("Proxy-Connection")
}

// NoAnswer ends the connection instead of answering.
func NoAnswer() behaviour.Definition {
	return behaviour.Definition{
		Name:    "no-answer",
		Help:    "Ends the connection instead of answering.",
		Source:  "BITS documentation, BITS Return Values: connection errors are transient",
		Example: "{no-answer: {how: reset, times: 1}}",
		Params: []behaviour.Param{
			HowParam(),
			{Name: "times", Type: behaviour.Int, Help: "How many times; absent: always."},
		},
		New: newNoAnswer,
	}
}

func newNoAnswer(a behaviour.Args) (behaviour.Middleware, error) {
	end := End(a.String("how"))
	var done atomic.Int64
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if a.Given("times") && done.Add(1) > int64(a.Int("times")) {
			next.ServeHTTP(w, r)
			return
		}
		note(r, "no-answer", "ended the connection (%s)", a.String("how"))
		end(w, r)
	}), nil
}

// The ways to end a connection too early.
const (
	HowClose     = "close"
	HowReset     = "reset"
	HowHalfClose = "half-close"
)

// HowParam is the parameter by which behaviours that end a connection say how.
func HowParam() behaviour.Param {
	return behaviour.Param{Name: "how", Type: behaviour.Enum, Enum: []string{HowClose, HowReset, HowHalfClose}, Default: HowClose,
		Help: "close: in good order (FIN). reset: with a reset (RST). " +
			"half-close: with FIN, and what the client sends is read on until it closes."}
}

// End gives what ends a connection in one of these ways; the handler must return then.
func End(how string) func(w http.ResponseWriter, r *http.Request) {
	switch how {
	case HowReset:
		return fakehttp.Reset
	case HowHalfClose:
		return fakehttp.HalfClose
	}
	return fakehttp.Close
}
