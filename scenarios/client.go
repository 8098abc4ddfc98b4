package scenarios

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/scenarios/plan"
)

// addClient makes the PC, its owner, registry and proxy settings.
func (w *world) addClient(seed int64) error {
	c := &w.plan.Client
	trust, err := w.tls.Client(func() time.Time { return epoch })
	if err != nil {
		return err
	}
	options := []agent.Option{
		agent.WithClock(w.clock), agent.WithRecorder(w.record), agent.WithDir(w.dir),
		agent.WithSeed(uint64(seed)), agent.WithTLS(trust),
		agent.WithMachine(machine.WithHostname(c.Hostname.Value), machine.WithClockSkew(c.Skew.Value)),
	}
	if c.Domain.Set {
		options = append(options, agent.WithMachine(machine.WithDomain(c.Domain.Value)))
	}
	if c.Workgroup.Set {
		options = append(options, agent.WithMachine(machine.WithWorkgroup(c.Workgroup.Value)))
	}
	switch {
	case c.Account.Service != "":
		options = append(options, agent.WithServiceOwner(c.Account.Service))
	case c.Account.Set():
		options = append(options, agent.WithOwner(pcAccount(c.Account.Account)))
	}
	tuning, err := tuning(&c.BITS)
	if err != nil {
		return err
	}
	network, err := w.newLink()
	if err != nil {
		return err
	}
	options = append(options, agent.WithLink(network), agent.WithTuning(tuning), agent.WithoutNetwork(), agent.WithLauncher(w.exits.launch),
		agent.WithInstaller(w.installer), agent.WithUpdateTuning(updateTuning(&c.Updates)), agent.WithAutomaticUpdates(automaticTuning(&c.Automatic)), agent.WithUpdateJobs(w.madeJob))
	options = append(options, w.smsOptions()...)
	if w.store != "" {
		options = append(options, agent.WithStore(w.storePath()))
	}
	for name, addr := range w.names {
		host, port, _ := net.SplitHostPort(name)
		n, _ := strconv.Atoi(port)
		options = append(options, agent.WithHost(host, n, addr))
	}
	if w.pc, err = agent.New(c.Profile.Value, options...); err != nil {
		return err
	}
	w.follow = w.pc.Machine.SetHost
	if err := w.addCertificates(c.Certificates); err != nil {
		return err
	}
	setNegotiate(w.pc.Machine, c.Negotiate)
	tickets, err := w.kerberos.tickets(c.Kerberos)
	if err != nil {
		return err
	}
	w.pc.Machine.SetTickets(tickets)
	return w.settle(c)
}

// settle brings the registry and the proxy settings to what the file says.
func (w *world) settle(c *plan.Client) error {
	if c.RegFile.Set {
		if err := w.importReg(c.RegFile.Value); err != nil {
			return err
		}
	}
	if err := w.setRegistry(c.Registry); err != nil {
		return err
	}
	if err := w.addUpdateClient(c); err != nil {
		return err
	}
	if err := w.addLayered(c.Layered); err != nil {
		return err
	}
	if c.Disk != nil {
		if err := w.failDisk(c.Disk); err != nil {
			return err
		}
	}
	if err := w.setProxy(c); err != nil || !c.Automatic.Running.Value {
		return err
	}
	return w.startAutomatic()
}

// importReg reads a .reg file beneath the scenario's folder.
func (w *world) importReg(name string) (err error) {
	root, err := os.OpenRoot(w.base)
	if err != nil {
		return fmt.Errorf("reg-file: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	f, err := root.Open(name)
	if err != nil {
		return fmt.Errorf("reg-file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return w.pc.Machine.Registry().Import(f, name)
}

func (w *world) setRegistry(values plan.Registry) error { return setRegistryOf(w.pc.Machine, values) }

func setRegistryOf(pc *machine.Machine, values plan.Registry) error {
	registry := pc.Registry()
	for _, v := range values {
		var err error
		switch {
		case v.Absent:
			err = registry.DeleteValue(v.Key, v.Name)
		case v.IsText:
			err = registry.Set(v.Key, v.Name, machine.SZ(v.Text))
		default:
			err = registry.Set(v.Key, v.Name, machine.DWORD(v.Number))
		}
		if err != nil {
			return fmt.Errorf("%v: registry: %w", v.Pos, err)
		}
	}
	return nil
}

func pcAccount(a *plan.Account) machine.Account {
	return machine.Account{Domain: a.Domain, User: a.User, Password: machine.Secret(a.Password), Administrator: a.Administrator, Elevated: a.Elevated}
}

func tuning(e *plan.ClientEngine) (bits.Tuning, error) {
	t := bits.Tuning{FirstBlock: e.Block.Value, MaxBlock: e.Block.Value, BlockTime: e.BlockTime.Value,
		PingBeforeClose: e.PingBeforeClose.Value, Slice: e.Slice.Value, Reconnect: e.ReconnectDelay.Value, SessionProxies: sessionProxies[e.SessionProxies.Value],
		FirstProxyOnly: e.FirstProxyOnly.Value}
	if !e.Placement.Set {
		return t, nil
	}
	placement, err := bits.ParsePlacement(e.Placement.Value)
	t.Placement = placement
	return t, err
}
