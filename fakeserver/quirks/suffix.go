package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

func suffixFromStart() behaviour.Definition {
	return behaviour.Definition{
		Name:    "suffix-from-start",
		Help:    `Takes "bytes=-500", which asks for the last 500 bytes, for "bytes=0-500".`,
		Source:  "RFC 9110 14.1.2",
		Example: "{suffix-from-start: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return onRanges("suffix-from-start", func(_ *http.Request, a *content.Answer) bool {
				if len(a.Requested) != 1 || !a.Requested[0].Suffix || len(a.Parts) != 1 {
					return false
				}
				last := min(a.Requested[0].Last, a.Resource.Size-1)
				a.Parts = nil
				a.Add(byterange.Range{First: 0, Last: last})
				return true
			})
		},
	}
}
