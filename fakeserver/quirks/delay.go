package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

func delay() behaviour.Definition {
	return behaviour.Definition{
		Name:    "delay",
		Help:    "Waits, by the world's clock, before the first byte of the answer.",
		Source:  "MC-BUP 3.6.2: a client waits 5 minutes for a response",
		Example: "{delay: {duration: 6m}}",
		Params:  []behaviour.Param{{Name: "duration", Type: behaviour.Duration, Required: true, Help: "How long."}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			d := a.Duration("duration")
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				note(r, "delay", "waited %v", d)
				if err := fakehttp.Sleep(r, d); err != nil {
					note(r, "delay", "gave up: %v", err)
					fakehttp.Close(w, r)
					return
				}
				next.ServeHTTP(w, r)
			})
		},
	}
}
