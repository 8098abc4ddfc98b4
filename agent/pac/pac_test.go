package pac_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/agent/pac"
)

// env is Friday, 6 August 2004, 14:30:15.
func env() pac.Env {
	return pac.Env{
		Now:     func() time.Time { return time.Date(2004, 8, 6, 14, 30, 15, 0, time.UTC) },
		Address: "10.1.2.3",
		Resolve: func(host string) (string, bool) {
			a, ok := map[string]string{"origin": "10.9.8.7", "www.lab.example": "192.0.2.1"}[host]
			return a, ok
		},
	}
}

func run(t *testing.T, text string) (string, error) {
	t.Helper()
	s, err := pac.Compile(text)
	if err != nil {
		return "", err
	}
	return s.FindProxy(env(), "http://www.lab.example/a.cab", "www.lab.example")
}

func TestFunctions(t *testing.T) {
	for expression, want := range map[string]string{
		`isPlainHostName("www")`:                                 "true",
		`isPlainHostName("www.lab")`:                             "false",
		`dnsDomainIs(host, ".lab.example")`:                      "true",
		`dnsDomainIs("lab.example", ".lab.example")`:             "false",
		`localHostOrDomainIs("www", "www.lab.example")`:          "true",
		`localHostOrDomainIs(host, host)`:                        "true",
		`localHostOrDomainIs("www.other", "www.lab.example")`:    "false",
		`isResolvable("origin")`:                                 "true",
		`isResolvable("nobody")`:                                 "false",
		`isInNet("origin", "10.9.0.0", "255.255.0.0")`:           "true",
		`isInNet("origin", "10.8.0.0", "255.255.0.0")`:           "false",
		`isInNet("10.8.1.1", "10.8.0.0", "255.255.0.0")`:         "true",
		`isInNet("nobody", "0.0.0.0", "0.0.0.0")`:                "false",
		`isInNet("origin", "10.9.0.0", "no mask")`:               "false",
		`dnsResolve(host)`:                                       "192.0.2.1",
		`dnsResolve("nobody")`:                                   "null",
		`myIpAddress()`:                                          "10.1.2.3",
		`dnsDomainLevels("a.b.c")`:                               "2",
		`shExpMatch(url, "*/a.ca?")`:                             "true",
		`shExpMatch(url, "*.lab")`:                               "false",
		`shExpMatch("", "**")`:                                   "true",
		`shExpMatch("abab", "*ab")`:                              "true",
		`convert_addr("1.0.0.1")`:                                "16777217",
		`weekdayRange("FRI")`:                                    "true",
		`weekdayRange("MON", "THU")`:                             "false",
		`weekdayRange("THU", "MON", "GMT")`:                      "true",
		`weekdayRange("SOON")`:                                   "false",
		`dateRange(6)`:                                           "true",
		`dateRange(7, 5)`:                                        "false",
		`dateRange("AUG")`:                                       "true",
		`dateRange("NOV", "JAN")`:                                "false",
		`dateRange(2004)`:                                        "true",
		`dateRange(2005, 2006)`:                                  "false",
		`dateRange(1, "JUN", 15, "AUG")`:                         "true",
		`dateRange(7, "AUG", 15, "AUG")`:                         "false",
		`dateRange("JUN", 2004, "AUG", 2004)`:                    "true",
		`dateRange(1, "OCT", 2003, 6, "AUG", 2004, "GMT")`:       "true",
		`dateRange(1, "OCT", 2003, 5, "AUG", 2004)`:              "false",
		`dateRange()`:                                            "false",
		`dateRange(1, "OCT", 2003)`:                              "false",
		`timeRange(14)`:                                          "true",
		`timeRange(15, 13)`:                                      "false",
		`timeRange(22, 14)`:                                      "true",
		`timeRange(14, 0, 14, 30)`:                               "true",
		`timeRange(14, 0, 14, 29)`:                               "false",
		`timeRange(14, 30, 15, 14, 30, 15)`:                      "true",
		`timeRange(14, 30, 16, 23, 0, 0, "GMT")`:                 "false",
		`timeRange("noon")`:                                      "false",
		`new Date().getTime()`:                                   "1091802615000",
		`typeof "".repeat + typeof ArrayBuffer + typeof [].fill`: "undefinedundefinedundefined",
		`alert("x") === undefined`:                               "true",
		`url + " " + host`:                                       "http://www.lab.example/a.cab www.lab.example",
	} {
		got, err := run(t, "function FindProxyForURL(url, host) { return String("+expression+"); }")
		if err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", expression, got, err, want)
		}
	}
}

func TestScriptsThatDoNotWork(t *testing.T) {
	for name, text := range map[string]string{
		"no JavaScript":   "function FindProxyForURL(url, host { }",
		"no function":     "var x = 1;",
		"not a function":  "var FindProxyForURL = 1;",
		"throws":          "function FindProxyForURL() { return nothing.at.all; }",
		"throws at once":  "throw 1;",
		"gives a number":  "function FindProxyForURL() { return 5; }",
		"calls itself":    "function FindProxyForURL() { return FindProxyForURL(); }",
		"too long answer": `function FindProxyForURL() { return new Array(9999).join("PROXY a:1;"); }`,
		"too long":        strings.Repeat(" ", pac.MaxScript+1),
	} {
		if got, err := run(t, text); err == nil || errors.Is(err, pac.ErrTooLong) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, text := range []string{"", "null", "undefined"} {
		if got, err := run(t, "function FindProxyForURL() { return "+text+"; }"); got != "DIRECT" || err != nil {
			t.Errorf("return %s: %q, %v", text, got, err)
		}
	}
}

func TestAScriptWithoutEnd(t *testing.T) {
	if _, err := run(t, "function FindProxyForURL() { for (;;) {} }"); !errors.Is(err, pac.ErrTooLong) {
		t.Error(err)
	}
}

func TestAScriptThatEatsMemory(t *testing.T) {
	if _, err := run(t, `function FindProxyForURL() { var all = []; for (;;) all.push([1, 2, 3]); }`); !errors.Is(err, pac.ErrTooLong) {
		t.Error(err)
	}
}

func TestParseAnswer(t *testing.T) {
	for text, want := range map[string][]pac.Way{
		"DIRECT":                         {{Direct: true}},
		"":                               {{Direct: true}},
		" ; ":                            {{Direct: true}},
		"PROXY a:8080; proxy b ;DIRECT":  {{Address: "a:8080"}, {Address: "b:80"}, {Direct: true}},
		"SOCKS s:1080; PROXY [::1]:3128": {{Address: "[::1]:3128"}},
		"PROXY [::1]":                    {{Address: "[::1]:80"}},
	} {
		got, err := pac.ParseAnswer(text)
		if err != nil || len(got) != len(want) {
			t.Errorf("%q: %v, %v", text, got, err)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%q: %v, want %v", text, got, want)
			}
		}
	}
	for _, text := range []string{"corp:8080", "PROXY", "PROXY a b", "PROXY a:0", "PROXY a:99999", "SOCKS s:1", "PROXY u@h:1"} {
		if got, err := pac.ParseAnswer(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func FuzzParseAnswer(f *testing.F) {
	for _, seed := range []string{"DIRECT", "PROXY a:8080; PROXY b; DIRECT", "SOCKS s:1080", "PROXY [::1]:3128", "proxy  a:1 ;;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ways, err := pac.ParseAnswer(text)
		if err == nil && len(ways) == 0 {
			t.Errorf("%q: neither a way nor an error", text)
		}
		for _, w := range ways {
			if w.Direct == (w.Address != "") {
				t.Errorf("%q: %v", text, w)
			}
		}
	})
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"function FindProxyForURL(url, host) { return \"DIRECT\"; }", "\uFEFFvar x;", "function(", "/*", "\"\\u{"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = pac.Compile(text) // no panic, and it ends
	})
}
