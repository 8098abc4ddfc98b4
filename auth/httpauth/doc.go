// Package httpauth is HTTP authentication on both sides of the wire: the syntax of
// challenges and credentials, the gate in front of a server or proxy that demands
// them, and the mechanisms with which a client answers.
//
// It stands between auth/ntlm and auth/negotiate, which know tokens and accounts but no
// HTTP, and the fakes and the simulated WinHTTP, which own the connections. It opens no
// socket; what belongs to one connection is in a [GateConn] that the owner of the
// connection keeps beside it. It models RFC 9110 section 11 (the framework), RFC 7617
// (Basic), RFC 7616 and RFC 2617 (Digest), MS-NTHT (NTLM over HTTP), RFC 4559 and
// MS-N2HT (Negotiate) and MS-PASS (Passport 1.4); connection binding follows RFC 4559
// section 6 and the AuthPersistence property of the IIS 6.0 metabase.
//
// A server:
//
//	gate, err := httpauth.NewGate(httpauth.GateConfig{Target: httpauth.Proxy,
//		Schemes: []httpauth.Scheme{httpauth.Negotiate, httpauth.Digest}, Accounts: accounts, ...})
//	conn := gate.NewConn()              // once for each accepted connection
//	outcome := conn.CheckRequest(r)     // for every request on it
//	gate.Apply(outcome, w.Header())     // also when it lets in
//
// and a client, which keeps one mechanism for one login:
//
//	offered, err := httpauth.ParseChallenges(response.Header.Values("Proxy-Authenticate"))
//	challenge, ok := httpauth.Pick(mechanism, offered)
//	credentials, err := mechanism.Next(challenge)
//
// A mechanism that is a [PerRequest] makes credentials for each request anew, one that
// is a [Concluder] wants to see the answer that lets it in. What a request gave away is
// in Outcome.Exposure, also when it was refused.
package httpauth
