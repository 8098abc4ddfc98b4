package agent_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

func newPC(t *testing.T, profile string, options ...agent.Option) *agent.Agent {
	t.Helper()
	pc, err := agent.New(profile, append(options, agent.WithDir(t.TempDir()), agent.WithoutNetwork())...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pc.Close(); err != nil {
			t.Error(err)
		}
	})
	return pc
}

func codeOf(err error) hresult.HRESULT {
	code, _ := hresult.Of(err)
	return code
}

// TestServiceNeedsStore: what would lose the jobs says so.
func TestServiceNeedsStore(t *testing.T) {
	pc := newPC(t, "xp-sp2")
	for name, call := range map[string]func() error{
		"StopService": pc.StopService, "StartService": pc.StartService, "Crash": pc.Crash, "Reboot": pc.Reboot, "DamageStore": pc.DamageStore,
		"CrashAfter": func() error { return pc.CrashAfter(1) }, "FailDisk": func() error { return pc.FailDisk(bits.DiskFull, 0) },
	} {
		if err := call(); !errors.Is(err, agent.ErrNoStore) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !pc.Running() {
		t.Error("the service does not run")
	}
}

// TestServiceLife walks through what a service control manager and its user do.
func TestServiceLife(t *testing.T) {
	pc := newPC(t, "xp-sp2", agent.WithStore(filepath.Join(t.TempDir(), "queue")), agent.WithClock(clock.NewVirtual(clock.Wall{}.Now())))
	job, err := pc.BITS.CreateJob("j", bits.Download, pc.Owner())
	if err != nil {
		t.Fatal(err)
	}
	if err := pc.DamageStore(); err == nil {
		t.Error("the queue of a service that runs was damaged")
	}
	if code := codeOf(pc.StartService()); code != hresult.ERROR_SERVICE_ALREADY_RUNNING {
		t.Errorf("start: %v", code)
	}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"restart", func() error { return errors.Join(pc.StopService(), pc.StartService()) }},
		{"crash", func() error { return errors.Join(pc.Crash(), pc.Bury(false), pc.StartService()) }},
		{"power", func() error { return errors.Join(pc.Crash(), pc.Bury(true), pc.StartService()) }},
		{"reboot", pc.Reboot},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		again, err := pc.BITS.GetJob(job.ID())
		if err != nil || again == job {
			t.Fatalf("%s: job %v, %v", step.name, again, err)
		}
	}
	if pc.Machine.Interactive(pc.Owner()) {
		t.Error("the owner is logged on after a reboot")
	}
	if err := errors.Join(pc.StopService(), pc.DamageStore(), pc.StartService()); err != nil {
		t.Fatal(err)
	}
	if n := len(pc.BITS.Jobs()); n != 0 {
		t.Errorf("%d jobs of a damaged queue", n)
	}
	if err := pc.StopService(); err != nil {
		t.Fatal(err)
	}
	if code := codeOf(pc.StopService()); code != hresult.ERROR_SERVICE_NOT_ACTIVE {
		t.Errorf("stop: %v", code)
	}
	if code := codeOf(pc.Crash()); code != hresult.ERROR_SERVICE_NOT_ACTIVE {
		t.Errorf("crash: %v", code)
	}
}
