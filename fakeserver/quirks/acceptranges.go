package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

func falseAcceptRanges() behaviour.Definition {
	return behaviour.Definition{
		Name:    "false-accept-ranges",
		Help:    "Announces in Accept-Ranges what is not so.",
		Source:  "RFC 9110 14.3: the field is advice; a client may ask for ranges without it, and a server ignore them with it",
		Example: "{false-accept-ranges: {says: none}}",
		Params: []behaviour.Param{{
			Name: "says", Type: behaviour.Enum, Enum: []string{"none", "bytes"}, Required: true,
			Help: "none: although ranges work. bytes: although Range is ignored.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			says := args.String("says")
			edit := answers.EditHead(func(r *http.Request, _ int, h http.Header) {
				if h.Get("Accept-Ranges") != "" {
					note(r, "false-accept-ranges", "said %s", says)
					h.Set("Accept-Ranges", says)
				}
			})
			if says == "none" {
				return edit, nil
			}
			ignore, err := ignoreRange().New(behaviour.Args{})
			return func(next http.Handler) http.Handler { return edit(ignore(next)) }, err
		},
	}
}
