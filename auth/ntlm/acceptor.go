package ntlm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// AcceptorConfig describes a computer that accepts logons. Accounts,
// NetBIOSComputer, OS, Rand and Now must be set.
type AcceptorConfig struct {
	Level           Level // LmCompatibilityLevel: which responses are accepted
	Accounts        *Accounts
	NetBIOSComputer string
	NetBIOSDomain   string // "" for a computer outside any domain
	DNSComputer     string // left out of TargetInfo when ""
	DNSDomain       string // left out of TargetInfo when ""
	OS              OS
	Rand            io.Reader        // server challenges; read under a lock
	Now             func() time.Time // MsvAvTimestamp and the age of NTLMv2 responses
	NoTargetInfo    bool             // never send TargetInfo, as old or foreign servers
	NoESS           bool             // never agree to extended session security
	No128           bool             // never agree to 128-bit encryption
	OEMOnly         bool             // never agree to Unicode, as Windows 95 and older servers
	AllowAnonymous  bool             // let an anonymous client in
	Protection      Protection       // Extended Protection for Authentication
	ChannelBindings [16]byte         // of the server's TLS certificate, see EndpointBindings; zero is none, which nothing is compared with
	Blocked         bool             // "Restrict NTLM: Incoming NTLM traffic" denies all accounts

	// DomainController makes the computer a member server, whose Accounts and Level
	// are for its local accounts only; Accounts may then be nil. Nil: the computer
	// judges every account itself.
	DomainController *DomainController
}

// Acceptor is the server's side (MS-NLMP 3.2): a computer that judges all accounts
// itself, or a member server that passes domain accounts on. It is safe for concurrent
// use.
type Acceptor struct {
	cfg  AcceptorConfig
	rand sync.Mutex
}

// NewAcceptor checks the configuration: a level that is not 0 to 5 and missing parts
// are errors.
func NewAcceptor(cfg AcceptorConfig) (*Acceptor, error) {
	if dc := cfg.DomainController; dc != nil {
		if err := dc.check(); err != nil {
			return nil, err
		}
		cfg.join(dc)
	}
	switch {
	case cfg.Level.check() != nil:
		return nil, cfg.Level.check()
	case cfg.Accounts == nil:
		return nil, errors.New("ntlm: acceptor has no account database")
	case cfg.NetBIOSComputer == "":
		return nil, errors.New("ntlm: acceptor has no NetBIOS computer name")
	case cfg.OS.Name == "":
		return nil, errors.New("ntlm: acceptor has no operating system")
	case cfg.Rand == nil || cfg.Now == nil:
		return nil, errors.New("ntlm: acceptor needs a random source and a clock")
	}
	return &Acceptor{cfg: cfg}, nil
}

// join fills what follows from membership.
func (cfg *AcceptorConfig) join(dc *DomainController) {
	if cfg.Accounts == nil {
		cfg.Accounts = NewAccounts()
	}
	if cfg.NetBIOSDomain == "" {
		cfg.NetBIOSDomain = dc.NetBIOSDomain
	}
	if cfg.DNSDomain == "" {
		cfg.DNSDomain = dc.DNSDomain
	}
}

// NewSession begins the login of one connection.
func (a *Acceptor) NewSession() *Session { return &Session{acceptor: a} }

// Session is one login: Challenge, then Verify. Challenge starts it over, with a new
// nonce; Verify uses a challenge up, so that no answer counts twice. It is not safe
// for concurrent use.
type Session struct {
	acceptor             *Acceptor
	negotiate, challenge []byte // byte for byte, for the MIC
	flags                Flags  // of the challenge; then of the login
	nonce                [8]byte
	pending              bool
	exported             Key
}

// Challenge answers Type 1 with Type 2 (MS-NLMP 3.2.5.1.1). A message that can't be
// read, or that offers no character set, is a *FormatError.
func (s *Session) Challenge(negotiate []byte) ([]byte, error) {
	s.pending = false
	type1, err := ParseNegotiate(negotiate)
	if err != nil {
		return nil, fmt.Errorf("reading the client's offer: %w", err)
	}
	type2, err := s.acceptor.challengeFor(type1.Flags)
	if err != nil {
		return nil, err
	}
	s.negotiate = append([]byte(nil), negotiate...)
	s.challenge = type2.Marshal()
	s.flags, s.nonce, s.pending = type2.Flags, type2.ServerChallenge, true
	return append([]byte(nil), s.challenge...), nil
}

// SessionKey gives the ExportedSessionKey and the flags that NewSealer wants, after a
// Verify that is OK. The key is a secret.
func (s *Session) SessionKey() (Key, Flags) { return s.exported, s.flags }

func (a *Acceptor) challengeFor(offered Flags) (*ChallengeMessage, error) {
	flags, err := a.agree(offered)
	if err != nil {
		return nil, err
	}
	m := &ChallengeMessage{Flags: flags}
	if m.ServerChallenge, err = a.nonce(); err != nil {
		return nil, err
	}
	if flags.Has(RequestTarget) {
		m.TargetName = a.target()
	}
	if flags.Has(NegotiateTargetInfo) {
		m.TargetInfo = a.targetInfo().Marshal()
	}
	if flags.Has(NegotiateVersion) {
		m.Version = a.cfg.OS.Version
	}
	return m, nil
}

func (a *Acceptor) nonce() ([8]byte, error) {
	a.rand.Lock()
	defer a.rand.Unlock()
	var n [8]byte
	if _, err := io.ReadFull(a.cfg.Rand, n[:]); err != nil {
		return n, fmt.Errorf("ntlm: reading a random server challenge: %w", err)
	}
	return n, nil
}

// target is the domain of a joined computer, else the computer (MS-NLMP 2.2.1.2).
func (a *Acceptor) target() string {
	if a.cfg.NetBIOSDomain != "" {
		return a.cfg.NetBIOSDomain
	}
	return a.cfg.NetBIOSComputer
}

// targetInfo lists the pairs in the order that Windows servers are seen to use.
// Assumed: the domain is the forest's root, so its name is the tree's name too.
func (a *Acceptor) targetInfo() AVPairs {
	var p AVPairs
	p = p.SetText(MsvAvNbDomainName, a.target()).SetText(MsvAvNbComputerName, a.cfg.NetBIOSComputer)
	if a.cfg.DNSDomain != "" {
		p = p.SetText(MsvAvDNSDomainName, a.cfg.DNSDomain)
	}
	if a.cfg.DNSComputer != "" {
		p = p.SetText(MsvAvDNSComputerName, a.cfg.DNSComputer)
	}
	if a.cfg.DNSDomain != "" && a.cfg.OS.DNSTreeName {
		p = p.SetText(MsvAvDNSTreeName, a.cfg.DNSDomain)
	}
	if a.cfg.OS.SendTimestamp {
		now := NewFileTime(a.cfg.Now())
		p = p.Set(MsvAvTimestamp, binary.LittleEndian.AppendUint64(nil, uint64(now)))
	}
	return p
}
