package negotiate

import (
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/ntlm"
)

func (s *Session) wrappedKerberos(token []byte) Step {
	step := s.judge(token)
	if !step.OK {
		return s.refuse(step, "%v", step.Kerberos.Err)
	}
	return s.answer(step, &NegTokenResp{
		NegState: new(AcceptCompleted), SupportedMech: s.mech, ResponseToken: step.Kerberos.Token,
	})
}

// rawKerberos takes a token without SPNEGO, as clients on other GSS-API systems send
// it (RFC 4559 4.2 wants SPNEGO; servers take both).
func (s *Session) rawKerberos(token []byte) Step {
	*s = Session{cfg: s.cfg, mech: MechKerberos}
	if s.cfg.Kerberos == nil {
		return s.refuse(Step{Status: ntlm.StatusNotSupported}, "the client sent a Kerberos token, which the server does not take")
	}
	step := s.judge(token)
	if !step.OK {
		return s.refuse(step, "%v", step.Kerberos.Err)
	}
	step.Mech, step.Token = s.mech, step.Kerberos.Token
	s.close()
	return step
}

func (s *Session) judge(token []byte) Step {
	result := s.cfg.Kerberos.Accept(token)
	return Step{Done: true, OK: result.OK, Kerberos: &result, Status: kerberosStatus(result)}
}

// kerberosStatus gives the NTSTATUS for the record. Assumed: the statuses of MS-ERREF
// 2.3 whose words fit; STATUS_LOGON_FAILURE where none does.
func kerberosStatus(r kerberos.Result) ntlm.NTStatus {
	switch r.Code() {
	case 0:
		return ntlm.StatusSuccess
	case kerberos.Skew:
		return ntlm.StatusTimeDifferenceAtDC
	case kerberos.Generic:
		return ntlm.StatusInvalidParameter
	}
	return ntlm.StatusLogonFailure
}
