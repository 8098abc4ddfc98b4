package agent_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua/automatic"
)

// TestAutomaticUpdatesRestartThePC goes from a start of the service to an update that is
// there after the PC has restarted by itself.
func TestAutomaticUpdatesRestartThePC(t *testing.T) {
	o := newOffice(t)
	au := o.AutomaticUpdates()
	check(t, o.Machine.Logoff(o.Owner()))
	check(t, au.Start())
	h := o.clock.Hold(t.Name())
	defer h.Release()
	if _, err := au.Await(context.Background(), h, 24*time.Hour, func(st automatic.Status) bool { return st.Restarts == 1 }); err != nil {
		t.Fatalf("%v: %+v", err, au.Status())
	}
	if v, _ := o.Machine.Files().Version("tool.dll"); v != (machine.FileVersion{Major: 2}) {
		t.Errorf("tool.dll is %v", v)
	}
	if now := o.clock.Now(); now.Hour() != 3 {
		t.Errorf("it is %v", now)
	}
	if !o.Running() {
		t.Error("BITS does not run")
	}
	if err := au.Settle(context.Background(), h); err != nil || au.Status().State != automatic.DetectPending {
		t.Errorf("%v: %v", err, au.Status().State)
	}
}

// TestAutomaticUpdatesLiveWithThePC: the service ends and starts with the PC and with the
// service of the agent, and only when it ran.
func TestAutomaticUpdatesLiveWithThePC(t *testing.T) {
	o := newOffice(t, agent.WithAutomaticUpdates(automatic.Tuning{StartDelay: automatic.Span{From: time.Minute, To: time.Minute}}))
	au := o.AutomaticUpdates()
	steps := []struct {
		name string
		do   func() error
	}{
		{"reboot", o.Reboot},
		{"power", func() error { return errors.Join(o.Crash(), o.Bury(true), o.StartService()) }},
		{"restart of the service", o.RestartUpdates},
	}
	for _, step := range steps {
		check(t, step.do())
		if au.Status().Running {
			t.Fatalf("%s: it runs, but was never started", step.name)
		}
	}
	check(t, au.Start())
	h := o.clock.Hold(t.Name())
	defer h.Release()
	for _, step := range steps {
		check(t, step.do())
		if !au.Status().Running {
			t.Fatalf("%s: it does not run", step.name)
		}
	}
	mark := o.record.Mark()
	check(t, h.Sleep(context.Background(), time.Minute))
	check(t, au.Settle(context.Background(), h))
	if len(o.calls(mark)) == 0 {
		t.Error("it did not detect")
	}
}
