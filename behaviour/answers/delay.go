package answers

import (
	"net/http"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// Delay lets the world's time pass before a request is looked at. When the client
// gives up meanwhile, the connection is closed.
func Delay() behaviour.Definition {
	return behaviour.Definition{
		Name:    "delay",
		Help:    "Waits, by the world's clock, before the first byte of the answer.",
		Source:  "MC-BUP 3.6.2: a client waits 5 minutes for a response",
		Example: "{delay: {duration: 6m, jitter: 10s}}",
		Params: []behaviour.Param{
			{Name: "duration", Type: behaviour.Duration, Required: true, Help: "How long."},
			{Name: "jitter", Type: behaviour.Duration, Help: "A further wait up to this, by chance."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			wait := jittered(a)
			return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				d := wait()
				note(r, "delay", "waited %v", d)
				if err := fakehttp.Sleep(r, d); err != nil {
					note(r, "delay", "gave up: %v", err)
					fakehttp.Close(w, r)
					return
				}
				next.ServeHTTP(w, r)
			}), nil
		},
	}
}

// jittered gives the waits of a delay, in milliseconds as far as they are left to chance.
func jittered(a behaviour.Args) func() time.Duration {
	most := a.Duration("jitter") / time.Millisecond
	if most == 0 || a.Rand == nil {
		return func() time.Duration { return a.Duration("duration") }
	}
	return func() time.Duration {
		return a.Duration("duration") + time.Duration(a.Rand.Int64N(int64(most)+1))*time.Millisecond
	}
}
