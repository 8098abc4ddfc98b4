package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

func wrongPartLength() behaviour.Definition {
	return behaviour.Definition{
		Name:    "wrong-part-length",
		Help:    "Sends fewer or more bytes of a range than its Content-Range says.",
		Source:  "RFC 9110 14.4; MC-BUP 3.6.5 (a Content-Range that does not fit)",
		Example: "{wrong-part-length: {what: fewer, bytes: 10B}}",
		Params: []behaviour.Param{
			{Name: "what", Type: behaviour.Enum, Default: "fewer", Enum: []string{"fewer", "more", "cut"},
				Help: "fewer: and Content-Length says how many. more: and Content-Length says how many, as far as the file goes. " +
					"cut: fewer, but Content-Length says what Content-Range does, and the connection ends."},
			{Name: "bytes", Type: behaviour.Size, Default: "1B", Help: "By how many bytes."},
		},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			what, by := args.String("what"), args.Size("bytes")
			return onRanges("wrong-part-length", func(_ *http.Request, a *content.Answer) bool {
				for i := range a.Parts {
					bendLength(a, &a.Parts[i].Range, what, by)
				}
				return len(a.Parts) > 0
			})
		},
	}
}

func bendLength(a *content.Answer, r *byterange.Range, what string, by int64) {
	if what == "more" {
		r.Last = min(r.Last+by, a.Resource.Size-1)
		return
	}
	by = min(by, r.Length())
	r.Last -= by
	if what == "cut" {
		a.Overstate += by
	}
}
