//go:build linux

package main

import "testing"

// fakes starts an origin and the fake proxy in this process.
func fakes(t testing.TB) workload {
	t.Helper()
	site, err := startOrigin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = site.Close() })
	proxy, err := newProxy()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	return workload{proxy: proxy.Addr(), origin: site.Addr().String()}
}

// What is counted must be logins: a wrong password is none.
func TestLoginNeedsThePassword(t *testing.T) {
	w := fakes(t)
	if err := w.login(password); err != nil {
		t.Error(err)
	}
	if err := w.login("Wonderland"); err == nil {
		t.Error("a wrong password was let through")
	}
}

func TestOptions(t *testing.T) {
	for list, ok := range map[string]bool{"1,8,32": true, "0": false, "x": false, "": false} {
		o := options{rounds: 1, span: 1}
		if err := o.parseConnections(list); (err == nil) != ok {
			t.Errorf("connections %q: %v", list, err)
		}
	}
	if err := new(options).parseConnections("1"); err == nil {
		t.Error("no rounds were accepted")
	}
}

// BenchmarkLogin is the whole login through the fake proxy, client included.
func BenchmarkLogin(b *testing.B) {
	w := fakes(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := w.login(password); err != nil {
			b.Fatal(err)
		}
	}
}
