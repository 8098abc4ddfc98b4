package agent

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
)

// serviceLogin answers the challenges that a service of the PC meets, with the logon
// credentials of LocalSystem: in a domain those of the computer account, else nobody's.
// They go where policy lets them: the zero value is WinHTTP's default, proxies and the
// intranet (WinHTTP documentation, Authentication in WinHTTP); and by Negotiate or NTLM
// alone. Assumed: that the Windows Update agent leaves that policy as it is.
type serviceLogin struct {
	machine *machine.Machine
	now     func() time.Time
	seed    uint64
	policy  winhttp.AutologonPolicy
	asked   atomic.Uint64
}

var _ winhttp.Authenticator = (*serviceLogin)(nil)

// autologonSchemes are those that logon credentials answer, the preferred one first.
var autologonSchemes = []httpauth.Scheme{httpauth.Negotiate, httpauth.NTLM}

// Answer begins a login where the policy allows it.
func (l *serviceLogin) Answer(q winhttp.Question) winhttp.Answer {
	u, err := url.Parse(q.URL)
	bypass, err2 := l.bypass()
	if err != nil || err2 != nil || !l.policy.Allows(q.Target, u, bypass) {
		return winhttp.Answer{}
	}
	account, err := l.machine.ImplicitCredentials(machine.LocalSystem.String())
	if err != nil {
		return winhttp.Answer{}
	}
	for _, scheme := range autologonSchemes {
		offered := slices.ContainsFunc(q.Challenges, func(c httpauth.Challenge) bool { return httpauth.SchemeOf(c.Scheme) == scheme })
		if !offered {
			continue
		}
		if answer, err := l.begin(q, scheme, account); err == nil {
			return answer
		}
	}
	return winhttp.Answer{}
}

func (l *serviceLogin) bypass() (winhttp.BypassList, error) {
	_, list := l.machine.WinHTTPProxy()
	return winhttp.ParseBypassList(list)
}

func (l *serviceLogin) begin(q winhttp.Question, scheme httpauth.Scheme, account machine.Account) (winhttp.Answer, error) {
	answer := winhttp.Answer{Decision: credrule.Decision{Send: true, Kind: credrule.LogonCredentials}}
	peer := machine.Peer{Host: q.Host, ChannelBindings: q.ChannelBindings}
	if scheme == httpauth.NTLM {
		client, err := l.machine.NTLMClient(account, peer, l.entropy(), l.now)
		if err != nil {
			return answer, err
		}
		answer.Decision.Scheme, answer.Mechanism = credrule.NTLM, httpauth.NewNTLM(client)
		answer.Explain = func() string { return fmt.Sprintf("NTLM with %s as %s", q.Host, who(account)) }
		return answer, nil
	}
	client, err := l.machine.NegotiateClient(account, peer, l.entropy(), l.now)
	if err != nil {
		return answer, err
	}
	answer.Decision.Scheme, answer.Mechanism = credrule.Negotiate, httpauth.NewNegotiate(client)
	answer.Explain = func() string {
		mech, why := client.Choice()
		return fmt.Sprintf("Negotiate with %s as %s is %s: %s", q.Host, who(account), mech, why)
	}
	return answer, nil
}

// who names the account that the network sees.
func who(account machine.Account) string {
	if account.User == "" {
		return "LocalSystem, which is anonymous here"
	}
	return "LocalSystem, which is " + account.String()
}

// entropy depends on the seed and on how many logins there were before.
func (l *serviceLogin) entropy() io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], l.seed)
	binary.LittleEndian.PutUint64(key[8:], l.asked.Add(1))
	return rand.NewChaCha8(key)
}
