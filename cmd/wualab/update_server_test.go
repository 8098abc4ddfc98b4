package main

import (
	"context"
	"net"
	"testing"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
)

// updateServer runs an update server with an empty catalogue and gives its address.
func updateServer(t *testing.T) string {
	t.Helper()
	updates, err := wsus.New(wsus.Config{})
	if err != nil {
		t.Fatal(err)
	}
	at, err := fakeserver.New(fakeserver.Config{Routes: updates.Routes()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = at.Close() })
	return at.Addr()
}

const computerPassword = "of PC01"

// computersProxy runs a proxy that lets LAB\PC01$ through to an update server, and gives its
// address.
func computersProxy(t *testing.T) string {
	t.Helper()
	server := updateServer(t)
	var dialer net.Dialer
	proxy, err := fakeproxy.New(fakeproxy.Config{Name: "corp",
		Auth: &fakeproxy.Auth{Schemes: []httpauth.Scheme{httpauth.NTLM},
			Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "PC01$", Password: computerPassword})},
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, server)
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	return proxy.Addr()
}
