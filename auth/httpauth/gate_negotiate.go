package httpauth

import (
	"strings"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/ntlm"
)

// NegotiateConfig is what a gate takes under Negotiate. The zero value takes NTLM only,
// bare or in SPNEGO, as a server outside any domain does.
type NegotiateConfig struct {
	Kerberos *kerberos.Service // who the gate is to Kerberos; nil takes no tickets
	NoNTLM   bool              // takes tickets only

	OmitMechListMIC    bool // see negotiate.AcceptorConfig, as for the next three
	RequireMechListMIC bool
	WrongMechListMIC   bool
	SendReject         bool

	// KerberosPersists has a login by ticket belong to its connection, as the property
	// authPersistNonNTLM of IIS 7 does. Off it counts for its request (RFC 4559 6).
	KerberosPersists bool
}

// acceptNegotiate makes the acceptor that all connections of the gate use.
func (g *Gate) acceptNegotiate() (*negotiate.Acceptor, error) {
	cfg := g.cfg.Negotiate
	accept := negotiate.AcceptorConfig{Kerberos: cfg.Kerberos, OmitMechListMIC: cfg.OmitMechListMIC,
		RequireMechListMIC: cfg.RequireMechListMIC, WrongMechListMIC: cfg.WrongMechListMIC, SendReject: cfg.SendReject}
	if !cfg.NoNTLM {
		accept.NTLMSession = func() negotiate.NTLMSession { return g.newSession() }
	}
	return negotiate.NewAcceptor(accept)
}

// negotiateGate is RFC 4559 on the verifying side.
type negotiateGate struct {
	conn    *GateConn
	session *negotiate.Session // under way
}

func (n *negotiateGate) offer() []string { return []string{string(Negotiate)} }

func (n *negotiateGate) drop() { n.session = nil }

func (n *negotiateGate) check(_ *request, credentials Credentials) Outcome {
	c, session := n.conn, n.session
	n.session = nil
	token, err := tokenBytes(credentials.Token)
	if err != nil {
		return c.refuse(Negotiate, "the Negotiate token can't be read: %v", err)
	}
	if c.gate.cfg.Deviations.Type3LoopsType2 && hasType3(token) {
		return n.loop(token)
	}
	if session == nil {
		session = c.gate.negotiate.NewSession()
	}
	step := session.Accept(token)
	switch {
	case !step.Done:
		n.session = session
		return Outcome{Scheme: Negotiate, Challenges: []string{"Negotiate " + encodeToken(step.Token)},
			Close: c.gate.cfg.Deviations.CloseAfterType2 && step.Mech == negotiate.MechNTLM}
	case !step.OK:
		return n.refuse(step)
	}
	return n.succeed(step)
}

func (n *negotiateGate) succeed(step negotiate.Step) Outcome {
	out := n.conn.allow(Negotiate, step.Account(), responseOf(step))
	out.NTStatus = step.Status.WithCode()
	out.Header = n.conn.gate.persistence()
	if step.Token != nil {
		out.Challenges = []string{"Negotiate " + encodeToken(step.Token)}
	}
	if step.Kerberos != nil && !n.conn.gate.cfg.Negotiate.KerberosPersists {
		return out
	}
	return n.conn.bind(out)
}

// refuse starts over; a token that says so goes with the challenge.
func (n *negotiateGate) refuse(step negotiate.Step) Outcome {
	reason := step.Reason
	if reason == "" {
		reason = step.Status.String()
	}
	out := n.conn.refuse(Negotiate, "%s", reason)
	out.Response = responseOf(step)
	if step.NTLM != nil || step.Kerberos != nil {
		out.NTStatus = step.Status.WithCode()
	}
	for i := range out.Challenges {
		if step.Token != nil && out.Challenges[i] == string(Negotiate) {
			out.Challenges[i] += " " + encodeToken(step.Token)
		}
	}
	return out
}

// responseOf names what proved the user.
func responseOf(step negotiate.Step) string {
	switch {
	case step.NTLM != nil:
		return step.NTLM.Response.String()
	case step.Kerberos != nil:
		return exposure.Kerberos
	}
	return ""
}

// loop answers Type 3 with a new Type 2, in the client's form.
func (n *negotiateGate) loop(token []byte) Outcome {
	type2, err := n.conn.gate.newSession().Challenge(anyNegotiate())
	if err == nil && !negotiate.IsRawNTLM(token) {
		state := negotiate.AcceptIncomplete
		type2, err = (&negotiate.NegTokenResp{NegState: &state, ResponseToken: type2}).Marshal()
	}
	if err != nil {
		return n.conn.refuse(Negotiate, "no new challenge can be made: %v", err)
	}
	return Outcome{Scheme: Negotiate, Challenges: []string{"Negotiate " + encodeToken(type2)}}
}

// hasType3 looks for an AUTHENTICATE_MESSAGE, bare or inside SPNEGO.
func hasType3(token []byte) bool {
	d, err := negotiate.Describe(token)
	return err == nil && d.NTLM != nil && d.NTLM.Type == 3 || strings.HasPrefix(string(token), "NTLMSSP\x00\x03")
}

// gateSession is an NTLM login with the gate's deviations.
type gateSession struct {
	*ntlm.Session
	gate *Gate
}

func (g *Gate) newSession() *gateSession { return &gateSession{g.acceptor.NewSession(), g} }

// Challenge gives the Type 2 to send, which may not be the one that counts.
func (s *gateSession) Challenge(message []byte) ([]byte, error) {
	type2, err := s.Session.Challenge(message)
	if err != nil {
		return nil, err
	}
	return s.gate.distort(type2, message)
}

// Verify judges Type 3, under NewChallengeEachLeg by a challenge that was not sent.
func (s *gateSession) Verify(message []byte) ntlm.Result {
	if s.gate.cfg.Deviations.NewChallengeEachLeg {
		if _, err := s.Session.Challenge(anyNegotiate()); err != nil {
			return ntlm.Result{Status: ntlm.StatusInvalidParameter, Reason: "no new challenge can be made: " + err.Error()}
		}
	}
	return s.Session.Verify(message)
}
