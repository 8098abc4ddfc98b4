package smb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/transcript"
)

// Config describes a file server. The zero value is one without shares that lets
// everybody in as guest, on a free port of loopback.
type Config struct {
	Name     string           // in the transcript and in challenges; "" is "files"
	Addr     string           // "" is "127.0.0.1:0"
	Listener net.Listener     // where to listen instead of at Addr; Close closes it
	Shares   map[string]Share // by name, which compares without regard to case
	Accounts *ntlm.Accounts   // who may log on; nil: everybody, as guest
	Level    ntlm.Level       // LmCompatibilityLevel of the side that verifies
	Domain   string           // NetBIOS domain; "": the server's own name
	OS       ntlm.OS          // zero: Windows Server 2003

	DomainController *ntlm.DomainController // judges the accounts of a domain; nil: Accounts are all
	RequireSigning   bool                   // as RequireSecuritySignature of LanmanServer

	Dir      string               // directory that content.File.From is beneath; "" allows none
	Clock    clock.Clock          // nil is clock.Wall
	Recorder *transcript.Recorder // nil records nothing
	Seed     int64                // of challenges
}

// Share is a folder that is shared. The zero value is empty and open to all who can
// log on.
type Share struct {
	// Files gives the files by their paths in the share, with slashes, as they are now;
	// case does not count. It may be called by several goroutines. Nil: there are none.
	Files func() map[string]content.File
	// Allow names those who may use the share, DOMAIN\user; nil: everybody.
	Allow     []string
	Writable  bool    // they may write, too; what they write is kept in memory
	FreeSpace int64   // bytes that they may write in all; 0: 1 GiB
	Faults    []Fault // each is tried in this order; the first that is due acts
}

// Server is a running file server. It is safe for concurrent use.
type Server struct {
	cfg      Config
	login    *negotiate.Acceptor
	ntlm     *ntlm.Acceptor
	guid     [16]byte
	root     *os.Root
	listener net.Listener
	cancel   context.CancelFunc
	ctx      context.Context
	running  sync.WaitGroup
	ids      atomic.Uint64 // of sessions

	mu     sync.Mutex
	closed bool
	conns  map[net.Conn]struct{}
	shares map[string]*share // by name in lower case
}

// share is a Share made ready.
type share struct {
	Share
	faults atomic.Pointer[[]*fault] // each is tried in this order
	over   *overlay
}

// New checks the configuration and starts to serve. Errors say what is wrong.
func New(cfg Config) (*Server, error) {
	if cfg.Name == "" {
		cfg.Name = "files"
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Wall{}
	}
	s := &Server{cfg: cfg, conns: map[net.Conn]struct{}{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if err := s.prepare(); err != nil {
		s.cancel()
		return nil, fmt.Errorf("file server %q: %w", cfg.Name, errors.Join(err, s.closeRoot()))
	}
	s.running.Add(1)
	go s.accept()
	return s, nil
}

func (s *Server) prepare() (err error) {
	if s.cfg.Dir != "" {
		if s.root, err = os.OpenRoot(s.cfg.Dir); err != nil {
			return fmt.Errorf("opening the directory of files: %w", err)
		}
	}
	if err := s.SetShares(s.cfg.Shares); err != nil {
		return err
	}
	chance := &lockedRand{r: rand.NewChaCha8([32]byte{byte(s.cfg.Seed), byte(s.cfg.Seed >> 8), byte(s.cfg.Seed >> 16), 's', 'm', 'b'})}
	_, _ = chance.Read(s.guid[:])
	if err := s.newLogin(chance); err != nil {
		return err
	}
	if s.listener = s.cfg.Listener; s.listener != nil {
		return nil
	}
	addr := s.cfg.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	s.listener, err = net.Listen("tcp", addr)
	return err
}

func (s *Server) newLogin(chance io.Reader) (err error) {
	cfg := ntlm.AcceptorConfig{Level: s.cfg.Level, Accounts: s.cfg.Accounts, NetBIOSComputer: strings.ToUpper(s.cfg.Name), NetBIOSDomain: s.cfg.Domain,
		OS: s.cfg.OS, Rand: chance, Now: s.cfg.Clock.Now, AllowAnonymous: s.cfg.Accounts == nil, DomainController: s.cfg.DomainController}
	if cfg.OS.Name == "" {
		cfg.OS = ntlm.WindowsServer2003()
	}
	if cfg.Accounts == nil {
		cfg.Accounts = ntlm.NewAccounts()
	}
	if s.ntlm, err = ntlm.NewAcceptor(cfg); err != nil {
		return err
	}
	s.login, err = negotiate.NewAcceptor(negotiate.AcceptorConfig{NTLM: s.ntlm})
	return err
}

// SetShares replaces the shares; connections to those that are gone end with the next
// request on them.
func (s *Server) SetShares(shares map[string]Share) error {
	ready := map[string]*share{}
	for name, one := range shares {
		if name == "" || strings.ContainsAny(name, `\/:*?"<>|`) || strings.EqualFold(name, "IPC$") {
			return fmt.Errorf("share %q: want a name such as packages or SMSPKGC$", name)
		}
		key := strings.ToLower(name)
		if ready[key] != nil {
			return fmt.Errorf("share %q: there are two of that name", name)
		}
		if one.FreeSpace < 0 {
			return fmt.Errorf("share %q: the free space is negative", name)
		}
		made := &share{Share: one, over: newOverlay()}
		if err := made.setFaults(one.Faults); err != nil {
			return fmt.Errorf("share %q: %w", name, err)
		}
		ready[key] = made
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shares = ready
	return nil
}

func (s *Server) share(name string) *share {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shares[strings.ToLower(name)]
}

// Addr returns the address that the server listens on, "127.0.0.1:49152".
func (s *Server) Addr() string { return s.listener.Addr().String() }

func (s *Server) accept() {
	defer s.running.Done()
	for {
		raw, err := s.listener.Accept()
		if err != nil {
			return
		}
		if !s.add(raw) {
			_ = raw.Close()
			return
		}
		go func() {
			defer s.running.Done()
			defer s.drop(raw)
			newConn(s, raw).serve()
		}()
	}
}

func (s *Server) add(raw net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.conns[raw] = struct{}{}
	s.running.Add(1)
	return true
}

func (s *Server) drop(raw net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, raw)
}

// Disconnect closes the connections of all clients, who may come again.
func (s *Server) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

// Close stops the server, closes its connections and waits for them. Closing twice
// does nothing more.
func (s *Server) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	var err error
	if first {
		s.cancel()
		err = s.listener.Close()
		s.Disconnect()
	}
	s.running.Wait()
	if first {
		err = errors.Join(err, s.closeRoot())
	}
	return err
}

func (s *Server) closeRoot() error {
	if s.root == nil {
		return nil
	}
	return s.root.Close()
}

// lockedRand is a random source that connections share.
type lockedRand struct {
	mu sync.Mutex
	r  *rand.ChaCha8
}

// Read gives random bytes.
func (l *lockedRand) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(b)
}
