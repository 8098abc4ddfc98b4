package ntlm

import (
	"crypto/md5"
	"crypto/rc4"
	"fmt"
)

// SessionBaseKeyV1 is the SessionBaseKey of NTLMv1 and NTLM2 session (MS-NLMP 3.3.1).
func SessionBaseKeyV1(nt Key) Key { return md4Sum(nt[:]) }

// SessionBaseKeyV2 is the SessionBaseKey of NTLMv2 (MS-NLMP 3.3.2).
func SessionBaseKeyV2(v2, proof Key) Key { return hmacMD5(v2[:], proof[:]) }

// KXKEY makes the KeyExchangeKey of NTLMv1 and NTLM2 session out of the
// SessionBaseKey (MS-NLMP 3.4.5.1). With NTLMv2 the two are the same and KXKEY is
// not called. lmowf matters only without extended session security, and may be zero
// when the password has no LM hash.
func KXKEY(flags Flags, base, lmowf Key, lmResponse []byte, server [8]byte) Key {
	var lm [8]byte
	copy(lm[:], lmResponse)
	switch {
	case flags.Has(NegotiateExtendedSessionSecurity):
		return hmacMD5(base[:], server[:], lm[:])
	case flags.Has(NegotiateLMKey):
		rest := []byte{lmowf[7], 0xbd, 0xbd, 0xbd, 0xbd, 0xbd, 0xbd}
		return Key(append(desBlock(lmowf[:7], lm), desBlock(rest, lm)...))
	case flags.Has(RequestNonNTSessionKey):
		var k Key
		copy(k[:8], lmowf[:8])
		return k
	default:
		return base
	}
}

// exchangesKey reports whether EncryptedRandomSessionKey carries the session key:
// key exchange counts only with signing or sealing (MS-NLMP 3.1.5.1.2).
func exchangesKey(f Flags) bool {
	return f.Has(NegotiateKeyExch) && f.HasAny(NegotiateSign|NegotiateSeal)
}

// EncryptSessionKey is EncryptedRandomSessionKey: the exported key under the
// KeyExchangeKey (MS-NLMP 3.1.5.1.2). RC4 being symmetric, it decrypts as well.
func EncryptSessionKey(exchange, exported Key) Key {
	var out Key
	rc4Handle(exchange[:]).XORKeyStream(out[:], exported[:])
	return out
}

// exportedSessionKey is what the receiver of an AUTHENTICATE_MESSAGE derives.
func exportedSessionKey(flags Flags, exchange Key, encrypted []byte) (Key, error) {
	if !exchangesKey(flags) {
		return exchange, nil
	}
	if len(encrypted) != len(Key{}) {
		return Key{}, &FormatError{authenticateName, "EncryptedRandomSessionKeyFields", authenticateSessionKey,
			fmt.Sprintf("has %d bytes, key exchange needs 16", len(encrypted))}
	}
	return EncryptSessionKey(exchange, Key(encrypted)), nil
}

// SIGNKEY is the signing key of one direction (MS-NLMP 3.4.5.2). Without extended
// session security there is none and it gives nil.
func SIGNKEY(flags Flags, exported Key, fromClient bool) []byte {
	if !flags.Has(NegotiateExtendedSessionSecurity) {
		return nil
	}
	return magicMD5(exported[:], fromClient, "signing")
}

// SEALKEY is the sealing key of one direction (MS-NLMP 3.4.5.3).
func SEALKEY(flags Flags, exported Key, fromClient bool) []byte {
	if flags.Has(NegotiateExtendedSessionSecurity) {
		return magicMD5(exported[:sealBytes(flags)], fromClient, "sealing")
	}
	switch {
	case !flags.HasAny(NegotiateLMKey | NegotiateDatagram):
		return exported[:]
	case flags.Has(Negotiate56):
		return append(exported[:7:7], 0xa0)
	default:
		return append(exported[:5:5], 0xe5, 0x38, 0xb0)
	}
}

// sealBytes is the key strength under extended session security.
func sealBytes(flags Flags) int {
	switch {
	case flags.Has(Negotiate128):
		return 16
	case flags.Has(Negotiate56):
		return 7
	default:
		return 5
	}
}

func magicMD5(key []byte, fromClient bool, use string) []byte {
	direction := "server-to-client"
	if fromClient {
		direction = "client-to-server"
	}
	magic := fmt.Sprintf("session key to %s %s key magic constant\x00", direction, use)
	sum := md5.Sum(append(append([]byte(nil), key...), magic...))
	return sum[:]
}

// MIC is the integrity code over the three messages, the last with its MIC field
// zeroed (MS-NLMP 3.1.5.1.2).
func MIC(exported Key, negotiate, challenge, authenticate []byte) Key {
	return hmacMD5(exported[:], negotiate, challenge, authenticate)
}

// rc4Handle never fails: every key here has 5 to 16 bytes.
func rc4Handle(key []byte) *rc4.Cipher {
	c, err := rc4.NewCipher(key)
	if err != nil {
		return new(rc4.Cipher)
	}
	return c
}
