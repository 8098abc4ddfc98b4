package negotiate

import (
	"fmt"

	"github.com/wualab/wualab/auth/ntlm"
)

// Session is one login on the server's side. A token that begins a login starts it
// over. It is not safe for concurrent use.
type Session struct {
	cfg       *AcceptorConfig
	mech      Mech // chosen, while the login is open
	ntlm      NTLMSession
	challenge bool   // CHALLENGE_MESSAGE is out
	list      []byte // the client's list of mechanisms as received
	passedBy  bool   // the chosen mechanism is not the client's first, so that mechListMIC is due
}

// Accept takes the client's next token and gives the answer. It never fails: what
// can't be read is a refusal with its reason.
func (s *Session) Accept(token []byte) Step {
	t, err := ParseToken(token)
	if err != nil {
		return s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "%v", err)
	}
	var step Step
	switch t.Kind {
	case KindInit:
		step = s.begin(t.Init)
	case KindResp:
		step = s.proceed(t.Resp)
	case KindRawNTLM:
		step = s.rawNTLM(t.Raw)
	case KindRawKerberos:
		step = s.rawKerberos(t.Raw)
	default:
		step = s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "the client sent %s, which only servers send", t.Kind)
	}
	step.Kind = t.Kind
	if step.Done && !step.OK && (t.Kind == KindRawNTLM || t.Kind == KindRawKerberos) {
		step.Token = s.rawRefusal(step)
	}
	return step
}

// begin chooses the first of the client's mechanisms that the server takes (RFC 4178
// 4.2.2). Only the token of the first is there.
func (s *Session) begin(init *NegTokenInit) Step {
	*s = Session{cfg: s.cfg, list: init.mechList}
	for i, m := range init.MechTypes {
		if s.cfg.takes(m) {
			s.mech, s.passedBy = m, i > 0
			break
		}
	}
	switch {
	case s.mech == "":
		return s.refuse(Step{Status: ntlm.StatusNotSupported}, "the client offers %v, the server takes none of them", init.MechTypes)
	case s.passedBy || len(init.MechToken) == 0:
		return s.ask()
	}
	return s.mechToken(init.MechToken, nil)
}

// ask names the mechanism and wants its first token. Assumed: request-mic is left
// out for Kerberos, which is then the first mechanism but one that is not taken here.
func (s *Session) ask() Step {
	state := AcceptIncomplete
	if s.passedBy && s.mech == MechNTLM && !s.cfg.OmitMechListMIC {
		state = RequestMIC
	}
	return s.answer(Step{}, &NegTokenResp{NegState: &state, SupportedMech: s.mech})
}

func (s *Session) proceed(resp *NegTokenResp) Step {
	switch {
	case s.mech == "":
		return s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "NegTokenResp came on a connection that has no negotiation open")
	case resp.NegState != nil && *resp.NegState == Reject:
		return s.refuse(Step{Status: ntlm.StatusLogonFailure}, "the client rejects the negotiation")
	case len(resp.ResponseToken) == 0:
		return s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "NegTokenResp carries no token")
	}
	return s.mechToken(resp.ResponseToken, resp.MechListMIC)
}

// mechToken hands the inner token to the mechanism.
func (s *Session) mechToken(token, mic []byte) Step {
	if s.mech.IsKerberos() {
		return s.wrappedKerberos(token)
	}
	kind, err := ntlm.MessageType(token)
	switch {
	case err != nil:
		return s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "the NTLM token can't be read: %v", err)
	case kind == 1 && !s.challenge:
		return s.wrappedChallenge(token)
	case kind == 3 && s.challenge:
		return s.wrappedVerify(token, mic)
	}
	return s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "an NTLM message of type %d came out of turn", kind)
}

// answer puts the token in a step that is not a refusal.
func (s *Session) answer(step Step, resp *NegTokenResp) Step {
	token, err := resp.Marshal()
	if err != nil {
		return s.refuse(Step{Status: ntlm.StatusInvalidParameter}, "%v", err)
	}
	step.Token, step.Mech = token, s.mech
	if step.Done {
		s.close()
	}
	return step
}

func (s *Session) refuse(step Step, format string, args ...any) Step {
	step.Done, step.OK, step.Mech, step.Token = true, false, s.mech, nil
	step.Reason = fmt.Sprintf(format, args...)
	if s.cfg.SendReject {
		resp := &NegTokenResp{NegState: new(Reject)}
		if step.Kerberos != nil {
			resp.ResponseToken = step.Kerberos.Token
		}
		if token, err := resp.Marshal(); err == nil {
			step.Token = token
		}
	}
	s.close()
	return step
}

// rawRefusal is the token of a refusal for a client that does not speak SPNEGO: NTLM
// has none.
func (s *Session) rawRefusal(step Step) []byte {
	if step.Kerberos == nil || !s.cfg.SendReject {
		return nil
	}
	return step.Kerberos.Token
}

// close ends the login; the next token must begin one.
func (s *Session) close() { *s = Session{cfg: s.cfg} }
