package quirks

import (
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakeserver/content"
)

func etag() behaviour.Definition {
	return behaviour.Definition{
		Name:    "etag",
		Help:    "Sends ETag in another form, or not at all. Conditions are judged by what is sent.",
		Source:  "RFC 9110 8.8.3 and 13.1.5; MC-BUP 3.6: BITS knows Last-Modified alone",
		Example: "{etag: {form: weak}}",
		Params: []behaviour.Param{{
			Name: "form", Type: behaviour.Enum, Enum: []string{"missing", "weak", "unquoted"}, Required: true,
			Help: "missing: Last-Modified alone is sent. weak: W/ before it, which no If-Range accepts. unquoted: without its quotes.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			switch args.String("form") {
			case "missing":
				return answers.Without("etag", "ETag"), nil
			case "unquoted":
				return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
					if values := map[string][]string(h)["ETag"]; len(values) > 0 {
						note(r, "etag", "sent %s without quotes", values[0])
						map[string][]string(h)["ETag"] = []string{strings.ReplaceAll(values[0], `"`, "")}
					}
				}), nil
			}
			return onResource(func(r *http.Request, res *content.Resource) {
				if !strings.HasPrefix(res.ETag, "W/") {
					res.ETag = "W/" + res.ETag
					note(r, "etag", "sent %s", res.ETag)
				}
			})
		},
	}
}

// onResource makes a behaviour of a change to the file that a request sees.
func onResource(change func(*http.Request, *content.Resource)) (behaviour.Middleware, error) {
	return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(w, content.OnResource(r, func(res *content.Resource) { change(r, res) }))
	})
}
