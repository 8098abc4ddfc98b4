package pac

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Way is one of the ways that a script names: a proxy, or none.
type Way struct {
	Direct  bool
	Address string // host:port of the proxy
}

// ParseAnswer reads what FindProxyForURL gave: "PROXY host:port", "DIRECT" and others,
// separated by semicolons, in any case. An empty text is DIRECT. Assumed: the port is 80
// when none is given; ways of other kinds (SOCKS) are left out, and a text with nothing
// else is an error, as is one of another form.
func ParseAnswer(text string) ([]Way, error) {
	var ways []Way
	for _, word := range strings.Split(text, ";") {
		kind, address, _ := strings.Cut(strings.TrimSpace(word), " ")
		switch strings.ToUpper(kind) {
		case "":
		case "DIRECT":
			ways = append(ways, Way{Direct: true})
		case "SOCKS", "SOCKS4", "SOCKS5":
		case "PROXY", "HTTP":
			proxy, err := withPort(strings.TrimSpace(address))
			if err != nil {
				return nil, fmt.Errorf("%q: %w", word, err)
			}
			ways = append(ways, Way{Address: proxy})
		default:
			return nil, fmt.Errorf("%q is neither PROXY host:port nor DIRECT", word)
		}
	}
	switch {
	case len(ways) > 0:
		return ways, nil
	case strings.Trim(text, "; \t") == "":
		return []Way{{Direct: true}}, nil
	}
	return nil, fmt.Errorf("%q names no proxy for HTTP", text)
}

func withPort(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = strings.Trim(address, "[]"), "80"
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || host == "" || strings.ContainsAny(host, " /@\t\r\n") {
		return "", fmt.Errorf("not the host and port of a proxy")
	}
	return net.JoinHostPort(host, port), nil
}
