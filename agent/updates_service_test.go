package agent_test

import (
	"context"
	"testing"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// TestUpdatesReachBITS: the update agent starts a BITS service that does not run, can't
// where it is disabled, and an installer may start it while the agent waits for it.
func TestUpdatesReachBITS(t *testing.T) {
	o := newOffice(t, agent.WithInstaller(func(wusp.UpdateIdentity, bool) (wua.Effect, bool) {
		return wua.Effect{Now: func(pc *machine.Machine) error { return pc.StartService(machine.BITSService) }}, true
	}))
	scan, err := o.detect(t)
	check(t, err)
	tool := scan.Offered()[0]
	download := func(u *wua.Agent, h clock.Hold) error { return u.Download(context.Background(), h, tool) }
	check(t, o.StopService())
	check(t, o.Machine.SetServiceStart(machine.BITSService, machine.ServiceDisabled))
	if err := o.do(t, download); codeOf(err) != hresult.WU_E_DM_FAILTOCONNECTTOBITS {
		t.Errorf("with a disabled service: %v", err)
	}
	check(t, o.Machine.SetServiceStart(machine.BITSService, machine.ServiceManual))
	check(t, o.do(t, download))
	if !o.Running() {
		t.Error("the service was not started")
	}
	check(t, o.StopService())
	check(t, o.do(t, func(u *wua.Agent, h clock.Hold) error {
		_, err := u.Install(context.Background(), h, tool)
		return err
	}))
	if !o.Running() {
		t.Error("the installer did not start the service")
	}
}
