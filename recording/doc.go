// Package recording stands between a real client and a real server, keeps what passes,
// and writes it down as a scenario file: the servers and proxies that were met, their
// answers with bodies by hash, the logins that they demanded, and a BITS job that
// fetches what was fetched. It imports neither the agent nor package scenarios; the file
// is the meeting point.
//
//	rec, err := recording.Start(recording.Config{Upstream: upstream, Bodies: bodies})
//	...                                    // a client asks rec.Addr()
//	err = rec.Close()
//	story, err := recording.Tell(rec.Record(), recording.Options{...})
//	err = story.Write(path)
//
// What passes is relayed byte for byte (RFC 9112), but for what the place of the
// recorder demands: the form of the request target, Host in front of one upstream, and
// the fields that are for a proxy alone. Each client connection has upstream connections
// of its own, so that NTLM and Negotiate, which log a connection in (MS-NTHT 1.3.1, RFC
// 4559), pass through.
//
// No secret reaches the file: see [Options] for what is left out.
package recording
