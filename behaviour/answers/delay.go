package answers

import (
	"net/http"

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
		Example: "{delay: {duration: 6m}}",
		Params:  []behaviour.Param{{Name: "duration", Type: behaviour.Duration, Required: true, Help: "How long."}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			d := a.Duration("duration")
			return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
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
