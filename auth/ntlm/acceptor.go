package ntlm

import (
	"io"
	"time"
)

// AcceptorConfig describes a computer that accepts logons.
type AcceptorConfig struct {
	Level           Level
	Accounts        *Accounts
	NetBIOSComputer string
	NetBIOSDomain   string // "" for a computer outside any domain
	DNSComputer     string
	DNSDomain       string
	OS              OS
	Rand            io.Reader
	Now             func() time.Time
	NoTargetInfo    bool // never send TargetInfo
	NoESS           bool // never agree to extended session security
	AllowAnonymous  bool
}

// Acceptor is safe for concurrent use.
type Acceptor struct{ cfg AcceptorConfig }

// NewAcceptor checks the configuration.
func NewAcceptor(cfg AcceptorConfig) (*Acceptor, error) { return nil, errSkeleton }

// NewSession begins the login of one connection.
func (a *Acceptor) NewSession() *Session { return &Session{} }

// Session is one handshake; not safe for concurrent use.
type Session struct{}

// Challenge answers Type 1 with Type 2.
func (s *Session) Challenge(negotiate []byte) ([]byte, error) { return nil, errSkeleton }

// Verify judges Type 3.
func (s *Session) Verify(authenticate []byte) Result { return Result{} }

// SessionKey gives the ExportedSessionKey after a successful Verify.
func (s *Session) SessionKey() []byte { return nil }

// Result is the outcome of a login.
type Result struct {
	OK                        bool
	Domain, User, Workstation string
	Account                   *Account
	Response                  ResponseKind
	Status                    NTStatus
	Reason                    string
}
