package passport

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/wualab/wualab/auth/httpauth"
)

// The paths of the public service, on which the handler answers.
const (
	ConfigPath = "/rdr/pprdr.asp" // configuration server
	LoginPath  = "/login2.srf"    // authentication server
)

// ServeHTTP answers on ConfigPath as configuration server and on every other path as
// login server, whatever the method.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == ConfigPath {
		a.serveConfig(w, r)
		return
	}
	a.serveLogin(w, r)
}

// serveConfig sends the Update Configuration message (MS-PASS 2.2.12, 3.4.4.1). Assumed:
// only what a client needs; the pages for people are left out, as the public service did.
func (a *Authority) serveConfig(w http.ResponseWriter, r *http.Request) {
	login := a.cfg.LoginURL
	if login == "" {
		login = "http://" + r.Host + LoginPath
		if r.TLS != nil {
			login = "https://" + r.Host + LoginPath
		}
	}
	urls := fmt.Sprintf("DARealm=%s,DALogin=%s,ConfigVersion=%d", a.cfg.Realm, login, configVersion)
	if a.cfg.NoLogin {
		urls = fmt.Sprintf("DARealm=%s,ConfigVersion=%d", a.cfg.Realm, configVersion)
	}
	w.Header()["PassportURLs"] = []string{urls}
	w.WriteHeader(http.StatusOK)
}

// serveLogin takes token requests and sign-in requests (MS-PASS 3.3.5).
func (a *Authority) serveLogin(w http.ResponseWriter, r *http.Request) {
	credentials, err := httpauth.ParseCredentials(r.Header.Get(httpauth.Server.CredentialHeader()))
	if err != nil || httpauth.SchemeOf(credentials.Scheme) != httpauth.Passport {
		a.challenge(w, "failed")
		return
	}
	name, given := credentials.Param("sign-in")
	password, _ := credentials.Param("pwd")
	known, ok := a.known(name, password)
	switch {
	case a.cfg.RedirectURL != "" && given:
		w.Header().Set(httpauth.Server.InfoHeader(), "Passport1.4 da-status=redir")
		w.Header().Set("Location", a.cfg.RedirectURL)
		w.WriteHeader(http.StatusFound)
	case a.cfg.NoRetry:
		a.challenge(w, "failed-noretry")
	case given && ok:
		a.grant(w, credentials, known)
	case !given && a.fromCookie(r) != "":
		a.grant(w, credentials, a.fromCookie(r))
	default:
		a.challenge(w, "failed")
	}
}

// known compares sign-in name and password, both escaped by RFC 2396, with the accounts.
func (a *Authority) known(name, password string) (string, bool) {
	plainName, nameErr := url.PathUnescape(name)
	plainPassword, passwordErr := url.PathUnescape(password)
	found, ok := a.accounts[strings.ToLower(plainName)]
	return found.name, ok && nameErr == nil && passwordErr == nil && found.password == plainPassword
}

func (a *Authority) fromCookie(r *http.Request) string {
	cookie, err := r.Cookie(defaultCookie)
	if err != nil {
		return ""
	}
	value, err := url.QueryUnescape(cookie.Value)
	if err != nil {
		return ""
	}
	name, err := a.Verify(value)
	if err != nil {
		return ""
	}
	return name
}

// challenge is the Authentication Server Challenge message (MS-PASS 2.2.2).
func (a *Authority) challenge(w http.ResponseWriter, status string) {
	w.Header()[httpauth.Server.ChallengeHeader()] = []string{
		fmt.Sprintf("Passport1.4 da-status=%s,srealm=%s,ts=-3,prompt", status, a.cfg.ChallengeRealm)}
	w.WriteHeader(http.StatusUnauthorized)
}

// grant is the Token Response message (MS-PASS 2.2.11), with the cookie that spares the
// next sign-in (3.3.5.1).
func (a *Authority) grant(w http.ResponseWriter, credentials httpauth.Credentials, name string) {
	ticket, err := a.Issue(name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	partner, _ := credentials.Param("OrgUrl")
	cookie := &http.Cookie{Name: defaultCookie, Value: url.QueryEscape(ticket), Path: "/"}
	w.Header().Set("Set-Cookie", cookie.String())
	w.Header().Set(httpauth.Server.InfoHeader(), fmt.Sprintf(
		"Passport1.4 da-status=success,tname=%s,from-PP=%s,ru=%s", defaultCookie, ticket, partner))
	w.WriteHeader(http.StatusOK)
}
