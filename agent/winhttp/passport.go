package winhttp

import (
	"net/http"
	"slices"

	"github.com/wualab/wualab/auth/httpauth"
)

// Visitor does one GET of another server with these credentials for it, none
// when they are empty, on a connection of its own, through the request's proxy and within the same
// session; redirects are not followed. It gives status and header. An error is
// an *Error.
type Visitor func(url, authorization string) (status int, header http.Header, err error)

// asks reports whether an answer is a challenge of target. A server that takes
// Passport may challenge with a redirect to its login page, for the browsers
// that know no Passport.
//
// Source: MS-PASS 3.1.5.2; Passport Authentication in WinHTTP, by which the
// redirect counts as 401.
func (r *reply) asks(target httpauth.Target) bool {
	if r.resp.StatusCode == target.Status() {
		return true
	}
	return r.passport && target == httpauth.Server
}

// passportRedirect tells a challenge that has the form of a redirect.
func passportRedirect(resp *http.Response) bool {
	if resp.StatusCode != http.StatusFound {
		return false
	}
	offered, _ := httpauth.ParseChallenges(resp.Header.Values(httpauth.Server.ChallengeHeader()))
	return slices.ContainsFunc(offered, func(c httpauth.Challenge) bool { return httpauth.SchemeOf(c.Scheme) == httpauth.Passport })
}

// visit is the call's Visitor. A proxy on the way is logged in to as for the
// request itself; nobody else gets credentials but those given.
func (k *call) visit(url, authorization string) (status int, header http.Header, err error) {
	var given []Field
	if authorization != "" {
		given = []Field{{Name: httpauth.Server.CredentialHeader(), Value: authorization}}
	}
	resp, err := k.c.Do(k.ctx, k.hold, &Request{
		URL: url, Header: given,
		UserAgent: k.req.UserAgent, Layout: k.layout, Proxy: k.req.Proxy, Session: k.req.Session,
		Redirects: RedirectNever, Auth: proxyOnly{k.req.Auth},
	})
	if err != nil {
		return 0, nil, err
	}
	return resp.Status, resp.Header, resp.Body.Close()
}

// proxyOnly answers for proxies as another Authenticator does, and for nobody
// else.
type proxyOnly struct{ Authenticator }

func (p proxyOnly) Answer(q Question) Answer {
	if q.Target == httpauth.Proxy {
		return p.Authenticator.Answer(q)
	}
	return Answer{}
}
