package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

func overlappingParts() behaviour.Definition {
	return behaviour.Definition{
		Name: "overlapping-parts",
		Help: "Begins every part of a multipart answer but the first some bytes too early, and says so in its Content-Range, " +
			"so that parts overlap which were asked for side by side.",
		Source:  partsSource,
		Example: "{overlapping-parts: {by: 16B}}",
		Params: []behaviour.Param{
			{Name: "by", Type: behaviour.Size, Default: "1B", Help: "How many bytes."},
		},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			return onRanges("overlapping-parts", func(_ *http.Request, a *content.Answer) bool {
				parts := a.Parts
				a.Parts = nil
				for i, part := range parts {
					first := part.First
					if i > 0 {
						first = max(first-args.Size("by"), 0)
					}
					a.Add(byterange.Range{First: first, Last: part.Last})
				}
				return len(parts) > 1
			})
		},
	}
}
