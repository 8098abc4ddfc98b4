package machine

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Secret is a password. It prints, formats and marshals as "[redacted]"; only
// Reveal gives it away. The zero value is the empty password.
type Secret string

const redacted = "[redacted]"

// Reveal gives the password.
func (s Secret) Reveal() string { return string(s) }

// String gives "[redacted]".
func (s Secret) String() string { return redacted }

// GoString gives "[redacted]".
func (s Secret) GoString() string { return redacted }

// MarshalText gives "[redacted]", so that JSON, YAML and text logs do too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// AccountKind tells ordinary users from the accounts that services run as.
type AccountKind int

// The kinds of accounts.
const (
	OrdinaryUser AccountKind = iota
	LocalSystem
	LocalService
	NetworkService
	ComputerAccount // the machine's own account in its domain, DOMAIN\HOST$
	Anonymous       // no account: what LocalService shows on the network
)

// String names the kind.
func (k AccountKind) String() string {
	switch k {
	case LocalSystem:
		return "LocalSystem"
	case LocalService:
		return "LocalService"
	case NetworkService:
		return "NetworkService"
	case ComputerAccount:
		return "computer account"
	case Anonymous:
		return "anonymous"
	}
	return "user"
}

// Service says whether services run as accounts of this kind. Such accounts
// always count as logged on.
//
// Source: BITS documentation, "Users and Network Connections".
func (k AccountKind) Service() bool {
	return k == LocalSystem || k == LocalService || k == NetworkService
}

// Account is a user of the machine. For an ordinary user of the machine itself
// Domain is the machine's name. The zero value is no account.
type Account struct {
	Kind     AccountKind
	Domain   string // NetBIOS name
	User     string
	Password Secret
	SID      string // made from domain and user when empty
	// Administrator says that the user has administrator privileges on the
	// machine. Of service accounts it is not asked.
	Administrator bool
	// Elevated says that an administrator runs programs elevated, as by "Run as
	// administrator". See Machine.Token.
	Elevated bool
}

// String gives DOMAIN\user, and never the password.
func (a Account) String() string {
	if a.Kind == Anonymous {
		return "anonymous"
	}
	return a.Domain + `\` + a.User
}

// Well-known SIDs of the service accounts.
//
// Source: Windows documentation, "Well-known SIDs".
const (
	sidLocalSystem    = "S-1-5-18"
	sidLocalService   = "S-1-5-19"
	sidNetworkService = "S-1-5-20"
	ntAuthority       = "NT AUTHORITY"
)

func serviceAccounts(limited bool) []Account {
	list := []Account{{Kind: LocalSystem, Domain: ntAuthority, User: "SYSTEM", SID: sidLocalSystem}}
	if limited {
		list = append(list,
			Account{Kind: LocalService, Domain: ntAuthority, User: "LOCAL SERVICE", SID: sidLocalService},
			Account{Kind: NetworkService, Domain: ntAuthority, User: "NETWORK SERVICE", SID: sidNetworkService})
	}
	return list
}

// named says whether the account is the one meant by user or DOMAIN\user. The
// service accounts go by their kind's name too: LocalSystem.
func (a Account) named(name string) bool {
	domain, user, qualified := strings.Cut(name, `\`)
	if !qualified {
		domain, user = "", name
	}
	if qualified && fold(domain) != fold(a.Domain) {
		return false
	}
	return fold(user) == fold(a.User) || a.Kind.Service() && fold(user) == fold(a.Kind.String())
}

// madeSID gives an account without a SID one that depends on its names only,
// so that runs repeat. Assumed: nothing reads more from it than its form.
func madeSID(domain, user string) string {
	return fmt.Sprintf("S-1-5-21-%d-%d-%d-%d", hash(domain, "1"), hash(domain, "2"), hash(domain, "3"),
		1000+hash(domain, user)%1_000_000)
}

func hash(parts ...string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(fold(strings.Join(parts, `\`))))
	return h.Sum32()
}
