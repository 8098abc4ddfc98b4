package quirks

import (
	"errors"
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

func clampedRange() behaviour.Definition {
	return behaviour.Definition{
		Name:    "clamped-range",
		Help:    "Answers a range with its first bytes only, and says so in Content-Range.",
		Source:  "RFC 9110 15.3.7: a server may send less than was asked for",
		Example: "{clamped-range: {most: 10kB}}",
		Params: []behaviour.Param{
			{Name: "most", Type: behaviour.Size, Required: true, Help: "Bytes of a range that are sent at most, at least 1."},
		},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			most := args.Size("most")
			if most == 0 {
				return nil, errors.New(`parameter "most": a range has at least one byte`)
			}
			return onRanges("clamped-range", func(_ *http.Request, a *content.Answer) bool {
				acted := false
				parts := a.Parts
				a.Parts = nil
				for _, part := range parts {
					last := min(part.Last, part.First+most-1)
					acted = acted || last < part.Last
					a.Add(byterange.Range{First: part.First, Last: last})
				}
				return acted
			})
		},
	}
}
