package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/byterange"
	"github.com/wualab/wualab/fakeserver/content"
)

// What sms2003-rtm may do; no document tells which.
const (
	misbehaveStatus = "status"
	misbehaveShort  = "short-206"
	misbehaveWhole  = "whole-200"
	misbehaveReset  = "reset"
)

func sms2003RTM() behaviour.Definition {
	return behaviour.Definition{
		Name: "sms2003-rtm",
		Help: "The distribution point of SMS 2003 before its service pack 1: a request with a range that reaches past " +
			"the end of the file, as BITS 2.0 may send, is answered wrongly; all others are not touched.",
		Source:  "KB 842309 (BITS 2.0 and SMS 2003), KB 832860: that such requests misbehave",
		Assumed: true, // how they misbehave
		Example: "{sms2003-rtm: {misbehaviour: short-206}}",
		Params: []behaviour.Param{
			{Name: "misbehaviour", Type: behaviour.Enum, Default: misbehaveStatus,
				Enum: []string{misbehaveStatus, misbehaveShort, misbehaveWhole, misbehaveReset},
				Help: "status: an error status. short-206: repeats the range as asked, with its length, sends what there is and closes. " +
					"whole-200: the whole file. reset: resets the connection."},
			{Name: "status", Type: behaviour.Status, Default: http.StatusInternalServerError, Help: "The status of misbehaviour status."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			kind, status := a.String("misbehaviour"), a.Int("status")
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(w, content.OnAnswer(r, func(answer *content.Answer) {
					if answer.Requested.Overshoots(answer.Resource.Size) {
						note(r, "sms2003-rtm", "%s for a range past the end of %d bytes", kind, answer.Resource.Size)
						misbehave(answer, kind, status)
					}
				}))
			})
		},
	}
}

func misbehave(a *content.Answer, kind string, status int) {
	switch kind {
	case misbehaveShort:
		echoRanges(a)
	case misbehaveWhole:
		a.Whole()
	case misbehaveReset:
		a.Send = fakehttp.Reset
	default:
		a.Send = func(w http.ResponseWriter, r *http.Request) { content.Page(w, r, status) }
	}
}

// echoRanges answers with the ranges as they were asked for, and promises their
// bytes.
func echoRanges(a *content.Answer) {
	size := a.Resource.Size
	a.Status, a.Parts, a.Multipart = http.StatusPartialContent, nil, len(a.Requested) > 1
	for _, spec := range a.Requested {
		if !spec.Overshoots(size) {
			for _, r := range (byterange.Set{spec}).Resolve(size) {
				a.Add(r)
			}
			continue
		}
		asked := byterange.Range{First: spec.First, Last: spec.Last}
		there := byterange.Range{First: spec.First, Last: size - 1}
		a.Parts = append(a.Parts, content.Part{Range: there, ContentRange: asked.ContentRange(size)})
		a.Overstate += asked.Length() - there.Length()
	}
}

func sms2003SP1() behaviour.Definition {
	return behaviour.Definition{
		Name: "sms2003-sp1",
		Help: "The distribution point of SMS 2003 with service pack 1: a range that reaches past the end of the file is " +
			"brought back to it. That is what a plain server does too; the transcript tells when it happened.",
		Source:  "KB 842309 (fixed in SMS 2003 SP1); RFC 2616 14.35.1",
		Example: "{sms2003-sp1: {}}",
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(w, content.OnAnswer(r, func(a *content.Answer) {
					if a.Requested.Overshoots(a.Resource.Size) && a.Status == http.StatusPartialContent {
						note(r, "sms2003-sp1", "brought a range back to the end of %d bytes", a.Resource.Size)
					}
				}))
			})
		},
	}
}
