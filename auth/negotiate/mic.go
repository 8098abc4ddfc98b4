package negotiate

import (
	"bytes"
	"crypto/hmac"

	"github.com/wualab/wualab/auth/ntlm"
)

// mechListMIC signs the encoded list with the key of an NTLM login, at sequence
// number 0 (RFC 4178 5, MS-NLMP 3.4.4, MS-SPNG 3.1.5.8).
func mechListMIC(key ntlm.Key, flags ntlm.Flags, fromClient bool, list []byte) []byte {
	return ntlm.NewSealer(flags, key, fromClient).Sign(list)
}

// sameMIC compares. A server of Windows 2000 to 2003 repeats its responseToken where
// mechListMIC should be (MS-SPNG, product notes), which says nothing and is let pass.
func sameMIC(resp *NegTokenResp, want []byte) bool {
	return hmac.Equal(resp.MechListMIC, want) ||
		len(resp.ResponseToken) > 0 && bytes.Equal(resp.MechListMIC, resp.ResponseToken)
}
