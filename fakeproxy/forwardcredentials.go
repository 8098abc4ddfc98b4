package fakeproxy

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// forwardProxyAuthorization lets a client log in to the next proxy of a chain, or
// leaks its proxy credentials to an origin.
func forwardProxyAuthorization() behaviour.Definition {
	return onRequest(behaviour.Definition{
		Name:    "forward-proxy-authorization",
		Help:    "Passes Proxy-Authorization on to the next hop, whether that is a proxy or an origin.",
		Source:  "RFC 9110 11.7.2",
		Example: "{forward-proxy-authorization: {}}",
	}, func(r *http.Request) { hopOf(r).forwardCredentials = true })
}
