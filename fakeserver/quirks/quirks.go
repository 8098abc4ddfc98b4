// Package quirks holds what a fakeserver can do wrong, or differently: one
// behaviour a file, each a small [behaviour.Definition] with parameters, help,
// example and source. [Table] lists them. Where no document tells the exact form of
// a deviation the definition says Assumed. Those that a proxy has too come from
// behaviour/answers and behaviour/transport.
//
// All note in the transcript that they acted.
package quirks

import (
	"net/http"
	"slices"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/behaviour/script"
	"github.com/wualab/wualab/behaviour/sequence"
	"github.com/wualab/wualab/behaviour/transport"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/content"
)

// Table returns all behaviours of this package, in the order of the documentation.
func Table() behaviour.Table {
	table := behaviour.Table{
		sms2003RTM(), sms2003SP1(),
		ignoreRange(), range416(), wrongContentRange(),
		clampedRange(), partAs200(), unasked206(), wrongPartLength(), wrongBytes(), suffixFromStart(),
		singleRangeForMulti(), noMultiRange(), multipartForOne(), reorderedParts(), mergedParts(), paddedParts(),
		overlappingParts(), missingPart(), wrongBoundary(), multipartType(),
		noContentLength(), chunked(), noHead(),
		noAcceptRanges(), falseAcceptRanges(), ignoreConditions(),
		noLastModified(), lastModified(), etag(), changingValidators(), validatorsByMethod(), validatorsByConnection(),
		redirect(), changedDuringTransfer(), transport.TLSFailure(),
	}
	return slices.Concat(table, behaviour.Table{answers.Answer(framing()), script.Definition()}, answers.Fields(framing()),
		answers.Table(content.Page), transport.Table(content.Page), sequence.Table(content.Page))
}

// framing names the behaviours for the fields that frame a message.
func framing() map[string]string {
	return map[string]string{"content-length": "no-content-length", "transfer-encoding": "chunked", "connection": "close"}
}

// middleware makes a behaviour out of what it does with one request.
func middleware(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) (behaviour.Middleware, error) {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, r, next) })
	}, nil
}

// note tells the transcript that a behaviour acted.
func note(r *http.Request, name, format string, args ...any) {
	fakehttp.ConnOf(r).Note(name+": "+format, args...)
}
