package negotiate

import (
	"errors"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/ntlm"
)

// NTLMSession is one NTLM login on the server's side; *ntlm.Session is one.
type NTLMSession interface {
	Challenge(negotiate []byte) ([]byte, error)
	Verify(authenticate []byte) ntlm.Result
	SessionKey() (ntlm.Key, ntlm.Flags)
}

var _ NTLMSession = (*ntlm.Session)(nil)

// AcceptorConfig describes a server that accepts Negotiate. At least one of
// Kerberos, NTLM and NTLMSession must be set.
type AcceptorConfig struct {
	Kerberos    *kerberos.Service  // nil: takes no tickets
	NTLM        *ntlm.Acceptor     // nil: takes no NTLM, unless NTLMSession is set
	NTLMSession func() NTLMSession // makes the NTLM logins in place of NTLM

	OmitMechListMIC    bool // neither check nor make mechListMIC; Assumed: so does Windows before Vista
	RequireMechListMIC bool // refuse wrapped NTLM without it
	WrongMechListMIC   bool // answer the client's with one that is wrong, as if the list had been changed on the way
	SendReject         bool // a refusal carries a token (RFC 4178 4.2.2) where the client's form has one; else none, as in the bare 401 that most servers send
}

// Acceptor is the server's side (RFC 4178 3). It is safe for concurrent use.
type Acceptor struct{ cfg AcceptorConfig }

// NewAcceptor checks the configuration; one that takes no mechanism is an error.
func NewAcceptor(cfg AcceptorConfig) (*Acceptor, error) {
	if cfg.NTLMSession == nil && cfg.NTLM != nil {
		cfg.NTLMSession = func() NTLMSession { return cfg.NTLM.NewSession() }
	}
	switch {
	case cfg.Kerberos == nil && cfg.NTLMSession == nil:
		return nil, errors.New("negotiate: acceptor has neither Kerberos nor NTLM")
	case cfg.OmitMechListMIC && cfg.RequireMechListMIC:
		return nil, errors.New("negotiate: acceptor can't both omit and require mechListMIC")
	}
	return &Acceptor{cfg: cfg}, nil
}

// Mechs lists what the acceptor takes, best first.
func (a *Acceptor) Mechs() []Mech {
	var mechs []Mech
	if a.cfg.Kerberos != nil {
		mechs = append(mechs, MechMSKerberos, MechKerberos)
	}
	if a.cfg.NTLMSession != nil {
		mechs = append(mechs, MechNTLM)
	}
	return mechs
}

// Hint gives the NegTokenInit2 with which a server may speak first (MS-SPNG 2.2.1).
// HTTP servers don't.
func (a *Acceptor) Hint() ([]byte, error) {
	hint := NegTokenInit{MechTypes: a.Mechs(), Hints: &NegHints{HintName: "not_defined_in_RFC4178@please_ignore"}}
	return hint.Marshal()
}

// NewSession begins the login of one connection, or of one request.
func (a *Acceptor) NewSession() *Session { return &Session{cfg: &a.cfg} }

func (cfg *AcceptorConfig) takes(m Mech) bool {
	return m.IsKerberos() && cfg.Kerberos != nil || m == MechNTLM && cfg.NTLMSession != nil
}

// Step is what the server says to one token.
type Step struct {
	Token    []byte           // to send with it; nil for none
	Done     bool             // the login is over, one way or the other
	OK       bool             // and it succeeded
	Mech     Mech             // the mechanism in use; "" before one is chosen
	Kind     Kind             // the form of the client's token
	NTLM     *ntlm.Result     // of a judged AUTHENTICATE_MESSAGE
	Kerberos *kerberos.Result // of a judged ticket
	Status   ntlm.NTStatus    // of a login that is over, for the record
	Reason   string           // why refused; "" when not
}

// Account gives the name of who logged in: DOMAIN\user by NTLM, user@REALM by
// Kerberos; "" when nobody is known.
func (s Step) Account() string {
	switch {
	case s.Kerberos != nil && s.Kerberos.Client != "":
		return s.Kerberos.Client + "@" + s.Kerberos.Realm
	case s.NTLM != nil && s.NTLM.Account != nil:
		return s.NTLM.Account.String()
	case s.NTLM != nil && s.NTLM.User != "":
		return ntlm.Account{Domain: s.NTLM.Domain, User: s.NTLM.User}.String()
	}
	return ""
}
