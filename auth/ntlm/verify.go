package ntlm

import (
	"crypto/hmac"
	"fmt"
	"time"
)

// Result is the outcome of a login, with the reason in words.
type Result struct {
	OK                        bool
	Domain, User, Workstation string       // as the client sent them
	Account                   *Account     // a copy; nil for an unknown or anonymous user
	Response                  ResponseKind // how the password was, or would have been, proved
	Status                    NTStatus
	Reason                    string // one sentence: why refused, or by what accepted
}

// Verify judges the client's Type 3 message (MS-NLMP 3.2.5.1.2, 3.3.1, 3.3.2). The
// NT response decides when there is one; the LM response counts only without it,
// which is stricter than the document's pseudocode and what Samba does. Assumed: the
// order of the checks: name, lock, level, password, age, MIC, then the account's other
// states.
func (s *Session) Verify(authenticate []byte) Result {
	if !s.pending {
		return Result{Status: StatusInvalidParameter,
			Reason: "AUTHENTICATE_MESSAGE came without a challenge that is still open on this connection"}
	}
	s.pending, s.exported = false, Key{}
	m, err := parseAuthenticate(authenticate, s.flags)
	if err != nil {
		return Result{Status: StatusInvalidParameter, Reason: "message refused as SEC_E_INVALID_TOKEN: " + err.Error()}
	}
	if m.HasFlags {
		s.flags &= m.Flags | NegotiateTargetInfo
	}
	l := &logon{cfg: &s.acceptor.cfg, session: s, m: m, raw: authenticate}
	l.result = Result{Domain: m.Domain, User: m.User, Workstation: m.Workstation}
	l.result.Response = classify(m, s.flags.Has(NegotiateExtendedSessionSecurity))
	return l.judge()
}

// logon is one AUTHENTICATE_MESSAGE, or one password, under judgement.
type logon struct {
	cfg     *AcceptorConfig
	by      authority
	session *Session // nil for a password, as are m and raw
	m       *AuthenticateMessage
	raw     []byte
	account Account
	result  Result
}

func (l *logon) conclude(status NTStatus, format string, args ...any) Result {
	l.result.OK = status == StatusSuccess
	l.result.Status, l.result.Reason = status, fmt.Sprintf(format, args...)
	return l.result
}

func (l *logon) judge() Result {
	if l.result.Response == ResponseAnonymous {
		return l.judgeAnonymous()
	}
	if result, stop := l.identify(true); stop {
		return result
	}
	return l.record(l.judgePassword())
}

func (l *logon) judgeAnonymous() Result {
	if !l.cfg.AllowAnonymous {
		// Assumed: this status; the document only says that a server may refuse.
		return l.conclude(StatusAccessDenied, "anonymous logon is not allowed here")
	}
	return l.conclude(StatusSuccess, "anonymous logon is allowed here")
}

func (l *logon) judgePassword() Result {
	exchange, proved, err := l.prove()
	kind := l.result.Response
	switch {
	case err != nil:
		return l.conclude(StatusInvalidParameter, "message refused as SEC_E_INVALID_TOKEN: %v", err)
	case kind == ResponseNone:
		return l.conclude(StatusLogonFailure, "message has no usable response: %d bytes LM, %d bytes NT", len(l.m.LmResponse), len(l.m.NtResponse))
	case !l.by.level.Accepts(kind):
		return l.conclude(StatusLogonFailure, "%s at LmCompatibilityLevel %d (%s) refuses %s responses", l.by.name, int(l.by.level), l.by.level, kind)
	case !proved:
		return l.conclude(StatusWrongPassword, "%s response of %s does not match its password", kind, l.account)
	}
	if result, ok := l.checkIntegrity(exchange); !ok {
		return result
	}
	if result, ok := l.checkBindings(); !ok {
		return result
	}
	return l.judgeAccount(fmt.Sprintf("%s response of %s matches its password", kind, l.account))
}

// checkIntegrity is what only an NTLMv2 response can fail: its age and its MIC.
func (l *logon) checkIntegrity(exchange Key) (Result, bool) {
	if age, old := l.tooOld(); old {
		// Assumed: this status; the document only says that the server should fail.
		return l.conclude(StatusTimeDifferenceAtDC, "time in the NTLMv2 response differs by %s from the %s's, %s accepts %s", age, l.by.name, l.cfg.OS.Name, l.cfg.OS.MaxLifetime), false
	}
	s := l.session
	exported, err := exportedSessionKey(s.flags, exchange, l.m.EncryptedRandomSessionKey)
	if err != nil {
		return l.conclude(StatusInvalidParameter, "message refused as SEC_E_INVALID_TOKEN: %v", err), false
	}
	if l.m.HasMIC && !l.micMatches(exported) {
		// Assumed: this status; the document names only the SSPI error.
		return l.conclude(StatusAccessDenied, "message refused as SEC_E_MESSAGE_ALTERED: its MIC does not match the three messages"), false
	}
	s.exported = exported
	return Result{}, true
}

// tooOld compares the time of an NTLMv2 response with MaxLifetime (MS-NLMP 3.2.5.1.2).
// Assumed: a domain controller has the MaxLifetime of the member's system.
func (l *logon) tooOld() (time.Duration, bool) {
	limit := l.cfg.OS.MaxLifetime
	if l.result.Response != ResponseNTLMv2 || limit <= 0 {
		return 0, false
	}
	blob, err := ParseClientChallenge(l.m.NtResponse[proofSize:])
	if err != nil { // prove has read it already
		return 0, true
	}
	age := NewFileTime(l.by.now()).distance(blob.Time)
	return age, age > limit
}

func (l *logon) micMatches(exported Key) bool {
	zeroed := append([]byte(nil), l.raw...)
	clear(zeroed[authenticateMIC : authenticateMIC+micSize])
	want := MIC(exported, l.session.negotiate, l.session.challenge, zeroed)
	return hmac.Equal(want[:], l.m.MIC[:])
}

// judgeAccount is for a client that knows the password; proved says so.
func (l *logon) judgeAccount(proved string) Result {
	switch a := l.account; {
	case a.Disabled:
		return l.conclude(StatusAccountDisabled, "account %s is disabled", a)
	case a.Expired:
		return l.conclude(StatusAccountExpired, "account %s has expired", a)
	case a.PasswordExpired:
		return l.conclude(StatusPasswordExpired, "password of %s has expired", a)
	case a.Refuse != StatusSuccess:
		return l.conclude(a.Refuse, "account %s is set to be refused with %s", a, a.Refuse)
	}
	return l.conclude(StatusSuccess, "%s", proved)
}
