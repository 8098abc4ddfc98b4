package agent_test

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/transcript"
	"github.com/wualab/wualab/wusp"
)

const (
	toolID    = wusp.GUID("11111111-1111-1111-1111-111111111111")
	policyKey = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
)

// office is a PC, an update server and a proxy that wants an NTLM login, on one virtual clock.
type office struct {
	*agent.Agent
	clock  *clock.Virtual
	record *transcript.Recorder
	server *wsus.Server
}

func newOffice(t *testing.T, options ...agent.Option) *office {
	t.Helper()
	o := &office{clock: clock.NewVirtual(time.Date(2004, 10, 1, 8, 0, 0, 0, time.UTC))}
	o.record = transcript.New(transcript.Options{Now: o.clock.Now})
	version := []metadata.Attribute{{Name: "Path", Value: "tool.dll"}, {Name: "Csidl", Value: "37"}, {Name: "Comparison", Value: "GreaterThanOrEqualTo"}, {Name: "Version", Value: "2.0.0.0"}}
	tool := &metadata.Update{Core: metadata.Core{Identity: wusp.UpdateIdentity{UpdateID: toolID, RevisionNumber: 1}, Type: metadata.Software, ExplicitlyDeployable: true,
		IsInstalled: &metadata.Rule{Name: "b.FileVersion", Attributes: version}}, Extended: metadata.Extended{Files: []metadata.File{{Name: "tool.exe"}}}}
	var err error
	o.server, err = wsus.New(wsus.Config{Clock: o.clock, Approvals: []wsus.Approval{{UpdateID: toolID, Action: wusp.ActionInstall}}, Updates: []wsus.Update{
		{Metadata: tool, Content: map[string]wsus.File{"tool.exe": {File: fakeserver.File{Size: 50_000, Seed: 1}}}}}})
	check(t, err)
	files := o.server.Files()
	origin, err := fakeserver.New(fakeserver.Config{Name: "wsus", Clock: o.clock, Recorder: o.record, Routes: o.server.Routes(), Files: files})
	check(t, err)
	t.Cleanup(func() { check(t, origin.Close()) })
	accounts := ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "PC$", Password: "machine"})
	proxy, err := fakeproxy.New(fakeproxy.Config{Name: "corp", Clock: o.clock, Recorder: o.record,
		Auth: &fakeproxy.Auth{Schemes: []httpauth.Scheme{httpauth.NTLM}, Accounts: accounts, NetBIOSDomain: "LAB"},
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, origin.Addr())
		}})
	check(t, err)
	t.Cleanup(func() { check(t, proxy.Close()) })
	installer := func(wusp.UpdateIdentity, bool) (wua.Effect, bool) {
		return wua.Effect{ExitCode: 3010, AtReboot: func(pc *machine.Machine) error {
			pc.Files().Set("tool.dll", machine.FileVersion{Major: 2})
			return nil
		}}, true
	}
	o.Agent = newPC(t, "xp-sp2", append([]agent.Option{agent.WithClock(o.clock), agent.WithRecorder(o.record), agent.WithStore(filepath.Join(t.TempDir(), "queue")), agent.WithMachine(machine.WithHostname("PC")),
		agent.WithHost("wsus", 80, origin.Addr()), agent.WithHost("corp", 8080, proxy.Addr()), agent.WithInstaller(installer)}, options...)...)
	r := o.Machine.Registry()
	check(t, r.Set(policyKey, "WUServer", machine.SZ("http://wsus")))
	check(t, r.Set(policyKey, "WUStatusServer", machine.SZ("http://wsus")))
	check(t, r.Set(policyKey+`\AU`, "UseWUServer", machine.DWORD(1)))
	return o
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// do has the PC's Windows Update agent do something, with a hold on the clock.
func (o *office) do(t *testing.T, f func(*wua.Agent, clock.Hold) error) error {
	t.Helper()
	updates, err := o.Updates()
	check(t, err)
	h := o.clock.Hold(t.Name())
	defer h.Release()
	return f(updates, h)
}

func (o *office) detect(t *testing.T) (scan *wua.Scan, err error) {
	t.Helper()
	err = o.do(t, func(u *wua.Agent, h clock.Hold) (err error) {
		scan, err = u.Detect(context.Background(), h)
		return err
	})
	return scan, err
}

// calls gives the web methods that were called since mark.
func (o *office) calls(mark int) (list []string) {
	for _, x := range o.record.Exchanges(mark) {
		if action := x.Request.Get("SOAPAction"); action != "" && x.Node == "wsus" {
			list = append(list, strings.Trim(action[strings.LastIndexByte(action, '/'):], `/"`))
		}
	}
	return list
}

// TestUpdatesThroughALife goes from a scan to an installed update, while the services and
// the PC are started anew.
func TestUpdatesThroughALife(t *testing.T) {
	o := newOffice(t)
	scan, err := o.detect(t)
	check(t, err)
	if len(scan.Offered()) != 1 || scan.Offered()[0].Identity.UpdateID != toolID {
		t.Fatalf("offered: %v", scan.Offered())
	}
	before, err := o.Updates()
	check(t, err)
	events, id := len(before.Pending()), before.ClientID()
	check(t, o.StopService())
	check(t, o.StartService())
	check(t, o.do(t, func(u *wua.Agent, h clock.Hold) error { return u.Download(context.Background(), h, scan.Offered()[0]) }))
	check(t, o.do(t, func(u *wua.Agent, h clock.Hold) error {
		done, err := u.Install(context.Background(), h, scan.Offered()[0])
		if !done.RebootRequired {
			t.Errorf("installed: %+v", done)
		}
		return err
	}))
	check(t, o.RestartUpdates())
	after, err := o.Updates()
	check(t, err)
	if after == before || !after.RebootRequired() || after.ClientID() != id || len(after.Pending()) != events+2 {
		t.Errorf("after a start of the service: the same agent %t, a restart is required %t, %d events", after == before, after.RebootRequired(), len(after.Pending()))
	}
	if !strings.Contains(after.Log().String(), "New download job") {
		t.Error("the log of before is gone")
	}
	check(t, o.Reboot())
	mark := o.record.Mark()
	scan, err = o.detect(t)
	check(t, err)
	if got := o.calls(mark); !slices.Equal(got, []string{"SyncUpdates"}) {
		t.Errorf("cookie and configuration are kept, but the agent called %v", got)
	}
	if len(scan.Offered()) != 0 || len(scan.Updates) != 1 || !scan.Updates[0].Installed {
		t.Errorf("after the restart: %+v", scan.Updates)
	}
	seen := map[wusp.GUID]bool{}
	again, err := o.Updates()
	check(t, err)
	for _, e := range again.Pending() {
		if seen[e.BasicData.EventInstanceID] {
			t.Errorf("two events are %s", e.BasicData.EventInstanceID)
		}
		seen[e.BasicData.EventInstanceID] = true
	}
}

// TestUpdatesLogInToAProxy: the computer account of a domain may log in by itself; a PC in
// a workgroup has none.
func TestUpdatesLogInToAProxy(t *testing.T) {
	for _, c := range []struct {
		name    string
		options []agent.Option
		code    hresult.HRESULT
	}{
		{"in a domain", []agent.Option{agent.WithMachine(machine.WithDomain("LAB"), machine.WithMachinePassword("machine"))}, hresult.S_OK},
		{"in a workgroup", []agent.Option{agent.WithMachine(machine.WithWorkgroup("HOME"))}, hresult.WU_E_PT_HTTP_STATUS_PROXY_AUTH_REQ},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t, c.options...)
			check(t, o.Machine.SetWinHTTPProxy("corp:8080", ""))
			check(t, o.Machine.Registry().Set(machine.BITSKey, machine.UseLMCompatValue, machine.DWORD(0))) // else BITS, which has rules of its own, is refused
			scan, err := o.detect(t)
			if codeOf(err) != c.code {
				t.Fatalf("%v", err)
			}
			if err != nil {
				return
			}
			check(t, o.do(t, func(u *wua.Agent, h clock.Hold) error { return u.Download(context.Background(), h, scan.Offered()[0]) }))
			for _, x := range o.record.Exchanges(0) {
				if x.Node == "client" && !strings.HasPrefix(x.Request.URL, "http://wsus/") {
					t.Errorf("%s %s went past the proxy", x.Request.Method, x.Request.URL)
				}
			}
		})
	}
}

// TestUpdatesCostNothing: a PC whose agent nobody asks for has none.
func TestUpdatesCostNothing(t *testing.T) {
	pc := newPC(t, "xp-sp2")
	check(t, pc.RestartUpdates())
	if _, ok := pc.Machine.Registry().Get(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate`, "SusClientId"); ok {
		t.Error("the PC has an ID")
	}
}

// TestUpdatesDependOnTheSeed: PCs of other seeds have other IDs.
func TestUpdatesDependOnTheSeed(t *testing.T) {
	ids := map[string]string{}
	for _, seed := range []uint64{1, 1, 2} {
		pc := newPC(t, "xp-sp2", agent.WithSeed(seed))
		updates, err := pc.Updates()
		check(t, err)
		key := strconv.FormatUint(seed, 10)
		if was, ok := ids[key]; ok && was != updates.ClientID() {
			t.Errorf("seed %s: %s and %s", key, was, updates.ClientID())
		}
		ids[key] = updates.ClientID()
	}
	if ids["1"] == ids["2"] {
		t.Error(fmt.Sprint("one ID for two seeds: ", ids["1"]))
	}
}
