package hammer_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"
)

// attack is what one connection does. It ends when the connection breaks, or soon.
type attack func(r *rand.Rand, c net.Conn)

// attacks are the kinds of trouble.
var attacks = []attack{
	func(r *rand.Rand, c net.Conn) { push(r, c, noise(r, 1+r.IntN(4096))) },
	func(r *rand.Rand, c net.Conn) { push(r, c, mutate(r, request(r))) },
	func(r *rand.Rand, c net.Conn) { half(r, c) },
	func(r *rand.Rand, c net.Conn) { pipeline(r, c) },
	func(r *rand.Rand, c net.Conn) { login(r, c) },
	func(r *rand.Rand, c net.Conn) { connect(r, c) },
	func(r *rand.Rand, c net.Conn) { push(r, c, body(r)) },
	func(r *rand.Rand, c net.Conn) { slow(r, c) },
	func(r *rand.Rand, c net.Conn) { reset(c) },
}

// push writes, reads a little or all, and leaves in some way.
func push(r *rand.Rand, c net.Conn, text []byte) {
	_, _ = c.Write(text)
	leave(r, c)
}

// leave reads nothing, something or until the patience is over, and then resets, shuts
// one direction, or just goes.
func leave(r *rand.Rand, c net.Conn) {
	switch r.IntN(4) {
	case 0:
		reset(c)
	case 1:
		if half, ok := c.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
		_, _ = io.Copy(io.Discard, c)
	case 2:
		_, _ = io.CopyN(io.Discard, c, r.Int64N(2000))
	}
}

// reset lets the connection end with a TCP RST when it is closed.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func pick(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }

// request is a request that is right, or nearly.
func request(r *rand.Rand) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\r\nHost: %s\r\n",
		pick(r, "GET", "GET", "HEAD", "POST", "BITS_POST", "OPTIONS", "TRACE", "PUT", "DELETE", "PROPFIND", "CCM_POST", "get", "X"),
		pick(r, "/SMS_DP_SMSPKGC$/LAB00001", "/ccm_system/request", "/SMS_MP/.sms_aut?MPLIST", "/SMS_MP/.sms_pol?LAB20000-LAB00001.1.00", "/good", "/disk", "/in/file", "http://origin/good", "http://origin/disk", "http://guarded/good", "http://nowhere/", "*", "/%zz", "//", "http://[::1/", "http://origin:0/", "https://safe/good",
			"/v1", "/v1/nodes/origin", "/v1/nodes/origin/behaviours", "/v1/nodes/origin/files?path=/x", "/v1/nodes/origin/content?path=/x", "/v1/expect?timeout=1s",
			"/v1/transcript?limit=3", "/v1/transcript/stream", "/v1/transcript/1", "/v1/clock", "/v1/clock/advance", "/v1/shutdown", "/openapi.json"),
		pick(r, "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.10"),
		pick(r, "origin", "origin", "safe", "", "a b", "origin:99999"))
	for range r.IntN(5) {
		b.WriteString(field(r) + "\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

// field is a header field with a value that somebody must read.
func field(r *rand.Rand) string {
	number := pick(r, "0", "1", "99999", "100000", "18446744073709551616", "-1", "x", "")
	other := pick(r, "0", "5", "99999", "9223372036854775807", "")
	return pick(r,
		"Range: bytes="+number+"-"+other, "Range: bytes=-"+number, "Range: bytes="+strings.Repeat("0-1,", r.IntN(2000))+"5-", "Range: "+number,
		"If-Range: "+pick(r, `"x"`, "W/\"x\"", "Fri, 06 Aug 2004 12:00:00 GMT", number), "If-Modified-Since: "+number, "If-None-Match: *", "If-Match: \""+number,
		"Connection: "+pick(r, "close", "keep-alive", "Range, Host", "upgrade", ","), "Proxy-Connection: keep-alive", "Upgrade: websocket",
		"Content-Length: "+number, "Transfer-Encoding: "+pick(r, "chunked", "identity", "gzip, chunked", number), "Expect: 100-continue",
		"Via: "+strings.Repeat("1.1 x, ", r.IntN(500)), "BITS-Packet-Type: "+pick(r, "Ping", "Create-Session", "Fragment", "Close-Session", number),
		"BITS-Session-Id: {"+number+"}", "Content-Range: bytes "+number+"-"+other+"/"+number, "BITS-Supported-Protocols: {7df0354d-249b-430f-820d-3d2a9bef4931}",
		credentials(r), strings.Repeat("X", r.IntN(3000))+": "+strings.Repeat("y", r.IntN(3000)), " folded", ":", "X:\x00", "Host: twice")
}

// credentials are wrong in some way.
func credentials(r *rand.Rand) string {
	header := pick(r, "Authorization: ", "Proxy-Authorization: ")
	message := append([]byte("NTLMSSP\x00"), noise(r, r.IntN(200))...)
	if len(message) > 12 {
		message[8], message[9], message[10], message[11] = byte(1+r.IntN(3)), 0, 0, 0
	}
	switch r.IntN(6) {
	case 0:
		return header + "NTLM " + base64.StdEncoding.EncodeToString(message)
	case 1:
		return header + "Negotiate " + base64.StdEncoding.EncodeToString(append([]byte{0x60, byte(r.IntN(200)), 6, 6, 0x2b, 6, 1, 5, 5, 2}, message...))
	case 2:
		return header + "Negotiate " + base64.StdEncoding.EncodeToString(noise(r, r.IntN(300)))
	case 3:
		return header + `Digest username="` + string(noise(r, 3)) + `", realm=x, nonce="` + pick(r, "", "x", `\`) + `", qop=auth, nc=` + pick(r, "1", "zz", "00000001") + `, response="`
	case 4:
		return header + "Basic " + base64.StdEncoding.EncodeToString(noise(r, r.IntN(40)))
	}
	return header + string(noise(r, r.IntN(50)))
}

// mutate makes some mistakes.
func mutate(r *rand.Rand, text []byte) []byte {
	for range 1 + r.IntN(8) {
		i := r.IntN(len(text))
		switch r.IntN(4) {
		case 0:
			text[i] = byte(r.Uint32())
		case 1:
			text = append(text[:i], text[min(len(text), i+1+r.IntN(4)):]...)
		case 2:
			text = append(text[:i], append(noise(r, 1+r.IntN(4)), text[i:]...)...)
		case 3:
			text = append(text, text[i:]...)
		}
		if len(text) == 0 {
			return []byte{'\n'}
		}
	}
	return text
}

// half leaves within a request.
func half(r *rand.Rand, c net.Conn) {
	text := request(r)
	push(r, c, text[:r.IntN(len(text))])
}

// pipeline sends many requests and may not read the answers.
func pipeline(r *rand.Rand, c net.Conn) {
	for range 1 + r.IntN(40) {
		text := request(r)
		if r.IntN(10) == 0 {
			text = mutate(r, text)
		}
		if _, err := c.Write(text); err != nil {
			return
		}
	}
	leave(r, c)
}

// login sends credentials that are wrong, one after the other.
func login(r *rand.Rand, c net.Conn) {
	for range 1 + r.IntN(5) {
		if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: origin\r\n%s\r\n\r\n", pick(r, "/good", "http://origin/good", "http://guarded/good"), credentials(r)); err != nil {
			return
		}
		_, _ = io.CopyN(io.Discard, c, int64(r.IntN(600)))
	}
	leave(r, c)
}

// connect opens a tunnel to somewhere, or not, and puts something in.
func connect(r *rand.Rand, c net.Conn) {
	_, _ = fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n",
		pick(r, "origin:80", "origin:80", "safe:443", "origin", "origin:", ":80", "nowhere:1", "[::1]:80", "origin:80:80", "http://origin/", "origin:99999", string(noise(r, 5))))
	if r.IntN(2) == 0 {
		_, _ = io.CopyN(io.Discard, c, int64(r.IntN(60)))
	}
	if r.IntN(2) == 0 {
		_, _ = c.Write(request(r))
	}
	push(r, c, noise(r, r.IntN(5000)))
}

// body is a request with a body that is not what its head says.
func body(r *rand.Rand) []byte {
	b := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: origin\r\n", pick(r, "POST", "BITS_POST", "PUT", "GET"), pick(r, "/in/file", "/good", "http://origin/in/file", "http://guarded/", "/v1/nodes/origin/behaviours", "/v1/nodes/origin/files", "/v1/nodes/origin/content?path=/x", "/v1/expect", "/v1/clock/advance"))
	switch r.IntN(4) {
	case 0:
		b = fmt.Appendf(b, "Content-Length: %d\r\n\r\n", r.IntN(3<<20))
	case 1:
		b = fmt.Appendf(b, "Transfer-Encoding: chunked\r\n\r\n%x\r\n", r.Uint32()>>r.IntN(32))
	case 2:
		b = fmt.Appendf(b, "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n%s\r\n", pick(r, "0", "-1", "zz", "0\r\nX: y", "ffffffffffffffff", "3;x=y"))
	default:
		b = fmt.Appendf(b, "BITS-Packet-Type: %s\r\n%s\r\nContent-Length: %d\r\n\r\n", pick(r, "Create-Session", "Fragment", "Ping"), field(r), r.IntN(1000))
	}
	return append(b, noise(r, r.IntN(20_000))...)
}

// slow drips a request.
func slow(r *rand.Rand, c net.Conn) {
	text := request(r)
	for i := range min(len(text), 20) {
		if _, err := c.Write(text[i : i+1]); err != nil {
			return
		}
		time.Sleep(time.Duration(r.IntN(10)) * time.Millisecond)
	}
	leave(r, c)
}
