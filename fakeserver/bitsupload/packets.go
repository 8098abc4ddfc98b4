package bitsupload

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/wualab/wualab/fakehttp"
)

// createSession opens a session (MC-BUP 3.2.5.2.4).
func (c *call) createSession() (Ack, error) {
	if !slices.ContainsFunc(c.packet.Protocols, func(p string) bool { return strings.EqualFold(p, Protocol15) }) {
		return Ack{}, refuse(NoProtocol, "the client offers %q", c.packet.Protocols)
	}
	if err := c.checkDestination(); err != nil {
		return Ack{}, err
	}
	one, err := c.open()
	if err != nil {
		return Ack{}, err
	}
	c.note("session %s for %s", one.ID, c.name)
	ack := Ack{Status: http.StatusOK, SessionID: one.ID, Protocol: Protocol15}
	if c.cfg.Profile.Created {
		ack.Status = http.StatusCreated
	}
	if host := c.cfg.Properties.HostID; host != "" {
		ack.HostID, ack.FallbackTimeout = host, c.cfg.Properties.HostIDFallbackTimeout
	}
	return ack, nil
}

func (c *call) checkDestination() error {
	at, err := c.store.look(c.name)
	switch {
	case err != nil:
		return refuse(NoAccess, "%w", err)
	case at == directory:
		return refuse(IsDirectory, "%s is a directory", c.name)
	case at == noFolder:
		return refuse(NoFolder, "%s has no folder", c.name)
	case at == regularFile && !c.cfg.Properties.AllowOverwrites && c.cfg.Properties.NotificationType == NotifyNone:
		return refuse(Exists, "%s exists", c.name)
	}
	return nil
}

func (c *call) open() (*session, error) {
	now := c.cfg.Clock.Now()
	one := &session{Session: Session{Name: c.name, URL: c.url(), State: Init, Total: -1, Created: now, Progress: now}}
	if c.cfg.User != nil {
		one.User = c.cfg.User(c.r)
	}
	c.mu.Lock()
	one.ID = newID(c.rand)
	c.created++
	one.order = c.created
	c.mu.Unlock()
	data, err := c.store.begin(one.ID)
	if err != nil {
		return nil, writing(err)
	}
	one.data = data
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sessions[one.ID] = one
	return one, nil
}

// inSession finds the packet's session and waits for its turn. Assumed: a session
// belongs to the URL that it was opened for.
func (c *call) inSession(f func(*session) (Ack, error)) (Ack, error) {
	one := c.lookup()
	if one == nil {
		return Ack{}, refuse(SessionNotFound, "session %.*q", MaxSessionID, c.packet.SessionID)
	}
	one.turn.Lock()
	defer one.turn.Unlock()
	if c.lookup() != one { // ended while this packet waited
		return Ack{}, refuse(SessionNotFound, "session %s has ended", one.ID)
	}
	ack, err := f(one)
	var refused *Error
	if errors.As(err, &refused) && refused.Reason == Internal && c.lookup() != one { // ended while its data were written
		return Ack{}, refuse(SessionNotFound, "session %s: %w", one.ID, err)
	}
	return ack, err
}

func (c *call) lookup() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.sessions[c.packet.SessionID]; one != nil && one.Name == c.name {
		return one
	}
	return nil
}

// takeFragment writes what is new of a fragment (BITS documentation: Fragment).
func (c *call) takeFragment(one *session) (Ack, error) {
	if err := c.checkFragment(one); err != nil {
		return Ack{}, err
	}
	if err := c.receive(one); err != nil {
		return Ack{}, err
	}
	next := c.received()
	c.note("%s of session %s, next is byte %d", c.packet.Range, one.ID, next)
	ack := Ack{Status: http.StatusOK, SessionID: one.ID, HasReceived: true, Received: next}
	if c.reset || next < c.packet.Range.Total {
		return ack, nil
	}
	if err := c.finish(one); err != nil {
		return Ack{}, err
	}
	if !c.has(NoReplyURL) {
		ack.ReplyURL = one.ReplyURL
	}
	return ack, nil
}

func (c *call) checkFragment(one *session) error {
	p, limits := c.packet, c.cfg
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case limits.MaximumFragment > 0 && p.Length > limits.MaximumFragment:
		return refuse(FragmentTooLarge, "%d bytes, %d are allowed", p.Length, limits.MaximumFragment)
	case p.Range.Total > limits.Properties.MaximumUploadSize:
		return refuse(TooLarge, "%d bytes, %d are allowed", p.Range.Total, limits.Properties.MaximumUploadSize)
	case one.Total >= 0 && one.Total != p.Range.Total:
		return refuse(TotalChanged, "%d bytes, before it were %d", p.Range.Total, one.Total)
	case p.Range.First > one.Received:
		return refuse(OutOfStep, "begins at byte %d, next is %d", p.Range.First, one.Received)
	}
	one.Total = p.Range.Total
	if one.State == Init {
		one.State = ReceiveFragments
	}
	return nil
}

const chunk = 32 << 10

// receive reads the body and writes what lies behind the bytes that are there
// already. What has arrived when the connection breaks is kept. Assumed: no document
// says so, but the rule for overlaps is of use for little else.
func (c *call) receive(one *session) error {
	body, at := io.Reader(c.r.Body), c.packet.Range.First
	if f, ok := c.fault(DropConnection); ok {
		body, c.reset = io.LimitReader(body, f.Bytes), true
	}
	buf := make([]byte, min(chunk, max(c.packet.Length, 1)))
	for {
		n, err := body.Read(buf)
		if err := c.write(one, buf[:n], at); err != nil {
			return err
		}
		at += int64(n)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading the fragment: %w", err)
		}
	}
}

// write keeps what of p, which stands at an offset of the file, is new.
func (c *call) write(one *session, p []byte, at int64) error {
	c.mu.Lock()
	fresh := p[min(max(one.Received-at, 0), int64(len(p))):]
	limit := c.cfg.FreeSpace
	if limit > 0 && c.used+int64(len(fresh)) > limit {
		c.mu.Unlock()
		return refuse(DiskFull, "%d of %d bytes are used", c.used, limit)
	}
	c.used += int64(len(fresh))
	one.stored += int64(len(fresh))
	c.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	n, err := one.data.Write(fresh)
	c.mu.Lock()
	defer c.mu.Unlock()
	one.Received += int64(n)
	one.Progress = c.cfg.Clock.Now()
	return writing(err)
}

// writing says how the server answers when its disk fails; err may be nil.
func writing(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return refuse(DiskFull, "%w", err)
	}
	return refuse(Internal, "%w", err)
}

// closeSession ends a session (BITS documentation: Close-Session). A file of which
// bytes are missing is dropped. Assumed: that the data have vanished is also said of
// a file that was taken from its destination before the session was closed.
func (c *call) closeSession(one *session) (Ack, error) {
	vanished := !c.present(one)
	c.note("session %s closed at byte %d of %d", one.ID, one.Received, one.Total)
	c.Forget(one.ID)
	if vanished {
		return Ack{}, refuse(DataVanished, "the data of session %s are gone", one.ID)
	}
	return Ack{Status: http.StatusOK, SessionID: one.ID}, nil
}

func (c *call) present(one *session) bool {
	c.mu.Lock()
	placed, state := one.placed, one.State
	c.mu.Unlock()
	if placed {
		at, err := c.store.look(one.Name)
		return err == nil && at == regularFile
	}
	return state == WaitForClose || one.data.exists()
}

// cancelSession ends a session; a file that is complete stays, its reply does not
// (BITS documentation: Cancel-Session).
func (c *call) cancelSession(one *session) (Ack, error) {
	c.note("session %s cancelled at byte %d of %d", one.ID, one.Received, one.Total)
	c.Forget(one.ID)
	return Ack{Status: http.StatusOK, SessionID: one.ID}, nil
}

// wait passes time on behalf of the exchange.
func (c *call) wait(d time.Duration) error {
	c.note("%s: %s", SlowAck, d)
	if fakehttp.ConnOf(c.r) != nil {
		return fakehttp.Sleep(c.r, d)
	}
	h := c.cfg.Clock.Hold(c.cfg.Name + ": slow answer")
	defer h.Release()
	return h.Sleep(c.r.Context(), d)
}
