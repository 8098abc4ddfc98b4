package bits

import (
	"maps"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/hresult"
)

// Credentials are BG_AUTH_CREDENTIALS. With User and Password both nil they
// are implicit: the logon credentials of the job's owner.
type Credentials struct {
	Target   credrule.Target
	Scheme   credrule.Scheme
	User     *string // user, DOMAIN\user or user@domain
	Password *string
}

// Implicit are credentials with a NULL name and password.
func Implicit(target credrule.Target, scheme credrule.Scheme) Credentials {
	return Credentials{Target: target, Scheme: scheme}
}

// Explicit are credentials with a name and password.
func Explicit(target credrule.Target, scheme credrule.Scheme, user, password string) Credentials {
	return Credentials{Target: target, Scheme: scheme, User: &user, Password: &password}
}

// credential is what a job keeps for one target and scheme.
type credential struct {
	set            credrule.Set
	user, password machine.Secret
}

type credentials map[credrule.Entry]credential

// rules is the view of it that the credential rule decides on.
func (c credentials) rules() credrule.Credentials {
	sets := credrule.Credentials{}
	for entry, one := range c {
		sets[entry] = one.set
	}
	return sets
}

// Limits of names (BITS documentation: SetCredentials).
const (
	maxUserName = 300
	maxPassword = 65535
)

// SetCredentials is IBackgroundCopyJob2::SetCredentials: it keeps the
// credentials for their target and scheme for the life of the job, in place
// of earlier ones. Errors are those documented for it: E_INVALIDARG for
// implicit credentials with a scheme other than NTLM and Negotiate,
// BG_E_INVALID_AUTH_TARGET, BG_E_INVALID_AUTH_SCHEME,
// BG_E_USERNAME_TOO_LARGE, BG_E_PASSWORD_TOO_LARGE; E_NOINTERFACE on a
// version before 1.5, which does not have the interface.
func (j *Job) SetCredentials(c Credentials) error {
	return j.do(callSetCredentials, func() error {
		one, err := c.check()
		if err != nil {
			return err
		}
		kept := maps.Clone(j.creds)
		if kept == nil {
			kept = credentials{}
		}
		kept[credrule.Entry{Target: c.Target, Scheme: c.Scheme}] = one
		j.creds = kept
		return nil
	})
}

// RemoveCredentials forgets the credentials for a target and scheme.
// Assumed: BG_E_NOT_FOUND when there are none, as for other missing things.
func (j *Job) RemoveCredentials(target credrule.Target, scheme credrule.Scheme) error {
	entry := credrule.Entry{Target: target, Scheme: scheme}
	return j.do(callRemoveCredentials, func() error {
		if _, ok := j.creds[entry]; !ok {
			return called(hresult.BG_E_NOT_FOUND, "remove credentials: none are set for %v", entry)
		}
		kept := maps.Clone(j.creds)
		delete(kept, entry)
		j.creds = kept
		return nil
	})
}

func (c Credentials) check() (credential, error) {
	switch {
	case c.Target != credrule.Server && c.Target != credrule.Proxy:
		return credential{}, called(hresult.BG_E_INVALID_AUTH_TARGET, "set credentials: %v", c.Target)
	case c.Scheme < credrule.Basic || c.Scheme > credrule.Passport:
		return credential{}, called(hresult.BG_E_INVALID_AUTH_SCHEME, "set credentials: %v", c.Scheme)
	case c.User == nil && c.Password == nil:
		if c.Scheme != credrule.NTLM && c.Scheme != credrule.Negotiate {
			return credential{}, called(hresult.E_INVALIDARG, "set credentials: %v needs a user name and password", c.Scheme)
		}
		return credential{set: credrule.Implicit}, nil
	case c.User == nil || c.Password == nil:
		return credential{}, called(hresult.E_INVALIDARG, "set credentials: user name and password must both be NULL or both be given")
	case len(*c.User) > maxUserName:
		return credential{}, called(hresult.BG_E_USERNAME_TOO_LARGE, "set credentials: %d characters", len(*c.User))
	case len(*c.Password) > maxPassword:
		return credential{}, called(hresult.BG_E_PASSWORD_TOO_LARGE, "set credentials: %d characters", len(*c.Password))
	}
	return credential{set: credrule.Explicit, user: machine.Secret(*c.User), password: machine.Secret(*c.Password)}, nil
}

// splitUser takes DOMAIN\user apart. user@domain is kept whole with an empty
// domain, as the logon functions take it.
func splitUser(name string) (domain, user string) {
	if domain, user, ok := strings.Cut(name, `\`); ok {
		return domain, user
	}
	return "", name
}
