package httpauth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/auth/ntlm"
)

// DigestConfig is how a gate asks for Digest (RFC 7616). The zero value is MD5 with qop
// auth, as squid and Apache ask; IIS 6.0 is captured asking for MD5-sess with charset
// utf-8.
type DigestConfig struct {
	Algorithms    []DigestAlgorithm // one challenge each, in this order; empty is MD5
	NoQOP         bool              // offers no qop, as RFC 2069 had it
	NonceLifetime time.Duration     // 0 is 30 minutes, squid's nonce_max_duration
	NonceUses     int               // requests that one nonce serves; 0 is any number
	NextNonce     bool              // each answer brings the nonce for the next request
	Opaque        string            // sent and wanted back; empty sends none
	UTF8          bool              // challenges say charset=UTF-8
}

func (cfg DigestConfig) check() error {
	for _, a := range cfg.Algorithms {
		if _, err := digestHashOf(string(a)); err != nil || a == "" {
			return fmt.Errorf("the Digest algorithm %q is not known here", a)
		}
	}
	if cfg.NonceLifetime < 0 || cfg.NonceUses < 0 {
		return errors.New("lifetime or number of uses of a Digest nonce is negative")
	}
	if strings.IndexFunc(cfg.Opaque, isControl) >= 0 {
		return errors.New("the opaque value of Digest has a control character")
	}
	return nil
}

func (cfg DigestConfig) complete() DigestConfig {
	cfg.Algorithms = slices.Clone(cfg.Algorithms)
	if len(cfg.Algorithms) == 0 {
		cfg.Algorithms = []DigestAlgorithm{DigestMD5}
	}
	if cfg.NonceLifetime == 0 {
		cfg.NonceLifetime = nonceLifetime
	}
	return cfg
}

// digestGate is RFC 7616 on the verifying side. Its nonces belong to the gate: a client
// may go on with one on another connection.
type digestGate struct {
	conn  *GateConn
	stale bool // the next offer says so
}

func (d *digestGate) drop() {}

// offer gives one challenge for each algorithm, with one nonce for all. Without
// randomness there is none.
func (d *digestGate) offer() []string {
	nonce, err := d.conn.gate.nonces.issue("")
	if err != nil {
		return nil
	}
	cfg := d.conn.gate.cfg
	var list []string
	for _, algorithm := range cfg.Digest.Algorithms {
		list = append(list, "Digest "+strings.Join(d.params(algorithm, nonce), ", "))
	}
	return list
}

func (d *digestGate) params(algorithm DigestAlgorithm, nonce string) []string {
	gate := d.conn.gate
	cfg, odd := gate.cfg.Digest, gate.cfg.Deviations.OddQuoting
	token := func(s string) string { // unquoted by RFC 7616 3.3
		if odd {
			return quote(s)
		}
		return s
	}
	qop := `qop="auth"`
	if odd {
		qop = "qop=auth"
	}
	list := []string{"realm=" + quote(gate.realm())}
	if !cfg.NoQOP {
		list = append(list, qop)
	}
	list = append(list, "algorithm="+token(string(algorithm)), "nonce="+quote(nonce))
	if cfg.Opaque != "" {
		list = append(list, "opaque="+quote(cfg.Opaque))
	}
	if cfg.UTF8 {
		list = append(list, "charset="+token("UTF-8"))
	}
	if d.stale {
		list = append(list, "stale="+token("true"))
	}
	return list
}

// check verifies credentials, which count for their request only.
func (d *digestGate) check(r *request, credentials Credentials) Outcome {
	given, err := ParseDigest(credentials)
	if err != nil {
		return d.conn.refuse(Digest, "the Digest credentials can't be read: %v", err)
	}
	hash, reason := d.admissible(r, given)
	if reason != "" {
		return d.conn.refuse(Digest, "%s", reason)
	}
	proof := &digestProof{hash: hash, given: given, method: r.method, realm: d.conn.gate.realm()}
	proof.sessNonce, proof.sessCNonce = d.conn.gate.nonces.session(given.Nonce, given.CNonce)
	result := d.logon(r, proof)
	if !result.OK {
		return d.conn.refuseLogon(Digest, result, string(Digest))
	}
	return d.conclude(proof, result)
}

// admissible looks at all but the password and the nonce.
func (d *digestGate) admissible(r *request, given DigestCredentials) (hash digestHash, reason string) {
	cfg := d.conn.gate.cfg.Digest
	hash, err := digestHashOf(given.Algorithm)
	wantQOP := qopAuth
	if cfg.NoQOP {
		wantQOP = ""
	}
	switch {
	case r.method == "":
		return hash, "Digest covers the request line, which this gate was not shown"
	case given.Realm != d.conn.gate.realm():
		return hash, "the Digest credentials are for another realm"
	case err != nil:
		return hash, err.Error()
	case !slices.Contains(cfg.Algorithms, hash.name):
		return hash, fmt.Sprintf("the Digest algorithm %s is not offered here", hash.name)
	case given.QOP == qopAuthInt:
		return hash, "qop auth-int is not offered here: it would cover the body"
	case given.QOP != wantQOP:
		return hash, fmt.Sprintf("the Digest credentials have qop %q, offered is %q", printable(given.QOP), wantQOP)
	case given.Opaque != cfg.Opaque:
		return hash, "the Digest credentials don't bring the opaque value back"
	case !sameTarget(given.URI, r.target):
		return hash, "the Digest credentials are for another URI than the request (RFC 7616 3.4.6)"
	case hash.session && given.CNonce == "":
		return hash, fmt.Sprintf("the Digest algorithm %s needs a cnonce", hash.name)
	}
	return hash, ""
}

// logon finds the account by the user name as RFC 9110 reads it, then with backslashes
// taken literally, since clients write LAB\alice without doubling the backslash.
func (d *digestGate) logon(r *request, proof *digestProof) ntlm.Result {
	names := []string{proof.given.Username}
	if raw, ok := literalParam(r.value, "username"); ok && raw != names[0] {
		names = append([]string{raw}, names...)
	}
	var result ntlm.Result
	for _, name := range names {
		proof.user = name
		domain, user := userPass{user: text(name)}.account()
		result = d.conn.gate.acceptor.Logon(domain, user, proof.matches)
		if result.Status != ntlm.StatusNoSuchUser {
			break
		}
	}
	return result
}

// literalParam reads a parameter with only \" and \\ as escapes.
func literalParam(value, name string) (string, bool) {
	list, err := (&parser{in: value, literal: true}).parse()
	if err != nil || len(list) != 1 {
		return "", false
	}
	return list[0].Param(name)
}

// conclude is for a client that knows the password: its nonce decides.
func (d *digestGate) conclude(proof *digestProof, result ntlm.Result) Outcome {
	c, given := d.conn, proof.given
	switch c.gate.nonces.use(given) {
	case nonceStale:
		d.stale = true
		defer func() { d.stale = false }()
		out := c.refuse(Digest, "the Digest nonce is stale: the password is right, the client shall take a new nonce")
		out.Response = string(Digest)
		return out
	case nonceReplay:
		out := c.refuse(Digest, "nc %s came already with this Digest nonce: a replay", given.NC)
		out.Response = string(Digest)
		return out
	}
	out := c.allow(Digest, accountName(result), string(Digest))
	out.NTStatus = result.Status.WithCode()
	out.AuthInfo = d.info(proof)
	return out
}

// info is the value of Authentication-Info (RFC 7616 3.5).
func (d *digestGate) info(proof *digestProof) string {
	var list []string
	if d.conn.gate.cfg.Digest.NextNonce {
		if next, err := d.conn.gate.nonces.issue(proof.given.Nonce); err == nil {
			list = append(list, "nextnonce="+quote(next))
		}
	}
	if g := proof.given; g.QOP != "" {
		list = append(list, "qop="+g.QOP, "rspauth="+quote(proof.hash.response(proof.a1, "", g)),
			"cnonce="+quote(g.CNonce), "nc="+g.NC)
	}
	return strings.Join(list, ", ")
}
