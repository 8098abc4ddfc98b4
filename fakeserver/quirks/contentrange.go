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
			Enum: []string{"total", "total-short", "total-star", "offset", "end-short", "end-past-eof", "missing",
				"unit", "reversed", "unsatisfied", "equals", "words", "huge"},
			Help: "total: one byte too many in all. total-short: one byte too few in all. total-star: the total is *. " +
				"offset: both ends one byte too far. end-short: the end one byte too near. end-past-eof: the end is the file's size. " +
				"missing: no Content-Range. unit: octets instead of bytes. reversed: the ends exchanged. " +
				"unsatisfied: the form of a 416. equals: an equals sign behind the unit. words: no numbers. huge: numbers of more than 64 bits.",
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
	right := r.ContentRange(size)
	switch what {
	case "total":
		return r.ContentRange(size + 1)
	case "total-short":
		return r.ContentRange(size - 1)
	case "total-star":
		return right[:strings.IndexByte(right, '/')+1] + "*"
	case "end-short":
		return byterange.Range{First: r.First, Last: r.Last - 1}.ContentRange(size)
	case "end-past-eof":
		return byterange.Range{First: r.First, Last: size}.ContentRange(size)
	case "offset":
		return byterange.Range{First: r.First + 1, Last: r.Last + 1}.ContentRange(size)
	case "reversed":
		return byterange.Range{First: r.Last, Last: r.First}.ContentRange(size)
	}
	return misspelt(what, right, size)
}

// misspelt is a Content-Range that can't be read; "" for none.
func misspelt(what, right string, size int64) string {
	const huge = "99999999999999999999"
	switch what {
	case "unit":
		return strings.Replace(right, "bytes", "octets", 1)
	case "unsatisfied":
		return byterange.Unsatisfied(size)
	case "equals":
		return strings.Replace(right, " ", "=", 1)
	case "words":
		return "bytes first-last/all"
	case "huge":
		return "bytes " + huge + "-" + huge + "/" + huge
	}
	return ""
}
