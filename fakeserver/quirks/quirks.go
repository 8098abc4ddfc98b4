// Package quirks holds what a fakeserver can do wrong, or differently: one
// behaviour a file, each a small [behaviour.Definition] with parameters, help,
// example and source. [Table] lists them. Where no document tells the exact form of
// a deviation the definition says Assumed. Those that a proxy has too come from
// behaviour/answers.
//
// All behaviours take the parameters path and method, which restrict them to some
// requests, and note in the transcript that they acted.
package quirks

import (
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/content"
)

// Table returns all behaviours of this package, in the order of the documentation.
func Table() behaviour.Table {
	table := behaviour.Table{
		sms2003RTM(), sms2003SP1(),
		ignoreRange(), range416(), wrongContentRange(),
		singleRangeForMulti(), multipartForOne(), reorderedParts(), mergedParts(), paddedParts(),
		noContentLength(), chunked(), noHead(),
		noAcceptRanges(), noLastModified(), stripHeader(), setHeader(),
		redirect(), cutAfter(), changedDuringTransfer(),
	}
	return Restricted(append(table, answers.Table(content.Page)...))
}

// Restricted adds the parameters path and method to each behaviour of a table, which
// it changes.
func Restricted(table behaviour.Table) behaviour.Table {
	for i := range table {
		table[i] = restricted(table[i])
	}
	return table
}

// MatchPath reports whether path matches pattern: a pattern that ends in "/" or "*"
// is a prefix, without the star, any other must be equal.
func MatchPath(pattern, path string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(path, prefix)
	}
	return path == pattern || strings.HasSuffix(pattern, "/") && strings.HasPrefix(path, pattern)
}

// restricted adds the parameters path and method to a behaviour.
func restricted(d behaviour.Definition) behaviour.Definition {
	build := d.New
	d.Params = append(d.Params,
		behaviour.Param{Name: "path", Type: behaviour.String,
			Help: `Acts only on this path; one that ends in "/" or "*" is a prefix.`},
		behaviour.Param{Name: "method", Type: behaviour.Enum, Enum: []string{"GET", "HEAD"},
			Help: "Acts only on requests of this method."})
	d.New = func(a behaviour.Args) (behaviour.Middleware, error) {
		m, err := build(a)
		path, method := a.String("path"), a.String("method")
		if err != nil || path == "" && method == "" {
			return m, err
		}
		return func(next http.Handler) http.Handler {
			acting := m(next)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if (path == "" || MatchPath(path, r.URL.Path)) && (method == "" || method == r.Method) {
					acting.ServeHTTP(w, r)
					return
				}
				next.ServeHTTP(w, r)
			})
		}, nil
	}
	return d
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
