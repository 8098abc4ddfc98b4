package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

func http10() behaviour.Definition {
	return behaviour.Definition{
		Name: "http10",
		Help: "Answers in HTTP/1.0 and closes the connection after each answer.",
		Source: "MC-BUP, product behaviour: XP and XP SP1 go on in HTTP/1.0 with such a server; " +
			"BITS documentation, HTTP Requirements for BITS Downloads",
		Example: "{http10: {keep-alive: true}}",
		Params: []behaviour.Param{{
			Name: "keep-alive", Type: behaviour.Bool,
			Help: "Keeps the connection with Connection: keep-alive when the answer has a Content-Length.",
		}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			connection := "close"
			if a.Bool("keep-alive") {
				connection = "keep-alive"
			}
			edit, err := editHead(func(r *http.Request, status int, h http.Header) {
				h.Set("Connection", connection)
				if h.Get("Content-Length") == "" && status != http.StatusNotModified {
					h.Set("Connection", "close")
					h.Set("Transfer-Encoding", "identity") // HTTP/1.0 has no chunks
				}
				note(r, "http10", "answered in HTTP/1.0")
				fakehttp.ConnOf(r).AnswerHTTP10()
			})
			return edit, err
		},
	}
}
