package realm

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/types"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
)

// Faults is what goes wrong for one login, for scripts. The zero value is nothing.
type Faults struct {
	NoTicket []string      // services that the realm says it does not know; case does not matter
	Skew     time.Duration // how far the client's clock is wrong: services refuse with KRB_AP_ERR_SKEW
	Replay   bool          // every request repeats the first one: services refuse with KRB_AP_ERR_REPEAT
	WrongKey bool          // tickets are not encrypted with the service's key: KRB_AP_ERR_MODIFIED
	Age      time.Duration // how long ago tickets were given: over their life time, KRB_AP_ERR_TKT_EXPIRED
}

// Login is one user's tickets; it is a negotiate.TicketSource, safe for concurrent
// use unless Faults.Replay is set.
type Login struct {
	realm          *Realm
	user, password string
	faults         Faults
	replay         *kerberos.Replay
}

// Login begins a user's use of the realm. Whether user and password are right shows
// when the first ticket is wanted, as with Windows, which asks for none before.
// Assumed: a wrong clock is no hindrance to getting tickets, since Windows corrects
// itself by the time in the domain controller's error.
func (r *Realm) Login(user, password string, faults Faults) *Login {
	l := &Login{realm: r, user: user, password: password, faults: faults}
	if faults.Replay {
		l.replay = &kerberos.Replay{}
	}
	return l
}

// Ticket gives a ticket for a service. The errors are *kerberos.Error:
// KDC_ERR_C_PRINCIPAL_UNKNOWN, KDC_ERR_PREAUTH_FAILED or the one of RefuseUser for
// the user, KDC_ERR_S_PRINCIPAL_UNKNOWN for the service.
func (l *Login) Ticket(spn string) (*kerberos.Ticket, error) {
	r := l.realm
	r.lock.Lock()
	defer r.lock.Unlock()
	u, err := r.authenticate(l.user, l.password)
	if err != nil {
		return nil, err
	}
	s, known := r.services[strings.ToLower(spn)]
	if !known || slices.ContainsFunc(l.faults.NoTicket, func(n string) bool { return strings.EqualFold(n, spn) }) {
		return nil, &kerberos.Error{Code: kerberos.ServiceUnknown, Text: fmt.Sprintf("the realm has no service %s", spn)}
	}
	key, err := l.serviceKey(s)
	if err != nil {
		return nil, err
	}
	start := r.cfg.Now().Add(-l.faults.Age).Truncate(time.Second)
	ticket, err := kerberos.Mint(kerberos.TicketConfig{
		Client: u.name, Realm: r.cfg.Name, SPN: s.spn, ServiceKey: key, KeyVersion: keyVersion,
		SessionEType: r.cfg.EType, Start: start, End: start.Add(r.cfg.Lifetime),
		Padding: r.cfg.Padding, Rand: r.cfg.Rand,
	})
	if err != nil {
		return nil, err
	}
	ticket.Skew, ticket.Replay = l.faults.Skew, l.replay
	return ticket, nil
}

func (l *Login) serviceKey(s service) (types.EncryptionKey, error) {
	if l.faults.WrongKey {
		return kerberos.NewKey(l.realm.cfg.EType, l.realm.cfg.Rand)
	}
	return s.key, nil
}

// authenticate is what the AS exchange ends with; the lock is held.
func (r *Realm) authenticate(name, password string) (user, error) {
	u, ok := r.users[strings.ToLower(name)]
	switch {
	case !ok:
		return u, &kerberos.Error{Code: kerberos.ClientUnknown, Text: fmt.Sprintf("the realm has no user %s", name)}
	case u.refuse != 0:
		return u, &kerberos.Error{Code: u.refuse, Text: fmt.Sprintf("the realm refuses the user %s", name)}
	case u.password != password:
		return u, &kerberos.Error{Code: kerberos.PreauthFailed, Text: fmt.Sprintf("the password of %s is wrong", name)}
	}
	return u, nil
}
