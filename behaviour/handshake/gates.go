package handshake

import (
	"fmt"
	"net/http"
	"reflect"
	"sync"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

// Gates is the gate of a fake, with one more for each set of deviations that its
// requests have asked for. All have the same accounts. It is safe for concurrent use.
type Gates struct {
	cfg   httpauth.GateConfig
	plain *httpauth.Gate // as the configuration has it

	mu    sync.Mutex
	gates map[string]*httpauth.Gate // by their deviations
}

// NewGates checks the configuration, whose deviations count where no behaviour asks for
// others. Its Rand must be safe for concurrent use, since all gates read it.
func NewGates(cfg httpauth.GateConfig) (*Gates, error) {
	plain, err := httpauth.NewGate(cfg)
	if err != nil {
		return nil, err
	}
	return &Gates{cfg: cfg, plain: plain, gates: map[string]*httpauth.Gate{}}, nil
}

// Check judges a request on its connection, notes what it found in the transcript, and
// gives h, the header of the answer, what belongs there. It must be called for every
// request, once and in order. With other deviations than before a connection is
// judged anew: a login that it has does not count.
func (g *Gates) Check(r *http.Request, h http.Header) httpauth.Outcome {
	conn := fakehttp.ConnOf(r)
	gate, err := g.gate(Of(r))
	if err != nil {
		conn.Note("%v", err)
		gate = g.plain
	}
	state := conn.Value(gate, func() any { return gate.NewConn() }).(*httpauth.GateConn)
	outcome := state.CheckRequest(r)
	g.annotate(conn, outcome)
	gate.Apply(outcome, h)
	if outcome.Close {
		answers.AnnounceClose(h)
	}
	return outcome
}

// Status is what to answer a request that was not allowed.
func (g *Gates) Status(outcome httpauth.Outcome) int {
	if outcome.Location != "" {
		return http.StatusFound
	}
	return g.cfg.Target.Status()
}

func (g *Gates) gate(d httpauth.Deviations) (*httpauth.Gate, error) {
	if reflect.ValueOf(d).IsZero() {
		return g.plain, nil
	}
	key := fmt.Sprintf("%+v", d)
	g.mu.Lock()
	defer g.mu.Unlock()
	if gate := g.gates[key]; gate != nil {
		return gate, nil
	}
	cfg := g.cfg
	cfg.Deviations = d
	gate, err := httpauth.NewGate(cfg)
	if err == nil {
		g.gates[key] = gate
	}
	return gate, err
}

// annotate tells the transcript. A proxy notes who has just logged in, a server also on
// whose login a request lives, since behind a proxy that may be another's.
func (g *Gates) annotate(conn *fakehttp.Conn, outcome httpauth.Outcome) {
	conn.Annotate(func(x *transcript.Exchange) {
		if outcome.Fresh || outcome.Allowed && g.cfg.Target == httpauth.Server {
			x.Verified = outcome.Account
		}
		x.Refused, x.NTStatus = outcome.Refused, outcome.NTStatus
	})
}

// Disclose notes in the transcript what a fake learns by a request, from all the
// credentials in it: an open server gets some, too, and a proxy sees those for a server
// pass by. Fakes call it for every request.
func Disclose(r *http.Request) {
	worst := max(httpauth.Disclosed(httpauth.Server, r.Header), httpauth.Disclosed(httpauth.Proxy, r.Header))
	if worst > exposure.Nothing {
		fakehttp.ConnOf(r).Annotate(func(x *transcript.Exchange) { x.Exposure = worst.String() })
	}
}
