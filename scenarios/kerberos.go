package scenarios

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/negotiate/kdc"
	"github.com/wualab/wualab/auth/negotiate/kerberos"
	"github.com/wualab/wualab/auth/negotiate/realm"
	"github.com/wualab/wualab/scenarios/plan"
)

// kerberosWorld is the Kerberos realm of a world: its users are the accounts that its
// servers and proxies know, its services those of them that have a kerberos key.
type kerberosWorld struct {
	realm *realm.Realm // nil when nobody needs one
	rand  io.Reader
	now   func() time.Time
	base  string // folder of the scenario file

	mu      sync.Mutex
	sources map[string]*kdc.Source // of accounts, from a real KDC
}

// newKerberos makes the realm when the plan has anything of Kerberos in it.
func newKerberos(s *plan.Scenario, seed int64, now func() time.Time, base string) (*kerberosWorld, error) {
	k := &kerberosWorld{base: base, rand: newSeeded(seed, 'K'), now: now, sources: map[string]*kdc.Source{}}
	logins := loginsOf(s)
	needed := s.Client.Kerberos != nil
	for _, l := range logins {
		needed = needed || l.Kerberos != nil
	}
	if !needed {
		return k, nil
	}
	var err error
	if k.realm, err = k.newRealm(realmName(s)); err != nil {
		return nil, err
	}
	for _, l := range logins {
		if err := k.addUsers(l); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *kerberosWorld) newRealm(name string) (*realm.Realm, error) {
	return realm.New(realm.Config{Name: name, Rand: k.rand, Now: k.now})
}

// loginsOf lists the logins of all nodes.
func loginsOf(s *plan.Scenario) (all []*plan.Login) {
	for i := range s.Servers {
		all = append(all, &s.Servers[i].Login)
	}
	for i := range s.Proxies {
		all = append(all, &s.Proxies[i].Login)
	}
	return all
}

// realmName is the PC's domain, or LAB.
func realmName(s *plan.Scenario) string { return strings.ToUpper(s.Client.Domain.Or("LAB")) }

// addUsers gives the realm the accounts of a node. Source of the errors: RFC 4120
// 7.5.9 and what Windows gives for such accounts (KB 230476).
func (k *kerberosWorld) addUsers(l *plan.Login) error {
	refs := l.Accounts
	if l.DomainController != nil {
		refs = slices.Concat(refs, l.DomainController.Accounts)
	}
	for _, ref := range refs {
		a := ref.Account
		if a == nil || a.User == "" {
			continue
		}
		if err := k.realm.AddUser(a.User, a.Password); err != nil {
			return fmt.Errorf("%v: %w", ref.Pos, err)
		}
		refuse := kerberos.ErrorCode(0)
		switch {
		case a.Disabled, a.Expired, a.Locked:
			refuse = kerberos.ClientRevoked
		case a.PasswordExpired:
			refuse = kerberos.KeyExpired
		}
		if err := k.realm.RefuseUser(a.User, refuse); err != nil {
			return err
		}
	}
	return nil
}

// service makes the accepting side of a node, nil without one.
func (k *kerberosWorld) service(node string, n *plan.NodeKerberos) (*kerberos.Service, error) {
	if n == nil {
		return nil, nil
	}
	keys, err := k.keysOf(node, n)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", n.Pos, err)
	}
	skew := n.Skew.Value
	cfg := kerberos.ServiceConfig{Keytab: keys, Rand: k.rand, Now: func() time.Time { return k.now().Add(skew) }}
	if n.Replay.Value {
		cfg.Refuse = kerberos.Repeat
	}
	return kerberos.NewService(cfg)
}

// keysOf gives the keytab of a node: that of a file, or one of the realm's.
func (k *kerberosWorld) keysOf(node string, n *plan.NodeKerberos) (*keytab.Keytab, error) {
	if n.Keytab.Set {
		return keytab.Load(filepath.Join(k.base, n.Keytab.Value))
	}
	spn := n.SPN.Or("HTTP/" + node)
	if err := k.realm.AddService(spn); err != nil {
		return nil, err
	}
	return k.keysFor(spn, n.Key.Value)
}

// keysFor gives the keytab of a service: with its key, with another one, or empty.
func (k *kerberosWorld) keysFor(spn, which string) (*keytab.Keytab, error) {
	switch which {
	case "missing":
		return keytab.New(), nil
	case "wrong":
		other, err := k.newRealm(k.realm.Name())
		if err != nil {
			return nil, err
		}
		if err := other.AddService(spn); err != nil {
			return nil, err
		}
		return other.Keytab(), nil
	}
	return k.realm.Keytab(), nil
}

// tickets says where the PC's tickets come from, nil for nowhere.
func (k *kerberosWorld) tickets(c *plan.ClientKerberos) (machine.Tickets, error) {
	switch {
	case c == nil:
		return nil, nil
	case c.Config.Set:
		return k.realTickets(filepath.Join(k.base, c.Config.Value)), nil
	}
	faults := realm.Faults{Skew: c.Skew.Value}
	if c.Tickets.Set {
		faults.NoTicket = k.services()
		for _, spn := range c.Tickets.Value {
			if !slices.ContainsFunc(faults.NoTicket, func(s string) bool { return strings.EqualFold(s, spn) }) {
				if err := k.realm.AddService(spn); err != nil {
					return nil, fmt.Errorf("%v: %w", c.Tickets.Pos, err)
				}
			}
			faults.NoTicket = slices.DeleteFunc(faults.NoTicket, func(s string) bool { return strings.EqualFold(s, spn) })
		}
	}
	return func(a machine.Account) negotiate.TicketSource {
		return k.realm.Login(a.User, a.Password.Reveal(), faults)
	}, nil
}

// services lists the names of all services so far.
func (k *kerberosWorld) services() (names []string) {
	for _, e := range k.realm.Keytab().Entries {
		names = append(names, strings.Join(e.Principal.Components, "/"))
	}
	return names
}

// realTickets asks a real KDC, one client for each account.
func (k *kerberosWorld) realTickets(conf string) machine.Tickets {
	return func(a machine.Account) negotiate.TicketSource {
		k.mu.Lock()
		defer k.mu.Unlock()
		if s := k.sources[a.String()]; s != nil {
			return s
		}
		s, err := kdc.New(kdc.Config{Krb5Conf: conf, Principal: a.User, Password: a.Password.Reveal()})
		if err != nil {
			return noTickets{err}
		}
		k.sources[a.String()] = s
		return s
	}
}

// noTickets says why there are none.
type noTickets struct{ err error }

func (n noTickets) Ticket(string) (*kerberos.Ticket, error) { return nil, n.err }

func (k *kerberosWorld) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range k.sources {
		s.Close()
	}
}

// seeded is a source of keys and tickets; realm and services share it.
type seeded struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

// newSeeded gives one of the sources of a seed.
func newSeeded(seed int64, which byte) *seeded {
	key := [32]byte{31: which}
	binary.LittleEndian.PutUint64(key[:], uint64(seed))
	return &seeded{src: rand.NewChaCha8(key)}
}

func (s *seeded) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.src.Read(b)
}
