package ntlm

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Account is one user of an account database. The zero value is no user; an enabled
// account with an empty password is legal.
type Account struct {
	Domain   string // NetBIOS domain, or "" for an account of the accepting computer
	User     string
	Password string

	Disabled        bool
	Expired         bool // the account itself
	PasswordExpired bool
	Locked          bool
	Refuse          NTStatus // refuse with this status after a right password; 0 does not
	BadPasswords    int      // failed logons since the last good one
}

// String gives DOMAIN\user and never the password.
func (a Account) String() string {
	if a.Domain == "" {
		return a.User
	}
	return a.Domain + `\` + a.User
}

// GoString is String, so that %#v shows no password either.
func (a Account) GoString() string { return "ntlm.Account(" + a.String() + ")" }

// Accounts is an account database as a domain controller or a computer has one.
// Make it with NewAccounts; it is safe for concurrent use.
type Accounts struct {
	mu        sync.Mutex
	byName    map[accountKey]*Account
	lockAfter int
}

type accountKey struct{ domain, user string }

func keyOf(domain, user string) accountKey {
	return accountKey{strings.ToUpper(domain), strings.ToUpper(user)}
}

// NewAccounts makes a database; of two accounts with one name the last stays.
func NewAccounts(accounts ...Account) *Accounts {
	db := &Accounts{byName: make(map[accountKey]*Account)}
	for _, a := range accounts {
		db.Put(a)
	}
	return db
}

// Put adds an account or replaces the one of the same domain and user.
func (db *Accounts) Put(a Account) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.byName[keyOf(a.Domain, a.User)] = &a
}

// Lookup finds an account; names compare without regard to case (MS-NLMP
// 3.2.5.1.2). It gives a copy.
func (db *Accounts) Lookup(domain, user string) (Account, bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	a, ok := db.byName[keyOf(domain, user)]
	if !ok {
		return Account{}, false
	}
	return *a, true
}

// HasDomain reports whether any account belongs to the domain.
func (db *Accounts) HasDomain(domain string) bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	for key := range db.byName {
		if key.domain == strings.ToUpper(domain) {
			return true
		}
	}
	return false
}

// All gives copies of all accounts, by domain and user.
func (db *Accounts) All() []Account {
	db.mu.Lock()
	defer db.mu.Unlock()
	var list []Account
	for _, a := range db.byName {
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b Account) int { return cmp.Or(cmp.Compare(a.Domain, b.Domain), cmp.Compare(a.User, b.User)) })
	return list
}

// SetLocked locks an account out, or lets it in again and forgets its failed logons. It
// reports whether there is such an account.
func (db *Accounts) SetLocked(domain, user string, locked bool) bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	a, ok := db.byName[keyOf(domain, user)]
	if !ok {
		return false
	}
	if a.Locked = locked; !locked {
		a.BadPasswords = 0
	}
	return true
}

// LockAfter makes n failed logons in a row lock an account; 0, the default, never
// does.
func (db *Accounts) LockAfter(n int) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.lockAfter = n
}

// record counts a logon of the account.
func (db *Accounts) record(a Account, ok bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	stored, found := db.byName[keyOf(a.Domain, a.User)]
	switch {
	case !found:
	case ok:
		stored.BadPasswords = 0
	default:
		stored.BadPasswords++
		stored.Locked = stored.Locked || db.lockAfter > 0 && stored.BadPasswords >= db.lockAfter
	}
}
