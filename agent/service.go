package agent

import (
	"errors"
	"fmt"
	"os"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// WithStore keeps the queue of BITS in a file of the host, so that it outlives
// the service, and lets the PC's disk fail. Without it a service that stops
// loses its jobs.
func WithStore(path string) Option { return func(s *setup) { s.store = path } }

// ErrNoStore is returned by what needs WithStore.
var ErrNoStore = errors.New("agent: the queue is in memory: the PC was made without WithStore")

// Running reports whether the BITS service runs.
func (a *Agent) Running() bool { return a.running }

// StopService stops the BITS service and waits for its transfers. The
// connections of its WinHTTP session end with it. ERROR_SERVICE_NOT_ACTIVE when
// it does not run; ERROR_SERVICE_REQUEST_TIMEOUT when a layered service provider
// keeps it from stopping.
func (a *Agent) StopService() error {
	switch {
	case a.volume == nil:
		return ErrNoStore
	case !a.running:
		return &hresult.Error{Code: hresult.ERROR_SERVICE_NOT_ACTIVE, Cause: errors.New("stop BITS: it does not run")}
	}
	if err := a.hindered("stop"); err != nil {
		return err
	}
	return a.end("stopped")
}

// end takes the service that has been told to stop, or has died, down.
func (a *Agent) end(how string) error {
	a.running = false
	err := a.BITS.Close()
	a.HTTP.Close()
	a.note("BITS service " + how)
	return err
}

// StartService starts the BITS service: it reads its queue and goes on.
// ERROR_SERVICE_ALREADY_RUNNING when it runs; ERROR_SERVICE_DISABLED when its start type
// is disabled; ERROR_SERVICE_REQUEST_TIMEOUT when a layered service provider keeps it
// from starting. Jobs of before are found by
// [bits.Manager.GetJob].
func (a *Agent) StartService() error {
	switch {
	case a.volume == nil:
		return ErrNoStore
	case a.running:
		return &hresult.Error{Code: hresult.ERROR_SERVICE_ALREADY_RUNNING, Cause: errors.New("start BITS: it runs already")}
	}
	if a.Machine.ServiceStart(machine.BITSService) == machine.ServiceDisabled {
		return &hresult.Error{Code: hresult.ERROR_SERVICE_DISABLED, Cause: errors.New("start BITS: its start type is disabled")}
	}
	if err := a.hindered("start"); err != nil {
		return err
	}
	return a.start()
}

// start makes a service and the WinHTTP session that it uses.
func (a *Agent) start() (err error) {
	a.HTTP = winhttp.New(a.http)
	config := a.config
	config.HTTP = a.HTTP
	if a.volume != nil {
		config.Disk = a.volume.Mount()
	}
	if a.BITS, err = bits.New(config); err != nil {
		a.HTTP.Close()
		return err
	}
	a.running = true
	a.meetBITS()
	a.meetAdvancedClient()
	a.meetLegacy()
	if a.started {
		a.note("BITS service started")
	}
	a.started = true
	return nil
}

// Crash lets the BITS service die at once: nothing of what it does gets to the
// disk any more. Close and StartService see to what is left.
func (a *Agent) Crash() error {
	switch {
	case a.volume == nil:
		return ErrNoStore
	case !a.running:
		return &hresult.Error{Code: hresult.ERROR_SERVICE_NOT_ACTIVE, Cause: errors.New("crash of BITS: it does not run")}
	}
	a.volume.Kill()
	a.BITS.Crash()
	return nil
}

// CrashAfter lets the BITS service die when that many bytes more have been
// written to the disk; a negative number calls it off. Waits for jobs then end
// with [bits.ErrStopped].
func (a *Agent) CrashAfter(bytes int64) error {
	if a.volume == nil {
		return ErrNoStore
	}
	a.volume.KillAfter(bytes, a.BITS.Crash)
	return nil
}

// Bury waits for what is left of a service that died. With the power, all that
// the disk had not written is gone, and nobody is logged on any more.
func (a *Agent) Bury(power bool) error {
	how := "died"
	if power {
		how = "died with the PC, which lost power"
	}
	if power {
		if err := a.haltAdvancedClient(); err != nil {
			return err
		}
	}
	if err := a.end(how); err != nil {
		return err
	}
	if !power {
		return nil
	}
	return a.withoutAutomatic(func() error {
		if err := a.volume.LosePower(); err != nil {
			return err
		}
		if err := errors.Join(a.logoffAll(), a.Machine.Boot()); err != nil {
			return err
		}
		return errors.Join(a.bootUpdates(), a.bootLegacy(), a.bootAdvancedClient())
	})
}

// Reboot shuts the PC down and starts it again: the service ends as if stopped, files
// that wait for the start are put in place, and the service starts when the system does,
// before anybody logs on, unless it is disabled.
func (a *Agent) Reboot() error {
	if a.volume == nil {
		return ErrNoStore
	}
	return a.withoutAutomatic(a.reboot)
}

func (a *Agent) reboot() error {
	if err := a.haltAdvancedClient(); err != nil {
		return err
	}
	if a.running {
		if err := a.end("stopped: the PC shuts down"); err != nil {
			return err
		}
	}
	if err := errors.Join(a.logoffAll(), a.Machine.Boot()); err != nil {
		return err
	}
	if a.Machine.ServiceStart(machine.BITSService) != machine.ServiceDisabled {
		if err := a.StartService(); err != nil {
			return err
		}
	}
	return errors.Join(a.bootUpdates(), a.bootLegacy(), a.bootAdvancedClient())
}

func (a *Agent) logoffAll() error {
	var errs []error
	for _, user := range a.Machine.Users() {
		if !user.Kind.Service() && a.Machine.LoggedOn(user.String()) {
			errs = append(errs, a.Machine.Logoff(user.String()))
		}
	}
	return errors.Join(errs...)
}

// DamageStore damages the file of the queue while the service does not run.
func (a *Agent) DamageStore() error {
	switch {
	case a.volume == nil:
		return ErrNoStore
	case a.running:
		return errors.New("agent: damage the queue: the service runs")
	}
	info, err := os.Stat(a.config.Store)
	if err != nil {
		return fmt.Errorf("damage the queue: %w", err)
	}
	f, err := os.OpenFile(a.config.Store, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("damage the queue: %w", err)
	}
	_, err = f.WriteAt(make([]byte, info.Size()), 0)
	return errors.Join(err, f.Close())
}

// FailDisk has the PC's disk refuse from now on, or after that many bytes more
// have been written; "" makes it good again. See [bits.Volume.Fail].
func (a *Agent) FailDisk(fault bits.DiskFault, after int64) error {
	if a.volume == nil {
		return ErrNoStore
	}
	return a.volume.Fail(fault, after)
}

func (a *Agent) note(text string) {
	if a.config.Recorder != nil {
		a.config.Recorder.Add(transcript.Event{Kind: transcript.KindMachine, Node: "client", Text: text})
	}
}

// hindered gives the error of a service that a layered service provider keeps
// from starting or stopping. KB 842309: BITS 2.0 starts and stops reliably beside
// them. Assumed: before it the service control manager gives up.
func (a *Agent) hindered(what string) error {
	version, err := a.Machine.BITS()
	if err != nil {
		return fmt.Errorf("%s BITS: %w", what, err)
	}
	if a.running {
		version = a.BITS.Version()
	}
	if version.Compare(machine.BITSVersion{Major: 2}) >= 0 {
		return nil
	}
	for _, p := range a.Machine.LayeredProviders() {
		if p.Hinders(what) {
			return &hresult.Error{Code: hresult.ERROR_SERVICE_REQUEST_TIMEOUT,
				Cause: fmt.Errorf("%s BITS: the layered service provider %q is in the Winsock catalog, and BITS is %v (KB 842309)", what, p.Name, version)}
		}
	}
	return nil
}

// storeOptions are those of a simulated PC: its own crashes are simulated, and
// the host's disk need not be waited for.
func storeOptions() store.Options { return store.Options{NoSync: true} }
