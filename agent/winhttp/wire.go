package winhttp

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/auth/httpauth"
)

// parseURL reads an http or https URL and takes credentials and fragment off.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The error of url.Parse quotes the text, with any password in it.
		return nil, errBadURL
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q: %w", u.Scheme, errBadScheme)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, fmt.Errorf("port %q: %w", port, errBadURL)
		}
	}
	if u.Hostname() == "" || u.Opaque != "" || badText(u.Host) {
		return nil, fmt.Errorf("no host: %w", errBadURL)
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	return u, nil
}

// portOf gives the URL's port, or that of its scheme.
func portOf(u *url.URL) int {
	if n, err := strconv.Atoi(u.Port()); err == nil {
		return n
	}
	if u.Scheme == "https" {
		return 443
	}
	return 80
}

// authority is host:port, in lower case.
func authority(u *url.URL) string {
	return net.JoinHostPort(strings.ToLower(u.Hostname()), strconv.Itoa(portOf(u)))
}

// hostField is the value of Host: without the port that the scheme implies.
func hostField(u *url.URL) string {
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if (u.Scheme == "http" && portOf(u) == 80) || (u.Scheme == "https" && portOf(u) == 443) {
		return host
	}
	return host + ":" + strconv.Itoa(portOf(u))
}

// badText reports whether s would break out of its line.
func badText(s string) bool { return strings.ContainsAny(s, "\r\n\x00") }

func badToken(s string) bool { return s == "" || strings.ContainsAny(s, " \t\r\n\x00:") }

// checkFields refuses what cannot be written as a head.
func (r *Request) checkFields() error {
	if r.Method != "" && badToken(r.Method) {
		return fmt.Errorf("method %q: %w", r.Method, errBadHeader)
	}
	if badText(r.UserAgent) {
		return fmt.Errorf("user agent %q: %w", r.UserAgent, errBadHeader)
	}
	for _, f := range r.Header {
		if badToken(f.Name) || badText(f.Value) {
			return fmt.Errorf("field %q: %w", f.Name, errBadHeader)
		}
	}
	return nil
}

// writeHead writes a request line and the fields in the order of the slots.
func writeHead(line string, order []Slot, fields map[Slot][]Field) []byte {
	var b strings.Builder
	b.WriteString(line + "\r\n")
	for _, slot := range order {
		for _, f := range fields[slot] {
			b.WriteString(f.Name + ": " + f.Value + "\r\n")
		}
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

// requestBytes is the request with the logins' credentials as it goes out.
func (k *call) requestBytes(logins []*login) []byte {
	target, connection := k.url.RequestURI(), "Connection"
	if k.absoluteForm() {
		target, connection = "http://"+hostField(k.url)+target, "Proxy-Connection"
	}
	fields := k.fixedFields(logins, hostField(k.url), connection)
	fields[SlotFields] = k.req.Header
	body := k.req.Body
	if slices.ContainsFunc(logins, (*login).expecting) {
		body = nil
	}
	if k.req.Body != nil {
		fields[SlotContentLength] = []Field{{Name: "Content-Length", Value: strconv.Itoa(len(body))}}
	}
	proto := "HTTP/1.1"
	if k.req.HTTP10 {
		proto = "HTTP/1.0"
	}
	head := writeHead(k.method+" "+target+" "+proto, k.layout.Request, fields)
	return append(head, body...)
}

// connectBytes is the request for a tunnel to the URL's host.
func (k *call) connectBytes(logins []*login) []byte {
	fields := k.fixedFields(logins, authority(k.url), "Proxy-Connection")
	fields[SlotContentLength] = []Field{{Name: "Content-Length", Value: "0"}}
	fields[SlotPragma] = []Field{{Name: "Pragma", Value: "no-cache"}}
	return writeHead("CONNECT "+authority(k.url)+" HTTP/1.1", k.layout.Connect, fields)
}

func (k *call) fixedFields(logins []*login, host, connection string) map[Slot][]Field {
	fields := map[Slot][]Field{
		SlotHost:       {{Name: "Host", Value: host}},
		SlotConnection: {{Name: connection, Value: "Keep-Alive"}},
	}
	if k.req.UserAgent != "" {
		fields[SlotUserAgent] = []Field{{Name: "User-Agent", Value: k.req.UserAgent}}
	}
	slots := map[httpauth.Target]Slot{httpauth.Proxy: SlotProxyAuthorization, httpauth.Server: SlotAuthorization}
	for _, l := range logins {
		if l.pending != "" {
			target := l.key.target
			fields[slots[target]] = []Field{{Name: target.CredentialHeader(), Value: l.pending}}
		}
	}
	return fields
}
