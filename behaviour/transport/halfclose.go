package transport

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

func halfClose() behaviour.Definition {
	return behaviour.Definition{
		Name: "half-close",
		Help: "Ends its direction of the connection (FIN) after a whole answer, without having said so, and reads on: a client that " +
			"sends its next request there gets no answer. cut-after and no-answer do so inside an answer and in its place.",
		Source:  "RFC 9112 9.3.1 and 9.6: a connection may end at any time, and the request is sent again on another",
		Example: "{half-close: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				note(r, "half-close", "ended its direction after the answer")
				fakehttp.ConnOf(r).HalfCloseAfter()
				next.ServeHTTP(w, r)
			})
		},
	}
}
