package transport_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httputil"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("status-line", func() {
	DescribeTable("sends another one", func(form, want string) {
		f := with("status-line", params{"form": form})
		head, body := f.get()
		line, fields, _ := strings.Cut(head, "\r\n")
		Expect(line).To(Equal(want))
		Expect(fields).To(ContainSubstring("Content-Length: 10000"))
		Expect(body).To(Equal(string(whole)))
		Expect(f.notes()).To(ConsistOf("status-line: sent another one (" + form + ")"))
	},
		Entry("without a reason", "no-reason", "HTTP/1.1 200 "),
		Entry("without the blank", "no-blank", "HTTP/1.1 200"),
		Entry("of Shoutcast", "icy", "ICY 200 OK"),
		Entry("without a version", "no-version", "200 OK"),
		Entry("in lower case", "lower-case", "http/1.1 200 OK"),
		Entry("of HTTP/2", "http2", "HTTP/2.0 200 OK"),
		Entry("with four digits", "four-digits", "HTTP/1.1 2000 OK"),
		Entry("without digits", "not-a-number", "HTTP/1.1 OK 200"),
	)

	It("may leave the head out", func() {
		head, body := with("status-line", params{"form": "no-head"}).get()
		Expect(head + body).To(Equal(string(whole)))
	})
})

var _ = Describe("malformed-head", func() {
	DescribeTable("writes fields otherwise", func(form string, want ...string) {
		f := with("malformed-head", params{"form": form})
		head, body := f.get()
		for _, part := range want {
			Expect(head + "\r\n\r\n" + body).To(ContainSubstring(part))
		}
		Expect(strings.HasSuffix(head+body, string(whole))).To(BeTrue(), "the body is as it was")
		Expect(f.notes()).To(ConsistOf("malformed-head: sent one (" + form + ")"))
	},
		Entry("without a colon", "no-colon", "HTTP/1.1 200 OK\r\nX-Broken without a colon\r\n"),
		Entry("without a name", "empty-name", "HTTP/1.1 200 OK\r\n: nameless\r\n"),
		Entry("with a NUL", "nul", "\r\nX-Broken: a\x00b\r\n"),
		Entry("with a blank", "space-before-colon", "\r\nContent-Length : 10000\r\n", "\r\nContent-Type : text/plain\r\n"),
		Entry("folded", "folded", "\r\nContent-Length:\r\n 10000\r\n", "\r\nContent-Type:\r\n text/plain\r\n"),
		Entry("without a blank", "no-blank", "\r\nContent-Length:10000\r\n"),
		Entry("with LF alone", "bare-lf", "HTTP/1.1 200 OK\n", "\nContent-Length: 10000\n"),
	)
})

var _ = Describe("large-head", func() {
	It("adds so many bytes in so many lines", func() {
		f := with("large-head", params{"bytes": "100kB", "fields": 3})
		head, body := f.get()
		var added int
		lines := strings.Count(head, "\r\nX-Padding: ")
		for line := range strings.SplitSeq(head, "\r\n") {
			if strings.HasPrefix(line, "X-Padding: x") {
				added += len(line) + 2
			}
		}
		Expect(lines).To(Equal(3))
		Expect(added).To(Equal(100_000))
		Expect(body).To(Equal(string(whole)))
		Expect(f.notes()).To(ConsistOf("large-head: added 100000 bytes"))
	})

	It("refuses what can't be", func() {
		Expect(refusal("large-head", params{"bytes": "20B", "fields": 2})).To(MatchError(ContainSubstring("at least 16 bytes")))
		Expect(refusal("large-head", params{"bytes": "1kB", "fields": 0})).To(MatchError(ContainSubstring("at least 16 bytes")))
		Expect(refusal("large-head", params{"bytes": "17MiB"})).To(MatchError(ContainSubstring("at most 16MiB")))
	})
})

// lengths are the lines that frame a body.
func lengths(head string) (lines []string) {
	for line := range strings.SplitSeq(head, "\r\n") {
		if strings.HasPrefix(line, "Content-Length:") || strings.HasPrefix(line, "Transfer-Encoding:") {
			lines = append(lines, line)
		}
	}
	return lines
}

var _ = Describe("content-length", func() {
	DescribeTable("frames the body otherwise", func(form string, want ...string) {
		f := with("content-length", params{"form": form})
		head, body := f.get()
		Expect(lengths(head)).To(Equal(want))
		Expect(body).To(Equal(string(whole)))
		Expect(f.notes()).To(ConsistOf("content-length: sent another one (" + form + ")"))
	},
		Entry("twice", "twice", "Content-Length: 10000", "Content-Length: 10000"),
		Entry("twice and differing", "differing", "Content-Length: 10000", "Content-Length: 10001"),
		Entry("as a list", "list", "Content-Length: 10000, 10000"),
		Entry("with a letter", "malformed", "Content-Length: 10000x"),
		Entry("below zero", "negative", "Content-Length: -10000"),
		Entry("out of bounds", "huge", "Content-Length: 99999999999999999999"),
		Entry("too great", "greater", "Content-Length: 10010"),
		Entry("too small", "less", "Content-Length: 9990"),
	)

	It("has chunks beside it", func() {
		head, body := with("content-length", params{"form": "with-chunked"}).get()
		Expect(lengths(head)).To(Equal([]string{"Content-Length: 10000", "Transfer-Encoding: chunked"}))
		decoded, err := io.ReadAll(httputil.NewChunkedReader(strings.NewReader(body)))
		Expect(err).NotTo(HaveOccurred())
		Expect(decoded).To(Equal(whole))
	})

	It("ends the connection when the length is wrong", func() {
		f := with("content-length", params{"form": "greater"})
		conn := f.dial()
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.Close).To(BeFalse(), "and does not say so")
		_, err = io.Copy(io.Discard, resp.Body)
		Expect(err).To(MatchError(io.ErrUnexpectedEOF))
	})
})

var _ = Describe("chunk-error", func() {
	// chunked sends the body and gives it as it is on the wire, and as far as it can be read.
	chunked := func(form string) (body string, decoded []byte, err error) {
		f := with("chunk-error", params{"form": form})
		head, body := f.get()
		Expect(lengths(head)).To(Equal([]string{"Transfer-Encoding: chunked"}))
		Expect(f.notes()).To(ConsistOf("chunk-error: sent chunks (" + form + ")"))
		decoded, err = io.ReadAll(httputil.NewChunkedReader(strings.NewReader(body)))
		return body, decoded, err
	}
	first, second := "1000\r\n"+string(whole[:4096])+"\r\n", string(whole[4096:8192])
	DescribeTable("is wrong in the second chunk", func(form, want string) {
		body, _, err := chunked(form)
		Expect(body).To(HavePrefix(first + want))
		Expect(err).To(HaveOccurred())
	},
		Entry("its size no number", "bad-size", "xyz\r\n"+second+"\r\n"),
		Entry("its size negative", "negative-size", "-1000\r\n"+second+"\r\n"),
		Entry("its size too large", "huge-size", "ffffffffffffffffff\r\n"+second+"\r\n"),
		Entry("its size wrong", "wrong-size", "1001\r\n"+second+"\r\n"),
		Entry("no line end behind it", "no-line-end", "1000\r\n"+second+"XX"),
	)

	It("may have no last chunk", func() {
		body, decoded, err := chunked("no-last-chunk")
		Expect(body).To(HaveSuffix(string(whole[8192:]) + "\r\n"))
		Expect(err).To(MatchError(io.ErrUnexpectedEOF))
		Expect(decoded).To(Equal(whole))
	})

	It("may be sound with extensions and trailers", func() {
		body, decoded, err := chunked("extensions")
		Expect(err).NotTo(HaveOccurred())
		Expect(body).To(HavePrefix("1000;wualab=1\r\n"))
		Expect(decoded).To(Equal(whole))
		body, _, _ = chunked("trailers")
		Expect(body).To(HaveSuffix("\r\n0\r\nX-Trailer: wualab\r\n\r\n"))
	})

	It("sends no chunks to HEAD", func() {
		head, body, err := with("chunk-error", params{"form": "bad-size"}).ask("HEAD")
		Expect(err).NotTo(HaveOccurred())
		Expect(lengths(head)).To(Equal([]string{"Transfer-Encoding: chunked"}))
		Expect(body).To(BeEmpty())
	})
})

var _ = Describe("interim", func() {
	It("sends answers before the answer", func() {
		f := with("interim", params{"status": 103, "times": 2})
		head, body := f.get()
		Expect(head).To(HavePrefix("HTTP/1.1 103 Early Hints\r\n"))
		Expect(body).To(MatchRegexp("(?s)^HTTP/1.1 103 Early Hints\r\n.*\r\n\r\nHTTP/1.1 200 OK\r\n"))
		Expect(f.notes()).To(ConsistOf("interim: sent 2 × 103 first"))
	})

	It("refuses what is no interim answer", func() {
		Expect(refusal("interim", params{"status": 101})).To(MatchError(ContainSubstring("no interim answer")))
		Expect(refusal("interim", params{"status": 200})).To(MatchError(ContainSubstring("no interim answer")))
	})
})

var _ = Describe("half-close", func() {
	It("ends its direction after a whole answer, and answers nothing any more", func() {
		f := with("half-close", nil)
		conn := f.dial()
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		all, err := io.ReadAll(conn)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(all)).To(HaveSuffix(string(whole)))
		Expect(string(all)).NotTo(ContainSubstring("Connection: close"))
		for range 20 { // a closed socket would answer with a reset
			_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(f.notes()).To(ConsistOf("half-close: ended its direction after the answer"))
	})
})

var _ = Describe("early-answer", func() {
	It("answers before the body was sent", func() {
		f := with("early-answer", params{"status": 413})
		conn := f.dial()
		_, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nonly this")
		Expect(err).NotTo(HaveOccurred())
		all, err := io.ReadAll(conn)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(all)).To(HavePrefix("HTTP/1.1 413 Request Entity Too Large\r\n"))
		Expect(string(all)).To(HaveSuffix("\r\n\r\npage"))
		for range 20 {
			_, err = conn.Write(whole)
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(f.read).To(BeZero())
		Expect(f.notes()).To(ConsistOf("early-answer: answered 413 and did not read the body"))
	})

	It("leaves requests without a body alone", func() {
		f := with("early-answer", nil)
		_, body := f.get()
		Expect(body).To(Equal(string(whole)))
		Expect(f.notes()).To(BeEmpty())
	})
})
