package fakeproxy

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/elazarl/goproxy"
	"github.com/wualab/wualab/fakehttp"
)

// newPlain sets goproxy up for the one thing it does here: a plain request whose
// round trip we hand to it.
func (s *Server) newPlain() *goproxy.ProxyHttpServer {
	p := goproxy.NewProxyHttpServer()
	p.Tr = nil // every request has its own round tripper
	p.ConnectDial = nil
	p.KeepAcceptEncoding = true
	p.PreventCanonicalization = true
	p.Logger = log.New(io.Discard, "", 0)
	p.OnRequest().DoFunc(func(r *http.Request, ctx *goproxy.ProxyCtx) (*http.Request, *http.Response) {
		ctx.RoundTripper = goproxy.RoundTripperFunc(s.roundTrip)
		return r, nil
	})
	return p
}

// forward answers with what the next hop answers. A body that ends early there ends
// early here: the connection is broken, so that the client can't take it for whole.
func (s *Server) forward(w http.ResponseWriter, r *http.Request) {
	dropHopByHop(r.Header) // before goproxy drops Connection, which names more of them
	if r.Body != nil && r.Body != http.NoBody {
		_ = http.NewResponseController(w).EnableFullDuplex() // the next hop may answer before it has the whole body
	}
	s.plain.ServeHTTP(&relay{ResponseWriter: w, server: s, hop: hopOf(r)}, r)
	if cut := hopOf(r).cut; cut != nil {
		abort(r, fmt.Errorf("the next hop's body ended early: %w", cut))
	}
}

// abort breaks the client's connection in the middle of an answer.
func abort(r *http.Request, cause error) {
	hopOf(r).note(r, "broken off: %v", cause)
	panic(http.ErrAbortHandler) // what net/http offers for this
}

// roundTrip takes r to the next hop. What goes wrong becomes an answer of the
// proxy's own.
func (s *Server) roundTrip(r *http.Request, _ *goproxy.ProxyCtx) (*http.Response, error) {
	h := hopOf(r)
	up := h.client.up
	if h.shared {
		up = s.shared
	}
	resp, x, err := up.roundTrip(s.forwardedRequest(r), h.client.down)
	if err != nil && unwanted(r) {
		abort(r, err)
	}
	if err != nil {
		status, words := gatewayFailure(s.cfg.Name, r.URL.Host, err)
		h.note(r, "%s", strings.TrimSpace(words))
		return s.ownResponse(r, status, words), nil
	}
	h.exchange = x
	s.forwardedResponse(resp, r)
	resp.Body = &watched{ReadCloser: resp.Body, hop: h}
	return resp, nil
}

// unwanted reports whether nobody waits for an answer any more: the client has gone, or
// the proxy closes. On a virtual clock that is known before the connection's end is seen,
// so that it does not hang on which of the two ends is seen first.
func unwanted(r *http.Request) bool {
	return r.Context().Err() != nil || fakehttp.Sleep(r, 0) != nil
}

func (s *Server) ownResponse(r *http.Request, status int, words string) *http.Response {
	resp := goproxy.NewResponse(r, goproxy.ContentTypeText, status, words)
	resp.Header.Set("Content-Length", strconv.Itoa(len(words)))
	resp.Header.Set("Date", s.cfg.Clock.Now().UTC().Format(http.TimeFormat))
	return resp
}

// forwardedRequest is r as the next hop gets it. goproxy has removed the proxy
// credentials already.
func (s *Server) forwardedRequest(r *http.Request) *http.Request {
	h := hopOf(r)
	out := r.Clone(r.Context())
	out.Close = false // that was about the client's connection
	s.showCredentials(out.Header, h)
	addVia(out.Header, r.ProtoMajor, r.ProtoMinor, s.cfg.Name)
	if _, ok := out.Header["User-Agent"]; !ok {
		out.Header["User-Agent"] = nil // net/http then does not send its own
	}
	if out.ContentLength == 0 && out.Header.Get("Content-Length") != "" {
		out.TransferEncoding = []string{"identity"} // net/http then sends Content-Length: 0, too
	}
	out.URL = asWritten(r.URL, h.target, s.cfg.Via != "")
	if h.old != nil {
		h.old.edit(out.Header)
	}
	respell(out.Header, s.names)
	return out
}

// showCredentials puts in what the next hop gets to see of proxy credentials.
func (s *Server) showCredentials(header http.Header, h *hop) {
	header.Del("Proxy-Authorization")
	switch {
	case h.forwardCredentials && h.credentials != "":
		header.Set("Proxy-Authorization", h.credentials)
	case s.cfg.ViaUser != "":
		header.Set("Proxy-Authorization", basicCredentials(s.cfg.ViaUser, s.cfg.ViaPassword))
	}
}

// asWritten makes net/http send path and query byte for byte as the client wrote
// them, which its own rules of escaping could change.
func asWritten(u *url.URL, target string, toProxy bool) *url.URL {
	_, rest, _ := strings.Cut(target, "://")
	i := strings.IndexAny(rest, "/?")
	if i < 0 || rest[i] != '/' || strings.HasPrefix(rest[i:], "//") {
		return u
	}
	opaque := rest[i:]
	if toProxy {
		opaque = "//" + rest
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Opaque: opaque}
}

// forwardedResponse makes resp what the client gets. A body that lasts until the
// next hop closes lasts until we close.
func (s *Server) forwardedResponse(resp *http.Response, r *http.Request) {
	dropHopByHop(resp.Header)
	addVia(resp.Header, resp.ProtoMajor, resp.ProtoMinor, s.cfg.Name)
	if s.cfg.SessionBasedAuthentication && len(resp.Header["Www-Authenticate"]) > 0 {
		resp.Header["Proxy-support"] = []string{"Session-Based-Authentication"}
	}
	if resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 && r.Method != http.MethodHead {
		resp.Header.Set("Transfer-Encoding", "identity") // understood by net/http, not sent
	}
}

// watched is a body that tells its hop when it was cut.
type watched struct {
	io.ReadCloser
	hop *hop
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		b.hop.cut = err
	}
	return n, err
}
