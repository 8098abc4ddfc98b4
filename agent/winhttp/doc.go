// Package winhttp is the HTTP client of the simulated PC: WinHTTP 5.1 as BITS
// uses it. It stands between agent/bits and the sockets. It writes every byte
// of a request itself, in the header order of the modelled version, on
// connections that it owns, since an NTLM login belongs to a connection.
//
// Most users need [New] and [Client.Do]:
//
//	c := winhttp.New(winhttp.Config{Clock: clk, Recorder: rec, Resolver: pc})
//	defer c.Close()
//	h := clk.Hold("job j1")
//	defer h.Release()
//	resp, err := c.Do(ctx, h, &winhttp.Request{Method: "GET", URL: url, UserAgent: pc.UserAgent()})
//	...
//	defer resp.Body.Close()
//
// Do answers 401 and 407 with what the request's [Authenticator] gives it,
// follows redirects and goes through the proxy that [ProxySettings] name. All
// of that is bounded by [Limits]. What fails below HTTP is an [*Error] with the
// code that WinHTTP reports.
//
// It models: the WinHTTP documentation (Authentication in WinHTTP, Option
// Flags, Error Messages), IBackgroundCopyJob::SetProxySettings, MC-BUP 3.6 and
// 4.1, RFC 4559, MS-NTHT, MS-N2HT, MS-PASS. What no document settles says "Assumed:".
package winhttp
