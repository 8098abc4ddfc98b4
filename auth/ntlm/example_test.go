package ntlm_test

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/wualab/wualab/auth/ntlm"
)

// A Windows XP client at its default level logs in to a server that refuses LM and
// NTLM.
func Example() {
	clock := func() time.Time { return time.Date(2004, 8, 25, 12, 0, 0, 0, time.UTC) }
	acceptor, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{
		Level:           5,
		Accounts:        ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
		NetBIOSComputer: "PROXY", NetBIOSDomain: "LAB",
		OS: ntlm.WindowsServer2003(), Rand: rand.Reader, Now: clock,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, level := range []ntlm.Level{0, 3} {
		client, err := ntlm.NewClient(ntlm.ClientConfig{
			Level: level, Domain: "LAB", User: "alice", Password: "pw",
			OS: ntlm.WindowsXPSP2(), Rand: rand.Reader, Now: clock,
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		session := acceptor.NewSession()
		challenge, err := session.Challenge(client.Negotiate())
		if err != nil {
			fmt.Println(err)
			return
		}
		answer, err := client.Authenticate(challenge)
		if err != nil {
			fmt.Println(err)
			return
		}
		result := session.Verify(answer)
		fmt.Println(result.OK, result.Reason)
	}
	// Output:
	// false server at LmCompatibilityLevel 5 (Send NTLMv2 response only. Refuse LM & NTLM) refuses LM and NTLMv1 responses
	// true NTLMv2 response of LAB\alice matches its password
}
