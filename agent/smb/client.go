package smb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"

	smb2 "github.com/cloudsoda/go-smb2"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/smbwire"
	"github.com/wualab/wualab/transcript"
)

// Port is that of SMB over TCP (MS-SMB2 1.9). Port 139, NetBIOS, is not tried.
const Port = 445

// DialFunc connects to a host of the PC's network.
type DialFunc func(ctx context.Context, host string, port int) (net.Conn, error)

// Config sets up the redirector. Machine, Clock and Dial are required.
type Config struct {
	Machine  *machine.Machine
	Clock    clock.Clock
	Dial     DialFunc
	Recorder *transcript.Recorder // nil records nothing
	Node     string               // the PC's name in the record; default "client"
	Seed     uint64               // of client challenges and session keys
	Link     *link.Link           // the PC's network link, which all bytes take their time on; nil takes none
}

// Client opens files of shares. It is safe for concurrent use and keeps nothing open
// beside the files that it gave out.
type Client struct {
	cfg Config

	mu     sync.Mutex
	random *rand.ChaCha8
}

// New makes the redirector of a PC.
func New(cfg Config) *Client {
	if cfg.Node == "" {
		cfg.Node = "client"
	}
	var seed [32]byte
	copy(seed[:], fmt.Sprintf("smb %x", cfg.Seed))
	return &Client{cfg: cfg, random: rand.NewChaCha8(seed)}
}

// chance is the random source of logins that may be under way at once.
type chance struct{ *Client }

// Read gives random bytes.
func (c chance) Read(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.Read(b)
}

// connectTimeout bounds a connection attempt. Assumed: the 21 seconds that three
// attempts of TCP take on Windows XP (KB 170359).
const connectTimeout = 21 * time.Second

const (
	sessTimeoutKey  = `HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters`
	sessTimeoutName = "SessTimeout"
)

// sessTimeout is how long an answer may take: SessTimeout of the registry, in
// seconds, 60 without it (Open Specifications blog, "CIFS and SMB Timeouts in
// Windows": since Windows 2000).
func (c *Client) sessTimeout() time.Duration {
	seconds, ok, err := c.cfg.Machine.Registry().DWORD(sessTimeoutKey, sessTimeoutName)
	if !ok || err != nil {
		return 60 * time.Second
	}
	return time.Duration(seconds) * time.Second
}

// The operations of an Error.
const (
	opConnect = "connect"
	opLogOn   = "log on"
	opShare   = "open the share"
	opOpen    = "open the file"
	opRead    = "read the file"
	opQuery   = "query the file's security"
	opMake    = "make the file"
	opWrite   = "write the file"
	opStamp   = "set the file's time"
	opRename  = "rename the file"
	opDelete  = "delete the file"
	opClose   = "close the file"
)

// Open opens a file for reading, as the account that the network sees for user: an
// account of the machine, or a service account. class is how the transfer stands to
// other traffic on the PC's link. A failure is an *Error, or of the link.
func (c *Client) Open(ctx context.Context, h clock.Hold, user string, name Name, class link.Class) (*File, error) {
	s, err := c.enter(ctx, h, user, name, class)
	if err != nil {
		return nil, err
	}
	f := &File{session: s, name: name}
	if err := f.open(ctx, h); err != nil {
		return nil, s.fail(err)
	}
	return f, nil
}

// enter connects to the share of a file as the account that the network sees for user.
func (c *Client) enter(ctx context.Context, h clock.Hold, user string, name Name, class link.Class) (*session, error) {
	account, err := c.cfg.Machine.ImplicitCredentials(user)
	if err != nil {
		return nil, failure(opLogOn, 0, err)
	}
	s, err := c.connect(ctx, h, name, class)
	if err != nil {
		return nil, err
	}
	if err := s.logOn(ctx, h, account); err != nil {
		return nil, s.fail(err)
	}
	err = s.do(ctx, h, opShare, func() (err error) {
		s.share, err = s.smb.Mount(name.Root())
		return err
	})
	if err != nil {
		return nil, s.fail(err)
	}
	return s, nil
}

// leave parts from the share and ends the connection. After a failure only the
// connection is left to end.
func (s *session) leave(ctx context.Context, h clock.Hold, closing func() error) error {
	defer func() { _ = s.conn.Close() }()
	err := s.do(ctx, h, opClose, func() error {
		return errors.Join(closing(), s.share.Umount(), s.smb.Logoff())
	})
	if errors.Is(err, os.ErrInvalid) {
		return nil
	}
	return err
}

// session is a connection and what the library makes of it.
type session struct {
	client *Client
	name   Name
	conn   *smbwire.Tap
	smb    *smb2.Session
	share  *smb2.Share

	traffic traffic
}

func (c *Client) connect(ctx context.Context, h clock.Hold, name Name, class link.Class) (*session, error) {
	if err := c.cfg.Link.RoundTrip(ctx, h, class); err != nil {
		return nil, err
	}
	dialing, cancel := context.WithCancel(ctx)
	defer cancel()
	var raw net.Conn
	err := clock.Guard(ctx, c.cfg.Clock, h, "SMB connect to "+name.Server, connectTimeout, cancel, func(*clock.Patience) (err error) {
		raw, err = c.cfg.Dial(dialing, name.Server, Port)
		return err
	})
	if err != nil {
		if raw != nil {
			_ = raw.Close()
		}
		if ctx.Err() == nil && errors.Is(err, clock.ErrTimeout) {
			err = fmt.Errorf("no answer in %v", connectTimeout)
		}
		return nil, failure(opConnect, 0, transcript.WithoutAddresses(err))
	}
	raw = c.cfg.Clock.Track(raw)
	h.Bind(raw)
	tap := smbwire.NewTap(raw, smbwire.Options{Recorder: c.cfg.Recorder, Node: c.cfg.Node, Subject: name.String()})
	return &session{client: c, name: name, conn: tap, traffic: traffic{link: c.cfg.Link, class: class,
		down: c.cfg.Link.Meter(link.Down, class), up: c.cfg.Link.Meter(link.Up, class)}}, nil
}

// fail ends the connection of an attempt that failed.
func (s *session) fail(err error) error {
	_ = s.conn.Close()
	return err
}

// do runs one operation of the library in the time that an answer may take. When
// that is over, or ctx is done, the connection is closed: nothing else ends the
// library's wait in a fixed order. The library reads what the server sent; should it
// panic at that, it is the server's answer that was wrong.
func (s *session) do(ctx context.Context, h clock.Hold, op string, f func() error) error {
	err := clock.Guard(ctx, s.client.cfg.Clock, h, "SMB "+op, s.client.sessTimeout(), func() { _ = s.conn.Close() }, func(*clock.Patience) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%w: %v", smbwire.ErrMalformed, r)
			}
		}()
		return f()
	})
	if stopped := s.traffic.pass(ctx, h, s.conn); stopped != nil {
		return stopped
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF) && op == opRead:
		return io.EOF // the end of the file, as the library tells it
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return failure(op, s.conn.Failure(), err)
}

func (s *session) logOn(ctx context.Context, h clock.Hold, account machine.Account) error {
	cfg := s.client.cfg
	login, err := cfg.Machine.SessionClient(account, "cifs/"+s.name.Server, chance{s.client}, cfg.Clock.Now)
	if err != nil {
		return failure(opLogOn, 0, err)
	}
	who := account.String()
	if account.Kind == machine.Anonymous {
		who = "nobody (anonymous)"
	}
	s.conn.Note("logs on as %s with the logon credentials of the job's owner", who)
	return s.do(ctx, h, opLogOn, func() (err error) {
		dialer := smb2.Dialer{Initiator: &initiator{login}}
		s.smb, err = dialer.DialConn(context.Background(), s.conn, "")
		return err
	})
}
