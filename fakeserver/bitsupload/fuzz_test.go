package bitsupload_test

import (
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/wualab/wualab/fakeserver/bitsupload"
)

// head makes a header of lines as a server reads them.
func head(lines string) http.Header {
	h := http.Header{}
	for line := range strings.SplitSeq(lines, "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			h.Add(textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value))
		}
	}
	return h
}

// FuzzServer: whatever the head, the server answers with an Ack.
func FuzzServer(f *testing.F) {
	for _, seed := range []string{
		"BITS-Packet-Type: Create-Session\nBITS-Supported-Protocols: " + bitsupload.Protocol15,
		"BITS-Packet-Type: FRAGMENT\nBITS-Session-Id: {1}\nContent-Range: bytes 0-3/4\nContent-Name: a.xml",
		"BITS-Packet-Type: Close-Session", "BITS-Package-Type: Ping", "BITS-Packet-Type: Ack", "",
		"BITS-Packet-Type: Fragment\nBITS-Session-Id: x\nContent-Range: bytes */0\nContent-Encoding: gzip",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		server, err := bitsupload.New(bitsupload.Config{})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(bitsupload.Verb, "http://server/a/b", strings.NewReader("data"))
		r.Header = head(lines)
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if w.Code < 200 || !slices.Equal(map[string][]string(w.Header())[bitsupload.HeaderPacketType], []string{"Ack"}) {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
	})
}

// FuzzAck: an Ack that is read writes the same Ack again.
func FuzzAck(f *testing.F) {
	for _, seed := range []string{
		"BITS-Packet-Type: Ack\nBITS-Session-Id: {1}\nBITS-Received-Content-Range: 4892",
		"BITS-Packet-Type: ack\nBITS-Error: 0x8020001F\nBITS-Error-Context: 0x5", "BITS-Packet-Type: Ack\nBITS-Error-Code: x80070005\nBITS-Error-Context: 7",
		"BITS-Packet-Type: Ack\nBITS-Host-Id: node1\nBITS-Host-Id-Fallback-Timeout: 86400\nBITS-Protocol: p", "BITS-Packet-Type: Ack\nBITS-Received-Content-Range: -1",
	} {
		f.Add(seed, 500)
	}
	f.Fuzz(func(t *testing.T, lines string, status int) {
		a, err := bitsupload.ParseAck(status, head(lines))
		if err != nil {
			return
		}
		again, err := bitsupload.ParseAck(status, a.Header(bitsupload.Profile{}))
		if err != nil || again.Received != a.Received || again.HasReceived != a.HasReceived || a.Failed() && a.Context != 0 && again.Error != a.Error {
			t.Fatalf("%+v was written and read as %+v, %v", a, again, err)
		}
	})
}
