// Package ntlm is both sides of NTLM authentication as bytes in and bytes out:
// the three messages, the LM, NTLMv1, NTLM2 session, LMv2 and NTLMv2 responses,
// a client that chooses among them by LmCompatibilityLevel, and an acceptor that
// verifies them against an account database and says why it refused.
//
// It stands below auth/httpauth and auth/negotiate, which carry its messages in
// HTTP headers; it opens no socket, writes no log and takes clock and random
// source as arguments. It models MS-NLMP (NT LAN Manager Authentication
// Protocol), with the message forms of systems older than that document after
// the Davenport "NTLM Authentication Protocol and Security Support Provider"
// text.
//
// Most users need four calls. A client:
//
//	c, err := ntlm.NewClient(ntlm.ClientConfig{Level: 0, Domain: "LAB", User: "alice",
//		Password: "pw", OS: ntlm.WindowsXPSP2(), Rand: rand.Reader, Now: clock})
//	type1 := c.Negotiate()
//	type3, err := c.Authenticate(type2)
//
// and a server, with one session for each connection that logs in:
//
//	s := acceptor.NewSession()
//	type2, err := s.Challenge(type1)
//	result := s.Verify(type3)
package ntlm
