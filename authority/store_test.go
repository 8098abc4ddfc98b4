package authority_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/authority"
)

// outside makes an authority for clients from outside that a folder keeps.
func outside(dir string, now time.Time) *authority.Authority {
	return authority.New(authority.Config{From: now.Add(-time.Hour), Until: now.Add(24 * time.Hour), Outside: true, Dir: dir})
}

// trusts reports whether a client that trusts pemText alone can speak to a server of a.
func trusts(t *testing.T, a *authority.Authority, pemText []byte) error {
	t.Helper()
	config, err := a.Server("origin", []string{"origin"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	near, far := net.Pipe()
	defer near.Close()
	go func() {
		server := tls.Server(far, config)
		_, _ = io.WriteString(server, "x")
		_ = server.Close()
	}()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pemText)
	_ = near.SetDeadline(time.Now().Add(10 * time.Second))
	return tls.Client(near, &tls.Config{RootCAs: roots, ServerName: "origin"}).Handshake()
}

func TestAKeptAuthorityIsTheSameAgain(t *testing.T) {
	dir, now := filepath.Join(t.TempDir(), "store"), time.Now()
	first, err := outside(dir, now).PEM()
	if err != nil {
		t.Fatal(err)
	}
	again := outside(dir, now)
	second, err := again.PEM()
	if err != nil || string(first) != string(second) {
		t.Fatalf("another certificate in the second run: %v", err)
	}
	if err := trusts(t, again, first); err != nil {
		t.Error(err)
	}
	other, err := outside("", now).PEM()
	if err != nil || string(other) == string(first) {
		t.Errorf("without a folder it is the same: %v", err)
	}
	if err := trusts(t, again, other); err == nil {
		t.Error("an authority is trusted that signed nothing")
	}
	if info, err := os.Stat(filepath.Join(dir, "ca.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
}

func TestBrokenStores(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(dir string) error
		later time.Duration
		want  string
	}{
		"no key":         {func(dir string) error { return os.Remove(filepath.Join(dir, "ca.key")) }, 0, "belong together"},
		"no certificate": {func(dir string) error { return os.Remove(filepath.Join(dir, "ca.pem")) }, 0, "belong together"},
		"no PEM":         {func(dir string) error { return os.WriteFile(filepath.Join(dir, "ca.pem"), []byte("x"), 0o600) }, 0, "no PEM"},
		"too late":       {func(string) error { return nil }, 11 * 365 * 24 * time.Hour, "remove it and ca.key"},
		"other key": {func(dir string) error {
			if _, err := outside(dir+"2", time.Now()).PEM(); err != nil {
				return err
			}
			return os.Rename(filepath.Join(dir+"2", "ca.key"), filepath.Join(dir, "ca.key"))
		}, 0, "not that of the certificate"},
	} {
		dir, now := t.TempDir(), time.Now()
		if _, err := outside(dir, now).PEM(); err != nil {
			t.Fatal(err)
		}
		if err := c.spoil(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := outside(dir, now.Add(c.later)).PEM(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v; want %q", name, err, c.want)
		}
	}
}
