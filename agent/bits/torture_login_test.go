package bits_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
)

// guardedJob downloads from a server that demands NTLM; sentJob uploads through a
// proxy that does.
const guardedJob = "three"

// tortureGate demands an NTLM login of every connection, and lets a crash come
// before each answer of it.
type tortureGate struct {
	gate *httpauth.Gate

	mu       sync.Mutex
	conns    map[string]*httpauth.GateConn
	loggedIn map[string]bool
	instants []int // at which a handshake was under way
	kills    int   // that came then
}

func (l *life) prepareLogins(server string) {
	l.check(l.pc.SetHost("corp", 3128, server))
	l.gates = map[httpauth.Target]*tortureGate{}
	for _, target := range []httpauth.Target{httpauth.Server, httpauth.Proxy} {
		gate, err := httpauth.NewGate(httpauth.GateConfig{
			Target: target, Schemes: []httpauth.Scheme{httpauth.NTLM},
			Accounts:        ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
			NetBIOSComputer: "SRV", NetBIOSDomain: "LAB", OS: ntlm.WindowsServer2003(), Rand: rand.Reader, Now: l.clock.Now,
		})
		l.check(err)
		l.gates[target] = &tortureGate{gate: gate, conns: map[string]*httpauth.GateConn{}, loggedIn: map[string]bool{}}
	}
}

// identify gives the job what it logs in with, and its proxy. The service must
// know both after a crash: the program gives them once.
func (l *life) identify(j *bits.Job, name string) bool {
	target := credrule.Server
	switch name {
	case guardedJob:
	case sentJob:
		target = credrule.Proxy
		if j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:3128"}) != nil {
			return false
		}
	default:
		return true
	}
	return j.SetCredentials(bits.Explicit(target, credrule.NTLM, `LAB\alice`, "pw")) == nil
}

// demand lets in who has logged in, and reports whether that is so. A service
// that has died gets no answer.
func (l *life) demand(w http.ResponseWriter, r *http.Request) bool {
	target := httpauth.Server
	switch {
	case strings.HasPrefix(r.URL.Path, "/"+guardedJob+"/"):
	case r.URL.Path == "/up/"+sentJob:
		target = httpauth.Proxy
	default:
		return true
	}
	body, err := io.ReadAll(r.Body) // so that the end of the connection is seen
	r.Body = io.NopCloser(bytes.NewReader(body))
	g := l.gates[target]
	g.mu.Lock()
	if g.conns[r.RemoteAddr] == nil {
		g.conns[r.RemoteAddr] = g.gate.NewConn()
	}
	conn, known := g.conns[r.RemoteAddr], g.loggedIn[r.RemoteAddr]
	g.mu.Unlock()
	out := conn.CheckRequest(r)
	underWay := !known && (r.Header.Get("Authorization") != "" || r.Header.Get("Proxy-Authorization") != "")
	if err != nil || underWay && l.endsLogin(g) {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	g.gate.Apply(out, w.Header())
	if !out.Allowed {
		w.WriteHeader(target.Status())
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.loggedIn[r.RemoteAddr] = true
	return true
}

// endsLogin is an instant in the middle of a handshake; it reports whether the
// service is dead.
func (l *life) endsLogin(g *tortureGate) bool {
	l.crash.mu.Lock()
	defer l.crash.mu.Unlock()
	was := l.crash.crashed
	err := l.crash.tick()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.instants = append(g.instants, l.crash.count)
	if err != nil && !was {
		g.kills++
	}
	return err != nil
}

// loginInstants are those in the middle of a handshake, of both gates.
func (l *life) loginInstants() []int {
	return append(append([]int(nil), l.gates[httpauth.Server].instants...), l.gates[httpauth.Proxy].instants...)
}

func (l *life) killedInLogin() bool {
	return l.gates[httpauth.Server].kills+l.gates[httpauth.Proxy].kills > 0
}
