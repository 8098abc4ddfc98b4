package httpauth

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const (
	maxPassportHops = 5 // redirections from login server to login server; Assumed
	// PassportConfigURL is the configuration server of the public realm, the nexus.
	PassportConfigURL = "https://nexus.passport.com/rdr/pprdr.asp"
)

// PassportVisit does one GET of another server with these credentials for it, none
// when they are empty, and follows no redirection.
type PassportVisit func(url, authorization string) (status int, header http.Header, err error)

// PassportOptions is what a Passport login needs beside name and password.
type PassportOptions struct {
	Visit  PassportVisit // goes to configuration and login server; must be set
	Method string        // of the request that was challenged
	URL    string        // of the request that was challenged

	// LoginURL is the login server; empty asks the configuration server for it, at
	// ConfigURL, which is PassportConfigURL when empty.
	LoginURL  string
	ConfigURL string
	// AllowHTTP lets the password go to a login server without TLS, as fakes have it.
	AllowHTTP bool
}

// passportMechanism is the client of MS-PASS 3.1. Its own names: the partner is the
// server that was asked, the authentication server is the login server.
type passportMechanism struct {
	signIn, password string
	opt              PassportOptions
	answered         bool
	realm            string // of the configuration; empty when not known
}

// NewPassport gives a Passport 1.4 login with explicit credentials (MS-PASS; Passport
// Authentication in WinHTTP). Next goes to the login server, first without credentials
// and then with them, and answers the partner with the ticket that it gets there. A
// second challenge of the partner means that the ticket is refused (MS-PASS 3.1.5.1).
// Cookies of the login server are not kept, so that every login signs in; the ticket is
// sent with every request, which partners take as well as their cookie (Assumed).
func NewPassport(signIn, password string, opt PassportOptions) Mechanism {
	return &passportMechanism{signIn: signIn, password: password, opt: opt}
}

func (m *passportMechanism) Scheme() Scheme { return Passport }

func (m *passportMechanism) ConnectionBound() bool { return false }

func (m *passportMechanism) Next(ch Challenge) (string, error) {
	switch {
	case SchemeOf(ch.Scheme) != Passport:
		return "", fmt.Errorf("httpauth: Passport can't answer a challenge of scheme %q", ch.Scheme)
	case m.opt.Visit == nil:
		return "", errors.New("httpauth: Passport: there is no way to the login server")
	case m.answered:
		return "", fmt.Errorf("httpauth: Passport: the partner refused the ticket: %w", ErrRejected)
	}
	m.answered = true
	ticket, err := m.login(writeWords(ch.Params))
	if err != nil {
		return "", fmt.Errorf("httpauth: Passport: %w", err)
	}
	return "Passport1.4 from-PP=" + ticket, nil
}

func (m *passportMechanism) login(challenge string) (ticket string, err error) {
	server, err := m.loginServer()
	if err != nil {
		return "", err
	}
	if !m.opt.AllowHTTP && !strings.HasPrefix(server, "https://") {
		return "", fmt.Errorf("the login server %s has no TLS: it gets no password", server)
	}
	request := "OrgVerb=" + m.opt.Method + ",OrgUrl=" + strings.ReplaceAll(m.opt.URL, ",", "%2C")
	reply, err := m.visit(server, "Passport1.4 tname=,"+joinWords(request, challenge))
	if err != nil || reply.ticket != "" {
		return reply.ticket, err
	}
	if err := m.mayTry(reply); err != nil {
		return "", err
	}
	signIn := "sign-in=" + escapeWord(m.signIn) + ",pwd=" + escapeWord(m.password) + ",elapsed-time=0"
	reply, err = m.visit(reply.server, "Passport1.4 "+joinWords(signIn, request, reply.custom, challenge))
	switch {
	case err != nil:
		return "", err
	case reply.ticket == "":
		return "", fmt.Errorf("the login server refused %s: %w", printable(m.signIn), ErrRejected)
	}
	return reply.ticket, nil
}

// mayTry reads the login server's challenge (MS-PASS 3.1.5.2).
func (m *passportMechanism) mayTry(reply passportReply) error {
	switch {
	case reply.status == "failed-noretry":
		return fmt.Errorf("the login server wants no sign-in (da-status=failed-noretry): %w", ErrRejected)
	case reply.status != "failed":
		return fmt.Errorf("the login server answered with da-status %q, no challenge", printable(reply.status))
	case m.realm != "" && !strings.EqualFold(reply.realm, m.realm):
		return fmt.Errorf("the login server is of realm %q, the configuration names %q", printable(reply.realm), printable(m.realm))
	}
	return nil
}

// loginServer asks the configuration server (MS-PASS 2.2.12).
func (m *passportMechanism) loginServer() (string, error) {
	if m.opt.LoginURL != "" {
		return m.opt.LoginURL, nil
	}
	at := m.opt.ConfigURL
	if at == "" {
		at = PassportConfigURL
	}
	_, header, err := m.opt.Visit(at, "")
	if err != nil {
		return "", fmt.Errorf("asking the configuration server: %w", err)
	}
	words := readWords(header.Get("PassportURLs"))
	m.realm, _ = param(words, "DARealm")
	server, ok := param(words, "DALogin")
	switch {
	case !ok || server == "":
		return "", errors.New("the configuration server names no login server (DALogin)")
	case !strings.Contains(server, "://"):
		server = "https://" + server
	}
	return server, nil
}

// passportReply is what a login server said.
type passportReply struct {
	server                string // that said it
	status, realm, custom string
	ticket                string
}

// visit sends one message and goes where login servers send it on to, with the very
// same message (MS-PASS 3.1.5.6).
func (m *passportMechanism) visit(server, authorization string) (passportReply, error) {
	for range maxPassportHops {
		status, header, err := m.opt.Visit(server, authorization)
		if err != nil {
			return passportReply{}, fmt.Errorf("asking the login server: %w", err)
		}
		words := passportWords(header.Get(Server.InfoHeader()))
		state, _ := param(words, "da-status")
		if status != http.StatusFound || state != "redir" {
			return m.read(server, status, header, words)
		}
		if server, err = m.redirected(server, header.Get("Location")); err != nil {
			return passportReply{}, err
		}
	}
	return passportReply{}, fmt.Errorf("the login server sent the client on %d times", maxPassportHops)
}

func (m *passportMechanism) redirected(from, location string) (string, error) {
	base, err := url.Parse(from)
	if err != nil {
		return "", fmt.Errorf("the login server's URL can't be read: %w", err)
	}
	to, err := base.Parse(location)
	switch {
	case err != nil || location == "":
		return "", errors.New("the login server sends the client on to no URL")
	case to.Scheme != "https" && !m.opt.AllowHTTP:
		return "", fmt.Errorf("the login server sends the client on to %s, which has no TLS: it gets no password", to.Redacted())
	}
	return to.String(), nil
}

// read takes a Token Response or an Authentication Server Challenge.
func (m *passportMechanism) read(server string, status int, header http.Header, info []Param) (passportReply, error) {
	reply := passportReply{server: server}
	if state, _ := param(info, "da-status"); state == "success" {
		reply.ticket, _ = param(info, "from-PP")
		if reply.ticket == "" {
			return reply, errors.New("the login server gives a token response without a ticket (from-PP)")
		}
		return reply, nil
	}
	if status != http.StatusUnauthorized {
		return reply, fmt.Errorf("the login server answered %d without a ticket", status)
	}
	var custom []Param
	for _, word := range passportWords(header.Get(Server.ChallengeHeader())) {
		switch strings.ToLower(word.Name) {
		case "da-status":
			reply.status = word.Value
		case "srealm":
			reply.realm = word.Value
		case "cburl", "cbtxt":
		default:
			if word != (Param{Value: "prompt"}) {
				custom = append(custom, word)
			}
		}
	}
	reply.custom = writeWords(custom)
	return reply, nil
}
