package ntlm

import (
	"crypto/des"
	"crypto/hmac"
	"crypto/md5"
	"errors"
	"strings"

	//lint:ignore SA1019 NTLM is built on MD4
	"golang.org/x/crypto/md4"
)

const (
	v1Size    = 24 // LM, NTLMv1, NTLM2 session and LMv2 responses
	proofSize = 16
	lmChars   = 14
)

// Key is a password hash or a session key of NTLM. It is a secret.
type Key [16]byte

// String hides the key.
func (Key) String() string { return "ntlm.Key(secret)" }

// GoString hides the key from %#v.
func (k Key) GoString() string { return k.String() }

// ErrNoLMHash says that a password has no LM hash: it is longer than 14 characters
// or has one outside the OEM code page (MS-NLMP 3.3.1).
var ErrNoLMHash = errors.New("ntlm: password has no LM hash: over 14 characters, or not in the OEM code page")

// LMOWFv1 is the LM hash of a password (MS-NLMP 3.3.1). It gives ErrNoLMHash when
// there is none. Assumed: the password is upper-cased as Unicode, then converted to
// code page 437, and what does not convert has no hash.
func LMOWFv1(password string) (Key, error) {
	upper, ok := encodeOEM(strings.ToUpper(password))
	if !ok || len(upper) > lmChars {
		return Key{}, ErrNoLMHash
	}
	var padded [lmChars]byte
	copy(padded[:], upper)
	magic := [8]byte([]byte("KGS!@#$%"))
	return Key(append(desBlock(padded[:7], magic), desBlock(padded[7:], magic)...)), nil
}

// NTOWFv1 is the NT hash of a password: MD4 of its UTF-16LE form (MS-NLMP 3.3.1).
func NTOWFv1(password string) Key { return md4Sum(encodeUTF16(password)) }

// NTOWFv2 is the NTLMv2 hash, which is LMOWFv2 too (MS-NLMP 3.3.2). The user name
// is upper-cased, the domain is not.
func NTOWFv2(password, user, domain string) Key {
	nt := NTOWFv1(password)
	return hmacMD5(nt[:], encodeUTF16(strings.ToUpper(user)+domain))
}

// LMResponse answers a challenge with the LM hash (MS-NLMP 3.3.1).
func LMResponse(lm Key, server [8]byte) []byte { return desl(lm, server) }

// NTLMv1Response answers a challenge with the NT hash (MS-NLMP 3.3.1).
func NTLMv1Response(nt Key, server [8]byte) []byte { return desl(nt, server) }

// NTLM2SessionResponse answers with the NT hash under extended session security:
// the LM field carries the client's challenge (MS-NLMP 3.3.1).
func NTLM2SessionResponse(nt Key, server, client [8]byte) (lmField, ntField []byte) {
	sum := md5.Sum(append(server[:], client[:]...))
	lmField = append(client[:], make([]byte, 16)...)
	return lmField, desl(nt, [8]byte(sum[:8]))
}

// LMv2Response answers with the NTLMv2 hash, for the LM field (MS-NLMP 3.3.2).
func LMv2Response(v2 Key, server, client [8]byte) []byte {
	proof := hmacMD5(v2[:], server[:], client[:])
	return append(proof[:], client[:]...)
}

// NTLMv2Response answers with the NTLMv2 hash: NTProofStr, then the client
// challenge itself (MS-NLMP 3.3.2).
func NTLMv2Response(v2 Key, server [8]byte, c ClientChallenge) []byte {
	temp := c.Marshal()
	proof := NTProofStr(v2, server, temp)
	return append(proof[:], temp...)
}

// NTProofStr is the HMAC at the head of an NTLMv2 response; temp is all that
// follows it (MS-NLMP 3.3.2).
func NTProofStr(v2 Key, server [8]byte, temp []byte) Key {
	return hmacMD5(v2[:], server[:], temp)
}

// desl is DESL: three DES keys out of 16 bytes and five zeros (MS-NLMP 6).
func desl(k Key, data [8]byte) []byte {
	var padded [21]byte
	copy(padded[:], k[:])
	out := desBlock(padded[:7], data)
	out = append(out, desBlock(padded[7:14], data)...)
	return append(out, desBlock(padded[14:], data)...)
}

// desBlock encrypts one block under a key of 7 bytes. Parity bits are left clear;
// DES ignores them.
func desBlock(key7 []byte, data [8]byte) []byte {
	var bits uint64
	for _, x := range key7 {
		bits = bits<<8 | uint64(x)
	}
	var key [8]byte
	for i := range key {
		key[i] = byte(bits>>(49-7*i)) << 1
	}
	block, err := des.NewCipher(key[:])
	if err != nil { // only for a key that is not 8 bytes
		return make([]byte, 8)
	}
	out := make([]byte, 8)
	block.Encrypt(out, data[:])
	return out
}

func md4Sum(b []byte) Key {
	h := md4.New()
	h.Write(b)
	return Key(h.Sum(nil))
}

func hmacMD5(key []byte, parts ...[]byte) Key {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return Key(h.Sum(nil))
}
