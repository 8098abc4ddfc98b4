package scenarios

import (
	"fmt"
	"net/url"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/httpauth/passport"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

// addPassport makes the login service of Passport when a server of the plan is one.
func (f *fakes) addPassport(seed int64) (err error) {
	for i := range f.plan.Servers {
		s := &f.plan.Servers[i]
		if !s.PassportLogin.Value {
			continue
		}
		accounts := map[string]string{}
		for _, ref := range s.Accounts {
			if a := ref.Account; a != nil {
				accounts[signInName(a)] = a.Password
			}
		}
		does := s.PassportService
		f.passportLogin = "https://" + s.Name + passport.LoginPath
		f.passport, err = passport.NewAuthority(passport.Config{Accounts: accounts,
			Realm: does.Realm.Value, ChallengeRealm: does.ChallengeRealm.Value, Lifetime: does.TicketLifetime.Value,
			LoginURL: does.Login.Or(f.passportLogin), NoLogin: does.Login.Value == plan.NoPassportLogin,
			RedirectURL: does.SendsOn.Value, NoRetry: does.NoRetry.Value, Rand: newSeeded(seed, 'P'), Now: f.clock.Now})
		if err != nil {
			return fmt.Errorf("%v: %w", s.PassportLogin.Pos, err)
		}
	}
	return nil
}

// signInName is how a PC writes the account for a login service.
func signInName(a *plan.Account) string {
	if a.Domain == "" {
		return a.User
	}
	return a.Domain + `\` + a.User
}

// passportRoutes are what a login server has beside its files.
func (f *fakes) passportRoutes(s *plan.Server) []fakeserver.Route {
	if !s.PassportLogin.Value {
		return nil
	}
	open := &fakeserver.Auth{}
	return []fakeserver.Route{
		{Path: passport.ConfigPath, Auth: open, Handler: f.passport},
		{Path: passport.LoginPath, Auth: open, Handler: f.passport},
	}
}

// hostsOf are the names that lead to a server; a login server of Passport is also
// where clients ask for one.
func hostsOf(s *plan.Server) []string {
	hosts := append([]string{s.Name}, s.Hosts...)
	if nexus, err := url.Parse(httpauth.PassportConfigURL); err == nil && s.PassportLogin.Value {
		hosts = append(hosts, nexus.Hostname())
	}
	return hosts
}
