package fakeserver

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/behaviour/handshake"
	"github.com/wualab/wualab/fakeserver/content"
)

// newGate returns nil for an Auth that demands nothing.
func (s *Server) newGate(a *Auth) (*handshake.Gates, error) {
	if a == nil || len(a.Schemes) == 0 {
		return nil, nil
	}
	cfg := httpauth.GateConfig{
		Target: httpauth.Server, Schemes: a.Schemes, Accounts: a.Accounts, Level: a.Level,
		Realm: a.Realm, NetBIOSDomain: a.NetBIOSDomain, NetBIOSComputer: a.NetBIOSComputer,
		DNSDomain: a.DNSDomain, DNSComputer: a.DNSComputer,
		OS: a.OS, Rand: s.rand, Now: s.cfg.Clock.Now,
		DomainController: a.DomainController, NTLMBlocked: a.NTLMBlocked,
		Protection: a.Protection, ChannelBindings: a.ChannelBindings,
		PerRequest: a.PerRequest, PersistentAuth: a.PersistentAuth,
		BasicUTF8: a.BasicUTF8, Digest: a.Digest, Negotiate: a.Negotiate, Passport: a.Passport,
	}
	if cfg.NetBIOSComputer == "" {
		cfg.NetBIOSComputer = strings.ToUpper(s.cfg.Name)
	}
	if cfg.OS.Name == "" {
		cfg.OS = ntlm.WindowsServer2003()
	}
	gate, err := handshake.NewGates(cfg)
	if err != nil {
		return nil, fmt.Errorf("authentication: %w", err)
	}
	return gate, nil
}

// authenticate lets only those pass whom the route's gate allows. The state of a
// login belongs to the client's connection.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r)
		gate := c.route.gate
		if gate == nil || c.checked { // twice would verify one Type 3 twice
			next.ServeHTTP(w, r)
			return
		}
		c.checked = true
		outcome := gate.Check(r, w.Header())
		if !outcome.Allowed {
			content.Page(w, r, gate.Status(outcome))
			return
		}
		c.account = outcome.Account
		next.ServeHTTP(w, r)
	})
}

// lockedRand is the server's source of challenges, which all gates share.
type lockedRand struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

func newLockedRand(seed int64) *lockedRand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(seed))
	return &lockedRand{src: rand.NewChaCha8(key)}
}

func (l *lockedRand) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.src.Read(p)
}
