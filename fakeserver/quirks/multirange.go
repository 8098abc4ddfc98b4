package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func noMultiRange() behaviour.Definition {
	return behaviour.Definition{
		Name:    "no-multi-range",
		Help:    "Refuses requests for several ranges, as a server may that fears their cost.",
		Source:  "RFC 9110 14.2 and 17.15",
		Example: "{no-multi-range: {instead: whole}}",
		Params: []behaviour.Param{{
			Name: "instead", Type: behaviour.Enum, Default: "whole", Enum: []string{"whole", "416"},
			Help: "whole: 200 and the whole file. 416: the status.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			return onRanges("no-multi-range", func(_ *http.Request, a *content.Answer) bool {
				if len(a.Requested) < 2 {
					return false
				}
				if args.String("instead") == "whole" {
					a.Whole()
				} else {
					a.Unsatisfiable()
				}
				return true
			})
		},
	}
}
