package httpauth_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/internal/timelimit"
)

type challenges = []httpauth.Challenge

func params(pairs ...string) []httpauth.Param {
	var list []httpauth.Param
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, httpauth.Param{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

func TestParseChallenges(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []string
		want   challenges
	}{
		{"nothing", nil, nil},
		{"empty value", []string{""}, nil},
		{"only commas", []string{" , ,,"}, nil},
		{"bare", []string{"NTLM"}, challenges{{Scheme: "NTLM"}}},
		{"trailing blank", []string{"NTLM \t"}, challenges{{Scheme: "NTLM"}}},
		{"lower case", []string{"ntlm"}, challenges{{Scheme: "ntlm"}}},
		{"separate lines", []string{"Negotiate", "NTLM"}, challenges{{Scheme: "Negotiate"}, {Scheme: "NTLM"}}},
		{"merged line", []string{"Negotiate, NTLM,Basic realm=\"x\""}, challenges{
			{Scheme: "Negotiate"}, {Scheme: "NTLM"}, {Scheme: "Basic", Params: params("realm", "x")}}},
		{"token", []string{"NTLM TlRMTVNTUAAC=="}, challenges{{Scheme: "NTLM", Token: "TlRMTVNTUAAC=="}}},
		{"token after a tab", []string{"NTLM\tabc="}, challenges{{Scheme: "NTLM", Token: "abc="}}},
		{"token with plus and slash", []string{"NTLM a+/b-._~"}, challenges{{Scheme: "NTLM", Token: "a+/b-._~"}}},
		{"merged tokens", []string{"NTLM abc==, Negotiate YII="}, challenges{
			{Scheme: "NTLM", Token: "abc=="}, {Scheme: "Negotiate", Token: "YII="}}},
		{"token that looks like a parameter", []string{"Basic realm="}, challenges{{Scheme: "Basic", Token: "realm="}}},
		{"comma inside quotes", []string{`Digest realm="a, NTLM", nonce="b=,c", NTLM`}, challenges{
			{Scheme: "Digest", Params: params("realm", "a, NTLM", "nonce", "b=,c")}, {Scheme: "NTLM"}}},
		{"escapes inside quotes", []string{`Basic realm="say \"hi\" \\ LAB"`}, challenges{
			{Scheme: "Basic", Params: params("realm", `say "hi" \ LAB`)}}},
		{"empty quotes", []string{`Basic realm=""`}, challenges{{Scheme: "Basic", Params: params("realm", "")}}},
		{"blanks around equals", []string{`Basic realm = "x" , charset	=UTF-8`}, challenges{
			{Scheme: "Basic", Params: params("realm", "x", "charset", "UTF-8")}}},
		{"unquoted value beyond a token", []string{"Passport1.4 ct=1,cburl=http://a/b?c=d,tw="}, challenges{
			{Scheme: "Passport1.4", Params: params("ct", "1", "cburl", "http://a/b?c=d", "tw", "")}}},
		{"Passport words", []string{"Passport1.4 da-status=failed,srealm=Passport.NET, ts=-3,prompt , cburl=http://a/b"}, challenges{
			{Scheme: "Passport1.4", Params: params("da-status", "failed", "srealm", "Passport.NET", "ts", "-3", "", "prompt", "cburl", "http://a/b")}}},
		{"Passport with an empty name first", []string{"Passport1.4 tname=,OrgVerb=GET"}, challenges{
			{Scheme: "Passport1.4", Params: params("tname", "", "OrgVerb", "GET")}}},
		{"Passport tickets keep their quotes", []string{`passport1.4 from-PP='t=1*a!$$&p="x"'`}, challenges{
			{Scheme: "passport1.4", Params: params("from-PP", `'t=1*a!$$&p="x"'`)}}},
		{"Passport before others", []string{"Passport1.4 id=1,x, NTLM, Basic realm=\"a,b\""}, challenges{
			{Scheme: "Passport1.4", Params: params("id", "1", "", "x")}, {Scheme: "NTLM"}, {Scheme: "Basic", Params: params("realm", "a,b")}}},
		{"Passport words that begin with equals", []string{"Passport1.4 a,=,=b"}, challenges{{Scheme: "Passport1.4", Params: params("", "a", "", "=", "", "=b")}}},
		{"Passport without anything", []string{"Passport1.4, NTLM"}, challenges{{Scheme: "Passport1.4"}, {Scheme: "NTLM"}}},
		{"parameter between schemes", []string{`Basic realm="x", NTLM, Digest nonce=1, qop="auth,auth-int", Negotiate`}, challenges{
			{Scheme: "Basic", Params: params("realm", "x")}, {Scheme: "NTLM"},
			{Scheme: "Digest", Params: params("nonce", "1", "qop", "auth,auth-int")}, {Scheme: "Negotiate"}}},
		{"comma before the first parameter", []string{`Digest ,realm="x"`}, challenges{
			{Scheme: "Digest", Params: params("realm", "x")}}},
		{"repeated parameter", []string{`Basic realm="x", Realm="y"`}, challenges{
			{Scheme: "Basic", Params: params("realm", "x", "Realm", "y")}}},
		{"bytes beyond ASCII inside quotes", []string{"Basic realm=\"\xe9\""}, challenges{
			{Scheme: "Basic", Params: params("realm", "\xe9")}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := httpauth.ParseChallenges(tt.values)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("ParseChallenges(%q) = %#v, %v\nwant %#v", tt.values, got, err, tt.want)
			}
		})
	}
}

func TestParseChallengesErrors(t *testing.T) {
	for _, tt := range []struct {
		values  []string
		problem string
		kept    int
	}{
		{[]string{`Basic realm="x`}, "at byte 12: a quoted string without its end", 0},
		{[]string{`Basic realm="x\`}, "at byte 12: a quoted string without its end", 0},
		{[]string{`realm="x"`}, "at byte 0: a parameter before any scheme", 0},
		{[]string{`NTLM abc==, realm="x"`}, "at byte 12: a parameter behind a token", 1},
		{[]string{`"NTLM"`}, `at byte 0: "\"" where a scheme or parameter was due`, 0},
		{[]string{`Basic realm="x" y`}, `at byte 16: "y" where a comma was due`, 1},
		{[]string{`NTLM abc def`}, `at byte 9: "d" inside a token or parameter`, 0},
		{[]string{`NTLM;abc`}, `at byte 4: ";" inside a scheme name`, 0},
		{[]string{`NTLM {abc}`}, `at byte 5: "{" inside a token or parameter`, 0},
		{[]string{`Basic realm=x"y`}, `at byte 13: "\"" where a comma was due`, 1},
		{[]string{strings.Repeat("NTLM,", 1025)}, "at byte 5120: more than 1024 schemes and parameters", 1024},
		{[]string{"NTLM, Digest" + manyParams(1024)[1:]}, "at byte 8110: more than 1024 schemes and parameters", 2},
		{[]string{"Passport1.4" + manyParams(1024)[1:]}, "at byte 8107: more than 1024 schemes and parameters", 0},
		{[]string{`Negotiate, "`, "NTLM"}, `at byte 11: "\"" where a scheme or parameter was due`, 2},
	} {
		got, err := httpauth.ParseChallenges(tt.values)
		var syntax *httpauth.SyntaxError
		if !errors.As(err, &syntax) || err.Error() != "httpauth: challenge: "+tt.problem {
			t.Errorf("ParseChallenges(%q): error %v, want %s", tt.values, err, tt.problem)
		}
		if len(got) != tt.kept {
			t.Errorf("ParseChallenges(%q) kept %v, want %d", tt.values, got, tt.kept)
		}
	}
}

func TestParseCredentials(t *testing.T) {
	for _, tt := range []struct {
		value string
		want  httpauth.Credentials
	}{
		{"Basic YWxpY2U6cHc=", httpauth.Credentials{Scheme: "Basic", Token: "YWxpY2U6cHc="}},
		{"bAsIc  YQ==", httpauth.Credentials{Scheme: "bAsIc", Token: "YQ=="}},
		{"NTLM", httpauth.Credentials{Scheme: "NTLM"}},
		{`Digest username="a, b", nc=00000001, response="0"`,
			httpauth.Credentials{Scheme: "Digest", Params: params("username", "a, b", "nc", "00000001", "response", "0")}},
	} {
		got, err := httpauth.ParseCredentials(tt.value)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("ParseCredentials(%q) = %#v, %v, want %#v", tt.value, got, err, tt.want)
		}
	}
	for value, problem := range map[string]string{
		"":                         "the value is empty",
		" , ":                      "the value is empty",
		"Basic YQ==, Basic YQ==":   "2 sets in one value, one is allowed",
		"Basic not-secret? really": `at byte 16: "?" inside a token or parameter`,
	} {
		_, err := httpauth.ParseCredentials(value)
		if err == nil || err.Error() != "httpauth: credentials: "+problem {
			t.Errorf("ParseCredentials(%q): error %v, want %s", value, err, problem)
		}
	}
}

func TestParam(t *testing.T) {
	digest := httpauth.Challenge{Scheme: "Digest", Params: params("Realm", "x", "realm", "y")}
	if v, ok := digest.Param("REALM"); v != "x" || !ok {
		t.Errorf("Param = %q, %v, want the first of that name in any case", v, ok)
	}
	if v, ok := httpauth.Credentials(digest).Param("nonce"); v != "" || ok {
		t.Errorf("Param = %q, %v for an absent one", v, ok)
	}
}

func TestPreferred(t *testing.T) {
	offer := func(schemes ...string) challenges {
		var list challenges
		for _, s := range schemes {
			list = append(list, httpauth.Challenge{Scheme: s})
		}
		return list
	}
	not := func(refused ...httpauth.Scheme) func(httpauth.Scheme) bool {
		return func(s httpauth.Scheme) bool {
			for _, r := range refused {
				if s == r {
					return false
				}
			}
			return true
		}
	}
	for _, tt := range []struct {
		offered challenges
		allowed func(httpauth.Scheme) bool
		want    string
	}{
		{offer("Basic", "Digest", "Passport1.4", "NTLM", "Negotiate"), nil, "Negotiate"},
		{offer("Basic", "Digest", "Passport1.4", "NTLM", "Negotiate"), not(httpauth.Negotiate), "NTLM"},
		{offer("Basic", "Digest", "Passport1.4"), nil, "Passport1.4"},
		{offer("Basic", "Digest"), nil, "Digest"},
		{offer("basic", "ntlm"), nil, "ntlm"},
		{offer("Basic"), not(httpauth.Basic), ""},
		{offer("Bearer", "Basic"), nil, "Basic"},
		{offer("Bearer"), nil, ""},
		{nil, nil, ""},
	} {
		got, ok := httpauth.Preferred(tt.offered, tt.allowed)
		if got.Scheme != tt.want || ok != (tt.want != "") {
			t.Errorf("Preferred(%v) = %q, %v, want %q", tt.offered, got.Scheme, ok, tt.want)
		}
	}
	first, _ := httpauth.Preferred(challenges{{Scheme: "NTLM", Token: "a"}, {Scheme: "NTLM", Token: "b"}}, nil)
	if first.Token != "a" {
		t.Errorf("of one scheme offered twice, %q was taken, not the first", first.Token)
	}
}

func TestScheme(t *testing.T) {
	for name, want := range map[string]httpauth.Scheme{
		"basic": httpauth.Basic, "DIGEST": httpauth.Digest, "nTLM": httpauth.NTLM,
		"negotiate": httpauth.Negotiate, "passport1.4": httpauth.Passport, "Bearer": "Bearer", "": "",
	} {
		got := httpauth.SchemeOf(name)
		if got != want || got.Known() != (want != "" && want != "Bearer") {
			t.Errorf("SchemeOf(%q) = %q, known %v", name, got, got.Known())
		}
	}
}

// join writes a challenge as the grammar has it, with every value quoted.
func join(c httpauth.Challenge) string {
	var b strings.Builder
	b.WriteString(c.Scheme)
	if c.Token != "" {
		b.WriteString(" " + c.Token)
	}
	for i, p := range c.Params {
		if httpauth.SchemeOf(c.Scheme) == httpauth.Passport {
			b.WriteString(map[bool]string{true: " ", false: ","}[i == 0] + strings.TrimPrefix(p.Name+"="+p.Value, "="))
			continue
		}
		b.WriteString(map[bool]string{true: " ", false: ", "}[i == 0])
		b.WriteString(p.Name + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p.Value) + `"`)
	}
	return b.String()
}

// longFields are about as long as a head may be.
func longFields() []string {
	const n = 60_000
	return []string{
		strings.Repeat("a=b, ", n/5), strings.Repeat("A", n), strings.Repeat(",", n), strings.Repeat("NTLM, ", n/6),
		`realm="` + strings.Repeat(`\\`, n/2) + `"`, `nonce="` + strings.Repeat("a,", n/2) + `", realm=""`,
		`realm="r", nonce="n", qop="` + strings.Repeat("auth-int,", n/9) + `auth"`,
	}
}

func FuzzParseChallenges(f *testing.F) {
	f.Add("Negotiate, NTLM,Basic realm=\"x\"")
	f.Add(`Digest realm="a, NTLM", nonce="b=,c", NTLM abc==`)
	f.Add(`Basic realm="x\`)
	for _, long := range longFields() {
		f.Add("Digest " + long)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var got []httpauth.Challenge
		var err error
		timelimit.Check(t, func() { got, err = httpauth.ParseChallenges([]string{value}) })
		if err != nil {
			return
		}
		var lines []string
		for _, c := range got {
			lines = append(lines, join(c))
		}
		for _, again := range [][]string{lines, {strings.Join(lines, ", ")}} {
			reread, err := httpauth.ParseChallenges(again)
			if err != nil || !reflect.DeepEqual(reread, got) {
				t.Errorf("%q: %#v written as %q reads as %#v, %v", value, got, again, reread, err)
			}
		}
	})
}

func FuzzParseCredentials(f *testing.F) {
	f.Add("Basic YWxpY2U6cHc=")
	f.Add(`Digest username="a, b", nc=00000001`)
	for _, long := range longFields() {
		f.Add("Digest " + long)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var got httpauth.Credentials
		var err error
		timelimit.Check(t, func() { got, err = httpauth.ParseCredentials(value) })
		if err != nil {
			return
		}
		reread, err := httpauth.ParseCredentials(join(httpauth.Challenge(got)))
		if err != nil || !reflect.DeepEqual(reread, got) {
			t.Errorf("%q reads as %#v, again as %#v, %v", value, got, reread, err)
		}
	})
}
