// Package kdc gets service tickets from a real Kerberos key distribution centre, such
// as an Active Directory domain controller or MIT krb5kdc, for probing real servers.
//
// It stands beside auth/negotiate/realm, which needs none, and gives
// auth/negotiate a TicketSource. The protocol is that of gokrb5's client; it goes by
// the machine's clock and random source, as the other side does, and has no deadline
// but gokrb5's own.
//
//	s, err := kdc.New(kdc.Config{Krb5Conf: "/etc/krb5.conf", Principal: "alice@LAB.EXAMPLE", Password: "pw"})
//	defer s.Close()
//	ticket, err := s.Ticket("HTTP/proxy.lab.example")
package kdc

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/keytab"

	"github.com/wualab/wualab/auth/negotiate/kerberos"
)

// Config says where the tickets come from and for whom. Krb5Conf and exactly one of
// Password, Keytab and CCache must be set; Principal too, unless CCache is.
type Config struct {
	Krb5Conf  string // path of a krb5.conf
	Principal string // "alice@LAB.EXAMPLE", or "alice" in the default realm
	Password  string
	Keytab    string // path of a keytab with the user's key
	CCache    string // path of a credential cache, as kinit makes it
}

// Source gets tickets of one user and keeps them while they are good. It is safe for
// concurrent use. Close it.
type Source struct {
	lock   sync.Mutex
	client *client.Client
	cached bool // from a credential cache, which can't log in
}

// New reads the files. It asks for nothing yet; a file that can't be read and a
// configuration that does not say one way to log in are errors.
func New(cfg Config) (*Source, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	conf, err := read(cfg.Krb5Conf, config.Load)
	if err != nil {
		return nil, err
	}
	c, err := cfg.client(conf)
	if err != nil {
		return nil, err
	}
	return &Source{client: c, cached: cfg.CCache != ""}, nil
}

// read guards gokrb5's readers of files, which panic where a file is cut off and at
// some forms that MIT Kerberos takes, such as a realm of a krb5.conf on one line.
func read[T any](path string, reader func(path string) (T, error)) (content T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("kdc: reading %s: its form is beyond gokrb5, which wants it whole and one setting a line: %v", path, p)
		}
	}()
	if content, err = reader(path); err != nil {
		err = fmt.Errorf("kdc: reading %s: %w", path, err)
	}
	return content, err
}

func (cfg Config) check() error {
	ways := 0
	for _, w := range []string{cfg.Password, cfg.Keytab, cfg.CCache} {
		if w != "" {
			ways++
		}
	}
	switch {
	case cfg.Krb5Conf == "":
		return errors.New("kdc: no krb5.conf is given")
	case ways != 1:
		return fmt.Errorf("kdc: one of password, keytab and credential cache is wanted, %d are given", ways)
	case cfg.Principal == "" && cfg.CCache == "":
		return errors.New("kdc: no principal is given")
	}
	return nil
}

func (cfg Config) client(conf *config.Config) (*client.Client, error) {
	user, realm, _ := strings.Cut(cfg.Principal, "@")
	if realm == "" {
		realm = conf.LibDefaults.DefaultRealm
	}
	// Domain controllers do not know FAST negotiation and refuse the request for it.
	noFAST := client.DisablePAFXFAST(true)
	switch {
	case cfg.Password != "":
		return client.NewWithPassword(user, realm, cfg.Password, conf, noFAST), nil
	case cfg.Keytab != "":
		keys, err := read(cfg.Keytab, keytab.Load)
		if err != nil {
			return nil, err
		}
		return client.NewWithKeytab(user, realm, keys, conf, noFAST), nil
	}
	cache, err := read(cfg.CCache, credentials.LoadCCache)
	if err != nil {
		return nil, err
	}
	c, err := client.NewFromCCache(cache, conf, noFAST)
	if err != nil {
		return nil, fmt.Errorf("kdc: reading %s: %w", cfg.CCache, err)
	}
	return c, nil
}

// Ticket gets a ticket for a service, logging in first where that is needed. Errors
// are gokrb5's, with the KDC's own error inside where it gave one.
func (s *Source) Ticket(spn string) (*kerberos.Ticket, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if !s.cached {
		if err := s.client.AffirmLogin(); err != nil {
			return nil, fmt.Errorf("kdc: logging in as %s: %w", s.client.Credentials.UserName(), err)
		}
	}
	ticket, key, err := s.client.GetServiceTicket(spn)
	if err != nil {
		return nil, fmt.Errorf("kdc: getting a ticket for %s: %w", spn, err)
	}
	return &kerberos.Ticket{
		Ticket: ticket, SessionKey: key,
		Client: s.client.Credentials.CName(), ClientRealm: s.client.Credentials.Domain(),
	}, nil
}

// Close forgets keys and tickets and ends what gokrb5 runs to renew them.
func (s *Source) Close() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.client.Destroy()
}
