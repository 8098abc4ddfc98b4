package fakeproxy

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/textproto"
	"strings"
)

// hopByHop are the fields that end at a proxy (RFC 9110 7.6.1, and RFC 2616 13.5.1
// for what old peers still send). The two about proxy credentials are not here: see
// forwardedRequest and forwardedResponse.
func hopByHop() []string {
	return []string{"Connection", "Proxy-Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}
}

// dropHopByHop removes them and the fields that Connection names.
func dropHopByHop(h http.Header) {
	for _, value := range h["Connection"] {
		for _, name := range strings.Split(value, ",") {
			if name = textproto.TrimString(name); name != "" {
				h.Del(name)
			}
		}
	}
	for _, name := range hopByHop() {
		h.Del(name)
	}
}

// addVia appends this proxy to the path in the message (RFC 9110 7.6.3).
func addVia(h http.Header, major, minor int, name string) {
	path := fmt.Sprintf("%d.%d %s", major, minor, name)
	if before := h.Values("Via"); len(before) > 0 {
		path = strings.Join(before, ", ") + ", " + path
	}
	h.Set("Via", path)
}

// basicCredentials is the value of a credentials field (RFC 7617).
func basicCredentials(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// spellings are field names whose registered form differs from net/http's canonical
// one, in which they come out of its parser. Every name below the prefix "Bits-" is
// a field of the BITS upload protocol (MS-BPAU 2.2).
func spellings() map[string]string {
	return map[string]string{
		"Www-Authenticate": "WWW-Authenticate",
		"Etag":             "ETag",
		"Content-Md5":      "Content-MD5",
		"Soapaction":       "SOAPAction",
		"Mime-Version":     "MIME-Version",
		"P3p":              "P3P",
		"Dav":              "DAV",
		"Ms-Author-Via":    "MS-Author-Via",
		"X-Aspnet-Version": "X-AspNet-Version",
	}
}

// respell gives field names the form in which a proxy that copies bytes would have
// left them.
func respell(h http.Header, names map[string]string) {
	for name, values := range h {
		proper, ok := names[name]
		if rest, bits := strings.CutPrefix(name, "Bits-"); bits {
			proper, ok = "BITS-"+rest, true
		}
		if ok {
			delete(h, name)
			h[proper] = values
		}
	}
}
