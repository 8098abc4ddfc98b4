package negotiate

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/ntlm"
)

// ErrRejected is wrapped by errors that say that the server refused the login, as
// opposed to a token that can't be read or made.
var ErrRejected = errors.New("credentials rejected")

// TicketSource gives service tickets of the user that logs in. It is safe for the
// use that its maker says.
type TicketSource interface {
	// Ticket gets a ticket for a service such as "HTTP/proxy.lab.example". An error
	// makes the client use NTLM, and is the reason that Choice gives.
	Ticket(spn string) (*kerberos.Ticket, error)
}

// ClientConfig says who logs in where. Kerberos, NTLM or both must be set; with
// Kerberos also Rand and Now.
type ClientConfig struct {
	SPN      string       // service, such as "HTTP/proxy.lab.example"; "" or an IP address can't have a ticket
	Kerberos TicketSource // nil: none, as on a computer in a workgroup
	NTLM     *ntlm.Client // nil: no NTLM
	Raw      bool         // NTLM goes without SPNEGO, as Windows sends it when it has only NTLM to offer
	Mutual   bool         // the service must prove itself with an AP-REP

	OmitMechListMIC    bool // neither make nor check mechListMIC; Assumed: so does Windows before Vista
	RequireMechListMIC bool // refuse a server that leaves mechListMIC out of wrapped NTLM; NTLM must ask for NegotiateSign

	Rand io.Reader        // for Kerberos
	Now  func() time.Time // for Kerberos
}

// Client is the client's side of one login (RFC 4178 3). It is not safe for
// concurrent use.
type Client struct {
	cfg      ClientConfig
	step     clientStep
	mech     Mech
	reason   string
	wrapped  bool
	list     []byte // the encoded list of mechanisms, for mechListMIC
	exchange *kerberos.Exchange
}

type clientStep int

const (
	stepStart     clientStep = iota
	stepKerberos             // the AP-REQ is out
	stepChallenge            // NEGOTIATE_MESSAGE is out
	stepDone                 // all is said
)

// NewClient checks the configuration; missing parts are errors.
func NewClient(cfg ClientConfig) (*Client, error) {
	switch {
	case cfg.Kerberos == nil && cfg.NTLM == nil:
		return nil, errors.New("negotiate: client has neither Kerberos nor NTLM")
	case cfg.Kerberos != nil && (cfg.Rand == nil || cfg.Now == nil):
		return nil, errors.New("negotiate: client needs a random source and a clock for Kerberos")
	case cfg.OmitMechListMIC && cfg.RequireMechListMIC:
		return nil, errors.New("negotiate: client can't both omit and require mechListMIC")
	}
	return &Client{cfg: cfg}, nil
}

// Next answers the server's challenge. The first call takes none (the bare
// challenge) and gives the first token; done says that the server may let the
// client in on this token; a further challenge is a refusal then, but for a server
// that asks for NTLM in place of Kerberos. An error that wraps ErrRejected
// means refused; after any error the login is over.
func (c *Client) Next(challenge []byte) (token []byte, done bool, err error) {
	if c.step == stepStart {
		token, err = c.start(challenge)
	} else {
		token, err = c.proceed(challenge)
	}
	if err != nil {
		c.step = stepDone
		return nil, true, err
	}
	return token, c.step == stepDone || c.step == stepKerberos, nil
}

// Choice gives the mechanism in use and why, in one sentence; no mechanism before the
// first Next.
func (c *Client) Choice() (Mech, string) { return c.mech, c.reason }

// ConnectionBound reports whether the login in use belongs to its connection: NTLM
// does, Kerberos is good for one request (RFC 4559, MS-N2HT).
func (c *Client) ConnectionBound() bool { return c.mech == MechNTLM }

// start chooses and gives the first token. A server may speak first with a
// NegTokenInit2, whose list is not binding (MS-SPNG 2.2.1).
func (c *Client) start(hint []byte) ([]byte, error) {
	if len(hint) > 0 {
		t, err := ParseToken(hint)
		if err != nil {
			return nil, err
		}
		if t.Init == nil {
			return nil, fmt.Errorf("negotiate: the server sent %s before the client had spoken", t.Kind)
		}
	}
	ticket, err := c.choose()
	switch {
	case err != nil:
		return nil, err
	case ticket != nil:
		return c.startKerberos(ticket)
	}
	return c.startNTLM()
}

func (c *Client) startKerberos(ticket *kerberos.Ticket) ([]byte, error) {
	inner, exchange, err := ticket.Request(kerberos.RequestOptions{Rand: c.cfg.Rand, Now: c.cfg.Now, Mutual: c.cfg.Mutual})
	if err != nil {
		return nil, fmt.Errorf("negotiate: using the %v: %w", ticket, err)
	}
	c.step, c.wrapped, c.exchange = stepKerberos, true, exchange
	mechs := []Mech{MechMSKerberos, MechKerberos}
	if c.cfg.NTLM != nil {
		mechs = append(mechs, MechNTLM)
	}
	return c.first(mechs, inner)
}

func (c *Client) startNTLM() ([]byte, error) {
	c.step, c.wrapped = stepChallenge, !c.cfg.Raw
	if !c.wrapped {
		return c.cfg.NTLM.Negotiate(), nil
	}
	return c.first([]Mech{MechNTLM}, c.cfg.NTLM.Negotiate())
}

func (c *Client) first(mechs []Mech, inner []byte) ([]byte, error) {
	init := &NegTokenInit{MechTypes: mechs, MechToken: inner}
	list, err := init.MechList()
	if err != nil {
		return nil, err
	}
	c.list = list
	return init.Marshal()
}

// proceed answers the second challenge and later ones.
func (c *Client) proceed(challenge []byte) ([]byte, error) {
	if len(challenge) == 0 {
		return nil, fmt.Errorf("negotiate: %s was answered with a bare challenge: %w", c.mech, ErrRejected)
	}
	t, err := ParseToken(challenge)
	if err != nil {
		return nil, err
	}
	if err := c.refused(t); err != nil {
		return nil, err
	}
	switch c.step {
	case stepKerberos:
		return c.afterKerberos(t)
	case stepChallenge:
		return c.authenticate(t)
	}
	return nil, fmt.Errorf("negotiate: %s was not accepted: %w", c.mech, ErrRejected)
}

// refused finds the refusals that a token can carry.
func (c *Client) refused(t Token) error {
	if t.Resp == nil || t.Resp.NegState == nil || *t.Resp.NegState != Reject {
		return nil
	}
	if d, err := kerberos.Describe(t.Resp.ResponseToken); err == nil {
		return fmt.Errorf("negotiate: the server rejects the login with %s: %w", d, ErrRejected)
	}
	return fmt.Errorf("negotiate: the server rejects the login: %w", ErrRejected)
}

// afterKerberos takes the server's wish for another mechanism, or the error that it
// answers the ticket with.
func (c *Client) afterKerberos(t Token) ([]byte, error) {
	inner := t.Raw
	if t.Resp != nil {
		if t.Resp.SupportedMech == MechNTLM {
			return c.downgrade()
		}
		inner = t.Resp.ResponseToken
	}
	if len(inner) > 0 {
		if err := c.exchange.Finish(inner); err != nil {
			return nil, fmt.Errorf("negotiate: the server asks on after the ticket: %w: %w", err, ErrRejected)
		}
	}
	return nil, fmt.Errorf("negotiate: the server asks on after the ticket: %w", ErrRejected)
}

// downgrade begins NTLM for a server that has no Kerberos (RFC 4178 5).
func (c *Client) downgrade() ([]byte, error) {
	if c.cfg.NTLM == nil {
		return nil, errors.New("negotiate: the server wants NTLM, which the client has not")
	}
	c.mech, c.reason = MechNTLM, "The server does not take Kerberos and asks for NTLM."
	c.step, c.exchange = stepChallenge, nil
	resp := &NegTokenResp{NegState: new(AcceptIncomplete), ResponseToken: c.cfg.NTLM.Negotiate()}
	return resp.Marshal()
}

// authenticate answers CHALLENGE_MESSAGE, in the form in which it came.
func (c *Client) authenticate(t Token) ([]byte, error) {
	challenge, wrapped := t.Raw, t.Resp != nil
	if wrapped {
		challenge = t.Resp.ResponseToken
	}
	if !wrapped && t.Kind != KindRawNTLM || len(challenge) == 0 {
		return nil, fmt.Errorf("negotiate: %s from the server carries no NTLM challenge", t.Kind)
	}
	type3, err := c.cfg.NTLM.Authenticate(challenge)
	if err != nil {
		return nil, fmt.Errorf("negotiate: %w", err)
	}
	c.step, c.wrapped = stepDone, wrapped
	if !wrapped {
		return type3, nil
	}
	resp := &NegTokenResp{NegState: new(AcceptIncomplete), ResponseToken: type3}
	if key, flags := c.cfg.NTLM.SessionKey(); protects(flags) && !c.cfg.OmitMechListMIC {
		resp.MechListMIC = mechListMIC(key, flags, true, c.list)
	}
	return resp.Marshal()
}
