// Package passport is a fake Passport 1.4 login server: the configuration server (the
// nexus), the authentication server and the tickets that partner servers know, as one
// http.Handler.
//
// It stands beside auth/httpauth, whose gate is the partner server and takes an
// [Authority] for its tickets, and whose NewPassport is the client. It models MS-PASS
// 3.3 and 3.4 and "Passport Authentication in WinHTTP". It opens no socket.
//
//	authority, err := passport.NewAuthority(passport.Config{
//		Accounts: map[string]string{"alice@example.com": "pw"}, Rand: rand, Now: clock.Now})
//	http.Handle(passport.ConfigPath, authority)
//	http.Handle(passport.LoginPath, authority)
//	gate := httpauth.GateConfig{Passport: httpauth.PassportConfig{Tickets: authority}, ...}
//
// Assumed: the form of the tickets, which partner and login server agree on (MS-PASS
// 1.5), and that a login server keeps no session: its cookie is set, and looked at for
// a token request.
package passport
