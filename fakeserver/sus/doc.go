// Package sus is a fake server of Software Update Services 1.0, for a fakeserver to stand
// on: /iuident.cab, self-update files, /content/, status pings to /wutrack.bin, and the
// list of approved updates, which is one for all clients.
//
//	s, err := sus.New(sus.Config{Updates: catalogue, Approved: []string{"com_microsoft.842773"}})
//	origin, err := fakeserver.New(fakeserver.Config{Routes: s.Routes(), Files: s.Files()})
//	... s.Pings()
//
// What is public of the protocol and what is made up here tells package wuv4. In short:
// the exchange of the catalogue and the content of iuident.txt are invented.
package sus
