package plan

import (
	"fmt"
	"net/url"
)

// PassportService is what the login service of Passport 1.4 does differently.
type PassportService struct {
	Pos            Pos           `yaml:"-"`
	NoRetry        Opt[bool]     `yaml:"no-retry" help:"Refuses every sign-in with da-status=failed-noretry, as when what the server sent is not valid."`
	SendsOn        Opt[string]   `yaml:"sends-on" format:"line" help:"URL to which every sign-in is sent on with da-status=redir."`
	Login          Opt[string]   `yaml:"login" format:"line" help:"URL of the login server that the configuration names (DALogin), or none."`
	Realm          Opt[string]   `yaml:"realm" default:"Passport.Net" format:"line" help:"Realm that the configuration names (DARealm)."`
	ChallengeRealm Opt[string]   `yaml:"challenge-realm" format:"line" help:"Realm in the login server's challenge; absent: the same one."`
	TicketLifetime Opt[Duration] `yaml:"ticket-lifetime" format:"duration" min:"1000000" default:"1h" help:"How long a ticket counts."`
}

func (c *checker) checkPassportService(s *Server) {
	if s.PassportService.Pos != (Pos{}) && !s.PassportLogin.Value {
		c.fail(s.PassportService.Pos, fmt.Sprintf("passport-service: %s is no login service", s.Name), "add passport-login: true")
	}
	c.checkPassportURL("sends-on", s.PassportService.SendsOn)
	if s.PassportService.Login.Value != NoPassportLogin {
		c.checkPassportURL("login", s.PassportService.Login)
	}
}

// NoPassportLogin in PassportService.Login has the configuration name no login server.
const NoPassportLogin = "none"

func (c *checker) checkPassportURL(key string, o Opt[string]) {
	if !o.Set {
		return
	}
	if u, err := url.Parse(o.Value); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		c.fail(o.Pos, fmt.Sprintf("%s: %s is no URL", key, quote(o.Value)), "write it in full: https://login/login2.srf")
	}
}

// checkPassportRedirect sees that there is a challenge to give another form.
func (c *checker) checkPassportRedirect(s *Server, schemes []Scheme) {
	if !s.PassportRedirect.Set {
		return
	}
	for _, offered := range schemes {
		if offered == Passport {
			return
		}
	}
	c.fail(s.PassportRedirect.Pos, fmt.Sprintf("passport-redirect: %s does not offer passport", s.Name), "add auth: [passport]")
}
