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
		Name: "delay", Help: "Waits before it looks at a request.", Example: "{delay: {duration: 5m}}",
		Params: []behaviour.Param{
			{Name: "duration", Type: behaviour.Duration, Required: true, Help: "how long, on the world's clock"},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			d := a.Duration("duration")
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if err := fakehttp.Sleep(r, d); err != nil {
						fakehttp.ConnOf(r).Note("delay: %v", err)
						fakehttp.Close(w, r)
						return
					}
					next.ServeHTTP(w, r)
				})
			}, nil
		},
	}
}
