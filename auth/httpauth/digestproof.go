package httpauth

import (
	"crypto/hmac"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/wualab/wualab/auth/ntlm"
)

// digestProof compares a response with the password of an account.
type digestProof struct {
	hash                  digestHash
	given                 DigestCredentials
	method, realm, user   string
	sessNonce, sessCNonce string
	a1                    string // of the form that matched
}

// matches tries the password in UTF-8 and Latin-1, and the session of the nonce beside
// one that began with this request: RFC 2617 3.2.2.2 computes A1 once for a session,
// clients are seen to do it for each request.
func (p *digestProof) matches(a ntlm.Account) bool {
	for _, password := range []string{a.Password, toLatin1(a.Password)} {
		for _, session := range [][2]string{{p.sessNonce, p.sessCNonce}, {p.given.Nonce, p.given.CNonce}} {
			p.a1 = p.hash.a1(p.user, p.realm, password, session[0], session[1])
			want := p.hash.response(p.a1, p.method, p.given)
			if hmac.Equal([]byte(want), []byte(p.given.Response)) {
				return true
			}
		}
	}
	return false
}

// text reads a user name as UTF-8, or Latin-1 when it is not that.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return fromLatin1([]byte(s))
}

// sameTarget compares digest-uri with the request target; one in absolute form is the
// same as its path, as a proxy changes the form on the way (RFC 7616 3.4.6).
func sameTarget(uri, target string) bool {
	return uri == target || isAbsolute(uri) != isAbsolute(target) && pathOf(uri) == pathOf(target)
}

func isAbsolute(target string) bool { return strings.Contains(target, "://") && target[0] != '/' }

// pathOf gives path and query of a target in absolute form, and others as they are.
func pathOf(target string) string {
	if !isAbsolute(target) {
		return target
	}
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	return u.RequestURI()
}
