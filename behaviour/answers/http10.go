package answers

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// HTTP10 answers as an HTTP/1.0 program does: no chunked coding, and the connection
// is closed unless it is kept on purpose (RFC 2068 19.7.1, RFC 9112 C.2.2).
func HTTP10() behaviour.Definition {
	return behaviour.Definition{
		Name: "http10",
		Help: "Answers in HTTP/1.0 and closes the connection after each answer.",
		Source: "RFC 1945; MC-BUP, product behaviour: XP and XP SP1 go on in HTTP/1.0 with such a server; " +
			"BITS documentation, HTTP Requirements for BITS Downloads",
		Example: "{http10: {keep-alive: true}}",
		Params: []behaviour.Param{{
			Name: "keep-alive", Type: behaviour.Bool,
			Help: "Keeps the connection with Connection: keep-alive when the answer has a Content-Length.",
		}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			return http10(a.Bool("keep-alive")), nil
		},
	}
}

func http10(keep bool) behaviour.Middleware {
	edit := EditHead(func(r *http.Request, status int, h http.Header) {
		note(r, "http10", "answered in HTTP/1.0")
		measured := h.Get("Content-Length") != "" || status == http.StatusNoContent || status == http.StatusNotModified
		if !measured {
			h.Set("Transfer-Encoding", "identity") // tells net/http not to use chunks
		}
		if keep && measured && h.Get("Connection") != "close" {
			h.Set("Connection", "keep-alive")
			return
		}
		AnnounceClose(h)
	})
	return func(next http.Handler) http.Handler {
		edited := edit(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fakehttp.ConnOf(r).AnswerHTTP10() // at once, for an answer written without net/http
			edited.ServeHTTP(w, r)
		})
	}
}
