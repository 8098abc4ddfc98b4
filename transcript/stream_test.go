package transcript_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/transcript"
)

// brief is an exchange in few words: request, interim statuses, status, body, error.
func brief(x *transcript.Exchange) string {
	s := x.Request.Line
	if x.Request.Body.Length > 0 {
		s += fmt.Sprintf(" %q", x.Request.Body.Data)
	}
	for _, m := range x.Interim {
		s += fmt.Sprintf(" > %d", m.Status)
	}
	if m := x.Response; m != nil {
		s += fmt.Sprintf(" > %d %q", m.Status, m.Body.Data)
		if !m.Body.Complete {
			s += " cut"
		}
	}
	if x.Err != "" {
		s += " ! " + x.Err
	}
	return s
}

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

// wires are conversations and what they are recorded as.
var wires = []struct {
	name, requests, replies string
	want                    []string
}{
	{"keep-alive", get + "GET /2 HTTP/1.1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
		[]string{`GET / HTTP/1.1 > 200 "abc"`, `GET /2 HTTP/1.1 > 404 ""`}},
	{"HEAD", "HEAD / HTTP/1.1\r\n\r\n" + get,
		"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
		[]string{`HEAD / HTTP/1.1 > 200 ""`, `GET / HTTP/1.1 > 200 "x"`}},
	{"204 and 304", get + get + get,
		"HTTP/1.1 204 No\r\n\r\nHTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
		[]string{`GET / HTTP/1.1 > 204 ""`, `GET / HTTP/1.1 > 304 ""`, `GET / HTTP/1.1 > 200 "x"`}},
	{"chunked with trailers", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nbody\r\n0\r\n\r\n" + get,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n 0A \r\n0123456789\r\n0\r\nMD5: x\r\nB: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
		[]string{`POST / HTTP/1.1 "body" > 200 "abc0123456789"`, `GET / HTTP/1.1 > 200 "x"`}},
	{"chunked wins over a length", get, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
		[]string{`GET / HTTP/1.1 > 200 "ab"`}},
	{"interim responses", "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Busy\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
		[]string{`POST / HTTP/1.1 "hi" > 100 > 102 > 200 "x"`}},
	{"a body to the close", get, "HTTP/1.0 200 OK\r\n\r\nall of it", []string{`GET / HTTP/1.1 > 200 "all of it"`}},
	{"an empty body to the close", get, "HTTP/1.0 200 OK\r\n\r\n", []string{`GET / HTTP/1.1 > 200 ""`}},
	{"a tunnel", "CONNECT a:443 HTTP/1.1\r\n\r\nCONNECT a:443 HTTP/1.1\r\nX: y\r\n\r\n",
		"HTTP/1.1 407 Who\r\nContent-Length: 2\r\n\r\nnoHTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 inside\r\n\r\n",
		[]string{`CONNECT a:443 HTTP/1.1 > 407 "no"`, `CONNECT a:443 HTTP/1.1 > 200 ""`}},
	{"another protocol after 101", get, "HTTP/1.1 101 Switch\r\n\r\nHTTP/1.1 999 frames\r\n\r\n",
		[]string{`GET / HTTP/1.1 > 101 ""`}},
	{"LF alone", "\n\r\nPUT / HTTP/1.1\nContent-Length: 1\n\nx" + get, "HTTP/1.1 200 OK\nContent-Length: 1\n\r\nyHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\nz",
		[]string{`PUT / HTTP/1.1 "x" > 200 "y"`, `GET / HTTP/1.1 > 200 "z"`}},
	{"no answer", get + get, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		[]string{`GET / HTTP/1.1 > 200 ""`, `GET / HTTP/1.1 ! the connection was closed without a response`}},
	{"a body that is cut", get, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
		[]string{`GET / HTTP/1.1 > 200 "abc" cut ! the connection was closed after 3 of 5 body bytes`}},
	{"a body that never begins", get, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
		[]string{`GET / HTTP/1.1 > 200 "" cut ! the connection was closed after 0 of 5 body bytes`}},
	{"chunks that are cut", get, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
		[]string{`GET / HTTP/1.1 > 200 "abc" cut ! the connection was closed inside the body, after 3 bytes`}},
	{"chunks without their end", get, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n",
		[]string{`GET / HTTP/1.1 > 200 "a" cut ! the connection was closed inside the body, after 1 bytes`}},
	{"a chunk size that is none", get, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nxyz\r\nb\r\n",
		[]string{`GET / HTTP/1.1 > 200 "a" cut ! the connection was closed inside the body, after 1 bytes`}},
	{"a negative chunk size", get, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n",
		[]string{`GET / HTTP/1.1 > 200 "" cut ! the connection was closed inside the body, after 0 bytes`}},
	{"a head that is cut", get + get, "HTTP/1.1 200 OK\r\nConte",
		[]string{`GET / HTTP/1.1 ! the connection was closed inside the response's head, after 22 bytes`,
			`GET / HTTP/1.1 ! the connection was closed without a response`}},
	{"an answer that is no HTTP", get, "220 mail ready\r\n\r\nmore",
		[]string{`GET / HTTP/1.1 ! the connection was closed after 22 bytes that are no HTTP response`}},
	{"a request that is no HTTP", "\x16\x03\x01 hello\r\n\r\n" + get, "HTTP/1.1 400 Bad\r\n\r\n", nil},
	{"an answer to nothing", "", "HTTP/1.1 408 Late\r\nContent-Length: 1\r\n\r\nx", nil},
	{"a length that is none", get, "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc", []string{`GET / HTTP/1.1 > 200 "abc"`}},
}

var _ = Describe("a tapped connection", func() {
	for _, wire := range wires {
		for _, role := range []transcript.Role{transcript.Client, transcript.Server} {
			It(fmt.Sprintf("records %s as %s", wire.name, role), func() {
				for _, cuts := range [][]byte{nil, {0}, {1}, {2, 0, 6}, {30}} {
					var got []string
					for _, x := range record(role, wire.requests, wire.replies, cuts, nil).Exchanges(0) {
						got = append(got, brief(x))
						Expect(x.End).To(Equal(epoch()))
					}
					Expect(got).To(Equal(wire.want), "in pieces of %v", cuts)
				}
			})
		}
	}

	It("keeps heads byte for byte and fields in order and spelling", func() {
		head := "POST /a%20b?c HTTP/1.0\r\nhOST:a\r\nX-Fold: one\r\n\ttwo\r\nX-Fold:  three  \r\nno colon\r\nContent-Length: 2\r\n\r\n"
		x := record(transcript.Server, "\r\n"+head+"hi", "", nil, nil).Exchanges(0)[0]
		Expect(string(x.Request.Head)).To(Equal(head))
		Expect(x.Request.Fields).To(Equal([]transcript.Field{{Name: "hOST", Value: "a"}, {Name: "X-Fold", Value: "one two"},
			{Name: "X-Fold", Value: "three"}, {Name: "no colon"}, {Name: "Content-Length", Value: "2"}}))
		Expect(x.Request.Values("x-fold")).To(Equal([]string{"one two", "three"}))
		Expect([]string{x.Request.Method, x.Request.URL, x.Request.Proto}).To(Equal([]string{"POST", "/a%20b?c", "HTTP/1.0"}))
		Expect(x.Request.Body).To(Equal(transcript.Body{Length: 2, Declared: 2, Complete: true, Data: []byte("hi"),
			SHA256: "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"}))
	})

	It("keeps no more of a body than asked", func() {
		rec := transcript.New(transcript.Options{Now: epoch, KeepBodies: 4})
		conn := rec.Tap("n", transcript.Client, &scripted{in: pieces([]byte("HTTP/1.0 200 OK\r\n\r\n0123456789"), []byte{20})})
		writeAll(conn, [][]byte{[]byte(get)})
		readAll(conn)
		body := rec.Exchanges(0)[0].Response.Body
		Expect(body.Data).To(Equal([]byte("0123")))
		Expect(body.Length).To(Equal(int64(10)))
	})

	It("gives up on a head without end", func() {
		endless := "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n"
		for _, cuts := range [][]byte{nil, {255}} {
			x := record(transcript.Client, get, endless, cuts, nil).Exchanges(0)[0]
			Expect(x.Err).To(Equal(fmt.Sprintf("the connection was closed after %d bytes that are no HTTP response", len(endless))))
		}
	})

	DescribeTable("tells an orderly end of a body without length from a lost one",
		func(end error, want string) {
			x := record(transcript.Client, get, "HTTP/1.0 200 OK\r\n\r\nabc", nil, end).Exchanges(0)[0]
			Expect(brief(x)).To(Equal(`GET / HTTP/1.1 > 200 "abc"` + want))
		},
		Entry("the end", nil, ""),
		Entry("a reset", errors.New("connection reset"), " cut ! the connection was closed inside the body, after 3 bytes"),
		Entry("the near end closes after a time-out", os.ErrDeadlineExceeded, " cut ! the connection was closed inside the body, after 3 bytes"),
	)

	It("knows that a body without length is not whole when writing failed", func() {
		rec := transcript.New(transcript.Options{Now: epoch, KeepBodies: 9})
		peer := &scripted{in: [][]byte{[]byte(get)}, full: errors.New("connection reset")}
		conn := rec.Tap("n", transcript.Server, peer)
		readAll(conn)
		_, err := conn.Write([]byte("HTTP/1.0 200 OK\r\n\r\nabc"))
		Expect(err).To(MatchError(peer.full))
		_ = conn.Close()
		Expect(brief(rec.Exchanges(0)[0])).To(Equal(`GET / HTTP/1.1 > 200 "abc" cut ! the connection was closed inside the body, after 3 bytes`))
	})

	It("goes on after a read that timed out", func() {
		peer := &scripted{in: [][]byte{[]byte("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab")}, end: os.ErrDeadlineExceeded}
		rec := transcript.New(transcript.Options{Now: epoch, KeepBodies: 9})
		conn := rec.Tap("n", transcript.Server, peer)
		readAll(conn)
		peer.in = [][]byte{[]byte("cd")}
		readAll(conn)
		Expect(rec.Exchanges(0)[0].Request.Body.Data).To(Equal([]byte("abcd")))
	})

	It("annotates the oldest pipelined exchange under way, then the last", func() {
		rec := transcript.New(transcript.Options{Now: epoch})
		conn := rec.Tap("n", transcript.Server, &scripted{in: [][]byte{[]byte(get + get)}})
		readAll(conn)
		for range 2 {
			conn.Note("seen")
			writeAll(conn, [][]byte{[]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")})
		}
		conn.Note("after %d", 2)
		list := rec.Exchanges(0)
		Expect(list[0].Notes).To(Equal([]string{"seen"}))
		Expect(list[1].Notes).To(Equal([]string{"seen", "after 2"}))
		Expect(conn.Last()).To(Equal(list[1]))
	})

	It("may be absent", func() {
		var conn *transcript.Conn
		conn.Note("nothing")
		Expect(conn.Last()).To(BeNil())
	})
})

// FuzzStream records any two streams whole and in pieces, which must make no difference,
// and saves and loads the record, which must make none either.
func FuzzStream(f *testing.F) {
	for _, w := range wires {
		f.Add(w.requests, w.replies, []byte{0}, true)
		f.Add(w.requests, w.replies, []byte{7, 2}, false)
	}
	f.Fuzz(func(t *testing.T, requests, replies string, cuts []byte, client bool) {
		role := transcript.Server
		if client {
			role = transcript.Client
		}
		whole := saved(t, record(role, requests, replies, nil, nil).Record())
		cut := record(role, requests, replies, cuts, nil).Record()
		if got := saved(t, cut); got != whole {
			t.Errorf("whole:\n%s\nin pieces of %v:\n%s", whole, cuts, got)
		}
		var loaded transcript.Record
		if err := json.Unmarshal([]byte(whole), &loaded); err != nil {
			t.Fatalf("%v in\n%s", err, whole)
		}
		if again := saved(t, loaded); again != whole {
			t.Errorf("saved:\n%s\nloaded and saved:\n%s", whole, again)
		}
		for _, x := range cut.Exchanges() {
			checkEnded(t, requests, x)
		}
	})
}

func saved(t *testing.T, r transcript.Record) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func checkEnded(t *testing.T, requests string, x *transcript.Exchange) {
	t.Helper()
	if !strings.Contains(requests, string(x.Request.Head)) {
		t.Errorf("head %q was never sent", x.Request.Head)
	}
	whole := x.Response != nil && x.Response.Body.Complete
	if x.End.IsZero() || whole == (x.Err != "") {
		t.Errorf("exchange ended at %v with complete response %v and error %q", x.End, whole, x.Err)
	}
}
