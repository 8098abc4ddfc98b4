package answers

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// Close ends the connection instead of answering.
func Close() behaviour.Definition {
	return behaviour.Definition{
		Name: "close", Help: "Ends the connection instead of answering.",
		Source: "RFC 9112 9.6, RFC 9293 3.5.2", Example: "{close: {how: reset}}",
		Params: []behaviour.Param{
			{Name: "how", Type: behaviour.Enum, Enum: []string{"close", "reset"}, Default: "close", Help: "in good order (FIN) or with a reset (RST)"},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			end := fakehttp.Close
			if a.String("how") == "reset" {
				end = fakehttp.Reset
			}
			return func(http.Handler) http.Handler { return http.HandlerFunc(end) }, nil
		},
	}
}
