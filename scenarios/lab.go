package scenarios

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"

	"github.com/wualab/wualab/auth/httpauth/passport"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/fakeserver/smsdp"
	"github.com/wualab/wualab/fakeserver/sus"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// proxyPort is where the proxies of a world are found.
const proxyPort = 8080

// fakes are the servers and proxies of a scenario, come to life. A run puts a PC
// beside them; [Serve] leaves them to clients from outside.
type fakes struct {
	faulted
	plan    *plan.Scenario
	clock   clock.Clock
	record  *transcript.Recorder
	servers map[string]*fakeserver.Server
	proxies map[string]*fakeproxy.Server
	shares  map[string]*smb.Server      // by server
	wsus    map[string]*wsus.Server     // by server
	sus     map[string]*sus.Server      // by server
	mu      sync.Mutex                  // guards names
	names   map[string]string           // host:port of the world -> address on loopback
	places  map[string][]place          // of each node
	changed map[string][]plan.FileSpec  // files that steps have put on a server, the latest last
	behave  map[string][]plan.Behaviour // of each node, now
	uploads map[uploadDir]*bitsupload.Server
	sites   map[string]*smsdp.Site        // SMS sites by management point
	routes  map[string][]fakeserver.Route // of each server, without those of sites
	began   time.Time                     // when the sites were made
	folders []string                      // of the disk, that upload directories have
	answers answers                       // of server applications
	base    string                        // folder of the scenario file
	tls     *authority.Authority
	revoked []*big.Int // serial numbers of certificates that the authority revoked

	// follow tells the PC that a name leads elsewhere now; nil without a PC.
	follow func(host string, port int, addr string) error

	listen  map[string]string // where nodes listen; others on a free port of loopback
	doors   *doors            // that they listen at; nil: at listeners of their own
	limits  fakehttp.Limits
	outside bool // proxies may reach hosts that are not in the scenario

	unrecorded bool // exchanges do not come into the record

	accounts      map[string][]*ntlm.Accounts // that each node asks
	controllers   map[*plan.DomainController]*ntlm.DomainController
	kerberos      *kerberosWorld
	passport      *passport.Authority // nil without a login server
	passportLogin string              // URL of its login service
}

// newFakes prepares the fakes of a scenario whose files are beneath base. They need a
// record before they start.
func newFakes(s *plan.Scenario, clk clock.Clock, base string, tls *authority.Authority) *fakes {
	return &fakes{
		plan: s, clock: clk, base: base, tls: tls,
		servers: map[string]*fakeserver.Server{}, proxies: map[string]*fakeproxy.Server{}, shares: map[string]*smb.Server{}, wsus: map[string]*wsus.Server{}, sus: map[string]*sus.Server{},
		names: map[string]string{}, places: map[string][]place{}, changed: map[string][]plan.FileSpec{}, behave: map[string][]plan.Behaviour{},
		accounts: map[string][]*ntlm.Accounts{}, uploads: map[uploadDir]*bitsupload.Server{}, controllers: map[*plan.DomainController]*ntlm.DomainController{},
	}
}

// start builds all servers and proxies. After an error close takes down what there is.
func (f *fakes) start(seed int64) (err error) {
	if f.kerberos, err = newKerberos(f.plan, seed, f.clock.Now, f.base); err != nil {
		return err
	}
	if err = f.addPassport(seed); err != nil {
		return err
	}
	if err = f.addSites(); err != nil {
		return err
	}
	for i := range f.plan.Servers {
		if err = f.addServer(&f.plan.Servers[i], seed); err != nil {
			return err
		}
	}
	for i := range f.plan.Proxies {
		if err = f.addProxy(&f.plan.Proxies[i], seed); err != nil {
			return err
		}
	}
	return nil
}

// exchanges is the record that servers and proxies write to; nil for none.
func (f *fakes) exchanges() *transcript.Recorder {
	if f.unrecorded {
		return nil
	}
	return f.record
}

// close ends all servers and proxies.
func (f *fakes) close() error {
	var errs []error
	for _, p := range f.proxies {
		errs = append(errs, p.Close())
	}
	for _, s := range f.shares {
		errs = append(errs, s.Close())
	}
	for _, s := range f.servers {
		errs = append(errs, s.Close())
	}
	errs = append(errs, f.closeUploads())
	if f.kerberos != nil {
		f.kerberos.close()
	}
	return errors.Join(errs...)
}

// dial is how the proxies of the world reach its hosts.
func (f *fakes) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	target, ok := f.lookup(addr)
	if !ok && (f.outside || f.own(addr)) {
		target, ok = addr, true
	}
	if !ok {
		host, _, _ := net.SplitHostPort(addr)
		return nil, &net.DNSError{Err: "no such host in the scenario", Name: host, IsNotFound: true}
	}
	return new(net.Dialer).DialContext(ctx, network, target)
}

// certify makes a certificate for a node; others of the same one have other titles.
func (f *fakes) certify(title, node string, names []string) (*tls.Config, error) {
	config, err := f.tls.Server(title, names, addressesOf(f.listen[node]))
	if err != nil {
		return nil, fmt.Errorf("certificate for %v: %w", names, err)
	}
	return config, nil
}
