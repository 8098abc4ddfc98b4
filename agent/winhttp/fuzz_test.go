package winhttp_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

func FuzzParseProxyList(f *testing.F) {
	for _, s := range []string{"", "proxy", "http=proxy:8080 https=b:1;c", "http=http://[::1]:80", "a:b:c", "user:pw@x", "= ://", "é:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := winhttp.ParseProxyList(text)
		if err != nil {
			if code, _ := hresult.Of(err); code != hresult.BG_E_INVALID_PROXY_INFO {
				t.Fatalf("%q: code %v", text, code)
			}
			return
		}
		for _, e := range list.Entries() {
			again, err := winhttp.ParseProxyList(e.Address())
			if err != nil || len(again.Entries()) != 1 {
				t.Fatalf("%q: address %q: %v", text, e.Address(), err)
			}
			if got := again.Entries()[0]; got.Host != e.Host || got.Port != e.Port {
				t.Fatalf("%q: %+v read again is %+v", text, e, got)
			}
		}
	})
}

func FuzzBypass(f *testing.F) {
	f.Add("<local>;*.lab 10.0.0.1", "www.lab")
	f.Add("*", "[::1]:80")
	f.Add("https://a:81;[::1]", "a")
	f.Add("a*b", "ab")
	f.Fuzz(func(t *testing.T, text, host string) {
		u := &url.URL{Scheme: "http", Host: host}
		strict, err := winhttp.ParseBypassList(text)
		if err != nil {
			if strict.Covers(u) {
				t.Fatalf("%q: a list that cannot be read covers %q", text, host)
			}
			return
		}
		if strict.Covers(u) != winhttp.IEBypass(text).Covers(u) {
			t.Fatalf("%q: Internet Explorer's reading differs for %q", text, host)
		}
		all, err := winhttp.ParseBypassList(text + " *")
		if err != nil || !all.Covers(u) {
			t.Fatalf("%q and *: %q is not covered: %v", text, host, err)
		}
		if strings.TrimSpace(text) == "" && strict.Covers(u) {
			t.Fatalf("an empty list covers %q", host)
		}
	})
}
