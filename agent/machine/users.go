package machine

import (
	"fmt"
	"slices"
	"strings"
)

// AddUser makes an account known to the machine, or replaces the one of the
// same name. An empty Domain means the machine's own accounts; a SID that is
// empty or cannot name a key is replaced by one made from the names. It gives
// the account as it is kept.
func (m *Machine) AddUser(a Account) Account {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a.Domain == "" {
		a.Domain = m.hostname
	}
	if checkKeyName(a.SID) != nil || strings.Contains(a.SID, `\`) {
		a.SID = madeSID(a.Domain, a.User)
	}
	same := func(b Account) bool { return b.named(a.Domain + `\` + a.User) }
	if i := slices.IndexFunc(m.users, same); i >= 0 {
		m.users[i] = a
		return a
	}
	m.users = append(m.users, a)
	return a
}

// User finds an account by user or DOMAIN\user, without regard to case. The
// service accounts are SYSTEM (or LocalSystem), LOCAL SERVICE (LocalService)
// and NETWORK SERVICE (NetworkService); Windows 2000 has only the first. A
// name without a domain that two accounts have is an error.
func (m *Machine) User(name string) (Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.user(name)
}

// Users lists the accounts: the service accounts, then the others in the order
// in which they were added.
func (m *Machine) Users() []Account {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.users)
}

// Logon opens a session for a user. An interactive session makes the user's
// hive HKEY_CURRENT_USER. BITS runs a user's jobs only while the user has an
// interactive session; RunAs and network logons are not interactive.
//
// Source: BITS documentation, "Users and Network Connections".
func (m *Machine) Logon(name string, interactive bool) error {
	if err := m.logon(name, interactive); err != nil {
		return err
	}
	m.tellSessions()
	return nil
}

func (m *Machine) logon(name string, interactive bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, err := m.user(name)
	if err != nil {
		return fmt.Errorf("log on: %w", err)
	}
	m.sessions = append(m.sessions, session{a.SID, interactive})
	m.followConsole()
	return nil
}

// Logoff closes all sessions of a user. It fails for a service account, which
// is always logged on, and for a user without a session.
func (m *Machine) Logoff(name string) error {
	if err := m.logoff(name); err != nil {
		return err
	}
	m.tellSessions()
	return nil
}

func (m *Machine) logoff(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, err := m.user(name)
	if err != nil {
		return fmt.Errorf("log off: %w", err)
	}
	left := slices.DeleteFunc(slices.Clone(m.sessions), func(s session) bool { return s.sid == a.SID })
	if len(left) == len(m.sessions) {
		return fmt.Errorf("log off: %v has no session", a)
	}
	m.sessions = left
	m.followConsole()
	return nil
}

// LoggedOn says whether a user has a session of any kind. The service accounts
// always have.
func (m *Machine) LoggedOn(name string) bool {
	return m.hasSession(name, func(session) bool { return true })
}

// Interactive says whether the jobs of a user may run: the user has an
// interactive session, or is a service account.
//
// Source: BITS documentation, "Users and Network Connections".
func (m *Machine) Interactive(name string) bool {
	return m.hasSession(name, func(s session) bool { return s.interactive })
}

// InteractiveUser gives the user who logged on interactively last and is still
// there; false when there is none.
func (m *Machine) InteractiveUser() (Account, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.console()
}

// ImplicitCredentials gives the account that the network sees when a user's
// logon credentials are sent: the user, for LocalSystem and NetworkService the
// computer account, for LocalService nobody (Anonymous). Assumed: a machine in
// a workgroup, which has no computer account, is anonymous too.
//
// Source: BITS documentation, "Service Accounts and BITS".
func (m *Machine) ImplicitCredentials(name string) (Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, err := m.user(name)
	switch {
	case err != nil:
		return Account{}, fmt.Errorf("implicit credentials: %w", err)
	case !a.Kind.Service():
		return a, nil
	case a.Kind == LocalService || m.domain == "":
		return Account{Kind: Anonymous}, nil
	}
	host := m.hostname + "$"
	return Account{Kind: ComputerAccount, Domain: m.domain, User: host, Password: m.machinePassword(), SID: madeSID(m.domain, host)}, nil
}

// machinePassword is the initial password of a computer account made ahead:
// the machine's name in lower case, at most 14 characters. Assumed: it was
// never changed.
func (m *Machine) machinePassword() Secret {
	if m.password != "" {
		return m.password
	}
	name := strings.ToLower(m.hostname)
	return Secret(name[:min(len(name), 14)])
}

type session struct {
	sid         string
	interactive bool
}

// user and the methods below it are called with the lock held.
func (m *Machine) user(name string) (Account, error) {
	var found []Account
	for _, a := range m.users {
		if a.named(name) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Account{}, fmt.Errorf("unknown user %q on %s (known: %s)", name, m.hostname, m.userNames())
	}
	return Account{}, fmt.Errorf("user %q on %s may be %v or %v: name the domain", name, m.hostname, found[0], found[1])
}

func (m *Machine) userNames() string {
	var names []string
	for _, a := range m.users {
		names = append(names, a.String())
	}
	return strings.Join(names, ", ")
}

func (m *Machine) hasSession(name string, fits func(session) bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, err := m.user(name)
	if err != nil {
		return false
	}
	return a.Kind.Service() || slices.ContainsFunc(m.sessions, func(s session) bool { return s.sid == a.SID && fits(s) })
}

func (m *Machine) console() (Account, bool) {
	for _, s := range slices.Backward(m.sessions) {
		for _, a := range m.users {
			if s.interactive && a.SID == s.sid {
				return a, true
			}
		}
	}
	return Account{}, false
}

// followConsole makes HKEY_CURRENT_USER the hive of the user at the console.
func (m *Machine) followConsole() {
	a, _ := m.console()
	m.registry.SetCurrentUser(a.SID)
}
