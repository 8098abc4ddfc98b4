package kerberos

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
)

// DefaultSkew is how far the clocks of client and service may differ (RFC 4120 8.2;
// the default of Windows' policy "Maximum tolerance for computer clock
// synchronization").
const DefaultSkew = 5 * time.Minute

// ServiceConfig describes a service that accepts tickets. Keytab, Rand and Now must
// be set.
type ServiceConfig struct {
	Keytab  *keytab.Keytab // keys of every service name that is accepted
	Rand    io.Reader      // read under a lock
	Now     func() time.Time
	MaxSkew time.Duration // 0: DefaultSkew
	Refuse  ErrorCode     // for scripts: refuse every ticket with this error; 0 refuses none
}

// Service judges the tickets that clients bring to one server, and remembers them to
// find replays. It is safe for concurrent use.
type Service struct {
	cfg  ServiceConfig
	lock sync.Mutex // of rand and seen
	seen replays
}

// NewService checks the configuration; missing parts are errors.
func NewService(cfg ServiceConfig) (*Service, error) {
	switch {
	case cfg.Keytab == nil:
		return nil, errors.New("kerberos: service has no keytab")
	case cfg.Rand == nil || cfg.Now == nil:
		return nil, errors.New("kerberos: service needs a random source and a clock")
	case cfg.MaxSkew < 0:
		return nil, fmt.Errorf("kerberos: service has a negative clock skew %v", cfg.MaxSkew)
	}
	if cfg.MaxSkew == 0 {
		cfg.MaxSkew = DefaultSkew
	}
	return &Service{cfg: cfg, seen: replays{}}, nil
}

// Result is what a service says to one token.
type Result struct {
	OK           bool
	Client       string // user name, as in the ticket; "" when it could not be read
	Realm        string // of the client
	Service      string // the service name that the ticket is for; "" when it could not be read
	ServiceRealm string
	EType        EType  // that the ticket is encrypted with
	Mutual       bool   // the client asked for an AP-REP
	Token        []byte // AP-REP, or the KRB-ERROR of a refusal; nil when none is called for
	Err          error  // an *Error with the code, or one that wraps ErrMalformed; nil when OK
}

// Code gives the error's code: 0 when OK, Generic for a token that can't be read.
func (r Result) Code() ErrorCode {
	var e *Error
	switch {
	case r.OK:
		return 0
	case errors.As(r.Err, &e):
		return e.Code
	}
	return Generic
}

// Accept judges a token with an AP-REQ (RFC 4120 3.2.3). A ticket that can't be
// decrypted is KRB_AP_ERR_MODIFIED, as Windows has it (event 4 of its source Kerberos),
// where the RFC says KRB_AP_ERR_BAD_INTEGRITY. The ticket's addresses and PAC are not looked at.
func (s *Service) Accept(token []byte) Result {
	m, body, err := unframe(token)
	if err != nil {
		return Result{Err: err}
	}
	if m != APReq {
		return Result{Err: malformed("the client sent %s", m)}
	}
	req, err := readRequest(body)
	if err != nil {
		return Result{Err: err}
	}
	r := Result{
		Service: req.Ticket.SName.PrincipalNameString(), ServiceRealm: req.Ticket.Realm,
		EType: EType(req.Ticket.EncPart.EType),
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	if failure := s.verify(req, &r); failure != nil {
		return s.refuse(r, req, failure)
	}
	r.OK = true
	if r.Mutual {
		r.Token, r.Err = s.reply(req)
		r.OK = r.Err == nil
	}
	return r
}

func readRequest(body []byte) (*messages.APReq, error) {
	var req messages.APReq
	if err := req.Unmarshal(body); err != nil {
		return nil, malformed("AP-REQ: %v", err)
	}
	if len(req.Ticket.SName.NameString) == 0 {
		return nil, malformed("AP-REQ: the ticket names no service")
	}
	return &req, nil
}

// verify fills r in as far as it gets. Assumed: the order of the checks, which is
// that of RFC 4120 3.2.3.
func (s *Service) verify(req *messages.APReq, r *Result) *Error {
	if req.PVNO != iana.PVNO || req.Ticket.TktVNO != iana.PVNO {
		return refusal(BadVersion, "the AP-REQ is of version %d, its ticket of %d", req.PVNO, req.Ticket.TktVNO)
	}
	if failure := s.openTicket(req); failure != nil {
		return failure
	}
	part := req.Ticket.DecryptedEncPart
	r.Client, r.Realm = part.CName.PrincipalNameString(), part.CRealm
	if failure := openAuthenticator(req); failure != nil {
		return failure
	}
	r.Mutual = req.APOptions.At(flags.APOptionMutualRequired) == 1
	if failure := s.checkTimes(req); failure != nil {
		return failure
	}
	if s.cfg.Refuse != 0 {
		return refusal(s.cfg.Refuse, "the service was told to refuse every ticket so")
	}
	return nil
}

func (s *Service) openTicket(req *messages.APReq) *Error {
	t := &req.Ticket
	key, _, err := s.cfg.Keytab.GetEncryptionKey(t.SName, t.Realm, t.EncPart.KVNO, t.EncPart.EType)
	if err != nil {
		return refusal(NoKey, "the keytab has no key of version %d and type %s for %s@%s",
			t.EncPart.KVNO, EType(t.EncPart.EType), t.SName.PrincipalNameString(), t.Realm)
	}
	plain, err := unseal(t.EncPart, key, usageTicket)
	if err != nil {
		return refusal(Modified, "the ticket is not encrypted with the service's key: %v", err)
	}
	if err := t.DecryptedEncPart.Unmarshal(plain); err != nil {
		return refusal(Modified, "the ticket's encrypted part can't be read: %v", err)
	}
	return nil
}

func openAuthenticator(req *messages.APReq) *Error {
	part := req.Ticket.DecryptedEncPart
	plain, err := unseal(req.EncryptedAuthenticator, part.Key, usageAuthenticator)
	if err != nil {
		return refusal(Modified, "the authenticator is not encrypted with the ticket's session key: %v", err)
	}
	if err := req.Authenticator.Unmarshal(plain); err != nil {
		return refusal(Modified, "the authenticator can't be read: %v", err)
	}
	if !req.Authenticator.CName.Equal(part.CName) || req.Authenticator.CRealm != part.CRealm {
		return refusal(BadMatch, "the authenticator is of %s@%s, the ticket of %s@%s",
			req.Authenticator.CName.PrincipalNameString(), req.Authenticator.CRealm,
			part.CName.PrincipalNameString(), part.CRealm)
	}
	return nil
}

func (s *Service) checkTimes(req *messages.APReq) *Error {
	now, part := s.cfg.Now(), req.Ticket.DecryptedEncPart
	start := part.StartTime
	if start.IsZero() {
		start = part.AuthTime
	}
	sent := req.Authenticator.CTime.Add(time.Duration(req.Authenticator.Cusec) * time.Microsecond)
	if d := now.Sub(sent).Abs(); d > s.cfg.MaxSkew {
		return refusal(Skew, "the clocks differ by %v, more than %v", d.Round(time.Second), s.cfg.MaxSkew)
	}
	if s.seen.repeated(req, now, s.cfg.MaxSkew) {
		return refusal(Repeat, "the same authenticator was seen before")
	}
	if start.Sub(now) > s.cfg.MaxSkew || part.Flags.At(flags.Invalid) == 1 {
		return refusal(TicketNotYet, "the ticket is valid from %s", start.UTC().Format(time.RFC3339))
	}
	if now.Sub(part.EndTime) > s.cfg.MaxSkew {
		return refusal(TicketExpired, "the ticket was valid until %s", part.EndTime.UTC().Format(time.RFC3339))
	}
	return nil
}
