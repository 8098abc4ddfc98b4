package transport

import (
	"fmt"
	"net"
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// TLSFailureName is the name of the behaviour that ends TLS handshakes.
const TLSFailureName = "tls-failure"

// tlsAlerts are fatal alerts by which a server refuses a client (RFC 8446 6.2).
var tlsAlerts = map[string]byte{
	"handshake-failure": 40, "protocol-version": 70, "internal-error": 80, "unrecognized-name": 112,
}

// TLSFailure is the behaviour of a server that ends TLS handshakes. What it wraps is
// never reached; who has it in a list asks [RefuseTLS].
func TLSFailure() behaviour.Definition {
	return behaviour.Definition{
		Name: TLSFailureName,
		Help: "Ends every TLS handshake after the client's first message, on a server with TLS; it stands in the list of a whole " +
			"server. What can be wrong with a certificate is said by certificate of the server.",
		Source:  "RFC 8446 6.2; RFC 5246 7.2.2; WinHTTP documentation, Error Messages (ERROR_WINHTTP_SECURE_CHANNEL_ERROR)",
		Example: "{tls-failure: {how: alert, alert: protocol-version}}",
		Params: []behaviour.Param{
			{Name: "how", Type: behaviour.Enum, Enum: []string{"alert", "close", "reset"}, Default: "alert",
				Help: "alert: with a fatal alert. close: in good order (FIN), without one. reset: with a reset (RST)."},
			{Name: "alert", Type: behaviour.Enum, Default: "handshake-failure",
				Enum: []string{"handshake-failure", "protocol-version", "internal-error", "unrecognized-name"},
				Help: "The alert of how: alert."},
		},
		New: func(behaviour.Args) (behaviour.Middleware, error) {
			return func(next http.Handler) http.Handler { return next }, nil // the handshake alone counts
		},
	}
}

// Refusal is how a server ends TLS handshakes.
type Refusal struct {
	Words string // for the record, before End
	how   string
	alert byte
}

// RefuseTLS gives how handshakes end if a list of uses, which must have been built
// without an error, says so; nil: they do not. A condition that only a request could meet
// is an error.
func RefuseTLS(uses []behaviour.Use) (*Refusal, error) {
	for _, use := range uses {
		if use.Name != TLSFailureName {
			continue
		}
		if _, given := use.Params["when"]; given {
			return nil, fmt.Errorf("behaviour %q: it acts before there is a request that when could choose", use.Name)
		}
		how, given := use.Params["how"].(string)
		if !given {
			how = "alert"
		}
		alert, given := use.Params["alert"].(string)
		if !given {
			alert = "handshake-failure"
		}
		words := how
		if how == "alert" {
			words += " " + alert
		}
		return &Refusal{Words: fmt.Sprintf("%s: ended the handshake (%s)", TLSFailureName, words), how: how, alert: tlsAlerts[alert]}, nil
	}
	return nil, nil
}

// End ends a handshake on the connection beneath TLS, from which the client's first
// message was read.
func (r *Refusal) End(conn net.Conn) {
	switch r.how {
	case "alert":
		const alertRecord, fatal = 21, 2
		_, _ = conn.Write([]byte{alertRecord, 3, 1, 0, 2, fatal, r.alert}) // a client that is gone is nobody to tell
	case "reset":
		if tcp := beneath(conn); tcp != nil {
			_ = tcp.SetLinger(0)
		}
	}
	_ = conn.Close()
}

// beneath finds the TCP connection.
func beneath(conn net.Conn) *net.TCPConn {
	for {
		if tcp, ok := conn.(*net.TCPConn); ok {
			return tcp
		}
		inner, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		conn = inner.NetConn()
	}
}
