package realm

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/types"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
)

// DefaultLifetime is how long a service ticket lives in a Windows domain (policy
// "Maximum lifetime for service ticket", default 600 minutes).
const DefaultLifetime = 10 * time.Hour

// keyVersion is that of every service's key: a new account's first password.
const keyVersion = 1

// Config describes a realm. Name, Rand and Now must be set.
type Config struct {
	Name     string // in upper case by convention, such as "LAB.EXAMPLE"
	Rand     io.Reader
	Now      func() time.Time
	EType    kerberos.EType // of keys and tickets; 0 is RC4HMAC, what domains of 2000 and 2003 use
	Lifetime time.Duration  // of tickets; 0: DefaultLifetime
	Padding  int            // bytes that each ticket is larger by, to reach the size that a PAC gives
}

// Realm holds users and services. It is safe for concurrent use when its Rand and Now
// are not used elsewhere at the same time.
type Realm struct {
	cfg      Config
	lock     sync.Mutex
	users    map[string]user    // by name in lower case
	services map[string]service // by name in lower case
	keytab   *keytab.Keytab
}

type user struct {
	name, password string
	refuse         kerberos.ErrorCode
}

type service struct {
	spn string
	key types.EncryptionKey
}

// New makes a realm without users and services; missing parts are errors.
func New(cfg Config) (*Realm, error) {
	switch {
	case cfg.Name == "":
		return nil, errors.New("realm: the realm has no name")
	case cfg.Rand == nil || cfg.Now == nil:
		return nil, errors.New("realm: the realm needs a random source and a clock")
	case cfg.Lifetime < 0 || cfg.Padding < 0:
		return nil, errors.New("realm: life time and padding can't be negative")
	}
	if cfg.EType == 0 {
		cfg.EType = kerberos.RC4HMAC
	}
	if cfg.Lifetime == 0 {
		cfg.Lifetime = DefaultLifetime
	}
	return &Realm{cfg: cfg, users: map[string]user{}, services: map[string]service{}, keytab: keytab.New()}, nil
}

// Name gives the realm's name.
func (r *Realm) Name() string { return r.cfg.Name }

// AddUser adds a user or gives one a new password. An empty name and one with a
// slash or at sign are errors.
func (r *Realm) AddUser(name, password string) error {
	if name == "" || strings.ContainsAny(name, "/@\\") {
		return fmt.Errorf("realm: %q is no user name", name)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	r.users[strings.ToLower(name)] = user{name: name, password: password}
	return nil
}

// RefuseUser makes the realm refuse a user with an error, such as
// kerberos.ClientRevoked; 0 refuses no more. An unknown user is an error.
func (r *Realm) RefuseUser(name string, code kerberos.ErrorCode) error {
	r.lock.Lock()
	defer r.lock.Unlock()
	u, ok := r.users[strings.ToLower(name)]
	if !ok {
		return fmt.Errorf("realm: no user %q", name)
	}
	u.refuse = code
	r.users[strings.ToLower(name)] = u
	return nil
}

// AddService adds a service with a key of its own. A name that is not
// "service/host" and one that is there already are errors.
func (r *Realm) AddService(spn string) error {
	class, host, ok := strings.Cut(spn, "/")
	if !ok || class == "" || host == "" || strings.Contains(host, "@") {
		return fmt.Errorf("realm: %q is no service name such as HTTP/proxy.lab.example", spn)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if _, ok := r.services[strings.ToLower(spn)]; ok {
		return fmt.Errorf("realm: there is a service %s already", spn)
	}
	secret := make([]byte, 16)
	if _, err := io.ReadFull(r.cfg.Rand, secret); err != nil {
		return fmt.Errorf("realm: making a key for %s: %w", spn, err)
	}
	if err := r.keytab.AddEntry(spn, r.cfg.Name, hex.EncodeToString(secret), r.cfg.Now().UTC(), keyVersion, int32(r.cfg.EType)); err != nil {
		return fmt.Errorf("realm: making a key for %s: %w", spn, err)
	}
	r.services[strings.ToLower(spn)] = service{spn, r.keytab.Entries[len(r.keytab.Entries)-1].Key}
	return nil
}

// Keytab gives a copy of the keys of all services so far. It is a secret.
func (r *Realm) Keytab() *keytab.Keytab {
	r.lock.Lock()
	defer r.lock.Unlock()
	kt := keytab.New()
	kt.Entries = append(kt.Entries, r.keytab.Entries...)
	return kt
}
