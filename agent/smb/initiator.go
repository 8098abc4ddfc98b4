package smb

import (
	"encoding/asn1"

	"github.com/wualab/wualab/auth/ntlm"
)

// initiator lets the library log in with our own NTLM, so that the PC's
// LmCompatibilityLevel, NtlmMinClientSec and Windows version decide what is sent. It
// is the GSS-API initiator's side of one login.
type initiator struct{ client *ntlm.Client }

// OID is NTLMSSP (MS-NLMP 1.9).
func (i *initiator) OID() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 2, 10}
}

func (i *initiator) InitSecContext() ([]byte, error) { return i.client.Negotiate(), nil }

func (i *initiator) AcceptSecContext(challenge []byte) ([]byte, error) {
	return i.client.Authenticate(challenge)
}

// Sum is the signature of the mechanism list, the first and only message that is
// signed by NTLM itself.
func (i *initiator) Sum(message []byte) []byte {
	key, flags := i.client.SessionKey()
	return ntlm.NewSealer(flags, key, true).Sign(message)
}

func (i *initiator) SessionKey() []byte {
	key, _ := i.client.SessionKey()
	return key[:]
}
