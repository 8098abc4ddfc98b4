// Package transport holds the behaviours beneath HTTP's meaning that an origin and a
// proxy have in common: how fast the bytes of an answer come, where they stop, how the
// connection ends, and framing and head fields that are not what RFC 9112 asks for.
// fakeserver and fakeproxy put them into their tables beside their own. All of them note
// in the transcript that they acted, and wait by the world's clock alone.
//
//	table := append(behaviour.Table{own()}, transport.Table(page)...)
package transport

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
)

// Table lists the behaviours of this package; page makes answers of the fake's own.
func Table(page answers.Page) behaviour.Table {
	return behaviour.Table{
		cutAfter(), stall(), bandwidth(), drip(), halfClose(), earlyAnswer(page), interim(),
		statusLine(), malformedHead(), largeHead(), contentLength(), chunkError(),
	}
}

// one makes a behaviour of what it does with one request.
func one(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) (behaviour.Middleware, error) {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, r, next) })
	}, nil
}

// note tells the transcript that a behaviour acted.
func note(r *http.Request, name, format string, args ...any) {
	fakehttp.ConnOf(r).Note(name+": "+format, args...)
}
