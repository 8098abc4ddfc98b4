package negotiate

import (
	"crypto/hmac"

	"github.com/wualab/wualab/auth/ntlm"
)

// rawNTLM answers bare messages with bare messages, as Windows does.
func (s *Session) rawNTLM(token []byte) Step {
	if s.cfg.NTLMSession == nil {
		return s.refuse(Step{Status: ntlm.StatusNotSupported}, "the client sent NTLM, which the server does not take")
	}
	kind, err := ntlm.MessageType(token)
	switch {
	case err != nil:
		return s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "the NTLM token can't be read: %v", err)
	case kind == 1:
		*s = Session{cfg: s.cfg, mech: MechNTLM}
		type2, refusal := s.challengeFor(token)
		if refusal != nil {
			return *refusal
		}
		return Step{Token: type2, Mech: MechNTLM}
	case kind == 3 && s.challenge && s.list == nil:
		return s.verified(s.ntlm.Verify(token))
	}
	return s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "a bare NTLM message of type %d came out of turn", kind)
}

func (s *Session) challengeFor(negotiate []byte) ([]byte, *Step) {
	s.ntlm = s.cfg.NTLMSession()
	type2, err := s.ntlm.Challenge(negotiate)
	if err != nil {
		step := s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "NEGOTIATE_MESSAGE (Type 1) was not accepted: %v", err)
		return nil, &step
	}
	s.challenge = true
	return type2, nil
}

// verified ends the login with the verdict, without a token.
func (s *Session) verified(result ntlm.Result) Step {
	step := Step{NTLM: &result, Status: result.Status}
	if !result.OK {
		return s.refuse(step, "%s", result.Reason)
	}
	step.Done, step.OK, step.Mech = true, true, s.mech
	s.close()
	return step
}

func (s *Session) wrappedChallenge(type1 []byte) Step {
	type2, refusal := s.challengeFor(type1)
	if refusal != nil {
		return *refusal
	}
	state := AcceptIncomplete
	resp := &NegTokenResp{NegState: &state, ResponseToken: type2}
	if !s.passedBy {
		resp.SupportedMech = s.mech
	}
	return s.answer(Step{}, resp)
}

func (s *Session) wrappedVerify(type3, mic []byte) Step {
	result := s.ntlm.Verify(type3)
	step := Step{NTLM: &result, Status: result.Status}
	if !result.OK {
		return s.refuse(step, "%s", result.Reason)
	}
	step.Done, step.OK = true, true
	resp := &NegTokenResp{NegState: new(AcceptCompleted)}
	if s.cfg.OmitMechListMIC {
		return s.answer(step, resp)
	}
	key, flags := s.ntlm.SessionKey()
	switch {
	case len(mic) == 0 && (s.passedBy && protects(flags) || s.cfg.RequireMechListMIC):
		return s.refuse(Step{NTLM: &result, Status: ntlm.StatusAccessDenied}, "the client sent no mechListMIC")
	case len(mic) == 0:
		return s.answer(step, resp)
	case !hmac.Equal(mic, mechListMIC(key, flags, true, s.list)):
		return s.refuse(Step{NTLM: &result, Status: ntlm.StatusAccessDenied}, "the client's mechListMIC is wrong")
	}
	resp.MechListMIC = mechListMIC(key, flags, false, s.list)
	if s.cfg.WrongMechListMIC {
		resp.MechListMIC[macChecksum] ^= 1
	}
	return s.answer(step, resp)
}
