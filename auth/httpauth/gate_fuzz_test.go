package httpauth_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/internal/timelimit"
)

// FuzzGate sends the lines of its input as the credentials of one request after the
// other. Nobody can know the password, so nobody may be let in. A request that is
// measured again is one more on the connection.
func FuzzGate(f *testing.F) {
	accounts := ntlm.NewAccounts(
		ntlm.Account{Domain: "LAB", User: "alice", Password: "fcV2kq!Lw0z9Q7mB"},
		ntlm.Account{User: "local", Password: "s8Yx#3nRpD5tHe1u"},
	)
	gate, err := httpauth.NewGate(config(func(c *httpauth.GateConfig) { c.Accounts = accounts }))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range handshakes(f, gate) {
		f.Add(seed)
	}
	for _, long := range longFields() {
		f.Add("NTLM " + long + "\nDigest " + long)
	}
	f.Add(basic("alice:pw") + "\n" + basic(`LAB\alice:`) + "\nNTLM")
	f.Fuzz(func(t *testing.T, lines string) {
		conn := gate.NewConn()
		for _, line := range strings.Split(lines, "\n") {
			h := http.Header{}
			if line != "" {
				h["Proxy-Authorization"] = strings.Split(line, "\r")
			}
			var out httpauth.Outcome
			timelimit.Check(t, func() { out = conn.Check(h) })
			checkRefused(t, line, out)
		}
	})
}

// handshakes are the client's lines of logins with a wrong password, at each level.
func handshakes(f *testing.F, gate *httpauth.Gate) []string {
	var all []string
	for level := ntlm.Level(0); level <= ntlm.MaxLevel; level++ {
		client, err := ntlm.NewClient(ntlm.ClientConfig{Level: level, Domain: "LAB", User: "alice",
			Password: "pw", OS: ntlm.WindowsXPSP2(), Rand: repeat(3), Now: epoch})
		if err != nil {
			f.Fatal(err)
		}
		m, conn := httpauth.NewNTLM(client), gate.NewConn()
		one, _ := m.Next(httpauth.Challenge{Scheme: "NTLM"})
		challenge, _ := httpauth.ParseChallenges(conn.Check(asking(one)).Challenges)
		three, err := m.Next(challenge[0])
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, one+"\n"+three+"\n")
	}
	return all
}

func checkRefused(t *testing.T, line string, out httpauth.Outcome) {
	t.Helper()
	if out.Allowed || out.Account != "" || out.Fresh {
		t.Fatalf("%q was let in: %+v", line, out)
	}
	challenges, err := httpauth.ParseChallenges(out.Challenges)
	if err != nil || len(challenges) == 0 {
		t.Fatalf("%q is answered with %q: %v", line, out.Challenges, err)
	}
	begins := slices.Equal(out.Challenges, []string{"NTLM", `Basic realm="corp"`})
	continues := len(challenges) == 1 && challenges[0].Token != "" && out.Refused == ""
	if begins == continues {
		t.Fatalf("%q is answered with %q and reason %q", line, out.Challenges, out.Refused)
	}
}

// secretAccounts have passwords that nobody can know.
func secretAccounts() *ntlm.Accounts {
	return ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "fcV2kq!Lw0z9Q7mB"})
}

// FuzzNegotiateGate sends the lines of its input as Negotiate tokens, in base64 already,
// of one request after the other. Nobody may be let in.
func FuzzNegotiateGate(f *testing.F) {
	gate, err := httpauth.NewGate(config(func(c *httpauth.GateConfig) {
		c.Accounts, c.Schemes = secretAccounts(), []httpauth.Scheme{httpauth.Negotiate}
	}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("YIIB\n\nTlRMTVNTUAAB")
	for _, long := range longFields() {
		f.Add(long)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		conn := gate.NewConn()
		for _, line := range strings.Split(lines, "\n") {
			var out httpauth.Outcome
			timelimit.Check(t, func() {
				out = conn.Check(http.Header{"Proxy-Authorization": {"Negotiate " + line}})
				httpauth.DecodeForTranscript("Proxy-Authorization", "Negotiate "+line)
			})
			if out.Allowed || out.Account != "" || len(out.Challenges) != 1 {
				t.Fatalf("%q: %+v", line, out)
			}
		}
	})
}

// FuzzDigestGate sends Digest credentials in which NONCE stands for a nonce that the
// gate gave. Nobody can know the password, so nobody may be let in, and the reason
// shows no control character.
func FuzzDigestGate(f *testing.F) {
	const algorithms = 4
	f.Add(`Digest username="alice", realm="corp", nonce="NONCE", uri="/", response="00000000000000000000000000000000", qop=auth, nc=00000001, cnonce="c"`, "/", 0)
	f.Add(`Digest username="LAB\alice", realm="corp", nonce=NONCE, uri="http://h/", response=00, algorithm=SHA-256-sess, qop="auth", nc=ffffffff, cnonce=c`, "/", 3)
	for _, long := range longFields() {
		f.Add("Digest "+long, "/"+long, 1)
	}
	f.Fuzz(func(t *testing.T, value, target string, n int) {
		list := []httpauth.DigestAlgorithm{httpauth.DigestMD5, httpauth.DigestMD5Sess, httpauth.DigestSHA256, httpauth.DigestSHA256Sess}
		gate, err := httpauth.NewGate(config(func(c *httpauth.GateConfig) {
			c.Accounts, c.Schemes = secretAccounts(), []httpauth.Scheme{httpauth.Digest}
			c.Digest.Algorithms, c.Digest.NoQOP = list[uint(n)%algorithms:], n < 0
		}))
		if err != nil {
			t.Fatal(err)
		}
		conn := gate.NewConn()
		first, err := httpauth.ParseChallenges(conn.Check(asking()).Challenges)
		if err != nil || len(first) == 0 {
			t.Fatalf("asks with %v, %v", first, err)
		}
		nonce, _ := first[0].Param("nonce")
		r := &http.Request{Method: "GET", RequestURI: target, Header: asking(strings.ReplaceAll(value, "NONCE", nonce))}
		var out httpauth.Outcome
		timelimit.Check(t, func() { out = conn.CheckRequest(r) })
		if out.Allowed || out.Account != "" || len(out.Challenges) != len(first) {
			t.Fatalf("%q: %+v", value, out)
		}
	})
}

// FuzzParseDigest reads credentials and challenges of Digest; what can be read has all
// that must be there, and a client answers each challenge or says why not.
func FuzzParseDigest(f *testing.F) {
	f.Add(`username="a", realm="r", nonce="n", uri="/", response="0a", qop=auth, nc=00000001, cnonce="c"`)
	f.Add(`realm="r", nonce="n", qop="auth, auth-int", algorithm=MD5-sess, stale=true, opaque=""`)
	for _, long := range longFields() {
		f.Add(long)
	}
	f.Fuzz(func(t *testing.T, params string) {
		timelimit.Check(t, func() { readDigest(t, params) })
	})
}

func readDigest(t *testing.T, params string) {
	list, err := httpauth.ParseChallenges([]string{"Digest " + params})
	if err != nil || len(list) == 0 {
		return
	}
	if d, err := httpauth.ParseDigest(httpauth.Credentials(list[0])); err == nil {
		if d.Username == "" || d.QOP != "" && (d.CNonce == "" || len(d.NC) != 8) {
			t.Errorf("%q: %+v", params, d)
		}
	}
	m := httpauth.NewDigest("alice", "pw", httpauth.DigestOptions{Method: "GET", Target: "/a", Rand: repeat(1), SHA256: true})
	value, err := m.Next(list[0])
	if err != nil {
		return
	}
	back, err := httpauth.ParseCredentials(value)
	if err != nil {
		t.Fatalf("%q is answered with %q: %v", params, value, err)
	}
	given, err := httpauth.ParseDigest(back)
	asked, _ := httpauth.ParseDigestChallenge(list[0])
	if err != nil || given.Nonce != asked.Nonce || given.Realm != asked.Realm || given.Opaque != asked.Opaque || given.Username != "alice" {
		t.Errorf("%q is answered with %q: %+v, %v", params, value, given, err)
	}
}
