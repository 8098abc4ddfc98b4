package negotiate

import (
	"bytes"
	"crypto/hmac"

	"github.com/wualab/wualab/auth/ntlm"
)

// NTLMFlags are what Windows asks for in NEGOTIATE_MESSAGE under Negotiate beside what
// it asks for under NTLM: e2088297 where the other is a2088207. They belong in
// ntlm.ClientConfig.ExtraFlags. Seen in many published captures of Internet Explorer
// on XP and later; no document gives them.
const NTLMFlags = ntlm.NegotiateSign | ntlm.NegotiateLMKey | ntlm.NegotiateKeyExch

// protects reports whether a login has integrity, without which no mechListMIC is
// exchanged (RFC 4178 5); NegotiateAlwaysSign alone gives only the place for it.
func protects(flags ntlm.Flags) bool { return flags.Has(ntlm.NegotiateSign) }

// macChecksum is where the checksum begins in a signature (MS-NLMP 2.2.2.9.2).
const macChecksum = 4

// mechListMIC signs the encoded list with the key of an NTLM login, at sequence
// number 0 (RFC 4178 5, MS-NLMP 3.4.4).
func mechListMIC(key ntlm.Key, flags ntlm.Flags, fromClient bool, list []byte) []byte {
	return ntlm.NewSealer(flags, key, fromClient).Sign(list)
}

// sameMIC compares. A server that repeats its responseToken where mechListMIC should
// be says nothing and is let pass. Assumed: Windows before Vista does so, since other
// implementations make the same allowance.
func sameMIC(resp *NegTokenResp, want []byte) bool {
	return hmac.Equal(resp.MechListMIC, want) ||
		len(resp.ResponseToken) > 0 && bytes.Equal(resp.MechListMIC, resp.ResponseToken)
}
