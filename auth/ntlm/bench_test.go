package ntlm_test

import (
	"testing"

	"github.com/wualab/wualab/auth/ntlm"
)

// BenchmarkHandshake is a whole NTLMv2 login with MIC, both sides.
func BenchmarkHandshake(b *testing.B) {
	cfg := acceptorConfig(5)
	cfg.OS = ntlm.Windows10()
	acceptor, err := ntlm.NewAcceptor(cfg)
	if err != nil {
		b.Fatal(err)
	}
	config := clientConfig(3)
	config.OS = ntlm.Windows10()
	b.ReportAllocs()
	for b.Loop() {
		client, err := ntlm.NewClient(config)
		if err != nil {
			b.Fatal(err)
		}
		session := acceptor.NewSession()
		type2, err := session.Challenge(client.Negotiate())
		if err != nil {
			b.Fatal(err)
		}
		type3, err := client.Authenticate(type2)
		if err != nil {
			b.Fatal(err)
		}
		if result := session.Verify(type3); !result.OK {
			b.Fatal(result.Reason)
		}
	}
}
