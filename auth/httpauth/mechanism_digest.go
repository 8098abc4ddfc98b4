package httpauth

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/icholy/digest"
)

// maxStale is how often in a row a server may call the nonce stale. Assumed: the
// number; without one a server that never likes a nonce would be asked for ever.
const maxStale = 2

// DigestOptions is what a Digest login needs beside the password. The zero value has no
// randomness and makes Next fail.
type DigestOptions struct {
	Method, Target string    // of the request that was challenged; without Method, Next gives no credentials and For does
	Rand           io.Reader // client nonces
	// SHA256 has the client answer SHA-256 and SHA-256-sess (RFC 7616). Off it knows
	// MD5 and MD5-sess (RFC 2617), as WinHTTP 5.1 on Windows XP. Assumed: no document
	// of that time names another algorithm for it.
	SHA256 bool
}

// digestMechanism is RFC 7616 on the client's side.
type digestMechanism struct {
	user, password string
	opt            DigestOptions

	challenge *DigestChallenge // in use
	hash      digestHash
	qop       string
	cnonce    string // one for all requests of a challenge
	sessNonce string // of the challenge that began the session
	count     int    // nc of the last request
	stale     int    // challenges with stale=true in a row
	last      string // response's A1 and URI, for rspauth
	lastA1    string
}

// NewDigest gives a Digest login (RFC 7616, RFC 2617). The user goes as it is, also in
// the form DOMAIN\user. It answers qop auth, or nothing where none is offered; qop
// auth-int alone is an error. One client nonce serves a whole challenge, so that the
// -sess algorithms come out the same by every reading of RFC 2617 3.2.2.2. Nothing is
// sent before a challenge. A challenge with stale=true is answered anew, twice in a
// row; any other second challenge means that the login is refused. The result is a
// [PerRequest] and a [Concluder].
func NewDigest(user, password string, opt DigestOptions) Mechanism {
	return &digestMechanism{user: user, password: password, opt: opt}
}

func (m *digestMechanism) Scheme() Scheme { return Digest }

func (m *digestMechanism) ConnectionBound() bool { return false }

// takes reports whether the challenge has an algorithm and qop that the client knows.
func (m *digestMechanism) takes(ch Challenge) bool {
	d, err := ParseDigestChallenge(ch)
	if err == nil {
		_, _, err = m.suits(d)
	}
	return err == nil
}

func (m *digestMechanism) suits(d DigestChallenge) (hash digestHash, qop string, err error) {
	if hash, err = digestHashOf(d.Algorithm); err != nil {
		return hash, "", err
	}
	if hash.plain != DigestMD5 && !m.opt.SHA256 {
		return hash, "", fmt.Errorf("the client does not know the algorithm %s", hash.name)
	}
	qop, err = d.qop()
	return hash, qop, err
}

func (m *digestMechanism) Next(ch Challenge) (string, error) {
	if s := SchemeOf(ch.Scheme); s != Digest {
		return "", fmt.Errorf("httpauth: Digest can't answer a challenge of scheme %q", ch.Scheme)
	}
	d, err := ParseDigestChallenge(ch)
	if err != nil {
		return "", fmt.Errorf("httpauth: Digest: the challenge can't be read: %w", err)
	}
	switch {
	case m.challenge != nil && !d.Stale:
		return "", fmt.Errorf("httpauth: Digest: %w", ErrRejected)
	case m.challenge != nil && m.stale == maxStale:
		return "", fmt.Errorf("httpauth: Digest: the nonce was called stale %d times in a row: %w", m.stale+1, ErrRejected)
	case m.challenge != nil:
		m.stale++
	}
	if err := m.adopt(d); err != nil {
		return "", fmt.Errorf("httpauth: Digest: %w", err)
	}
	if m.opt.Method == "" {
		return "", nil
	}
	return m.For(m.opt.Method, m.opt.Target)
}

// adopt begins to use a challenge.
func (m *digestMechanism) adopt(d DigestChallenge) error {
	var err error
	if m.hash, m.qop, err = m.suits(d); err != nil {
		return err
	}
	if strings.ContainsFunc(m.user, isControl) {
		return errors.New("a user name with a control character can't be sent")
	}
	if m.opt.Rand == nil {
		return errors.New("there is no random source for the client nonce")
	}
	const cnonceBytes = 16
	if m.cnonce, err = randomHex(m.opt.Rand, cnonceBytes); err != nil {
		return err
	}
	m.challenge, m.sessNonce, m.count = &d, d.Nonce, 0
	return nil
}

// For gives the credentials of one request, each with the next count.
func (m *digestMechanism) For(method, target string) (string, error) {
	if m.challenge == nil {
		return "", nil
	}
	m.opt.Method, m.opt.Target = method, target
	m.count++
	d := m.challenge
	user, password := m.encoded(m.user), m.encoded(m.password)
	a1 := m.hash.a1(user, d.Realm, password, m.sessNonce, m.cnonce)
	given, err := digest.Digest(
		&digest.Challenge{Realm: d.Realm, Nonce: d.Nonce, Algorithm: string(m.hash.plain), QOP: m.qopList()},
		digest.Options{Method: method, URI: target, Count: m.count, Username: user, A1: a1, Cnonce: m.cnonce})
	if err != nil {
		return "", fmt.Errorf("httpauth: Digest: computing the response: %w", err)
	}
	m.last, m.lastA1 = given.URI, a1
	return m.write(given), nil
}

func (m *digestMechanism) qopList() []string {
	if m.qop == "" {
		return nil
	}
	return []string{m.qop}
}

// encoded gives a text in the charset of the challenge: UTF-8 when it says so, else
// Latin-1 where that has all characters, as for Basic (Assumed: RFC 7616 3.3 leaves it
// to the client).
func (m *digestMechanism) encoded(s string) string {
	if m.challenge.UTF8 {
		return s
	}
	return toLatin1(s)
}

// write gives the field's value with what MSDN lists ("Contents of a Digest Challenge
// Response"). Assumed: the order, and quotes where RFC 7616 3.4 has them and nowhere
// else; Internet Explorer 6 on Windows 2000 is captured quoting qop and algorithm too.
func (m *digestMechanism) write(c *digest.Credentials) string {
	list := []string{"username=" + quote(c.Username), "realm=" + quote(c.Realm), "nonce=" + quote(c.Nonce), "uri=" + quote(c.URI)}
	if m.challenge.Algorithm != "" {
		list = append(list, "algorithm="+string(m.hash.name))
	}
	list = append(list, "response="+quote(c.Response))
	if m.challenge.HasOpaque {
		list = append(list, "opaque="+quote(m.challenge.Opaque))
	}
	switch {
	case m.qop != "":
		list = append(list, "qop="+m.qop, fmt.Sprintf("nc=%08x", c.Nc), "cnonce="+quote(c.Cnonce))
	case m.hash.session: // Assumed: without it the server can't compute A1
		list = append(list, "cnonce="+quote(m.cnonce))
	}
	return "Digest " + strings.Join(list, ", ")
}

// Conclude takes the next nonce, and checks the server's own response where it sent
// one (RFC 7616 3.5).
func (m *digestMechanism) Conclude(target Target, h http.Header) error {
	m.stale = 0
	value := h.Get(target.InfoHeader())
	if value == "" || m.challenge == nil {
		return nil
	}
	info, err := ParseCredentials("Digest " + value)
	if err != nil {
		return fmt.Errorf("httpauth: Digest: %s can't be read: %w", target.InfoHeader(), err)
	}
	given := DigestCredentials{URI: m.last, Nonce: m.challenge.Nonce, QOP: m.qop, CNonce: m.cnonce, NC: fmt.Sprintf("%08x", m.count)}
	proof, has := info.Param("rspauth")
	wrong := has && m.qop != "" && !strings.EqualFold(proof, m.hash.response(m.lastA1, "", given))
	if next, ok := info.Param("nextnonce"); ok && next != "" {
		m.challenge.Nonce, m.count = next, 0
	}
	if wrong {
		return errors.New("httpauth: Digest: the server's own response (rspauth) is wrong: it does not know the password")
	}
	return nil
}
