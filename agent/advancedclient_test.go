package agent_test

import (
	"context"
	"testing"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/smsdp"
)

// A PC with an Advanced Client, whose program asks for a restart.
func TestTheAdvancedClientOutlivesThePC(t *testing.T) {
	clk := clock.NewVirtual(time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC))
	hold := clk.Hold("test")
	defer hold.Release()
	site, err := smsdp.New(smsdp.Config{Clock: clk, Points: []smsdp.Point{{Server: "mp", BITS: true}},
		Packages:       []smsdp.Package{{ID: "LAB00001", Files: map[string]fakeserver.File{"a.exe": {Size: 1000}}, Programs: []smsdp.Program{{Name: "p", CommandLine: "a.exe"}}}},
		Advertisements: []smsdp.Advertisement{{ID: "LAB20000", Package: "LAB00001", Program: "p", Mandatory: true}}})
	if err != nil {
		t.Fatal(err)
	}
	mp, err := fakeserver.New(fakeserver.Config{Name: "mp", Clock: clk, Routes: append(site.Routes(), site.PointRoutes("mp")...)})
	if err != nil {
		t.Fatal(err)
	}
	defer mp.Close()
	pc, err := agent.New("xp-sp2", agent.WithClock(clk), agent.WithHost("mp", 80, mp.Addr()), agent.WithStore(t.TempDir()+"/queue"),
		agent.WithAdvancedClient(sms.Config{ManagementPoint: "http://mp", Programs: func(string, string) (sms.Effect, bool) { return sms.Effect{ExitCode: 3010}, true }}))
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	client, err := pc.AdvancedClient()
	if err != nil {
		t.Fatal(err)
	}
	state := func(want sms.Progress) {
		t.Helper()
		client, err := pc.AdvancedClient()
		if err != nil {
			t.Fatal(err)
		}
		if a, _ := client.Advertisement("LAB20000"); a.State != want {
			t.Fatalf("%s, want %s\n%v", a.State, want, client.Logs().Lines())
		}
	}
	sleep := func(d time.Duration) {
		t.Helper()
		if err := hold.Sleep(context.Background(), d); err != nil {
			t.Fatal(err)
		}
	}
	client.Start()
	sleep(time.Minute)
	state(sms.RebootPending)
	if err := pc.RestartAdvancedClient(); err != nil {
		t.Fatal(err)
	}
	sleep(time.Minute)
	state(sms.RebootPending)
	if err := pc.Reboot(); err != nil {
		t.Fatal(err)
	}
	if client.Running() {
		t.Error("the client of before runs on")
	}
	sleep(time.Minute)
	state(sms.Succeeded)
	if got := len(site.Messages()); got != 4 {
		t.Errorf("%d status messages, want 4: %+v", got, site.Messages())
	}
	if client, _ = pc.AdvancedClient(); !client.Running() || len(client.Logs().Lines()) < 20 {
		t.Error("it does not run again, or its logs are gone")
	}
}

func TestAPCWithoutASiteHasNoAdvancedClient(t *testing.T) {
	pc, err := agent.New("xp-sp2", agent.WithoutNetwork())
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	if _, err := pc.AdvancedClient(); err != agent.ErrNoSite {
		t.Errorf("%v", err)
	}
	if err := pc.RestartAdvancedClient(); err != agent.ErrNoSite {
		t.Errorf("%v", err)
	}
}
