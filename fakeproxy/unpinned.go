package fakeproxy

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// unpinned is the fault of a proxy that pools its connections to origins although
// NTLM binds the login to one of them.
func unpinned() behaviour.Definition {
	return onRequest(behaviour.Definition{
		Name:    "unpinned",
		Help:    "Shares upstream connections between all clients, so that one client's requests go out on a connection where another has logged in with NTLM.",
		Source:  "RFC 4559 6",
		Example: "{unpinned: {}}",
	}, func(r *http.Request) { hopOf(r).shared = true })
}
