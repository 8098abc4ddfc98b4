package quirks

import (
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

func wrongContentRange() behaviour.Definition {
	return behaviour.Definition{
		Name:    "wrong-content-range",
		Help:    "Sends the right bytes of a range under a wrong Content-Range.",
		Source:  "MC-BUP 3.6.5 (a Content-Range that does not fit); RFC 9110 14.4",
		Example: "{wrong-content-range: {what: total}}",
		Params: []behaviour.Param{{
			Name: "what", Type: behaviour.Enum, Default: "offset",
			Enum: []string{"total", "offset", "end-past-eof", "missing", "total-star"},
			Help: "total: one byte too many in all. offset: both ends one byte too far. end-past-eof: the end is the file's size. " +
				"missing: no Content-Range. total-star: the total is *.",
		}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			what := a.String("what")
			return onRanges("wrong-content-range", func(_ *http.Request, a *content.Answer) bool {
				for i := range a.Parts {
					a.Parts[i].ContentRange = bent(what, a.Parts[i].Range, a.Resource.Size)
				}
				return len(a.Parts) > 0
			})
		},
	}
}

func bent(what string, r byterange.Range, size int64) string {
	switch what {
	case "total":
		return r.ContentRange(size + 1)
	case "end-past-eof":
		return byterange.Range{First: r.First, Last: size}.ContentRange(size)
	case "missing":
		return ""
	case "total-star":
		all := r.ContentRange(size)
		return all[:strings.IndexByte(all, '/')+1] + "*"
	}
	return byterange.Range{First: r.First + 1, Last: r.Last + 1}.ContentRange(size)
}
