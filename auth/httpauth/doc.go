// Package httpauth is HTTP authentication on both sides of the wire: the syntax of
// challenges and credentials, the gate in front of a server or proxy that demands
// them, and the mechanisms with which a client answers.
//
// It stands between auth/ntlm, which knows tokens and accounts but no HTTP, and the
// fakes and the simulated WinHTTP, which own the connections. It opens no socket;
// what belongs to one connection is in a [GateConn] that the owner of the connection
// keeps beside it. It models RFC 9110 section 11 (the framework), RFC 7617 (Basic)
// and MS-NTHT (NTLM over HTTP); connection binding follows RFC 4559 section 6 and
// the AuthPersistence property of the IIS 6.0 metabase.
//
// A server:
//
//	gate, err := httpauth.NewGate(httpauth.GateConfig{Target: httpauth.Proxy,
//		Schemes: []httpauth.Scheme{httpauth.NTLM}, Accounts: accounts, ...})
//	conn := gate.NewConn()              // once for each accepted connection
//	outcome := conn.Check(r.Header)     // for every request on it
//
// and a client, which keeps one mechanism for one login:
//
//	offered, err := httpauth.ParseChallenges(response.Header.Values("Proxy-Authenticate"))
//	challenge, ok := httpauth.Preferred(offered, nil)
//	credentials, err := mechanism.Next(challenge)
//
// Basic and NTLM work. Digest, Negotiate and Passport1.4 are known by name: they are
// parsed and ranked, and [NewGate] refuses them.
package httpauth
