package fakeproxy

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
)

// rewriteValidators changes what tells one state of a file from another, which RFC 9110
// 7.7 forbids a proxy that leaves the content alone.
func rewriteValidators() behaviour.Definition {
	return behaviour.Definition{
		Name:    "rewrite-validators",
		Help:    "Drops or changes ETag and Last-Modified of answers.",
		Source:  "RFC 9110 7.7 and 8.8, from which it departs",
		Assumed: true,
		Example: "{rewrite-validators: {etag: weaken, last-modified: now}}",
		Params: []behaviour.Param{
			{Name: "etag", Type: behaviour.Enum, Enum: []string{"keep", "drop", "weaken", "change"}, Default: "keep",
				Help: "weaken: puts W/ in front. change: another one in each answer."},
			{Name: "last-modified", Type: behaviour.Enum, Enum: []string{"keep", "drop", "now"}, Default: "keep",
				Help: "now: the time of the answer."},
		},
		New: newRewriteValidators,
	}
}

func newRewriteValidators(a behaviour.Args) (behaviour.Middleware, error) {
	etag, modified := a.String("etag"), a.String("last-modified")
	if etag == "keep" && modified == "keep" {
		return nil, fmt.Errorf("neither etag nor last-modified is changed: say which")
	}
	var count atomic.Int64
	return answers.EditHead(func(r *http.Request, _ int, h http.Header) {
		was, stamp := field(h, "ETag"), h.Get("Last-Modified")
		if was != "" {
			switch etag {
			case "drop":
				setField(h, "ETag", "")
			case "weaken":
				setField(h, "ETag", "W/"+strings.TrimPrefix(was, "W/"))
			case "change":
				setField(h, "ETag", fmt.Sprintf(`"%d"`, count.Add(1)))
			}
		}
		if stamp != "" {
			switch modified {
			case "drop":
				h.Del("Last-Modified")
			case "now":
				h.Set("Last-Modified", a.Clock.Now().UTC().Format(http.TimeFormat))
			}
		}
		if now, at := field(h, "ETag"), h.Get("Last-Modified"); now != was || at != stamp {
			hopOf(r).note(r, "rewrite-validators: ETag %q became %q, Last-Modified %q became %q", was, now, stamp, at)
		}
	}), nil
}

// stripConditions makes every request one for the file as it is now.
func stripConditions() behaviour.Definition {
	return onRequest(behaviour.Definition{
		Name:    "strip-conditions",
		Help:    "Drops If-Unmodified-Since, If-Range and the other conditions from requests, so that no answer is 412 or 304.",
		Source:  "RFC 9110 13.1, from which it departs",
		Assumed: true,
		Example: "{strip-conditions: {}}",
	}, func(r *http.Request) {
		if dropped := dropConditions(r.Header); len(dropped) > 0 {
			hopOf(r).note(r, "strip-conditions: dropped %s", strings.Join(dropped, ", "))
		}
	})
}
