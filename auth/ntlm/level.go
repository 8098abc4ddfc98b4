package ntlm

import "fmt"

// Level is LmCompatibilityLevel, 0 to 5 (HKLM\SYSTEM\CurrentControlSet\Control\Lsa).
// A client chooses its responses by it, a server or domain controller what it
// accepts (Windows 2000 Resource Kit, "LmCompatibilityLevel"; MS-NLMP 3.1.1.1). The
// zero value is the default of Windows 2000 and XP.
type Level int

// MaxLevel is the highest LmCompatibilityLevel.
const MaxLevel Level = 5

// levelRule is a row of the table of the Windows 2000 Resource Kit. What each level
// puts into the LM field follows from MS-NLMP 3.3.1 with NoLMResponseNTLMv1 true
// from level 2 on (Assumed: no document joins the two tables).
type levelRule struct {
	policy      string // name in the security policy editor
	offersESS   bool   // client asks for extended session security
	sendsLM     bool   // client fills the LM field when it answers with NTLMv1
	sendsV2     bool   // client answers with LMv2 and NTLMv2 only
	acceptsLM   bool   // server
	acceptsNTLM bool   // server; NTLM2 session counts as NTLM
}

// MS-NLMP's product notes have level 4 clients use NTLM; the Resource Kit and the
// policy's name say NTLMv2, which is what stands here.
var levelRules = [...]levelRule{
	0: {"Send LM & NTLM responses", false, true, false, true, true},
	1: {"Send LM & NTLM - use NTLMv2 session security if negotiated", true, true, false, true, true},
	2: {"Send NTLM response only", true, false, false, true, true},
	3: {"Send NTLMv2 response only", true, false, true, true, true},
	4: {"Send NTLMv2 response only. Refuse LM", true, false, true, false, true},
	5: {"Send NTLMv2 response only. Refuse LM & NTLM", true, false, true, false, false},
}

// Valid reports whether the level is 0 to 5.
func (l Level) Valid() bool { return l >= 0 && l <= MaxLevel }

// String gives the level's name in the security policy editor, or "LmCompatibilityLevel
// n" when it is not valid.
func (l Level) String() string {
	if !l.Valid() {
		return fmt.Sprintf("LmCompatibilityLevel %d", int(l))
	}
	return levelRules[l].policy
}

func (l Level) check() error {
	if !l.Valid() {
		return fmt.Errorf("ntlm: LmCompatibilityLevel is %d, not 0 to %d", int(l), int(MaxLevel))
	}
	return nil
}

// Accepts reports whether a server at this level lets a response of this kind log
// anyone in (Windows 2000 Resource Kit, "LmCompatibilityLevel"). NTLM2 session is
// NTLM with extended session security (MS-NLMP 3.3.1) and goes with it.
func (l Level) Accepts(kind ResponseKind) bool {
	if !l.Valid() {
		return false
	}
	switch kind {
	case ResponseLM:
		return levelRules[l].acceptsLM
	case ResponseNTLMv1, ResponseLMAndNTLMv1, ResponseNTLM2Session:
		return levelRules[l].acceptsNTLM
	case ResponseLMv2, ResponseNTLMv2:
		return true
	default:
		return false
	}
}
