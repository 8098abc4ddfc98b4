// Package hammer throws at the listeners of wualab what no client should send: random
// bytes, requests with mistakes, halves of requests, pipelines, resets, broken logins,
// tunnels to nowhere, with TLS and without. After each burst a good client must be
// served by every target, soon; nothing may panic, hang or be left over.
//
// All chance comes from a seed, which is printed; burst n of a seed is always the same.
// "make hammer DURATION=10m" runs for so long, "make test" for a moment. Another
// listener is one more line in the table of targets.
package hammer
