// Package answers holds the behaviours that an origin and a proxy have in common:
// what they do to an answer does not depend on who gives it. fakeserver and fakeproxy
// put them into their tables beside their own, so that one name means one thing on
// both. All of them note in the transcript that they acted.
//
//	table := append(behaviour.Table{own()}, answers.Table(page)...)
package answers

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// Page writes a whole answer of that status with the body that the fake gives it.
type Page func(w http.ResponseWriter, r *http.Request, status int)

// Table lists the behaviours of this package; page makes their answers.
func Table(page Page) behaviour.Table {
	return behaviour.Table{Status(page), StatusNth(page), Delay(), NoAnswer(), Close(), HTTP10()}
}

// one makes a behaviour of what it does with one request.
func one(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) behaviour.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, r, next) })
	}
}

func note(r *http.Request, name, format string, args ...any) {
	fakehttp.ConnOf(r).Note(name+": "+format, args...)
}
