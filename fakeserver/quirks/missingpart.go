package quirks

import (
	"errors"
	"net/http"
	"slices"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func missingPart() behaviour.Definition {
	return behaviour.Definition{
		Name:    "missing-part",
		Help:    "Leaves one part of a multipart answer out.",
		Source:  partsSource,
		Example: "{missing-part: {part: 2}}",
		Params: []behaviour.Param{
			{Name: "part", Type: behaviour.Int, Default: 1, Help: "Which one, counted from 1; of fewer parts the last one."},
		},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			which := args.Int("part")
			if which == 0 {
				return nil, errors.New("parts are counted from 1")
			}
			return onRanges("missing-part", func(_ *http.Request, a *content.Answer) bool {
				if len(a.Parts) < 2 {
					return false
				}
				i := min(which, len(a.Parts)) - 1
				a.Parts = slices.Delete(slices.Clone(a.Parts), i, i+1)
				return true
			})
		},
	}
}
