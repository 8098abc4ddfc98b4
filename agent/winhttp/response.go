package winhttp

import (
	"errors"
	"io"
	"net/http"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/transcript"
)

// Response is the final answer to a [Request]: after challenges and redirects.
type Response struct {
	Status        int         // 401 for a redirect that asks for a Passport login
	Proto         string      // "HTTP/1.1"
	Header        http.Header // canonical names; the record has the spelling
	ContentLength int64       // -1 when the head does not say
	// Body must be read to its end or closed; else the connection stays taken.
	// Reads fail with an *Error, also when the body ends early. It belongs to
	// the goroutine that holds the clock, like the Hold given to Do.
	Body io.ReadCloser
	// URL is that of the last request, without credentials and fragment.
	URL string
	// Redirected counts the redirects that led to it.
	Redirected int
	HTTP10     bool // the peer speaks HTTP/1.0
	// Connect says that this is the proxy's answer to CONNECT: no tunnel was
	// made, and the server was not asked. Assumed: WinHTTP hands its status
	// to the caller as it does a server's.
	Connect  bool
	ViaProxy string // "proxy:8080", or "" for a direct connection
	// Exchange is the record of the last exchange as it was when the head had
	// arrived; nil without a recorder.
	Exchange *transcript.Exchange
	// Repeated says that the request went out again since a connection had ended
	// before any answer: the server may have acted on it twice.
	Repeated bool
	// LoginFailure says why a 401 or 407 stands although the Authenticator was
	// ready to answer it, or was not asked: credentials were refused, the
	// challenges had no end, no scheme was offered. Nil when the Authenticator
	// gave up, whose decision says why.
	LoginFailure error
	// Decisions are the answers of the Authenticator, in order.
	Decisions []credrule.Decision
}

// reply is an answer with the connection that it comes on.
type reply struct {
	cn      *conn
	resp    *http.Response
	stays   bool // the connection may be used again
	connect bool // the answer to CONNECT
	// serverLogin: the request had credentials for the server.
	serverLogin bool
	passport    bool // a redirect that is a challenge
}

// response makes of the last reply what Do returns.
func (k *call) response(r *reply) *Response {
	exchange := r.cn.tap.Last() // before another call may have the connection
	b := &body{call: k, reply: r}
	if r.resp.Body == http.NoBody || r.resp.ContentLength == 0 {
		b.finish()
	}
	status := r.resp.StatusCode
	if r.passport {
		status = http.StatusUnauthorized
	}
	return &Response{
		Status: status, Proto: r.resp.Proto, Header: r.resp.Header,
		ContentLength: r.resp.ContentLength, Body: b,
		URL: k.shownURL(), Redirected: k.redirects,
		HTTP10: !r.resp.ProtoAtLeast(1, 1), ViaProxy: k.proxy, Connect: r.connect, Repeated: k.repeated,
		Exchange: exchange, Decisions: k.decisions, LoginFailure: k.loginFailure(r),
	}
}

// body reads an answer's body within the client's limits and gives the
// connection back at its end.
type body struct {
	call  *call
	reply *reply
	end   error // set when nothing more can be read
}

var errBodyClosed = errors.New("read of a closed body")

func (b *body) Read(p []byte) (int, error) {
	if b.end == nil && len(p) == 0 {
		return 0, nil
	}
	return b.receive(func() (int, error) { return b.reply.resp.Body.Read(p) })
}

// receive takes something of the body by op, within the client's limits.
func (b *body) receive(op func() (int, error)) (int, error) {
	if b.end != nil {
		return 0, b.end
	}
	k, cn := b.call, b.reply.cn
	var n int
	err := k.guard(cn, span{"winhttp receive", k.c.cfg.Limits.ReceiveTimeout}, func() (err error) {
		n, err = op()
		return err
	})
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		b.finish()
	default:
		cn.drop(err)
		b.end = k.fail("read body", cn, err, bodyCode(err))
	}
	return n, b.end
}

// finish ends a body that is read.
func (b *body) finish() {
	b.end = io.EOF
	if b.reply.stays && b.reply.cn.br.Buffered() == 0 {
		b.call.c.release(b.reply.cn)
		return
	}
	b.reply.cn.drop(nil)
}

// Close skips what is left when that is little, else drops the connection.
func (b *body) Close() error {
	if b.end != nil {
		b.end = errBodyClosed
		return nil
	}
	b.end = errBodyClosed
	if b.reply.stays {
		if reusable, err := b.call.drain(b.reply); err == nil && reusable {
			b.call.c.release(b.reply.cn)
			return nil
		}
	}
	b.reply.cn.drop(nil)
	return nil
}
