package answers

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// DropContentLength sends a body without saying how long it is.
func DropContentLength() behaviour.Definition {
	return behaviour.Definition{
		Name: "drop-content-length", Help: "Sends bodies without Content-Length: chunked, or until the connection closes.",
		Source: "RFC 9112 6.3", Example: "{drop-content-length: {how: close}}",
		Params: []behaviour.Param{
			{Name: "how", Type: behaviour.Enum, Enum: []string{"chunked", "close"}, Default: "chunked", Help: "how the end of the body is marked"},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			how := a.String("how")
			return func(next http.Handler) http.Handler {
				return around(next, func(r *http.Request, status int, h http.Header) {
					h.Del("Content-Length")
					if how == "close" {
						h.Set("Transfer-Encoding", "identity") // net/http then closes
					} else if r.Method != http.MethodHead {
						h.Set("Transfer-Encoding", "chunked")
					}
				})
			}, nil
		},
	}
}
