package machine

import "fmt"

// IntegrityLevel is the RID of a mandatory integrity level, with its number (Windows
// documentation: Well-known SIDs). They came with Windows Vista.
type IntegrityLevel uint32

// The levels that programs and services have (Windows documentation: Mandatory
// Integrity Control).
const (
	IntegrityLow    IntegrityLevel = 0x1000 // SECURITY_MANDATORY_LOW_RID
	IntegrityMedium IntegrityLevel = 0x2000 // SECURITY_MANDATORY_MEDIUM_RID
	IntegrityHigh   IntegrityLevel = 0x3000 // SECURITY_MANDATORY_HIGH_RID
	IntegritySystem IntegrityLevel = 0x4000 // SECURITY_MANDATORY_SYSTEM_RID
)

// String gives "low", "medium", "high" or "system".
func (l IntegrityLevel) String() string {
	switch l {
	case IntegrityLow:
		return "low"
	case IntegrityMedium:
		return "medium"
	case IntegrityHigh:
		return "high"
	case IntegritySystem:
		return "system"
	}
	return fmt.Sprintf("integrity level %#x", uint32(l))
}

// Token is what an access token tells of its bearer. The zero value is none.
type Token struct {
	Integrity IntegrityLevel
	Elevated  bool // it has administrator privileges
}

// Where User Account Control is turned off, by a 0 (MS-GPSB 2.2; Windows
// documentation: UAC Group Policy settings).
const (
	uacKey    = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`
	enableLUA = "EnableLUA"
)

// Token gives the token of a program that an account runs on Windows Vista or later.
// Services have system integrity; an administrator's programs are elevated when the
// account says so, and all of them without User Account Control; others have medium
// integrity (Windows documentation: Mandatory Integrity Control; BITS documentation:
// User Account Control and BITS). Assumed: of the service accounts LocalSystem alone
// counts as elevated, since its token has the Administrators SID.
func (m *Machine) Token(a Account) Token {
	if a.Kind.Service() {
		return Token{Integrity: IntegritySystem, Elevated: a.Kind == LocalSystem}
	}
	uac, set, err := m.registry.DWORD(uacKey, enableLUA)
	off := set && err == nil && uac == 0
	if a.Administrator && (a.Elevated || off) {
		return Token{Integrity: IntegrityHigh, Elevated: true}
	}
	return Token{Integrity: IntegrityMedium}
}
