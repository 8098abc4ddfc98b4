package httpauth_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

// FuzzGate sends the lines of its input as the credentials of one request after the
// other. Nobody can know the password, so nobody may be let in.
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
	f.Add(basic("alice:pw") + "\n" + basic(`LAB\alice:`) + "\nNTLM")
	f.Fuzz(func(t *testing.T, lines string) {
		conn := gate.NewConn()
		for _, line := range strings.Split(lines, "\n") {
			h := http.Header{}
			if line != "" {
				h["Proxy-Authorization"] = strings.Split(line, "\r")
			}
			checkRefused(t, line, conn.Check(h))
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
