package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

func unasked206() behaviour.Definition {
	return behaviour.Definition{
		Name:    "unasked-206",
		Help:    "Answers a GET without Range with 206 and the beginning of the file, or all of it.",
		Source:  "RFC 9110 15.3.7: 206 answers a request for ranges",
		Example: "{unasked-206: {bytes: 10kB}}",
		Params: []behaviour.Param{
			{Name: "bytes", Type: behaviour.Size, Help: "How much is sent; absent: all."},
		},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(w, content.OnAnswer(r, func(a *content.Answer) {
					if r.Method == http.MethodHead || a.Requested != nil || a.Resource.Size == 0 {
						return
					}
					last := a.Resource.Size - 1
					if args.Given("bytes") {
						last = min(last, max(args.Size("bytes"), 1)-1)
					}
					note(r, "unasked-206", "sent bytes 0-%d to a request without Range", last)
					a.Status, a.Parts = http.StatusPartialContent, nil
					a.Add(byterange.Range{First: 0, Last: last})
				}))
			})
		},
	}
}
