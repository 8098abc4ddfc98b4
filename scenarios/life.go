package scenarios

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
)

// queueFile is the job queue's, in a folder beside the PC's disk.
const queueFile = "qmgr0.dat"

func (w *world) storePath() string { return filepath.Join(w.store, queueFile) }

// befall lets happen to the PC what the step says, up to the verb.
func (w *world) befall(ctx context.Context, hold clock.Hold, l *plan.Life) error {
	if l.Disk != nil {
		if err := w.failDisk(l.Disk); err != nil {
			return err
		}
	}
	if l.Logoff.Set {
		if err := w.pc.Machine.Logoff(w.user(l.Logoff.Value)); err != nil {
			return err
		}
	}
	if err := w.service(ctx, hold, l); err != nil {
		return err
	}
	if l.Reboot.Value {
		if err := w.pc.Reboot(); err != nil {
			return err
		}
		w.findJobs()
	}
	if l.Crash != nil {
		if err := w.crash(l.Crash); err != nil {
			return err
		}
	}
	if l.Logon.Set {
		return w.logon(l.Logon.Value)
	}
	return nil
}

// user gives DOMAIN\user of owner or of an account of the file.
func (w *world) user(name string) string {
	a := w.plan.Account(name)
	if name == plan.OwnerWord || a == nil {
		return w.pc.Owner()
	}
	account := pcAccount(a)
	if account.Domain == "" {
		account.Domain = w.pc.Machine.Hostname()
	}
	return account.String()
}

// logon logs a user on interactively; one that the PC has not seen before
// becomes known to it.
func (w *world) logon(name string) error {
	user := w.user(name)
	if _, err := w.pc.Machine.User(user); err != nil {
		w.pc.Machine.AddUser(pcAccount(w.plan.Account(name)))
	}
	return w.pc.Machine.Logon(user, true)
}

func (w *world) failDisk(d *plan.Disk) error {
	fault, err := bits.ParseDiskFault(d.Fault.Value)
	if err != nil {
		return err
	}
	return w.pc.FailDisk(fault, d.After.Value)
}

// service stops and starts BITS, and damages its queue in between. A service
// control manager waits 30 seconds for a service (Windows documentation:
// ServicesPipeTimeout).
func (w *world) service(ctx context.Context, hold clock.Hold, l *plan.Life) error {
	damage := l.DamageStore.Value
	stop := l.Service.Value == "stop" || l.Service.Value == "restart" || damage && w.pc.Running()
	start := l.Service.Value == "start" || l.Service.Value == "restart" || damage && w.pc.Running() && l.Service.Value != "stop"
	if stop {
		if err := w.control(ctx, hold, w.pc.StopService); err != nil {
			return err
		}
	}
	if damage {
		if err := w.pc.DamageStore(); err != nil {
			return err
		}
	}
	if start {
		if err := w.control(ctx, hold, w.pc.StartService); err != nil {
			return err
		}
		w.findJobs()
	}
	return nil
}

const serviceTimeout = 30 * time.Second

func (w *world) control(ctx context.Context, hold clock.Hold, request func() error) error {
	err := request()
	if code, ok := hresult.Of(err); ok && code == hresult.ERROR_SERVICE_REQUEST_TIMEOUT {
		return errors.Join(err, hold.Sleep(ctx, serviceTimeout))
	}
	return err
}

// crash lets the service die, at once or when it has written enough.
func (w *world) crash(c *plan.Crash) error {
	if c.After.Set {
		return w.pc.CrashAfter(c.After.Value)
	}
	if err := w.pc.Crash(); err != nil {
		return err
	}
	return w.raise(c)
}

// raise starts the service that has died again.
func (w *world) raise(c *plan.Crash) error {
	if c == nil {
		return errors.New("the service stopped by itself")
	}
	if err := w.pc.Bury(c.Kind.Value == "power"); err != nil {
		return err
	}
	if err := w.pc.StartService(); err != nil {
		return err
	}
	w.findJobs()
	return nil
}

// findJobs finds the scenario's jobs in the queue of a service that has just
// started, by their GUIDs, with the files that they should have.
func (w *world) findJobs() {
	for name, old := range w.jobs {
		if old == nil || old.State().Final() {
			continue
		}
		again, err := w.pc.BITS.GetJob(old.ID())
		if err != nil {
			w.jobs[name] = nil
			continue
		}
		was := old.Files()
		for i, f := range again.Files() {
			if i < len(was) {
				w.sources[f] = w.sources[was[i]]
			}
		}
		w.jobs[name] = again
	}
}

// await waits until the job is in one of the states, through the death of the
// service that the step has ordered.
func (w *world) await(ctx context.Context, hold clock.Hold, h *happened, name string, states ...bits.State) error {
	died := false
	for {
		_, err := h.job.Wait(ctx, hold, states...)
		if errors.Is(err, bits.ErrStopped) {
			if err := w.raise(h.crash); err != nil {
				return err
			}
			died = true
			if h.job, err = w.job(name); err != nil {
				return err
			}
			continue
		}
		if h.crash != nil && h.crash.After.Set && !died && err == nil {
			return errors.Join(fmt.Errorf("crash: the job was there before %d bytes had been moved", h.crash.After.Value), w.pc.CrashAfter(-1))
		}
		if errors.Is(err, bits.ErrIdle) {
			h.idle = true
			return nil
		}
		return err
	}
}

// running gives the service to a call that needs it: jobs that a program holds
// are dead when their service is. Assumed: that the code is
// RPC_S_SERVER_UNAVAILABLE.
func (w *world) checkRunning() error {
	if w.pc.Running() {
		return nil
	}
	return &hresult.Error{Code: hresult.RPC_S_SERVER_UNAVAILABLE, Cause: errors.New("the BITS service does not run")}
}

// activate starts the service for a program that creates a job, as COM does.
func (w *world) activate() error {
	if w.pc.Running() {
		return nil
	}
	if err := w.pc.StartService(); err != nil {
		return err
	}
	w.findJobs()
	return nil
}

// addLayered puts layered service providers on the PC.
func (w *world) addLayered(list []plan.LayeredProvider) error {
	for _, p := range list {
		one := machine.LayeredProvider{Name: p.Name.Value}
		for _, what := range p.Hinders {
			one.HindersStart = one.HindersStart || what == "start"
			one.HindersStop = one.HindersStop || what == "stop"
		}
		if err := w.pc.Machine.AddLayeredProvider(one); err != nil {
			return err
		}
	}
	return nil
}
