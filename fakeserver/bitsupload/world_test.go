package bitsupload_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

var start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

const (
	patience = 20 * time.Second
	target   = "/upload/report.xml"
)

// world is a virtual directory at /upload/ on a virtual clock, with a recorder.
type world struct {
	*bitsupload.Server
	clk  *clock.Virtual
	rec  *transcript.Recorder
	addr string
	hold clock.Hold // of the client's machine
}

func newWorld() *world {
	clk := clock.NewVirtual(start)
	w := &world{clk: clk, rec: transcript.New(transcript.Options{Now: clk.Now}), hold: clk.Hold("client")}
	DeferCleanup(w.hold.Release)
	return w
}

func serve(cfg bitsupload.Config) *world { return newWorld().serve(cfg) }

func (w *world) serve(cfg bitsupload.Config) *world {
	cfg.Path, cfg.Clock = "/upload/", w.clk
	up, err := bitsupload.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	listener, err := fakehttp.Start(fakehttp.Config{Name: "upload", Clock: w.clk, Recorder: w.rec, Handler: up})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() {
		Expect(listener.Close()).To(Succeed())
		Expect(up.Close()).To(Succeed())
	})
	w.Server, w.addr = up, listener.Addr()
	return w
}

// application is a server application on the same clock.
func (w *world) application(h http.HandlerFunc) string {
	s, err := fakehttp.Start(fakehttp.Config{Name: "application", Clock: w.clk, Recorder: w.rec, Handler: h})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	return "http://" + s.Addr() + "/handle.asp"
}

// pass lets time go by.
func (w *world) pass(d time.Duration) {
	Expect(w.hold.Sleep(context.Background(), d)).To(Succeed())
}

func (w *world) file(name string) string {
	data, err := w.File(name)
	Expect(err).NotTo(HaveOccurred())
	return string(data)
}

func (w *world) names() []string {
	files, err := w.Files()
	Expect(err).NotTo(HaveOccurred())
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names
}

// notes are all that the server said in the transcript.
func (w *world) notes() string {
	var all []string
	for _, x := range w.rec.Exchanges(0) {
		all = append(all, x.Notes...)
	}
	return strings.Join(all, "\n")
}

// client is one raw connection.
type client struct {
	net.Conn
	r    *bufio.Reader
	seen bytes.Buffer // what came in, byte for byte
	path string
	id   string // of the session
}

func (w *world) dial() *client {
	c := dial(w.addr, w.clk.Track)
	w.hold.Bind(c.Conn)
	return c
}

func dial(addr string, wrap func(net.Conn) net.Conn) *client {
	conn, err := net.Dial("tcp", addr)
	Expect(err).NotTo(HaveOccurred())
	Expect(conn.SetDeadline(time.Now().Add(patience))).To(Succeed())
	c := &client{Conn: wrap(conn), path: target}
	c.r = bufio.NewReader(io.TeeReader(c.Conn, &c.seen))
	DeferCleanup(func() { _ = c.Close() })
	return c
}

func plain(c net.Conn) net.Conn { return c }

// answer is what came back.
type answer struct {
	bitsupload.Ack
	Header http.Header
	Body   string
	Err    error // where it broke off
}

// raw sends a request with the given lines.
func (c *client) raw(verb, body string, lines ...string) answer {
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: upload\r\n%s\r\n\r\n", verb, c.path, strings.Join(lines, "\r\n"))
	if _, err := io.WriteString(c, head+body); err != nil {
		return answer{Err: err}
	}
	resp, err := http.ReadResponse(c.r, &http.Request{Method: verb})
	if err != nil {
		return answer{Err: err}
	}
	defer resp.Body.Close()
	a := answer{Header: resp.Header}
	data, err := io.ReadAll(resp.Body)
	a.Body, a.Err = string(data), err
	if verb == bitsupload.Verb && a.Err == nil {
		a.Ack, a.Err = bitsupload.ParseAck(resp.StatusCode, resp.Header)
	}
	a.Status = resp.StatusCode
	return a
}

// packet sends one as the codec writes it.
func (c *client) packet(p bitsupload.Packet, body string) answer {
	p.Length = int64(len(body))
	var lines []string
	for name, values := range p.Header() {
		lines = append(lines, name+": "+values[0])
	}
	return c.raw(bitsupload.Verb, body, lines...)
}

func (c *client) create() answer {
	a := c.packet(bitsupload.Packet{Type: bitsupload.CreateSession, Protocols: []string{bitsupload.Protocol15}}, "")
	if a.SessionID != "" {
		c.id = a.SessionID
	}
	return a
}

// begin is create that must succeed.
func (c *client) begin() *client {
	GinkgoHelper()
	a := c.create()
	Expect(a.Err).NotTo(HaveOccurred())
	Expect(a.Failed()).To(BeFalse(), "status %d", a.Status)
	return c
}

func (c *client) ping() answer { return c.packet(bitsupload.Packet{Type: bitsupload.Ping}, "") }

func (c *client) fragment(first, total int64, body string) answer {
	r := bitsupload.ContentRange{First: first, End: first + int64(len(body)), Total: total}
	return c.packet(bitsupload.Packet{Type: bitsupload.Fragment, SessionID: c.id, Range: r}, body)
}

func (c *client) end() answer {
	return c.packet(bitsupload.Packet{Type: bitsupload.CloseSession, SessionID: c.id}, "")
}

func (c *client) cancel() answer {
	return c.packet(bitsupload.Packet{Type: bitsupload.CancelSession, SessionID: c.id}, "")
}

// upload sends everything in fragments and closes.
func (c *client) upload(data string, size int) {
	GinkgoHelper()
	c.begin()
	for at := 0; at < len(data); at += size {
		end := min(at+size, len(data))
		Expect(c.fragment(int64(at), int64(len(data)), data[at:end])).To(accept(int64(end)))
	}
	Expect(c.end()).To(accept(-1))
}

// generated is the content of a file.
func generated(size, seed int64) string {
	data, err := io.ReadAll(io.NewSectionReader(fakeserver.Content(size, seed), 0, size))
	Expect(err).NotTo(HaveOccurred())
	return string(data)
}

// accept is an Ack with 200 that wants byte next, or, with -1, tells of none.
func accept(next int64) OmegaMatcher {
	return And(
		HaveField("Err", BeNil()),
		HaveField("Status", http.StatusOK),
		HaveField("Body", BeEmpty()),
		HaveField("HasReceived", next >= 0),
		HaveField("Received", max(next, 0)),
	)
}

// refuse is an Ack with an error.
func refuse(status int, code hresult.HRESULT, context hresult.ErrorContext) OmegaMatcher {
	return And(
		HaveField("Err", BeNil()),
		HaveField("Status", status),
		HaveField("Error", code),
		HaveField("Context", context),
		HaveField("Body", BeEmpty()),
	)
}
