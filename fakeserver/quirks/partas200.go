package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func partAs200() behaviour.Definition {
	return behaviour.Definition{
		Name:    "part-as-200",
		Help:    "Sends the bytes of one range with 200, as if they were the whole file.",
		Source:  "RFC 9110 15.3.1 and 15.3.7 forbid it; MC-BUP 3.6.5: 200 for a part is an error",
		Example: "{part-as-200: {content-range: true}}",
		Params: []behaviour.Param{
			{Name: "content-range", Type: behaviour.Bool, Help: "Sends Content-Range all the same."},
		},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			return onRanges("part-as-200", func(_ *http.Request, a *content.Answer) bool {
				if a.Status != http.StatusPartialContent || a.Multipart {
					return false
				}
				a.Status = http.StatusOK
				if !args.Bool("content-range") {
					a.Parts[0].ContentRange = ""
				}
				return true
			})
		},
	}
}
