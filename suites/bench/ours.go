//go:build linux

package main

import (
	"errors"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/suites/bench/again"
)

// serveProxy is the fake proxy, in a process of its own as squid is.
func serveProxy(profile string) error {
	proxy, err := newProxy()
	if err != nil {
		return err
	}
	return errors.Join(again.Serve(profile, proxy.Addr()), proxy.Close())
}

func newProxy() (*fakeproxy.Server, error) {
	return fakeproxy.New(fakeproxy.Config{Name: "corp", Auth: &fakeproxy.Auth{
		Schemes:       []httpauth.Scheme{httpauth.NTLM},
		Accounts:      ntlm.NewAccounts(ntlm.Account{Domain: domain, User: user, Password: password}),
		NetBIOSDomain: domain,
	}})
}
