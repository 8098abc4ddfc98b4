package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

func noContentLength() behaviour.Definition {
	return behaviour.Definition{
		Name:    "no-content-length",
		Help:    "Sends no Content-Length, to HEAD neither; the end of the connection ends the body.",
		Source:  "BITS documentation, BITS Return Values (BG_E_MISSING_FILE_SIZE); RFC 9112 6.3",
		Example: "{no-content-length: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
				if answers.DropField(h, "Content-Length") {
					note(r, "no-content-length", "left it out")
				}
				h.Set("Transfer-Encoding", "identity") // tells net/http not to use chunks
				h.Set("Connection", "close")
			}), nil
		},
	}
}

func chunked() behaviour.Definition {
	return behaviour.Definition{
		Name:    "chunked",
		Help:    "Sends bodies in chunked coding and no Content-Length, to HEAD neither. To an HTTP/1.0 client the body ends with the connection.",
		Source:  "RFC 9112 7.1; BITS documentation, BITS Return Values (BG_E_MISSING_FILE_SIZE)",
		Example: "{chunked: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
				if answers.DropField(h, "Content-Length") {
					note(r, "chunked", "sent no Content-Length")
					h.Set("Transfer-Encoding", "chunked")
				}
			}), nil
		},
	}
}
