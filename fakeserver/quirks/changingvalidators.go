package quirks

import (
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/content"
)

const (
	validatorsBoth  = "both"
	validatorsETag  = "etag"
	validatorsStamp = "last-modified"
)

func whichParam() behaviour.Param {
	return behaviour.Param{Name: "which", Type: behaviour.Enum, Default: validatorsBoth,
		Enum: []string{validatorsBoth, validatorsETag, validatorsStamp}, Help: "Which validators differ."}
}

func changingValidators() behaviour.Definition {
	return behaviour.Definition{
		Name: "changing-validators",
		Help: "Changes Last-Modified and ETag of a file that stays the same: with each request, each few requests, or once at " +
			"some time. Conditions are judged by what is sent.",
		Source:  "RFC 9110 8.8.1; BITS documentation, file transfer consistency: another stamp is another file",
		Example: "{changing-validators: {every: 2}}",
		Params: []behaviour.Param{
			whichParam(),
			{Name: "every", Type: behaviour.Int, Help: "Changes after so many requests, again and again; absent, and after too: 1."},
			{Name: "after", Type: behaviour.Duration, Help: "Changes once, so long after the first request."},
		},
		New: newChangingValidators,
	}
}

func newChangingValidators(a behaviour.Args) (behaviour.Middleware, error) {
	if a.Given("every") && (a.Given("after") || a.Int("every") == 0) {
		return nil, errors.New(`"every" counts from 1, and goes without "after"`)
	}
	var requests, first atomic.Int64
	steps := func(*http.Request) int64 { return (requests.Add(1) - 1) / int64(max(a.Int("every"), 1)) }
	if a.Given("after") {
		steps = func(r *http.Request) int64 {
			now := fakehttp.ConnOf(r).Now().UnixNano()
			first.CompareAndSwap(0, now)
			if now-first.Load() >= int64(a.Duration("after")) {
				return 1
			}
			return 0
		}
	}
	return onResource(func(r *http.Request, res *content.Resource) {
		if n := steps(r); n > 0 {
			age(res, n, a.String("which"))
			note(r, "changing-validators", "changed %d times so far", n)
		}
	})
}

// age gives the file other validators, later ones for a greater n.
func age(res *content.Resource, n int64, which string) {
	stamp, tag := res.Modified, res.ETag
	res.Touch(stamp.Add(time.Duration(n) * time.Hour))
	switch which {
	case validatorsETag:
		res.Modified = stamp
	case validatorsStamp:
		res.ETag = tag
	}
}
