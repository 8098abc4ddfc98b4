package ntlm

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
