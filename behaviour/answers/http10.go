package answers

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// HTTP10 answers as an HTTP/1.0 program: no chunked coding, and the connection is
// closed unless both sides say keep-alive (RFC 2068 19.7.1, RFC 9112 C.2.2).
func HTTP10() behaviour.Definition {
	return behaviour.Definition{
		Name: "http10", Help: "Answers in HTTP/1.0: never chunked, and it closes the connection unless keep-alive is on and the length known.",
		Source: "RFC 1945, RFC 2068 19.7.1", Example: "{http10: {keep-alive: true}}",
		Params: []behaviour.Param{
			{Name: "keep-alive", Type: behaviour.Bool, Help: "keep the connection of clients that ask for it, and say so"},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			keep := a.Bool("keep-alive")
			return func(next http.Handler) http.Handler { return http10(next, keep) }, nil
		},
	}
}

func http10(next http.Handler, keep bool) http.Handler {
	changed := around(next, func(r *http.Request, status int, h http.Header) {
		bodiless := r.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified
		if h.Get("Content-Length") == "" && !bodiless {
			h.Set("Transfer-Encoding", "identity") // to net/http: neither chunked nor a made-up length
			keepOut(h)
			return
		}
		if keep && !r.Close && h.Get("Connection") != "close" {
			h.Set("Connection", "keep-alive")
			return
		}
		keepOut(h)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fakehttp.ConnOf(r).AnswerHTTP10()
		changed.ServeHTTP(w, r)
	})
}

// keepOut announces the close and takes back any promise to stay.
func keepOut(h http.Header) {
	h.Set("Connection", "close")
	h.Del("Proxy-Connection")
}
