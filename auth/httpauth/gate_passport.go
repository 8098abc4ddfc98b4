package httpauth

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// passportCookie is the partner's own token (MS-PASS 4, step 8).
const passportCookie = "MSPAuth"

// PassportTickets knows the tickets that a Passport login server gives out; partner
// and login server share their format by agreement (MS-PASS 1.5). passport.Authority
// is one.
type PassportTickets interface {
	// Verify gives the account of a from-PP value, or an error that quotes no ticket.
	Verify(fromPP string) (account string, err error)
}

// PassportConfig makes a server a Passport partner (MS-PASS 3.2). A proxy can't be one.
type PassportConfig struct {
	Tickets   PassportTickets // must be set
	Challenge string          // what the login server shall be told, comma-separated; empty is "id=1"
	LoginURL  string          // where a 302 sends those who don't know Passport1.4; empty answers 401
}

func (cfg PassportConfig) check(target Target) error {
	switch {
	case target != Server:
		return fmt.Errorf("scheme %s is for servers only", Passport)
	case cfg.Tickets == nil:
		return fmt.Errorf("scheme %s needs someone who knows its tickets", Passport)
	case strings.IndexFunc(cfg.Challenge+cfg.LoginURL, isControl) >= 0:
		return errors.New("the Passport challenge or login URL has a control character")
	}
	return nil
}

// passportGate is the partner server of MS-PASS.
type passportGate struct{ conn *GateConn }

func (p *passportGate) drop() {}

func (p *passportGate) offer() []string {
	challenge := p.conn.gate.cfg.Passport.Challenge
	if challenge == "" {
		challenge = "id=1"
	}
	return []string{"Passport1.4 " + challenge}
}

// check takes a First Authenticated Request (MS-PASS 3.2.5.1). Its answer brings a
// cookie for the requests that follow.
func (p *passportGate) check(_ *request, credentials Credentials) Outcome {
	ticket, ok := credentials.Param("from-PP")
	if !ok {
		return p.conn.refuse(Passport, "the Passport credentials have no ticket (from-PP)")
	}
	account, err := p.conn.gate.cfg.Passport.Tickets.Verify(ticket)
	if err != nil {
		return p.conn.refuse(Passport, "the Passport ticket is not accepted: %v", err)
	}
	out := p.conn.allow(Passport, account, string(Passport))
	out.AuthInfo = "Passport1.4 tname=" + passportCookie
	cookie := &http.Cookie{Name: passportCookie, Value: url.QueryEscape(ticket), Path: "/"}
	out.Header = http.Header{"Set-Cookie": {cookie.String()}}
	return out
}

// checkCookies looks for the cookie that check gave; it is good for one request each.
func (p *passportGate) checkCookies(r *request) (Outcome, bool) {
	cookie, err := (&http.Request{Header: r.header}).Cookie(passportCookie)
	if err != nil {
		return Outcome{}, false
	}
	ticket, err := url.QueryUnescape(cookie.Value)
	if err != nil {
		return Outcome{}, false
	}
	account, err := p.conn.gate.cfg.Passport.Tickets.Verify(ticket)
	if err != nil {
		return Outcome{}, false
	}
	return p.conn.allow(Passport, account, string(Passport)), true
}

// fromCookies lets in who has a partner's cookie, where Passport is offered.
func (c *GateConn) fromCookies(r *request) (Outcome, bool) {
	for _, s := range c.schemes {
		if p, ok := s.(*passportGate); ok {
			return p.checkCookies(r)
		}
	}
	return Outcome{}, false
}

// location is where a refused client is sent when Passport is offered with a login URL.
func (c *GateConn) location() string {
	for _, s := range c.schemes {
		if _, ok := s.(*passportGate); ok {
			return c.gate.cfg.Passport.LoginURL
		}
	}
	return ""
}
