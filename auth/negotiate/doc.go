// Package negotiate is both sides of the Negotiate scheme as bytes in and bytes out:
// the SPNEGO tokens, a client that picks Kerberos or NTLM and says why, and an
// acceptor that takes either, wrapped in SPNEGO or bare.
//
// It stands between auth/httpauth, which carries its tokens in HTTP fields, and
// auth/ntlm and auth/negotiate/kerberos, which make and judge what is inside. It
// opens no socket and writes no log. It models RFC 4178 (SPNEGO), MS-SPNG (what
// Windows does differently) and RFC 4559 (Negotiate in HTTP).
//
// Most users need a client:
//
//	c, err := negotiate.NewClient(negotiate.ClientConfig{SPN: "HTTP/proxy.lab.example",
//		Kerberos: tickets, NTLM: ntlmClient})
//	token, done, err := c.Next(nil)       // for the bare challenge
//	token, done, err = c.Next(challenge)  // while the server asks on
//	err = c.Finish(last)                  // for the token of the response that lets it in
//
// and a server, with one session for each login:
//
//	s := acceptor.NewSession()
//	step := s.Accept(token)
//
// mechListMIC is made and checked for NTLM. For Kerberos it is neither: RFC 4178 5
// leaves it out where the client's first mechanism is the one in use, which Kerberos
// is in every list that Windows sends.
package negotiate
