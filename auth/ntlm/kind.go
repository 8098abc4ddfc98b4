package ntlm

import "bytes"

// ResponseKind is the form in which a client proved its password.
type ResponseKind int

// The response kinds, weakest first. The zero value is no response at all.
const (
	ResponseNone         ResponseKind = iota // no message or one that is not readable
	ResponseAnonymous                        // no user, no response
	ResponseLM                               // LM only
	ResponseNTLMv1                           // NTLMv1, the LM field empty or a copy of it
	ResponseLMAndNTLMv1                      // both, as at LmCompatibilityLevel 0 and 1
	ResponseNTLM2Session                     // NTLMv1 with extended session security
	ResponseLMv2                             // LMv2 only
	ResponseNTLMv2                           // NTLMv2
)

var kindNames = [...]string{
	"none", "anonymous", "LM", "NTLMv1", "LM and NTLMv1", "NTLM2 session", "LMv2", "NTLMv2",
}

// String gives the name for a report, such as "NTLM2 session".
func (k ResponseKind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}

// classify tells the kind of a message's responses by their form. An LMv2 response
// has the form of an LM response; only the hash tells them apart.
func classify(m *AuthenticateMessage, ess bool) ResponseKind {
	switch lm, nt := len(m.LmResponse), len(m.NtResponse); {
	case isAnonymous(m):
		return ResponseAnonymous
	case nt > v1Size:
		return ResponseNTLMv2
	case nt == v1Size && ess && lm == v1Size && allZero(m.LmResponse[8:]):
		return ResponseNTLM2Session
	case nt == v1Size && hasOwnLM(m):
		return ResponseLMAndNTLMv1
	case nt == v1Size:
		return ResponseNTLMv1
	case nt == 0 && lm == v1Size:
		return ResponseLM
	default:
		return ResponseNone
	}
}

// isAnonymous is the test of MS-NLMP 3.2.5.1.2.
func isAnonymous(m *AuthenticateMessage) bool {
	noLM := len(m.LmResponse) == 0 || len(m.LmResponse) == 1 && m.LmResponse[0] == 0
	return m.User == "" && len(m.NtResponse) == 0 && noLM
}

// hasOwnLM reports an LM response that is not a copy of the NTLMv1 response.
func hasOwnLM(m *AuthenticateMessage) bool {
	return len(m.LmResponse) == v1Size && !allZero(m.LmResponse) && !bytes.Equal(m.LmResponse, m.NtResponse)
}

func allZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }
