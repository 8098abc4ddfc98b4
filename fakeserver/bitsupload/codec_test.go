package bitsupload_test

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

func TestParseContentRange(t *testing.T) {
	for value, want := range map[string]bitsupload.ContentRange{
		"bytes 0-4891/4892":                      {First: 0, End: 4892, Total: 4892},
		"bytes=0-0/1":                            {First: 0, End: 1, Total: 1},
		"Bytes 5-9/10":                           {First: 5, End: 10, Total: 10},
		"5-9/10":                                 {First: 5, End: 10, Total: 10},
		" bytes   5-9/10 ":                       {First: 5, End: 10, Total: 10},
		"bytes */0":                              {},
		"bytes 4294967295-4294967296/8589934592": {First: 1<<32 - 1, End: 1<<32 + 1, Total: 1 << 33},
		"bytes 0-9223372036854775806/" + maxInt64: {First: 0, End: 1<<63 - 1, Total: 1<<63 - 1},
	} {
		got, err := bitsupload.ParseContentRange(value)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", value, got, err, want)
		}
	}
	for _, value := range []string{"", "bytes", "bytes ", "bytes 0-4", "bytes 0-4/", "bytes 0-4/*", "bytes */4", "bytes 4-0/5",
		"bytes 0-5/5", "bytes -1-4/5", "bytes 0-/5", "bytes -5/5", "bytes 0-4/5/6", "bytes 0x0-4/5", "items 0-4/5", "bytes0-4/5",
		"bytes 0-+4/5", "bytes 0-4/9223372036854775808", "bytes 0-" + maxInt64 + "/" + maxInt64, "bytes 0-0/0", "bytes 0 - 4/5"} {
		if got, err := bitsupload.ParseContentRange(value); err == nil {
			t.Errorf("%q is read as %+v", value, got)
		}
	}
}

const maxInt64 = "9223372036854775807"

func header(lines ...string) http.Header {
	h := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	return h
}

func TestParsePacket(t *testing.T) {
	const session = "BITS-Session-Id: {7df0354d}"
	for _, c := range []struct {
		lines  []string
		length int64
		want   bitsupload.Packet
	}{
		{[]string{"BITS-Packet-Type: ping"}, 0, bitsupload.Packet{Type: bitsupload.Ping}},
		{[]string{"BITS-Packet-Type: Create-Session", "BITS-Supported-Protocols: {a}, {b}\t{c}", "Content-Name: x.bin"}, 0,
			bitsupload.Packet{Type: bitsupload.CreateSession, Protocols: []string{"{a}", "{b}", "{c}"}, ContentName: "x.bin"}},
		{[]string{"BITS-Packet-Type: Create-Session", "BITS-Supported-Protocol: {a}"}, 0,
			bitsupload.Packet{Type: bitsupload.CreateSession, Protocols: []string{"{a}"}}},
		{[]string{"BITS-Packet-Type: FRAGMENT", session, "Content-Range: bytes 2-4/9", "Content-Encoding: Identity"}, 3,
			bitsupload.Packet{Type: bitsupload.Fragment, SessionID: "{7df0354d}", Range: bitsupload.ContentRange{First: 2, End: 5, Total: 9}, Length: 3}},
		{[]string{"BITS-Packet-Type: Close-Session", session, "Content-Name: " + strings.Repeat("n", 260)}, 0,
			bitsupload.Packet{Type: bitsupload.CloseSession, SessionID: "{7df0354d}", ContentName: strings.Repeat("n", 260)}},
		{[]string{"BITS-Packet-Type: CANCEL-SESSION", session, "Authorization: " + strings.Repeat("n", 5000)}, 0,
			bitsupload.Packet{Type: bitsupload.CancelSession, SessionID: "{7df0354d}"}},
	} {
		got, err := bitsupload.ParsePacket(header(c.lines...), c.length)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v, %v; want %+v", c.lines, got, err, c.want)
		}
	}
}

func TestParsePacketRefuses(t *testing.T) {
	const session = "BITS-Session-Id: {7df0354d}"
	for _, c := range []struct {
		lines  []string
		length int64
		want   bitsupload.Reason
	}{
		{nil, 0, bitsupload.UnknownPacket},
		{[]string{"BITS-Packet-Type: Pong"}, 0, bitsupload.UnknownPacket},
		{[]string{"BITS-Packet-Type: Ping"}, -1, bitsupload.NoLength},
		{[]string{"BITS-Packet-Type: Ping", "Content-Name: " + strings.Repeat("n", 261)}, 0, bitsupload.Malformed},
		{[]string{"BITS-Packet-Type: Ping", "Content-Name: " + strings.Repeat("n", 4097)}, 0, bitsupload.HeaderTooLong},
		{[]string{"BITS-Packet-Type: Close-Session"}, 0, bitsupload.Malformed},
		{[]string{"BITS-Packet-Type: Fragment", "Content-Range: bytes 0-0/1"}, 1, bitsupload.Malformed},
		{[]string{"BITS-Packet-Type: Fragment", session}, 1, bitsupload.Malformed},
		{[]string{"BITS-Packet-Type: Fragment", session, "Content-Range: bytes 0-0/1"}, 2, bitsupload.Malformed},
		{[]string{"BITS-Packet-Type: Fragment", session, "Content-Range: bytes 0-0/1", "Content-Encoding: gzip"}, 1, bitsupload.Malformed},
	} {
		_, err := bitsupload.ParsePacket(header(c.lines...), c.length)
		var refused *bitsupload.Error
		if !errors.As(err, &refused) || refused.Reason != c.want {
			t.Errorf("%q: %v, want %s", c.lines, err, c.want)
		}
	}
}

func TestAcksAreReadAsWritten(t *testing.T) {
	for _, profile := range []bitsupload.Profile{{}, bitsupload.ProfileWin32(), bitsupload.ProfileSpecification(), {ErrorHeader: bitsupload.ErrorHeaderBoth}} {
		for _, want := range []bitsupload.Ack{
			{Status: 200},
			{Status: 201, SessionID: "{s}", Protocol: bitsupload.Protocol15, HostID: "h", FallbackTimeout: time.Hour},
			{Status: 200, SessionID: "{s}", HasReceived: true},
			{Status: 200, SessionID: "{s}", HasReceived: true, Received: 1 << 40, ReplyURL: "http://x/y"},
			{Status: 416, SessionID: "{s}", HasReceived: true, Received: 7, Context: hresult.BG_ERROR_CONTEXT_REMOTE_FILE},
			{Status: 500, Error: hresult.BG_E_SESSION_NOT_FOUND, Context: hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION},
		} {
			got, err := bitsupload.ParseAck(want.Status, want.Header(profile))
			if err != nil || got != want {
				t.Errorf("%+v: %v; want %+v", got, err, want)
			}
		}
	}
}

func TestParseAckReadsWhatOthersWrite(t *testing.T) {
	for value, want := range map[string]hresult.HRESULT{
		"0x8020001F": hresult.BG_E_SESSION_NOT_FOUND, "x8020001F": hresult.BG_E_SESSION_NOT_FOUND, "0X8020001f": hresult.BG_E_SESSION_NOT_FOUND,
		"8020001F": hresult.BG_E_SESSION_NOT_FOUND, "0x0": 0, "0": 0, "00000005": 5,
	} {
		got, err := bitsupload.ParseAck(500, header("BITS-Packet-Type: ACK", "BITS-Error-Code: "+value))
		if err != nil || got.Error != want || got.Context != hresult.BG_ERROR_CONTEXT_UNKNOWN {
			t.Errorf("%q: %+v, %v", value, got, err)
		}
	}
	for _, line := range []string{"BITS-Packet-Type: Ping", "BITS-Error: 0x", "BITS-Error: 0x1FFFFFFFF", "BITS-Error: error",
		"BITS-Error-Context: 0x8", "BITS-Error-Context: x", "BITS-Received-Content-Range: -1", "BITS-Received-Content-Range: 0-4",
		"BITS-Host-Id-Fallback-Timeout: 1d", "BITS-Host-Id-Fallback-Timeout: 9223372036854775807"} {
		h := header(line)
		if h.Get("BITS-Packet-Type") == "" {
			h.Set("BITS-Packet-Type", "Ack")
		}
		if got, err := bitsupload.ParseAck(200, h); err == nil {
			t.Errorf("%q is read as %+v", line, got)
		}
	}
}

func FuzzContentRange(f *testing.F) {
	for _, seed := range []string{"bytes 0-4891/4892", "bytes=0-0/1", "5-9/10", "bytes */0", "bytes 0-9223372036854775806/" + maxInt64, "bytes 4-0/5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		r, err := bitsupload.ParseContentRange(value)
		if err != nil {
			return
		}
		if r.First < 0 || r.End < r.First || r.End > r.Total || (r.Length() == 0) != (r.Total == 0) {
			t.Fatalf("%q: %+v", value, r)
		}
		if again, err := bitsupload.ParseContentRange(r.String()); err != nil || again != r {
			t.Fatalf("%q: written as %q, read as %+v, %v", value, r, again, err)
		}
	})
}

func FuzzPacket(f *testing.F) {
	f.Add("Create-Session", "", bitsupload.Protocol15, "x.bin", "", "", int64(0))
	f.Add("FRAGMENT", "{s}", "", "", "bytes 0-4/5", "identity", int64(5))
	f.Add("Close-Session", "{s}", "", "", "", "", int64(0))
	f.Add("ping", "", "{a},{b} {c}", "", "", "", int64(-1))
	f.Fuzz(func(t *testing.T, typ, id, list, name, span, encoding string, length int64) {
		h := http.Header{}
		for field, value := range map[string]string{"BITS-Packet-Type": typ, "BITS-Session-Id": id, "BITS-Supported-Protocols": list,
			"Content-Name": name, "Content-Range": span, "Content-Encoding": encoding} {
			if value != "" {
				h.Set(field, value)
			}
		}
		p, err := bitsupload.ParsePacket(h, length)
		if err != nil {
			var refused *bitsupload.Error
			if !errors.As(err, &refused) || refused.Status < 400 || refused.When == "" {
				t.Fatalf("%v: the answer is not in the table", err)
			}
			return
		}
		again, err := bitsupload.ParsePacket(p.Header(), p.Length)
		if err != nil || again.Type != p.Type || again.Range != p.Range || again.Length != p.Length || again.ContentName != p.ContentName ||
			len(again.Protocols) != len(p.Protocols) || again.SessionID != p.SessionID {
			t.Fatalf("%+v, read again %+v, %v", p, again, err)
		}
	})
}
