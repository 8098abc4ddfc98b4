package quirks

import (
	"net/http"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/content"
)

// stampForms write a time as Last-Modified should not have it, or no longer.
var stampForms = map[string]string{
	"rfc850":    "Monday, 02-Jan-06 15:04:05 GMT",
	"asctime":   time.ANSIC,
	"malformed": "2006-01-02 15:04:05",
	"empty":     "",
}

func lastModified() behaviour.Definition {
	return behaviour.Definition{
		Name:    "last-modified",
		Help:    "Sends Last-Modified in another form, or one that lies in the future.",
		Source:  "RFC 9110 8.8.2.1 (never later than Date) and 5.6.7 (the forms of dates)",
		Example: "{last-modified: {form: future}}",
		Params: []behaviour.Param{
			{Name: "form", Type: behaviour.Enum, Enum: []string{"future", "rfc850", "asctime", "malformed", "empty"}, Required: true,
				Help: "future: later than Date. rfc850 and asctime: obsolete forms, which clients must read. malformed: no HTTP date. " +
					"empty: a field without a value."},
			{Name: "by", Type: behaviour.Duration, Default: "1d", Help: "How far in the future."},
		},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			form := args.String("form")
			if form == "future" {
				return onResource(func(r *http.Request, res *content.Resource) {
					res.Touch(fakehttp.ConnOf(r).Now().Add(args.Duration("by")))
					note(r, "last-modified", "sent one that lies %v ahead", args.Duration("by"))
				})
			}
			return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
				if t, err := http.ParseTime(h.Get("Last-Modified")); err == nil {
					h.Set("Last-Modified", t.UTC().Format(stampForms[form]))
					note(r, "last-modified", "sent another form (%s)", form)
				}
			}), nil
		},
	}
}
