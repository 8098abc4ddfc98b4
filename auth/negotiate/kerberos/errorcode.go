package kerberos

import (
	"fmt"
	"strings"

	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
)

// ErrorCode is the error-code of a KRB-ERROR (RFC 4120 7.5.9). Zero is no error.
type ErrorCode int32

// The errors that a service, or the in-process realm, gives (RFC 4120 7.5.9).
const (
	ClientUnknown  ErrorCode = 6  // KDC_ERR_C_PRINCIPAL_UNKNOWN
	ServiceUnknown ErrorCode = 7  // KDC_ERR_S_PRINCIPAL_UNKNOWN
	ClientRevoked  ErrorCode = 18 // KDC_ERR_CLIENT_REVOKED: locked out or disabled
	KeyExpired     ErrorCode = 23 // KDC_ERR_KEY_EXPIRED: the password has expired
	PreauthFailed  ErrorCode = 24 // KDC_ERR_PREAUTH_FAILED: wrong password
	BadIntegrity   ErrorCode = 31 // KRB_AP_ERR_BAD_INTEGRITY
	TicketExpired  ErrorCode = 32 // KRB_AP_ERR_TKT_EXPIRED
	TicketNotYet   ErrorCode = 33 // KRB_AP_ERR_TKT_NYV
	Repeat         ErrorCode = 34 // KRB_AP_ERR_REPEAT
	NotUs          ErrorCode = 35 // KRB_AP_ERR_NOT_US
	BadMatch       ErrorCode = 36 // KRB_AP_ERR_BADMATCH
	Skew           ErrorCode = 37 // KRB_AP_ERR_SKEW
	BadVersion     ErrorCode = 39 // KRB_AP_ERR_BADVERSION
	MessageType    ErrorCode = 40 // KRB_AP_ERR_MSG_TYPE
	Modified       ErrorCode = 41 // KRB_AP_ERR_MODIFIED
	NoKey          ErrorCode = 45 // KRB_AP_ERR_NOKEY
	MutualFailed   ErrorCode = 46 // KRB_AP_ERR_MUT_FAIL
	Generic        ErrorCode = 60 // KRB_ERR_GENERIC
)

// Name gives the document's name, such as "KRB_AP_ERR_SKEW", or the number.
func (c ErrorCode) Name() string {
	for _, word := range strings.Fields(errorcode.Lookup(int32(c))) {
		if strings.HasPrefix(word, "K") && strings.Contains(word, "_ERR") {
			return word
		}
	}
	return fmt.Sprintf("Kerberos error %d", int32(c))
}

// String gives name and number, as in "KRB_AP_ERR_SKEW (37)".
func (c ErrorCode) String() string { return fmt.Sprintf("%s (%d)", c.Name(), int32(c)) }

// ErrorCodeByName finds a code by the document's name, in any case; an unknown name
// is an error.
func ErrorCodeByName(name string) (ErrorCode, error) {
	const codes = 128 // all that RFC 4120 and its updates have given out are below
	for c := ErrorCode(1); c < codes; c++ {
		if strings.EqualFold(c.Name(), name) {
			return c, nil
		}
	}
	return 0, fmt.Errorf("kerberos: no error %q; names are those of RFC 4120 7.5.9, such as KRB_AP_ERR_SKEW", name)
}

// Error is a refusal with its code.
type Error struct {
	Code ErrorCode
	Text string // what was wrong, without a full stop
}

// Error gives code and text.
func (e *Error) Error() string { return "kerberos: " + e.Code.String() + ": " + e.Text }

func refusal(code ErrorCode, format string, args ...any) *Error {
	return &Error{code, fmt.Sprintf(format, args...)}
}
