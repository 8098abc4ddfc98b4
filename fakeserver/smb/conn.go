package smb

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"net"

	"github.com/wualab/wualab/smbwire"
)

var le = binary.LittleEndian

// maxRequest is the longest request that is read: a WRITE of maxIO bytes.
const maxRequest = maxIO + 4<<10

// conn is one client connection. Its requests are served in order.
type conn struct {
	server   *Server
	raw      net.Conn // as the clock sees it
	tap      *smbwire.Tap
	dialect  uint16 // 0 before NEGOTIATE
	sessions map[uint64]*session
	last     [16]byte // FileId of the compound under way
}

func newConn(s *Server, tcp net.Conn) *conn {
	raw := s.cfg.Clock.Track(tcp)
	tap := smbwire.NewTap(raw, smbwire.Options{Recorder: s.cfg.Recorder, Node: s.cfg.Name, Server: true})
	return &conn{server: s, raw: raw, tap: tap, sessions: map[uint64]*session{}}
}

// serve answers requests until the connection ends.
func (c *conn) serve() {
	defer func() {
		for _, s := range c.sessions {
			s.close()
		}
		_ = c.tap.Close()
	}()
	for {
		frame, err := smbwire.ReadFrame(c.tap, maxRequest)
		if err != nil {
			return
		}
		if err := c.frame(frame); err != nil {
			return
		}
	}
}

// frame answers the messages of a frame, each in a frame of its own (MS-SMB2
// 3.3.4.1.3 leaves that to the server). An error ends the connection.
func (c *conn) frame(frame []byte) error {
	if isSMB1(frame) {
		return c.multiProtocol()
	}
	for len(frame) > 0 {
		h, err := smbwire.ParseHeader(frame)
		if err != nil {
			return err
		}
		message := frame
		switch next := int(h.NextCommand); {
		case next == 0:
			frame = nil
		case next < smbwire.HeaderSize || next >= len(frame):
			return smbwire.ErrMalformed
		default:
			message, frame = frame[:next], frame[next:]
		}
		if err := c.message(h, message); err != nil {
			return err
		}
	}
	return nil
}

// request is one message with what it stands on.
type request struct {
	smbwire.Header
	message []byte
	session *session // nil when there is none
	tree    *tree    // nil when there is none
}

// body gives the part behind the header; least is how long it must be.
func (r *request) body(least int) ([]byte, error) {
	b := r.message[smbwire.HeaderSize:]
	if len(b) < least {
		return nil, smbwire.StatusInvalidParameter
	}
	return b, nil
}

// answer is what is sent to a request.
type answer struct {
	status  smbwire.Status
	body    []byte
	session uint64 // a new session's id; 0 keeps the request's
	tree    uint32 // a new tree's id; 0 keeps the request's
	signer  *session
}

// message answers one request. A handler's error is the status to answer; any other
// ends the connection.
func (c *conn) message(h smbwire.Header, message []byte) error {
	if h.Command == smbwire.Cancel {
		return nil // nothing is ever pending
	}
	r := &request{Header: h, message: message, session: c.sessions[h.SessionID]}
	a, err := c.handle(r)
	var status smbwire.Status
	switch {
	case err == nil:
	case errors.As(err, &status):
		a.status, a.body = status, errorBody(a.body)
	default:
		return err
	}
	return c.send(r, a)
}

// errorBody is an ERROR Response without data (MS-SMB2 2.2.2). A session setup that
// goes on has a body of its own.
func errorBody(own []byte) []byte {
	if own != nil {
		return own
	}
	return []byte{9, 0, 0, 0, 0, 0, 0, 0, 0}
}

// maxCredits bounds what a client is granted at once.
const maxCredits = 512

func (c *conn) send(r *request, a answer) error {
	h := smbwire.Header{
		CreditCharge: r.CreditCharge, Status: a.status, Command: r.Command, Credits: min(max(r.Credits, 1), maxCredits),
		Flags: smbwire.FlagResponse, MessageID: r.MessageID, TreeID: r.TreeID, SessionID: r.SessionID,
	}
	if a.session != 0 {
		h.SessionID = a.session
	}
	if a.tree != 0 {
		h.TreeID = a.tree
	}
	signer := a.signer
	if r.session != nil && r.Flags&smbwire.FlagSigned != 0 {
		signer = r.session
	}
	if signer != nil && signer.key != nil {
		h.Flags |= smbwire.FlagSigned
	} else {
		signer = nil
	}
	message := append(h.Append(make([]byte, 0, smbwire.HeaderSize+len(a.body))), a.body...)
	if signer != nil {
		copy(message[48:64], signer.sign(message))
	}
	_, err := c.tap.Write(smbwire.AppendFrame(make([]byte, 0, 4+len(message)), message))
	return err
}

// sign gives the signature of a message whose signature field is zero (MS-SMB2
// 3.1.4.1, dialects 2.0.2 and 2.1).
func (s *session) sign(message []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(message)
	return mac.Sum(nil)[:16]
}

// verify judges the signature of a request (MS-SMB2 3.3.5.2.4).
func (c *conn) verify(r *request) error {
	s := r.session
	switch {
	case r.Flags&smbwire.FlagSigned == 0 && c.server.cfg.RequireSigning && s.key != nil:
		return smbwire.StatusAccessDenied
	case r.Flags&smbwire.FlagSigned == 0 || s.key == nil:
		return nil
	}
	unsigned := append([]byte(nil), r.message...)
	clear(unsigned[48:64])
	if !hmac.Equal(s.sign(unsigned), r.Signature[:]) {
		c.tap.Note("the signature of %v is wrong", r.Command)
		return smbwire.StatusAccessDenied
	}
	return nil
}

// handle finds out what a request stands on and serves it.
func (c *conn) handle(r *request) (answer, error) {
	switch r.Command {
	case smbwire.Negotiate:
		return c.negotiate(r)
	case smbwire.SessionSetup:
		return c.sessionSetup(r)
	case smbwire.Echo:
		return answer{body: plainBody()}, nil
	}
	if r.session == nil || !r.session.open {
		return answer{}, smbwire.StatusUserSessionDeleted
	}
	if err := c.verify(r); err != nil {
		return answer{}, err
	}
	switch r.Command {
	case smbwire.Logoff:
		r.session.close()
		delete(c.sessions, r.SessionID)
		return answer{body: plainBody(), signer: r.session}, nil
	case smbwire.TreeConnect:
		return c.treeConnect(r)
	}
	if r.tree = r.session.trees[r.TreeID]; r.tree == nil {
		return answer{}, smbwire.StatusNetworkNameDeleted
	}
	return c.onTree(r)
}

// onTree serves requests on a share.
func (c *conn) onTree(r *request) (answer, error) {
	switch r.Command {
	case smbwire.TreeDisconnect:
		r.session.disconnect(r.TreeID)
		return answer{body: plainBody()}, nil
	case smbwire.Ioctl:
		return answer{}, smbwire.StatusInvalidDeviceRequest
	}
	if c.server.share(r.tree.name) != r.tree.share {
		return answer{}, smbwire.StatusNetworkNameDeleted
	}
	switch r.Command {
	case smbwire.Create:
		return c.create(r)
	case smbwire.Close:
		return c.close(r)
	case smbwire.Read:
		return c.read(r)
	case smbwire.QueryInfo:
		return c.queryInfo(r)
	case smbwire.QueryDirectory:
		return c.queryDirectory(r)
	case smbwire.Write:
		return c.write(r)
	case smbwire.Flush:
		return c.flush(r)
	case smbwire.SetInfo:
		return c.setInfo(r)
	}
	return answer{}, smbwire.StatusNotSupported
}

// plainBody is that of answers that say nothing: structure size 4 and two reserved
// bytes.
func plainBody() []byte { return []byte{4, 0, 0, 0} }
