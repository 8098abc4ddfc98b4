package fakeproxy

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

// dropContentLength passes bodies on without saying how long they are, as a proxy
// does that looks into them.
func dropContentLength() behaviour.Definition {
	return behaviour.Definition{
		Name:    "drop-content-length",
		Help:    "Drops Content-Length from answers, to HEAD too: bodies are chunked, or last until the connection closes.",
		Source:  "BITS documentation, BITS Return Values (BG_E_MISSING_FILE_SIZE); RFC 9112 6.3",
		Example: "{drop-content-length: {how: close}}",
		Params: []behaviour.Param{{
			Name: "how", Type: behaviour.Enum, Enum: []string{"chunked", "close"}, Default: "chunked",
			Help: "What marks the end of the body.",
		}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			coding := "chunked"
			if a.String("how") == "close" {
				coding = "identity" // tells net/http to close instead
			}
			return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
				if h.Get("Content-Length") == "" {
					return
				}
				h.Del("Content-Length")
				h.Set("Transfer-Encoding", coding)
				hopOf(r).note(r, "drop-content-length: sent no Content-Length")
			}), nil
		},
	}
}
