package recording

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Origin is a server as URLs name it.
type Origin struct {
	Host string // in lower case
	Port int
	TLS  bool
}

// OriginOf reads the server out of a URL of http or https.
func OriginOf(u *url.URL) (Origin, error) {
	o := Origin{Host: strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), TLS: u.Scheme == "https", Port: 80}
	if u.Scheme != "http" && u.Scheme != "https" || o.Host == "" {
		return o, fmt.Errorf("%q is no URL of http or https", u.Redacted())
	}
	if o.TLS {
		o.Port = 443
	}
	if u.Port() == "" {
		return o, nil
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil || port < 1 || port > 65535 {
		return o, fmt.Errorf("%q is no port", u.Port())
	}
	o.Port = port
	return o, nil
}

// Addr is host:port, for dialling.
func (o Origin) Addr() string { return net.JoinHostPort(o.Host, strconv.Itoa(o.Port)) }

// Authority is what Host and URLs have: without the port that goes without saying.
func (o Origin) Authority() string {
	if o.Port == 80 && !o.TLS || o.Port == 443 && o.TLS {
		if strings.Contains(o.Host, ":") {
			return "[" + o.Host + "]"
		}
		return o.Host
	}
	return o.Addr()
}

// URL is the beginning of the server's URLs.
func (o Origin) URL() string {
	if o.TLS {
		return "https://" + o.Authority()
	}
	return "http://" + o.Authority()
}
