package plan

import "fmt"

// The ports of servers that say nothing else.
const (
	httpPort  = 80
	httpsPort = 443
)

// At gives the port at which the server's names are found.
func (s *Server) At() int {
	if s.TLS.Value {
		return s.Port.Or(httpsPort)
	}
	return s.Port.Or(httpPort)
}

// Origin gives the beginning of URLs on the server, "http://origin" or
// "https://origin:8443".
func (s *Server) Origin() string {
	scheme, usual := "http", httpPort
	if s.TLS.Value {
		scheme, usual = "https", httpsPort
	}
	if s.At() == usual {
		return scheme + "://" + s.Name
	}
	return fmt.Sprintf("%s://%s:%d", scheme, s.Name, s.At())
}
