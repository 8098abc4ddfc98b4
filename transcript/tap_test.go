package transcript_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/transcript"
)

// taps are both ends of one TCP connection on loopback, each with a tap of its own.
func taps(rec *transcript.Recorder) (client, server *transcript.Conn) {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer listener.Close()
	near, err := net.Dial("tcp", listener.Addr().String())
	Expect(err).NotTo(HaveOccurred())
	far, err := listener.Accept()
	Expect(err).NotTo(HaveOccurred())
	client, server = rec.Tap("client", transcript.Client, near), rec.Tap("origin", transcript.Server, far)
	DeferCleanup(func() { _, _ = client.Close(), server.Close() })
	return client, server
}

var _ = Describe("both ends of a TCP connection", func() {
	var (
		rec            *transcript.Recorder
		client, server *transcript.Conn
		serving        sync.WaitGroup
	)

	BeforeEach(func() {
		rec = transcript.New(transcript.Options{Now: epoch, KeepBodies: 1 << 10})
		client, server = taps(rec)
	})

	// serve answers requests with what handle gives until it gives nothing, then closes.
	serve := func(handle func(*http.Request) string) {
		serving.Go(func() {
			defer server.Close()
			in := bufio.NewReader(server)
			for {
				r, err := http.ReadRequest(in)
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, r.Body)
				answer := handle(r)
				if answer == "" {
					return
				}
				server.Note("served %s", r.URL.Path)
				_, _ = io.WriteString(server, answer)
			}
		})
		DeferCleanup(func() {
			_ = client.Close()
			serving.Wait()
		})
	}

	ask := func(in *bufio.Reader, method, request string) {
		GinkgoHelper()
		_, err := io.WriteString(client, request)
		Expect(err).NotTo(HaveOccurred())
		resp, err := http.ReadResponse(in, &http.Request{Method: method})
		Expect(err).NotTo(HaveOccurred())
		_, _ = io.Copy(io.Discard, resp.Body)
	}

	It("record the same exchanges", func() {
		serve(func(r *http.Request) string {
			if r.Method == "HEAD" {
				return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
			}
			return "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
		})
		in := bufio.NewReader(client)
		ask(in, "HEAD", "HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\n")
		ask(in, "POST", "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi") // reads 100
		resp, err := http.ReadResponse(in, nil)
		Expect(err).NotTo(HaveOccurred())
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = client.Close()
		serving.Wait()

		got := map[string][]string{}
		for _, x := range rec.Exchanges(0) {
			key := fmt.Sprintf("%s %s %s", x.Node, x.Role, x.Conn)
			got[key] = append(got[key], fmt.Sprintf("%d: %s", x.N, brief(x)))
		}
		same := []string{`1: HEAD /1 HTTP/1.1 > 200 ""`, `2: POST /2 HTTP/1.1 "hi" > 100 > 200 "abc"`}
		Expect(got).To(Equal(map[string][]string{"client client client#1": same, "origin server origin#1": same}))
		Expect(client.ID()).To(Equal("client#1"))
	})

	It("both say where a body was cut", func() {
		serve(func(r *http.Request) string {
			_, _ = io.WriteString(server, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd")
			return ""
		})
		_, err := io.WriteString(client, get)
		Expect(err).NotTo(HaveOccurred())
		_, _ = io.Copy(io.Discard, client)
		_ = client.Close()
		serving.Wait()
		for _, x := range rec.Exchanges(0) {
			Expect(brief(x)).To(Equal(`GET / HTTP/1.1 > 200 "abcd" cut ! the connection was closed after 4 of 10 body bytes`), x.Node)
		}
		Expect(rec.Exchanges(0)).To(HaveLen(2))
	})

	It("agree on a body that ends with the writing direction", func() {
		serve(func(r *http.Request) string {
			_, _ = io.WriteString(server, "HTTP/1.0 200 OK\r\n\r\nabcd")
			_ = server.CloseWrite()
			return "too late"
		})
		_, err := io.WriteString(client, get)
		Expect(err).NotTo(HaveOccurred())
		_, _ = io.Copy(io.Discard, client)
		_ = client.Close()
		serving.Wait()
		for _, x := range rec.Exchanges(0) {
			Expect(brief(x)).To(Equal(`GET / HTTP/1.1 > 200 "abcd"`), x.Node)
		}
	})

	It("record a tunnel as one exchange and pass its bytes", func() {
		serve(func(r *http.Request) string {
			_, _ = io.WriteString(server, "HTTP/1.1 200 Connected\r\n\r\n")
			b := make([]byte, len(get))
			_, _ = io.ReadFull(server, b)
			_, _ = server.Write(b)
			return ""
		})
		_, err := io.WriteString(client, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		_, err = io.ReadFull(client, make([]byte, len("HTTP/1.1 200 Connected\r\n\r\n")))
		Expect(err).NotTo(HaveOccurred())
		_, err = io.WriteString(client, get)
		Expect(err).NotTo(HaveOccurred())
		inside, err := io.ReadAll(client)
		Expect(err).NotTo(HaveOccurred())
		Expect(string(inside)).To(Equal(get))
		Expect(rec.Exchanges(0)).To(HaveLen(2))
	})

	It("can be read while they work", func() {
		serve(func(r *http.Request) string {
			return "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
		})
		stop := make(chan struct{})
		var reading sync.WaitGroup
		reading.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					for _, x := range rec.Exchanges(0) {
						_ = brief(x)
					}
					_ = server.Last()
				}
			}
		})
		in := bufio.NewReader(client)
		for range 50 {
			ask(in, "GET", get)
			resp, err := http.ReadResponse(in, nil)
			Expect(err).NotTo(HaveOccurred())
			_, _ = io.Copy(io.Discard, resp.Body)
		}
		close(stop)
		reading.Wait()
		Expect(rec.Exchanges(0)).To(HaveLen(100))
	})

	It("is found in a request's context", func() {
		Expect(transcript.FromContext(transcript.NewContext(context.Background(), client))).To(BeIdenticalTo(client))
		Expect(transcript.FromContext(context.Background())).To(BeNil())
		Expect(client.NetConn()).To(BeAssignableToTypeOf(&net.TCPConn{}))
	})
})

var _ = Describe("a recorder", func() {
	It("orders exchanges and events, with steps and marks", func() {
		rec := transcript.New(transcript.Options{Now: epoch})
		rec.Add(transcript.Event{Kind: transcript.KindNote, Text: "before"})
		rec.SetStep("one")
		mark := rec.Mark()
		conn := rec.Tap("n", transcript.Client, &scripted{})
		writeAll(conn, [][]byte{[]byte(get)})
		rec.Add(transcript.Event{Kind: transcript.KindNote, Text: "after"})
		Expect(rec.Exchanges(mark)[0]).To(HaveField("Seq", 2))
		Expect(rec.Exchanges(mark)[0]).To(HaveField("Step", "one"))
		Expect(rec.Events(mark)).To(Equal([]transcript.Event{{Seq: 3, At: epoch(), Step: "one", Kind: transcript.KindNote, Text: "after"}}))
		Expect(rec.Events(0)).To(HaveLen(2))
		Expect(rec.Exchanges(2)).To(BeEmpty())
	})

	It("names no address when a connection breaks", func() {
		client, server := taps(transcript.New(transcript.Options{Now: epoch}))
		Expect(server.NetConn().(*net.TCPConn).SetLinger(0)).To(Succeed())
		Expect(server.Close()).To(Succeed())
		_, err := client.Read(make([]byte, 1))
		Expect(err).To(MatchError(syscall.ECONNRESET))
		Expect(err).To(MatchError("read tcp: read: connection reset by peer"))
	})

	It("records without times when it has no clock", func() {
		rec := transcript.New(transcript.Options{})
		rec.Add(transcript.Event{Kind: transcript.KindNote})
		Expect(rec.Events(0)).To(Equal([]transcript.Event{{Seq: 1, Kind: transcript.KindNote}}))
	})

	It("has tokens explained, of the request and of the response", func() {
		decode := func(header, value string) []transcript.Token {
			return []transcript.Token{{Type: "t", Text: strings.ToUpper(value)}}
		}
		rec := transcript.New(transcript.Options{Now: epoch, Decode: decode})
		conn := rec.Tap("n", transcript.Client, &scripted{in: [][]byte{[]byte("HTTP/1.1 401 No\r\nwww-authenticate: b\r\nContent-Length: 0\r\n\r\n")}})
		writeAll(conn, [][]byte{[]byte("GET / HTTP/1.1\r\nauthorization: a\r\n\r\n")})
		readAll(conn)
		x := rec.Exchanges(0)[0]
		Expect(x.Tokens).To(Equal([]transcript.Token{
			{Header: "Authorization", Type: "t", Text: "A"}, {Response: true, Header: "WWW-Authenticate", Type: "t", Text: "B"}}))
		Expect(x.Token(true, "t").Text).To(Equal("B"))
		Expect(x.Token(true, "u")).To(BeNil())
		Expect(x.Status()).To(Equal(401))
	})
})
