package smb

import (
	"bytes"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/smbwire"
)

// Dialects (MS-SMB2 2.2.3).
const (
	dialect202 = 0x0202
	dialect21  = 0x0210
	wildcard   = 0x02FF // "SMB 2.???", in an answer to SMB 1's NEGOTIATE
)

const (
	capLargeMTU     = 0x04     // SMB2_GLOBAL_CAP_LARGE_MTU
	signingEnabled  = 0x01     // SMB2_NEGOTIATE_SIGNING_ENABLED
	signingRequired = 0x02     // SMB2_NEGOTIATE_SIGNING_REQUIRED
	flagGuest       = 0x01     // SMB2_SESSION_FLAG_IS_GUEST
	flagNull        = 0x02     // SMB2_SESSION_FLAG_IS_NULL
	maxIO           = 1 << 20  // bytes of one read, as Windows since 7
	maxIO202        = 64 << 10 // of dialect 2.0.2
)

// isSMB1 reports a NEGOTIATE of SMB 1, with which older and cautious clients begin.
func isSMB1(frame []byte) bool { return bytes.HasPrefix(frame, []byte{0xFF, 'S', 'M', 'B', 0x72}) }

// multiProtocol asks a client that began with SMB 1 to go on with SMB2 (MS-SMB2
// 3.3.5.3.2).
func (c *conn) multiProtocol() error {
	if c.dialect != 0 {
		return smbwire.ErrMalformed
	}
	body, err := c.negotiateBody(wildcard)
	if err != nil {
		return err
	}
	return c.send(&request{}, answer{body: body})
}

// negotiate chooses the dialect (MS-SMB2 3.3.5.4).
func (c *conn) negotiate(r *request) (answer, error) {
	b, err := r.body(36)
	if err != nil {
		return answer{}, err
	}
	if c.dialect != 0 {
		return answer{}, errCut // MS-SMB2 3.3.5.4: the server ends the connection
	}
	dialects, err := smbwire.Slice(b, 36, 2*int(le.Uint16(b[2:])))
	if err != nil {
		return answer{}, smbwire.StatusInvalidParameter
	}
	best := uint16(0)
	for ; len(dialects) > 0; dialects = dialects[2:] {
		if d := le.Uint16(dialects); (d == dialect202 || d == dialect21) && d > best {
			best = d
		}
	}
	if best == 0 {
		return answer{}, smbwire.StatusNotSupported
	}
	c.dialect = best
	body, err := c.negotiateBody(best)
	return answer{body: body}, err
}

func (c *conn) negotiateBody(dialect uint16) ([]byte, error) {
	hint, err := c.server.login.Hint()
	if err != nil {
		return nil, err
	}
	mode, caps, most := uint16(signingEnabled), uint32(capLargeMTU), uint32(maxIO)
	if c.server.cfg.RequireSigning {
		mode |= signingRequired
	}
	if dialect == dialect202 {
		caps, most = 0, maxIO202
	}
	b := le.AppendUint16(nil, 65)
	b = le.AppendUint16(b, mode)
	b = le.AppendUint16(b, dialect)
	b = le.AppendUint16(b, 0)
	b = append(b, c.server.guid[:]...)
	b = le.AppendUint32(b, caps)
	b = le.AppendUint32(b, most)
	b = le.AppendUint32(b, most)
	b = le.AppendUint32(b, most)
	b = le.AppendUint64(b, uint64(ntlm.NewFileTime(c.server.cfg.Clock.Now())))
	b = le.AppendUint64(b, 0)
	b = le.AppendUint16(b, smbwire.HeaderSize+64)
	b = le.AppendUint16(b, uint16(len(hint)))
	b = le.AppendUint32(b, 0)
	return append(b, hint...), nil
}

// session is a logon.
type session struct {
	id      uint64
	login   *negotiate.Session
	ntlm    *guestLogin
	open    bool
	account string // DOMAIN\user; "" for guests and anonymous clients
	key     []byte // nil when messages are not signed
	trees   map[uint32]*tree
	treeIDs uint32
	handles map[uint64]*handle
	fileIDs uint64
}

// guestLogin is an NTLM login that lets everybody in as guest when the server has no
// accounts.
type guestLogin struct {
	*ntlm.Session
	welcome, guest bool
}

// Verify judges as the session beneath does, and makes a guest of who is refused.
func (g *guestLogin) Verify(authenticate []byte) ntlm.Result {
	result := g.Session.Verify(authenticate)
	if g.guest = g.welcome && (!result.OK || result.Account == nil); g.guest {
		result.OK = true
	}
	return result
}

func (s *Server) newSession() (*session, error) {
	made := &session{ntlm: &guestLogin{Session: s.ntlm.NewSession(), welcome: s.cfg.Accounts == nil && s.cfg.DomainController == nil},
		trees: map[uint32]*tree{}, handles: map[uint64]*handle{}}
	acceptor, err := negotiate.NewAcceptor(negotiate.AcceptorConfig{
		NTLMSession: func() negotiate.NTLMSession { return made.ntlm }, OmitMechListMIC: made.ntlm.welcome, SendReject: true})
	if err != nil {
		return nil, err
	}
	made.login, made.id = acceptor.NewSession(), s.ids.Add(1)<<8|0x400000000000
	return made, nil
}

// maxSessions bounds the logons of a connection.
const maxSessions = 64

// sessionSetup is one step of a logon (MS-SMB2 3.3.5.5).
func (c *conn) sessionSetup(r *request) (answer, error) {
	b, err := r.body(24)
	if err != nil {
		return answer{}, err
	}
	token, err := smbwire.Slice(r.message, int(le.Uint16(b[12:])), int(le.Uint16(b[14:])))
	if err != nil || c.dialect == 0 {
		return answer{}, smbwire.StatusInvalidParameter
	}
	s := r.session
	switch {
	case s == nil && r.SessionID != 0:
		return answer{}, smbwire.StatusUserSessionDeleted
	case s == nil && len(c.sessions) >= maxSessions:
		return answer{}, smbwire.StatusTooManySessions
	case s == nil:
		if s, err = c.server.newSession(); err != nil {
			return answer{}, err
		}
		c.sessions[s.id] = s
	}
	return c.step(s, token)
}

func (c *conn) step(s *session, token []byte) (answer, error) {
	step := s.login.Accept(token)
	a := answer{session: s.id}
	switch {
	case !step.Done:
		a.body = setupBody(0, step.Token)
		return a, smbwire.StatusMoreProcessingRequired
	case !step.OK:
		delete(c.sessions, s.id)
		c.tap.Note("refuses the logon of %s: %s", who(step), step.Reason)
		return a, refusal(step.Status)
	}
	s.open, s.account = true, step.Account()
	flags, as := uint16(0), ""
	switch {
	case s.ntlm.guest:
		flags, s.account, as = flagGuest, "", " as guest"
	case step.NTLM != nil && step.NTLM.Account == nil:
		flags, s.account, as = flagNull, "", " as an anonymous client"
	default:
		key, _ := s.ntlm.SessionKey()
		s.key, a.signer = key[:], s
	}
	c.tap.Note("lets %s in%s", who(step), as)
	a.body = setupBody(flags, step.Token)
	return a, nil
}

func who(step negotiate.Step) string {
	if step.NTLM == nil || step.NTLM.User == "" {
		return "an anonymous client"
	}
	return step.Account() + " (" + step.NTLM.Response.String() + ")"
}

// refusal is what the client is told: of a wrong name or password that the logon
// failed, of the state of an account that is otherwise right the state.
func refusal(status ntlm.NTStatus) smbwire.Status {
	switch s := smbwire.Status(status); s {
	case smbwire.StatusSuccess, smbwire.StatusNoSuchUser, smbwire.StatusWrongPassword:
		return smbwire.StatusLogonFailure
	default:
		return s
	}
}

func setupBody(flags uint16, token []byte) []byte {
	b := le.AppendUint16(nil, 9)
	b = le.AppendUint16(b, flags)
	b = le.AppendUint16(b, smbwire.HeaderSize+8)
	b = le.AppendUint16(b, uint16(len(token)))
	return append(b, token...)
}

func (s *session) close() {
	for id := range s.trees {
		s.disconnect(id)
	}
}

// disconnect leaves a share and closes what is open on it.
func (s *session) disconnect(id uint32) {
	t := s.trees[id]
	for n, h := range s.handles {
		if h.tree == t {
			h.close()
			delete(s.handles, n)
		}
	}
	delete(s.trees, id)
}
