// Package handshake holds the behaviours of a fake while somebody logs in: where it
// leaves the way of MS-NTHT and RFC 9110 section 11 between the first 401 or 407 and
// the answer to the last credentials. fakeserver and fakeproxy put [Table] into
// theirs and run what stands in it in front of their gate. All note in the
// transcript that they acted.
//
//	for _, d := range handshake.Table(httpauth.Proxy) { ... }
//	deviations := handshake.Of(r) // where the gate is asked
package handshake

import (
	"net/http"
	"slices"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// Table lists the behaviours of the login that target demands.
func Table(target httpauth.Target) behaviour.Table {
	table := behaviour.Table{CloseOnChallenge(target), challengeBody(target)}
	for _, d := range deviations() {
		table = append(table, d.definition())
	}
	return table
}

// Has reports whether a behaviour of that name belongs in front of the gate.
func Has(name string) bool {
	return slices.ContainsFunc(Table(httpauth.Server), func(d behaviour.Definition) bool { return d.Name == name })
}

func note(r *http.Request, name, format string, args ...any) {
	fakehttp.ConnOf(r).Note(name+": "+format, args...)
}
