package scenarios

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/httpauth/passport"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// epoch is when worlds begin: in the weeks after the files of KB 842773
// were built. Nothing depends on the day.
var epoch = time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)

// Ports at which the names of a world are found.
const (
	httpPort  = 80
	httpsPort = 443
	proxyPort = 8080
)

// world is one cell come to life: a PC, fakes, one clock, one record.
type world struct {
	cell    *plan.Cell
	plan    *plan.Scenario
	start   time.Time // of the world's clock
	clock   *clock.Virtual
	record  *transcript.Recorder
	pc      *agent.Agent
	servers map[string]*fakeserver.Server
	proxies map[string]*fakeproxy.Server
	mu      sync.Mutex         // guards names
	names   map[string]string  // host:port of the world -> address on loopback
	places  map[string][]place // of each node
	jobs    map[string]*bits.Job
	sources map[*bits.File]source      // where a job's file should come from
	changed map[string][]plan.FileSpec // files that steps have put on a server, the latest last
	dir     string                     // the PC's disk
	base    string                     // folder of the scenario file
	tls     *authority

	kerberos *kerberosWorld
	passport *passport.Authority // nil without a login server
}

// source says which file of which server a URL names.
type source struct{ server, path string }

// newWorld builds the world of a cell. On an error everything built is gone.
func newWorld(r *Runner, file *plan.File, cell *plan.Cell) (w *world, err error) {
	start := startOf(cell.Scenario)
	w = &world{
		cell: cell, plan: cell.Scenario, start: start, clock: clock.NewVirtual(start),
		servers: map[string]*fakeserver.Server{}, proxies: map[string]*fakeproxy.Server{},
		names: map[string]string{}, places: map[string][]place{}, jobs: map[string]*bits.Job{}, sources: map[*bits.File]source{}, changed: map[string][]plan.FileSpec{},
		base: folderOf(file), tls: r.authority,
	}
	w.record = transcript.New(transcript.Options{Now: w.clock.Now, Decode: httpauth.DecodeForTranscript, KeepBodies: r.KeepBodies})
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if w.dir, err = os.MkdirTemp("", "wualab-"); err != nil {
		return w, err
	}
	if w.kerberos, err = newKerberos(w.plan, r.Seed, w.clock.Now, w.base); err != nil {
		return w, err
	}
	if err = w.addPassport(r.Seed); err != nil {
		return w, err
	}
	for i := range w.plan.Servers {
		if err = w.addServer(&w.plan.Servers[i], r.Seed); err != nil {
			return w, err
		}
	}
	for i := range w.plan.Proxies {
		if err = w.addProxy(&w.plan.Proxies[i], r.Seed); err != nil {
			return w, err
		}
	}
	return w, w.addClient(r.Seed)
}

// startOf is when a world begins: at the epoch, or now for one with tickets of a real
// KDC, which are good for now.
func startOf(s *plan.Scenario) time.Time {
	if k := s.Client.Kerberos; k != nil && k.Config.Set {
		return clock.Wall{}.Now().Truncate(time.Second)
	}
	return epoch
}

// folderOf gives the folder that a file's paths are beneath; an embedded file
// has none.
func folderOf(file *plan.File) string {
	dir := filepath.Dir(file.Path)
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// close ends everything, the PC first.
func (w *world) close() error {
	var errs []error
	if w.pc != nil {
		errs = append(errs, w.pc.Close())
	}
	for _, p := range w.proxies {
		errs = append(errs, p.Close())
	}
	for _, s := range w.servers {
		errs = append(errs, s.Close())
	}
	if w.kerberos != nil {
		w.kerberos.close()
	}
	if w.dir != "" {
		errs = append(errs, os.RemoveAll(w.dir))
	}
	return errors.Join(errs...)
}

// dial is how the proxies of the world reach its hosts.
func (w *world) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	target, ok := w.lookup(addr)
	if !ok {
		host, _, _ := net.SplitHostPort(addr)
		return nil, &net.DNSError{Err: "no such host in the scenario", Name: host, IsNotFound: true}
	}
	return new(net.Dialer).DialContext(ctx, network, target)
}

// tlsFor gives the TLS settings of a server with these names, nil without TLS.
func (w *world) tlsFor(on bool, names []string) (*tls.Config, error) {
	if !on {
		return nil, nil
	}
	config, err := w.tls.server(names)
	if err != nil {
		return nil, fmt.Errorf("certificate for %v: %w", names, err)
	}
	return config, nil
}
