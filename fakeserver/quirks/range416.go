package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

func range416() behaviour.Definition {
	return behaviour.Definition{
		Name:    "range-416",
		Help:    "Answers every request for ranges with 416, also when the file has those bytes.",
		Source:  "RFC 9110 15.5.17 defines the status; BG_E_HTTP_ERROR_416",
		Example: "{range-416: {content-range: missing}}",
		Params: []behaviour.Param{{
			Name: "content-range", Type: behaviour.Enum, Default: "size", Enum: []string{"size", "missing", "wrong", "zero", "star"},
			Help: "What Content-Range says. size: the file's size. missing: there is none. wrong: one byte too many. zero: 0, as if " +
				"the file were empty. star: *.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			says := args.String("content-range")
			return onRanges("range-416", func(_ *http.Request, a *content.Answer) bool {
				a.Unsatisfiable()
				a.Send = func(w http.ResponseWriter, r *http.Request) {
					if value := unsatisfied(says, a.Resource.Size); value != "" {
						w.Header().Set("Content-Range", value)
					}
					content.Page(w, r, http.StatusRequestedRangeNotSatisfiable)
				}
				return true
			})
		},
	}
}

// unsatisfied is a Content-Range of a 416; "" for none.
func unsatisfied(says string, size int64) string {
	switch says {
	case "missing":
		return ""
	case "wrong":
		return byterange.Unsatisfied(size + 1)
	case "zero":
		return byterange.Unsatisfied(0)
	case "star":
		return "bytes */*"
	}
	return byterange.Unsatisfied(size)
}

// onRanges makes a behaviour of a change to answers to requests for ranges; change
// reports whether it did something.
func onRanges(name string, change func(*http.Request, *content.Answer) bool) (behaviour.Middleware, error) {
	return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(w, content.OnAnswer(r, func(a *content.Answer) {
			if a.Requested != nil && change(r, a) {
				note(r, name, "changed the answer to %s", a.Requested)
			}
		}))
	})
}
