package fakeproxy

import (
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/handshake"
)

// closeOn407 is the name under which proxies have had "close-on-challenge" first.
func closeOn407() behaviour.Definition {
	d := handshake.CloseOnChallenge(httpauth.Proxy)
	d.Name, d.Help = "close-on-407", "Closes the connection after a 407; the same as close-on-challenge."
	d.Example = "{close-on-407: {leg: challenge}}"
	return d
}
