package scenarios

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// ServeConfig says which fakes to start for clients from outside. File and Cell must
// be set.
type ServeConfig struct {
	File *plan.File
	Cell *plan.Cell
	Seed int64

	// Step names the step whose expectations are to be judged; the changes that it and
	// the steps before it make to the fakes are made at the start. "" with Expect is the
	// one step that expects something of a fake's wire, without Expect none.
	Step   string
	Expect bool

	Listen  map[string]string // address to listen at by node; others are at a free port of loopback
	Limits  fakehttp.Limits   // the zero value is ServeLimits()
	CAStore string            // folder that keeps the certification authority from run to run; "" makes a new one
	Outside bool              // lets proxies reach hosts that the scenario does not have
	Most    int               // exchanges and events that the record keeps, the latest; 0 is MostServed

	// Contents bounds what files that are put on the fakes while they run take in memory,
	// those of the scenario included; 0 is MostContents.
	Contents int64

	// Unrecorded keeps no exchanges at all, which is fastest. Nothing can be judged then.
	Unrecorded bool

	// Fault is told what scripts did wrong, each error once and up to 20 of them; nil for
	// nobody. It may be called from several goroutines at once.
	Fault func(error)

	// Ended is told of each exchange at a fake, not redacted; nil for none. It may be
	// called from several goroutines at once.
	Ended func(*transcript.Exchange)
}

// ServeLimits are the bounds that clients from outside get unless others are asked for.
func ServeLimits() fakehttp.Limits {
	return fakehttp.Limits{Conns: 1000, Body: 1 << 30, Idle: 2 * time.Minute, Stall: time.Minute}
}

// PickServed gives the cell to serve that want names, as [plan.File.Pick] does. Of cells
// whose servers and proxies are the same, since they differ in the client alone, it
// gives the first.
func PickServed(f *plan.File, want string) (*plan.Cell, error) {
	fits := f.Fits(want)
	if len(fits) < 2 {
		return f.Pick(want)
	}
	first := fits[0].Scenario
	for _, c := range fits[1:] {
		if !reflect.DeepEqual(c.Scenario.Servers, first.Servers) || !reflect.DeepEqual(c.Scenario.Proxies, first.Proxies) {
			return f.Pick(want)
		}
	}
	return fits[0], nil
}

// MostServed is how many exchanges and events a record of served fakes keeps unless
// another number is asked for; one takes about 3 KB.
const MostServed = 20_000

// certificateLife is how long the certificates of served fakes are good; some clients
// refuse longer ones.
const certificateLife = 390 * 24 * time.Hour

// Served are fakes that wait for clients from outside, in real time. Make one with
// [Serve] and end it with Close. It is safe for concurrent use.
type Served struct {
	cfg    ServeConfig
	clock  *clock.Adjustable
	record *transcript.Recorder
	tls    *authority.Authority
	doors  *doors
	step   *plan.Step // that is judged; nil for none
	last   int        // place of the last step whose changes are made at the start; -1 for none
	named  string     // the step's name
	nodes  []ServedNode
	began  time.Time

	mu     sync.RWMutex // those who change the fakes hold it alone
	fakes  *fakes
	mark   int // of the record, when the fakes were as at the start the last time
	closed bool
}

// ServedNode is one server or proxy; exactly one of Server and Proxy is set.
type ServedNode struct {
	Name   string
	Server *plan.Server
	Proxy  *plan.Proxy
	Listen string // where it listens, "0.0.0.0:8080"
	Addr   string // where this machine reaches it, "127.0.0.1:8080"
	Far    string // where other computers reach it, if they can, "192.168.1.5:8080"
	Shares string // where this machine reaches its file shares; "" without any
	Down   bool   // nobody listens
}

// Serve starts the servers and proxies of a cell on the wall clock. The cell's client
// and jobs are left out, a client from outside takes their place.
func Serve(cfg ServeConfig) (*Served, error) {
	if cfg.Limits == (fakehttp.Limits{}) {
		cfg.Limits = ServeLimits()
	}
	if cfg.Most == 0 {
		cfg.Most = MostServed
	}
	if cfg.Contents == 0 {
		cfg.Contents = MostContents
	}
	s := &Served{cfg: cfg, clock: clock.NewAdjustable(), doors: &doors{byNode: map[string]*fakehttp.Door{}}}
	s.began = s.clock.Now()
	if err := s.chooseStep(); err != nil {
		return nil, err
	}
	s.tls = authority.New(authority.Config{From: s.began.Add(-24 * time.Hour), Until: s.began.Add(certificateLife), Outside: true, Dir: cfg.CAStore})
	s.record = transcript.New(transcript.Options{Now: s.clock.Now, Decode: httpauth.DecodeForTranscript,
		Most: cfg.Most, Ended: cfg.Ended, Follow: true})
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.fakes.close(), s.doors.close())
	}
	s.findNodes()
	return s, nil
}

// start builds the fakes and brings them to where they are after the steps up to the
// last one.
func (s *Served) start() error {
	s.fakes = newFakes(s.cfg.Cell.Scenario, s.clock, folderOf(s.cfg.File), s.tls)
	s.fakes.listen, s.fakes.limits, s.fakes.outside = s.cfg.Listen, s.cfg.Limits, s.cfg.Outside
	s.fakes.tell = s.cfg.Fault
	s.fakes.record, s.fakes.unrecorded, s.fakes.doors = s.record, s.cfg.Unrecorded, s.doors
	if err := s.fakes.start(s.cfg.Seed); err != nil {
		return err
	}
	for i := range s.cfg.Cell.Scenario.Steps[:s.last+1] {
		if err := s.fakes.change(s.cfg.Cell.Scenario.Steps[i].Change); err != nil {
			return err
		}
	}
	return nil
}

func (s *Served) findNodes() {
	scenario := s.cfg.Cell.Scenario
	for i := range scenario.Servers {
		one := &scenario.Servers[i]
		s.nodes = append(s.nodes, s.node(ServedNode{Name: one.Name, Server: one, Listen: s.fakes.servers[one.Name].Addr()}))
	}
	for i := range scenario.Proxies {
		one := &scenario.Proxies[i]
		s.nodes = append(s.nodes, s.node(ServedNode{Name: one.Name, Proxy: one, Listen: s.fakes.proxies[one.Name].Addr()}))
	}
}

func (s *Served) node(n ServedNode) ServedNode {
	n.Addr, n.Far = nearby(n.Listen), faraway(n.Listen)
	if shares := s.fakes.shares[n.Name]; shares != nil {
		n.Shares = shares.Addr()
	}
	return n
}

// URL is how clients write the node: the beginning of URLs on a server, or the address
// of a proxy.
func (n ServedNode) URL() string { return n.scheme() + "://" + n.Addr }

func (n ServedNode) scheme() string {
	if n.Server != nil && n.Server.TLS.Value {
		return "https"
	}
	return "http"
}

// Nodes lists the servers and then the proxies, in the file's order.
func (s *Served) Nodes() []ServedNode {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := slices.Clone(s.nodes)
	for i := range list {
		list[i].Down = s.doors.isShut(list[i].Name)
	}
	return list
}

// Node gives the node of that name.
func (s *Served) Node(name string) (ServedNode, bool) {
	list := s.Nodes()
	i := slices.IndexFunc(list, func(n ServedNode) bool { return n.Name == name })
	if i < 0 {
		return ServedNode{}, false
	}
	return list[i], true
}

// TLS reports whether a server speaks TLS, so that clients need CertificatePEM.
func (s *Served) TLS() bool {
	return slices.ContainsFunc(s.nodes, func(n ServedNode) bool { return n.Server != nil && n.Server.TLS.Value })
}

// CertificatePEM gives the certificate of the authority that clients must trust, in PEM.
// It is another one for each call of Serve.
func (s *Served) CertificatePEM() ([]byte, error) { return s.tls.PEM() }

// Record gives what has happened so far, not redacted; lost is the number of entries
// that it has no room for any more.
func (s *Served) Record() (record transcript.Record, lost int) {
	return s.record.Record(), s.record.Lost()
}

// Close breaks all connections and ends the fakes. What is recorded stays.
func (s *Served) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if err := errors.Join(s.fakes.close(), s.doors.close()); err != nil {
		return fmt.Errorf("ending the fakes: %w", err)
	}
	return nil
}
