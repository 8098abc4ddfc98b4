package bits

import (
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/wualab/wualab/hresult"
)

// FuzzReadAck: whatever a server answers, the client reads offsets and times that
// are none or not negative, and a host that only is a host.
func FuzzReadAck(f *testing.F) {
	for _, seed := range []string{
		"BITS-Packet-Type: Ack\nBITS-Session-Id: {1}\nBITS-Received-Content-Range: 4892",
		"BITS-Packet-Type: ack\nBITS-Error: x8020001F\nBITS-Error-Context: 0x7",
		"BITS-Error-Code: 0x80070005\nBITS-Error-Context: 5", "BITS-Received-Content-Range: -1",
		"BITS-Host-Id: node1:8080\nBITS-Host-Id-Fallback-Timeout: 4294967295", "BITS-Host-Id: a/b@c", "BITS-Host-Id: [::1]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		h := http.Header{}
		for line := range strings.SplitSeq(lines, "\n") {
			if name, value, ok := strings.Cut(line, ":"); ok {
				h.Add(textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value))
			}
		}
		a := readAck(h)
		if a.next < -1 || a.fallback < 0 || a.context != hresult.BG_ERROR_CONTEXT_REMOTE_FILE && a.context != hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION {
			t.Fatalf("%+v", a)
		}
		if !isHost(a.host) {
			return
		}
		u, err := url.Parse("http://" + a.host + "/dir/file")
		if err != nil || u.Path != "/dir/file" || u.RawQuery != "" || u.User != nil || u.Host != a.host {
			t.Fatalf("%q is taken for a host and is %v, %v", a.host, u, err)
		}
	})
}
