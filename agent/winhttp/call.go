package winhttp

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// call is one Do.
type call struct {
	c         *Client
	ctx       context.Context
	hold      clock.Hold
	req       *Request
	method    string
	layout    HeaderLayout
	url       *url.URL
	first     string   // the first URL's server, as in loginKey
	proxy     string   // host:port, or "" for a direct connection
	others    []string // ways to go when the proxy cannot be reached
	auto      *AutoProxy
	logins    map[loginKey]*login
	decisions []credrule.Decision
	redirects int
	repeated  bool
	issuer    *x509.Certificate // of the server's certificate on the TLS connection that was made last
}

// Do sends a request and returns the final answer. A status of any kind is no
// error; an error is an *Error. h is the caller's hold on the clock: it is
// bound to the connection while an answer is due, and reading the body needs
// it still. ctx rules the reading of the body too; who ends it must hold the
// clock until Do or Read has returned, or virtual time may pass before they
// take notice.
func (c *Client) Do(ctx context.Context, h clock.Hold, r *Request) (*Response, error) {
	k := &call{c: c, ctx: ctx, hold: h, req: r, method: r.Method, layout: r.Layout, auto: r.AutoProxy, logins: r.Logins.begin()}
	if k.method == "" {
		k.method = http.MethodGet
	}
	if k.layout.Request == nil {
		k.layout = LayoutWinHTTP51()
	}
	if err := k.prepare(); err != nil {
		return nil, err
	}
	for {
		answer, err := k.converse(k.request())
		if err != nil {
			if k.failOver(err) {
				continue
			}
			return nil, err
		}
		followed, err := k.redirect(answer)
		if err != nil {
			return nil, err
		}
		if !followed {
			r.Logins.keep(k.logins)
			return k.response(answer), nil
		}
	}
}

// prepare checks the request before anything is sent.
func (k *call) prepare() error {
	if k.hold == nil {
		return k.fail("prepare", nil, errors.New("no hold on the clock was given"), hresult.ERROR_WINHTTP_INTERNAL_ERROR)
	}
	if err := k.req.checkFields(); err != nil {
		return k.fail("prepare", nil, err, hresult.ERROR_WINHTTP_INVALID_URL)
	}
	u, err := parseURL(k.req.URL)
	if err != nil {
		return k.fail("prepare", nil, err, hresult.ERROR_WINHTTP_INVALID_URL)
	}
	err = k.route(u)
	k.first = k.serverLogin().key.peer
	return err
}

// route sets the URL and chooses the proxy for it.
func (k *call) route(u *url.URL) error {
	k.url = u
	ways, err := k.ways(u)
	if err != nil {
		return k.fail("choose proxy", nil, err, hresult.BG_E_INVALID_PROXY_INFO)
	}
	k.proxy, k.others = ways[0], ways[1:]
	return nil
}

func (k *call) guard(cn *conn, s span, op func() error) error {
	return k.c.guard(k.ctx, k.hold, s, cn.interrupt, func(p *clock.Patience) error {
		cn.metered.allow(p)
		defer cn.metered.allow(nil)
		return op()
	})
}

// absoluteForm reports whether a proxy forwards the request itself.
func (k *call) absoluteForm() bool { return k.proxy != "" && k.url.Scheme == "http" }

// shownURL is the URL without credentials; empty while there is none.
func (k *call) shownURL() string {
	if k.url == nil {
		return ""
	}
	return k.url.String()
}

// redirectStatus lists what is followed. Source: RFC 2616 10.3, which has no
// 308. Assumed: that 300 and 305 are not.
func redirectStatus(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect:
		return true
	}
	return false
}

// redirect turns the call to where the answer sends it; followed is false when
// the answer is final. Credentials stay behind when the host changes, since
// logins are kept by host.
func (k *call) redirect(r *reply) (followed bool, err error) {
	location := r.resp.Header.Get("Location")
	moves := k.method == http.MethodGet || k.method == http.MethodHead
	if !redirectStatus(r.resp.StatusCode) || location == "" || !moves || r.connect || r.passport || k.req.Redirects == RedirectNever {
		return false, nil
	}
	next, err := k.destination(location)
	if err == nil {
		var cn *conn
		if cn, err = k.stay(&message{}, r); err == nil && cn != nil {
			k.c.release(cn)
		}
	}
	if err != nil {
		failure := k.fail("redirect", r.cn, err, hresult.ERROR_WINHTTP_REDIRECT_FAILED)
		r.cn.drop(nil)
		return false, failure
	}
	k.redirects++
	return true, k.route(next)
}

// destination reads Location within the redirect policy.
func (k *call) destination(location string) (*url.URL, error) {
	if k.redirects >= k.c.cfg.Limits.Redirects {
		return nil, fmt.Errorf("more than %d redirects: %w", k.c.cfg.Limits.Redirects, errRedirect)
	}
	relative, err := url.Parse(location)
	if err != nil {
		return nil, fmt.Errorf("unreadable Location: %w", errRedirect)
	}
	next, err := parseURL(k.url.ResolveReference(relative).String())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errRedirect, err)
	}
	if k.req.Redirects == RedirectDisallowHTTPSToHTTP && k.url.Scheme == "https" && next.Scheme == "http" {
		return nil, fmt.Errorf("from https to http: %w", errRedirect)
	}
	return next, nil
}
