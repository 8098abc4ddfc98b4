package passport

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// DefaultRealm is the realm of the public Passport service (MS-PASS 2.2.12).
const DefaultRealm = "Passport.Net"

const (
	ticketBytes    = 16
	ticketLifetime = time.Hour
	maxTickets     = 4096
	defaultCookie  = "PPAuth" // MS-PASS 4, step 6
	configVersion  = 15
)

// Config describes a login server. Rand and Now must be set.
type Config struct {
	Realm    string            // DARealm; empty is DefaultRealm
	Accounts map[string]string // password by sign-in name; names compare without regard to case
	// LoginURL is the DALogin that the configuration server names; empty is LoginPath
	// on the host that was asked, by http or https as it was asked.
	LoginURL string
	// ChallengeRealm is the realm in the login server's challenge, when it is another one
	// than the configuration names; empty is Realm.
	ChallengeRealm string
	// NoLogin leaves DALogin out of the configuration.
	NoLogin bool
	// RedirectURL sends every sign-in on to another login server (da-status=redir).
	RedirectURL string
	// NoRetry refuses with da-status=failed-noretry, as when what the partner sent is
	// not valid.
	NoRetry  bool
	Lifetime time.Duration // of tickets; 0 is an hour (Assumed)
	Rand     io.Reader     // tickets; read under a lock
	Now      func() time.Time
}

// Authority gives out tickets and knows them again; as an http.Handler it is the
// login server. It is an httpauth.PassportTickets. It is safe for concurrent use.
type Authority struct {
	cfg      Config
	accounts map[string]account // by name in lower case

	mu      sync.Mutex
	tickets map[string]ticket // by from-PP without quotes
	order   []string
}

type account struct{ name, password string }

type ticket struct {
	account string
	ends    time.Time
}

// NewAuthority checks the configuration.
func NewAuthority(cfg Config) (*Authority, error) {
	if cfg.Rand == nil || cfg.Now == nil {
		return nil, errors.New("passport: the login server needs a random source and a clock")
	}
	if cfg.Realm == "" {
		cfg.Realm = DefaultRealm
	}
	if cfg.ChallengeRealm == "" {
		cfg.ChallengeRealm = cfg.Realm
	}
	if cfg.Lifetime <= 0 {
		cfg.Lifetime = ticketLifetime
	}
	a := &Authority{cfg: cfg, accounts: map[string]account{}, tickets: map[string]ticket{}}
	for name, password := range cfg.Accounts {
		a.accounts[strings.ToLower(name)] = account{name, password}
	}
	return a, nil
}

// Issue gives a ticket for an account: the value of from-PP, with the quotes that real
// ones have.
func (a *Authority) Issue(name string) (fromPP string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var b [ticketBytes]byte
	if _, err := io.ReadFull(a.cfg.Rand, b[:]); err != nil {
		return "", fmt.Errorf("passport: making a ticket: %w", err)
	}
	value := "t=" + hex.EncodeToString(b[:]) + "&p="
	if _, again := a.tickets[value]; !again {
		a.order = append(a.order, value)
	}
	a.tickets[value] = ticket{name, a.cfg.Now().Add(a.cfg.Lifetime)}
	if len(a.order) > maxTickets {
		delete(a.tickets, a.order[0])
		a.order = a.order[1:]
	}
	return "'" + value + "'", nil
}

// Verify gives the account of a from-PP value. The errors quote no ticket.
func (a *Authority) Verify(fromPP string) (name string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t, ok := a.tickets[strings.Trim(fromPP, "'")]
	switch {
	case !ok:
		return "", errors.New("the login server gave no such ticket")
	case a.cfg.Now().After(t.ends):
		return "", fmt.Errorf("the ticket of %s has ended", t.account)
	}
	return t.account, nil
}
