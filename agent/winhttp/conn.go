package winhttp

import (
	"bufio"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/transcript"
)

// conn is one connection of the client. It serves one call at a time.
type conn struct {
	client    *Client
	key       connKey
	raw       net.Conn         // takes deadlines
	metered   *metered         // nil without a link
	wire      net.Conn         // HTTP is spoken here
	tap       *transcript.Conn // nil without a recorder
	in        *headReader
	br        *bufio.Reader
	exchanges int
	peer      *x509.Certificate // of TLS; nil without
	// logins are those done on this connection, which it stays logged in by.
	logins map[loginKey]httpauth.Scheme

	// The rest is guarded by client.mu.
	hold     clock.Hold // of the call that has the connection
	rests    int        // how often it was given back
	stopIdle func() bool
}

// speak makes wire the connection that HTTP is spoken on, recorded.
func (cn *conn) speak(wire net.Conn) {
	cn.wire = wire
	if rec := cn.client.cfg.Recorder; rec != nil {
		cn.tap = rec.Tap(cn.client.cfg.Node, transcript.Client, wire)
		cn.wire = cn.tap
	}
	cn.in = &headReader{r: cn.wire}
	cn.br = bufio.NewReader(cn.in)
	cn.exchanges = 0
}

// bindings is the channel binding of a login to the target: TLS is with the server.
func (cn *conn) bindings(target httpauth.Target) [16]byte {
	if cn.peer == nil || target != httpauth.Server {
		return [16]byte{}
	}
	return ntlm.EndpointBindings(cn.peer)
}

func (cn *conn) interrupt() { _ = cn.raw.SetDeadline(past()) }

// drop closes the connection; why ends the record of an exchange under way.
func (cn *conn) drop(why error) {
	if why != nil {
		cn.tap.Annotate(func(x *transcript.Exchange) {
			if x.End.IsZero() && x.Err == "" {
				x.Err = why.Error()
			}
		})
	}
	cn.client.forget(cn)
	_ = cn.wire.Close()
}

// lostError is a connection that ended before anything of an answer came.
type lostError struct{ err error }

func (e *lostError) Error() string { return "the connection ended before an answer: " + e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// exchange sends a request, which gives so much away, and reads the head of the
// final answer. With an error it says in which operation.
func (cn *conn) exchange(k *call, method string, request []byte, given exposure.Exposure) (resp *http.Response, op string, err error) {
	limits := cn.client.cfg.Limits
	cn.in.begin(limits.HeaderBytes)
	cn.client.bind(cn, k.hold)
	cn.metered.serve(k)
	if err := k.c.cfg.Link.Stopped(link.Up, k.req.Class, k.c.cfg.Clock.Now()); err != nil {
		return nil, "send", err
	}
	err = k.guard(cn, span{"winhttp send", limits.SendTimeout}, func() error {
		_, err := cn.wire.Write(request)
		return err
	})
	cn.tap.Annotate(func(x *transcript.Exchange) {
		x.Target = hostField(k.url)
		if given != exposure.Nothing {
			x.Exposure = given.String()
		}
	})
	if err != nil {
		return nil, "send", cn.in.lost(err)
	}
	err = k.guard(cn, span{"winhttp receive", limits.ReceiveTimeout}, func() error {
		resp, err = cn.readHead(method, limits.Interim)
		return err
	})
	if err != nil {
		return nil, "receive", cn.in.lost(err)
	}
	cn.exchanges++
	return resp, "", nil
}

// readHead reads heads until that of the final answer.
func (cn *conn) readHead(method string, interim int) (*http.Response, error) {
	defer cn.in.end()
	for n := 0; ; n++ {
		resp, err := http.ReadResponse(cn.br, &http.Request{Method: method})
		switch {
		case cn.in.overflow:
			return nil, errHeadTooLarge
		case err != nil && (isEnd(err) || isLink(err)):
			return nil, err
		case err != nil:
			return nil, fmt.Errorf("%w: %w", errBadResponse, err)
		case resp.ProtoMajor != 1 || resp.StatusCode < 100:
			return nil, fmt.Errorf("%w: %q", errBadResponse, resp.Proto+" "+resp.Status)
		case resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols:
			if resp.Body != http.NoBody {
				cn.expect(resp.ContentLength)
			}
			withSize(resp, cn.br)
			return resp, nil
		case n >= interim:
			return nil, fmt.Errorf("%w: more than %d interim answers", errBadResponse, interim)
		}
	}
}

// expect says how long the body is that follows. Of one within TLS it is not known
// how many bytes it takes on the wire.
func (cn *conn) expect(length int64) {
	if !cn.key.tls {
		cn.metered.expect(length - int64(cn.br.Buffered()))
	}
}

// isEnd tells an ended connection from an answer that cannot be read.
func isEnd(err error) bool {
	var network net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &network)
}

// isLink tells that it is the PC's own network link that ended an operation.
func isLink(err error) bool {
	return errors.As(err, new(*link.OfflineError)) || errors.As(err, new(*link.BlockedError))
}

// staysOpen reports whether the connection may be used again when the body of
// resp is read. A proxy may speak of it in Proxy-Connection.
func staysOpen(resp *http.Response, method string, fromProxy bool) bool {
	if resp.ProtoAtLeast(1, 1) && resp.Close { // ReadResponse takes the field away
		return false
	}
	said := tokens(resp.Header.Values("Connection"))
	if fromProxy {
		said = append(said, tokens(resp.Header.Values("Proxy-Connection"))...)
	}
	keep := resp.ProtoAtLeast(1, 1)
	for _, t := range said {
		switch t {
		case "close":
			return false
		case "keep-alive":
			keep = true
		}
	}
	return keep && (resp.Body == http.NoBody || resp.ContentLength >= 0 || len(resp.TransferEncoding) > 0 || method == http.MethodHead)
}

func tokens(values []string) []string {
	var list []string
	for _, value := range values {
		for _, t := range strings.Split(value, ",") {
			list = append(list, strings.ToLower(strings.TrimSpace(t)))
		}
	}
	return list
}

// headReader bounds what is read while a head is collected and counts bytes.
type headReader struct {
	r        io.Reader
	inHead   bool
	left     int64
	got      int64
	overflow bool
}

func (h *headReader) begin(limit int64) { h.inHead, h.left, h.got, h.overflow = true, limit, 0, false }
func (h *headReader) end()              { h.inHead = false }

// lost marks err when nothing of an answer had come.
func (h *headReader) lost(err error) error {
	if h.got == 0 && isEnd(err) {
		return &lostError{err}
	}
	return err
}

func (h *headReader) Read(p []byte) (int, error) {
	if h.inHead {
		if h.left == 0 {
			h.overflow = true
			return 0, errHeadTooLarge
		}
		p = p[:min(int64(len(p)), h.left)]
	}
	n, err := h.r.Read(p)
	h.got += int64(n)
	if h.inHead {
		h.left -= int64(n)
	}
	return n, err
}
