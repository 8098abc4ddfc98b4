// Package fakeserver is a scriptable origin: an HTTP/1.1 server on real loopback
// TCP that serves generated files the way an IIS 6.0 does, demands credentials when
// it is told to, and misbehaves as its list of behaviours says. It is one half of
// what a simulated PC talks to; fakeproxy is the other. Faithful answers come from
// fakeserver/content (RFC 9110, MC-BUP 3.5.5), deviations from fakeserver/quirks.
//
//	s, err := fakeserver.New(fakeserver.Config{
//		Files:      map[string]fakeserver.File{"/update.cab": {Size: 300_000, Seed: 7}},
//		Behaviours: []fakeserver.Use{{Name: "cut-after", Params: map[string]any{"bytes": "100kB", "times": 1}}},
//	})
//	defer s.Close()
//	...                       // fetch s.URL("/update.cab")
//
// The judge compares what arrived with [Content].
package fakeserver
