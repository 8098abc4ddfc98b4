package httpauth

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// DigestAlgorithm is a hash algorithm of Digest in its registered spelling (RFC 7616
// 6.1). The zero value means MD5, as an absent parameter does.
type DigestAlgorithm string

// The algorithms that a gate verifies. RFC 2617 knows the first two, which were all in
// the time of Windows XP.
const (
	DigestMD5        DigestAlgorithm = "MD5"
	DigestMD5Sess    DigestAlgorithm = "MD5-sess"
	DigestSHA256     DigestAlgorithm = "SHA-256"
	DigestSHA256Sess DigestAlgorithm = "SHA-256-sess"
)

const (
	qopAuth    = "auth"
	qopAuthInt = "auth-int"
)

// digestHash is an algorithm in use.
type digestHash struct {
	name    DigestAlgorithm
	plain   DigestAlgorithm // without -sess
	session bool
	hash    func() hash.Hash
}

var digestAlgorithms = []digestHash{
	{DigestMD5, DigestMD5, false, md5.New},
	{DigestMD5Sess, DigestMD5, true, md5.New},
	{DigestSHA256, DigestSHA256, false, sha256.New},
	{DigestSHA256Sess, DigestSHA256, true, sha256.New},
}

// digestHashOf finds an algorithm by its name, whose case does not matter.
func digestHashOf(name string) (digestHash, error) {
	if name == "" {
		name = string(DigestMD5)
	}
	for _, a := range digestAlgorithms {
		if strings.EqualFold(string(a.name), name) {
			return a, nil
		}
	}
	return digestHash{}, fmt.Errorf("the Digest algorithm %q is not known here", printable(name))
}

// sum is H of parts with colons between (RFC 7616 3.3).
func (d digestHash) sum(parts ...string) string {
	h := d.hash()
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}

// a1 is H(A1) (RFC 7616 3.4.2). nonce and cnonce are those that began the session; only
// the session forms look at them.
func (d digestHash) a1(user, realm, password, nonce, cnonce string) string {
	a1 := d.sum(user, realm, password)
	if d.session {
		a1 = d.sum(a1, nonce, cnonce)
	}
	return a1
}

// response is request-digest (RFC 7616 3.4.1), or that of RFC 2069 without qop. With
// an empty method it is rspauth (RFC 7616 3.5).
func (d digestHash) response(a1, method string, g DigestCredentials) string {
	a2 := d.sum(method, g.URI)
	if g.QOP == "" {
		return d.sum(a1, g.Nonce, a2)
	}
	return d.sum(a1, g.Nonce, g.NC, g.CNonce, g.QOP, a2)
}
