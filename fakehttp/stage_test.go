package fakehttp_test

import (
	"io"
	"net"
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakehttp"
)

var _ = Describe("the stages of an answer", func() {
	// answer gives all that a handler's answer is on the wire, after so many requests.
	answer := func(requests int, h http.HandlerFunc) string {
		s, err := fakehttp.Start(fakehttp.Config{Handler: h})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		conn := dial(s, plain)
		for range requests - 1 {
			text(conn.get("/"))
		}
		_, err = io.WriteString(conn.Conn, "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		all, err := io.ReadAll(conn)
		Expect(err).NotTo(HaveOccurred())
		return string(all)
	}
	put := func(words string) func([]byte) []byte {
		return func(head []byte) []byte { return append(head[:len(head)-2], words+"\r\n\r\n"...) }
	}

	It("edit the final head alone, however it is written", func() {
		all := answer(1, func(w http.ResponseWriter, r *http.Request) {
			fakehttp.ConnOf(r).EditHead(put("X: y"))
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Set("Long", strings.Repeat("z", 10_000)) // more than net/http writes at once
			_, _ = io.WriteString(w, "HTTP/1.1 200 not a head\r\n\r\n")
		})
		heads := strings.SplitN(all, "\r\n\r\n", 3)
		Expect(heads[0]).NotTo(ContainSubstring("X: y"))
		Expect(heads[1]).To(HaveSuffix("\r\nX: y"))
		Expect(heads[2]).To(Equal("HTTP/1.1 200 not a head\r\n\r\n"))
	})

	It("come in the order of the behaviours: the first one last", func() {
		all := answer(1, func(_ http.ResponseWriter, r *http.Request) {
			fakehttp.ConnOf(r).EditHead(put("Outer: 1"))
			fakehttp.ConnOf(r).EditHead(put("Inner: 1"))
		})
		Expect(all).To(ContainSubstring("\r\nInner: 1\r\nOuter: 1\r\n\r\n"))
	})

	It("are for one answer", func() {
		all := answer(2, func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				fakehttp.ConnOf(r).EditHead(put("X: y"))
			}
		})
		Expect(all).NotTo(ContainSubstring("X: y"))
	})

	It("let a body pass through a writer of its own", func() {
		all := answer(1, func(w http.ResponseWriter, r *http.Request) {
			fakehttp.ConnOf(r).EditAnswer(func(head []byte) ([]byte, func(io.Writer) io.Writer) {
				return head, func(on io.Writer) io.Writer { return capitals{on} }
			})
			_, _ = io.WriteString(w, "body")
		})
		Expect(all).To(HaveSuffix("\r\n\r\nBODY"))
	})

	It("let bytes that are no HTTP pass", func() {
		all := answer(1, func(w http.ResponseWriter, r *http.Request) {
			fakehttp.ConnOf(r).EditHead(put("X: y"))
			fakehttp.Raw(w, r, func(c net.Conn) error {
				_, err := io.WriteString(c, "hello")
				return err
			})
		})
		Expect(all).To(Equal("hello"))
	})

	It("have something done after the answer", func() {
		done := make(chan string, 1)
		answer(2, func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				fakehttp.ConnOf(r).AfterAnswer(func() { done <- r.URL.Path })
			}
		})
		Expect(done).To(Receive(Equal("/")))
	})
})

type capitals struct{ on io.Writer }

func (c capitals) Write(b []byte) (int, error) {
	return io.WriteString(c.on, strings.ToUpper(string(b)))
}
