package transport

import (
	"net/http"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

func stall() behaviour.Definition {
	return behaviour.Definition{
		Name:    "stall",
		Help:    "Sends so many bytes of a body and then nothing for a while, or nothing more; the connection stays open.",
		Source:  "MC-BUP 3.6.2 (the timer of the client that waits for more); BITS documentation, BG_JOB_STATE",
		Example: "{stall: {bytes: 100kB, for: 6m}}",
		Params: []behaviour.Param{
			{Name: "bytes", Type: behaviour.Size, Required: true, Help: "Bytes of the body that arrive before."},
			{Name: "for", Type: behaviour.Duration, Help: "How long; absent: until the client gives up."},
		},
		New: newStall,
	}
}

// forever is longer than any client waits.
const forever = 10 * 365 * 24 * time.Hour

func newStall(a behaviour.Args) (behaviour.Middleware, error) {
	d, words := forever, "until the client gave up"
	if a.Given("for") {
		d = a.Duration("for")
		words = "for " + d.String()
	}
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(&afterWriter{ResponseWriter: w, left: a.Size("bytes"), then: func() error {
			note(r, "stall", "sent nothing %s", words)
			err := http.NewResponseController(w).Flush()
			if err == nil {
				err = fakehttp.Sleep(r, d)
			}
			if err == nil && a.Given("for") {
				return nil
			}
			note(r, "stall", "ended the connection")
			fakehttp.Close(w, r)
			return errCut
		}}, r)
	})
}
