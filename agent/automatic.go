package agent

import (
	"context"
	"errors"

	"github.com/wualab/wualab/agent/wua/automatic"
	"github.com/wualab/wualab/clock"
)

// WithAutomaticUpdates sets what the documents leave to Automatic Updates.
func WithAutomaticUpdates(t automatic.Tuning) Option { return func(s *setup) { s.automatic = t } }

// AutomaticUpdates gives the PC's Automatic Updates. It does not run until it is started;
// once it runs, it ends and starts with the PC and with the service of the Windows Update
// agent. It restarts the PC by itself when updates need that and policy lets it.
func (a *Agent) AutomaticUpdates() *automatic.Service {
	a.updating.Lock()
	defer a.updating.Unlock()
	if a.automatic == nil {
		a.automatic = automatic.New(automatic.Config{Agent: a.Updates, Machine: a.Machine, Clock: a.clock, Seed: a.config.Seed, Tuning: a.automaticTuning,
			Restart: func(context.Context, clock.Hold) error { return a.restart() }})
	}
	return a.automatic
}

// withoutAutomatic does what Automatic Updates must not run beside, and starts it again if
// it ran.
func (a *Agent) withoutAutomatic(do func() error) error {
	a.updating.Lock()
	service := a.automatic
	a.updating.Unlock()
	if service == nil || !service.Status().Running {
		return do()
	}
	service.Stop()
	return errors.Join(do(), service.Start())
}

// restart restarts the PC, also one whose queue of BITS does not outlive the service.
func (a *Agent) restart() error {
	if a.volume != nil {
		return a.reboot()
	}
	if err := errors.Join(a.logoffAll(), a.Machine.Boot()); err != nil {
		return err
	}
	return errors.Join(a.bootUpdates(), a.bootLegacy())
}
