package winhttp

import (
	"sync"

	"github.com/wualab/wualab/auth/httpauth"
)

// KeptLogins lets requests log in before they are asked to, by what was asked of
// those before them: Basic with the same credentials, Negotiate with a new
// Kerberos ticket. NTLM lives on in its connection; Digest and Passport never log
// in in advance. The zero value knows of no login; it is safe for concurrent use.
//
// Source: WinHTTP documentation, Authentication in WinHTTP.
type KeptLogins struct {
	mu     sync.Mutex
	logins map[loginKey]*login
}

// begin gives the logins that a call begins with.
func (s *KeptLogins) begin() map[loginKey]*login {
	begun := map[loginKey]*login{}
	if s == nil {
		return begun
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, l := range s.logins {
		copied := *l
		begun[key] = &copied
	}
	return begun
}

// keep takes what a call that has its answer leaves for the next one.
func (s *KeptLogins) keep(done map[loginKey]*login) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logins = map[loginKey]*login{}
	for key, l := range done {
		if l.failure != nil || !l.again && !(l.mech != nil && l.mech.Scheme() == httpauth.Basic) {
			continue
		}
		s.logins[key] = &login{key: l.key, host: l.host, offered: l.offered, mech: l.mech, explain: l.explain, told: l.told,
			pending: l.pending, again: l.again, scheme: l.scheme, asked: l.asked, recorded: l.recorded, steps: l.steps}
	}
}
