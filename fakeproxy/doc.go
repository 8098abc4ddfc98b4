// Package fakeproxy is a scriptable forward proxy on a real loopback socket: it
// forwards absolute-form requests and CONNECT tunnels, demands credentials with 407,
// and does what it is told to do wrong.
//
// It stands between the agent and fakeserver. Its authentication gate and its CONNECT
// tunnels are its own and stand in front of elazarl/goproxy, which forwards the plain
// requests: goproxy closes the socket on which it refuses a CONNECT, and shares its
// upstream sockets between clients, either of which breaks NTLM. Here a 407 leaves the
// connection open, a login belongs to the client's connection, and so does every
// connection upstream, as RFC 4559 section 6 asks of a proxy that lets NTLM through.
// The behaviour "unpinned" takes the last away again. The connections upstream are
// written and read by who forwards the request, not by goroutines of a transport.
//
// It models RFC 9110 and RFC 9112 (proxies), RFC 4559 and MS-NTHT (NTLM over HTTP).
// net/http is between the proxy and the wire, so these are not kept: the order of
// header fields, their spelling beyond a table of names (they are written in the
// canonical form of net/http), and the reason phrase of responses.
//
// The call most users need:
//
//	p, err := fakeproxy.New(fakeproxy.Config{Name: "corp", Auth: &fakeproxy.Auth{
//		Schemes:  []httpauth.Scheme{httpauth.NTLM},
//		Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
//	}})
//	defer p.Close()
//	client.Proxy = p.URL()
package fakeproxy
