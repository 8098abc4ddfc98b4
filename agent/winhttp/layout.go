package winhttp

import "github.com/wualab/wualab/agent/machine"

// Slot is a place in a request's head.
type Slot int

// The places that a [HeaderLayout] orders.
const (
	SlotFields             Slot = iota // Request.Header, in its own order
	SlotUserAgent                      // User-Agent
	SlotHost                           // Host
	SlotContentLength                  // Content-Length, of a request with a body
	SlotConnection                     // Connection, or Proxy-Connection towards a proxy
	SlotProxyAuthorization             // Proxy-Authorization
	SlotAuthorization                  // Authorization
	SlotPragma                         // Pragma: no-cache, of CONNECT
)

// HeaderLayout is the order of the head's fields. The zero value is that of
// [LayoutWinHTTP51].
type HeaderLayout struct {
	ID      string
	Request []Slot // GET, HEAD and the like
	Connect []Slot // CONNECT
	Source  string
	Assumed string // what of it no document or capture settles
}

// LayoutWinHTTP51 is the order of WinHTTP 5.1 of Windows 2000 to Server 2003:
// Host, Content-Length and Connection come last.
//
// Source: MC-BUP 4.1, an upload of BITS 2.5.
func LayoutWinHTTP51() HeaderLayout {
	return HeaderLayout{
		ID: "winhttp-5.1",
		Request: []Slot{SlotFields, SlotUserAgent, SlotHost, SlotContentLength, SlotConnection,
			SlotProxyAuthorization, SlotAuthorization},
		Connect: []Slot{SlotUserAgent, SlotHost, SlotContentLength, SlotConnection, SlotPragma,
			SlotProxyAuthorization},
		Source:  "MC-BUP 4.1",
		Assumed: "that downloads have the order of uploads; credentials at the end, Proxy-Authorization first; all of CONNECT",
	}
}

// LayoutWinHTTP6 is the order of Windows Vista and later: Connection comes
// first.
//
// Source: public captures of BITS 7.7 and 7.8.
func LayoutWinHTTP6() HeaderLayout {
	return HeaderLayout{
		ID: "winhttp-6",
		Request: []Slot{SlotConnection, SlotFields, SlotProxyAuthorization, SlotAuthorization,
			SlotUserAgent, SlotContentLength, SlotHost},
		Connect: []Slot{SlotConnection, SlotPragma, SlotProxyAuthorization, SlotUserAgent,
			SlotContentLength, SlotHost},
		Source:  "public captures of BITS 7.7 and 7.8",
		Assumed: "the place of credentials and of Content-Length; all of CONNECT; that 7.0 and 7.5 do the same",
	}
}

// LayoutFor gives the layout that goes with a QMgr.dll: up to 6.x that of
// WinHTTP 5.1, from 7.0 the later one.
func LayoutFor(qmgr machine.FileVersion) HeaderLayout {
	if qmgr.Major >= 7 {
		return LayoutWinHTTP6()
	}
	return LayoutWinHTTP51()
}
