package fakeserver_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver"
)

// FuzzAnswerTemplate gives a server anything as the templates of an answer, and sends it
// anything to fill them with. A good template makes one answer with the fields that it was
// told to have; the answer behind it begins where it ends.
func FuzzAnswerTemplate(f *testing.F) {
	for _, seed := range [][3]string{
		{"{{host}}{{path}} is blocked", "{{header.x-a}}", "GET /a%0d%0aX-Injected:%201?x=%0d%0a HTTP/1.1\r\nHost: lab\r\nX-A: b\r\n\r\n"},
		{"{{url}} {{query.x}} {{client}} {{connection}} {{nth}} {{time}} {{account}}", "{{query.x}}", "GET /a?x=%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"{{state.a}}{{method}}", "{{path}}", "HEAD /%ff%00 HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"{{", "}}", "GET / HTTP/1.0\r\n\r\n"},
		{"{{header.}}", "x", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"},
		{"", "é\x7f", "GET / HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"", "{{query.x}}", "GET /?x=%00%7f%0a HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"", "{{host}}", "OPTIONS * HTTP/1.1\r\nHost: a\r\nX-A: \tb\r\n\r\n"},
		{"{{path}}", "é", "POST /a HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n\r\nabc"},
	} {
		f.Add(seed[0], seed[1], []byte(seed[2]))
	}
	s, err := fakeserver.New(fakeserver.Config{Seed: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(t *testing.T, body, field string, request []byte) {
		if s.SetBehaviours([]behaviour.Use{{Name: "answer", Params: map[string]any{"status": 299, "body": body, "headers": map[string]any{"X-Made": field}}}}) != nil {
			return
		}
		head, rest, whole := bytes.Cut(request, []byte("\r\n\r\n"))
		if !whole || len(rest) > 0 && !bytes.Contains(head, []byte("Content-Length: ")) {
			return
		}
		for _, answer := range answersTo(t, s.Addr(), request) {
			if answer.StatusCode != 299 && answer.StatusCode/100 != 4 && answer.StatusCode/100 != 5 {
				t.Errorf("%q gives %s", request, answer.Status)
			}
			if answer.Header["X-Injected"] != nil || answer.StatusCode == 299 && len(answer.Header["X-Made"]) != 1 {
				t.Errorf("%q and %q, asked with %q, give %v", body, field, request, answer.Header)
			}
		}
		last := answersTo(t, s.Addr(), []byte("GET /next HTTP/1.1\r\nHost: lab\r\n\r\n"))
		if len(last) != 1 || last[0].StatusCode != 299 {
			t.Errorf("after %q the next client gets %v", request, last)
		}
	})
}

// answersTo sends bytes, ends what it sends, and reads whole answers until there are no
// more.
func answersTo(t *testing.T, addr string, request []byte) (list []*http.Response) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Write(request)
	_ = conn.(*net.TCPConn).CloseWrite()
	in := bufio.NewReader(conn)
	method, _, _ := strings.Cut(string(request), " ")
	for {
		resp, err := http.ReadResponse(in, &http.Request{Method: method})
		if err != nil {
			return list
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatalf("%q: the body is cut: %v", request, err)
		}
		if resp.StatusCode != http.StatusContinue {
			list = append(list, resp)
		}
	}
}
