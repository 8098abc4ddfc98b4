package agent_test

import (
	"context"
	"fmt"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// A program searches an update server for what a PC needs.
func ExampleAgent_Updates() {
	clk := clock.NewVirtual(time.Date(2004, 10, 1, 8, 0, 0, 0, time.UTC))
	id := wusp.UpdateIdentity{UpdateID: "11111111-2222-3333-4444-555555555555", RevisionNumber: 1}
	update := &metadata.Update{Core: metadata.Core{Identity: id, Type: metadata.Software, ExplicitlyDeployable: true, IsInstalled: &metadata.Rule{Name: "False"}},
		Localized: []metadata.Localized{{Language: "en", Title: "An update"}}}
	server, _ := wsus.New(wsus.Config{Clock: clk, Updates: []wsus.Update{{Metadata: update}}, Approvals: []wsus.Approval{{UpdateID: id.UpdateID, Action: wusp.ActionInstall}}})
	site, _ := fakeserver.New(fakeserver.Config{Name: "wsus", Clock: clk, Routes: server.Routes()})
	defer site.Close()
	pc, _ := agent.New("xp-sp2", agent.WithClock(clk), agent.WithHost("wsus", 80, site.Addr()))
	defer pc.Close()
	policy := `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
	_ = pc.Machine.Registry().Set(policy, "WUServer", machine.SZ("http://wsus"))
	_ = pc.Machine.Registry().Set(policy, "WUStatusServer", machine.SZ("http://wsus"))
	_ = pc.Machine.Registry().Set(policy+`\AU`, "UseWUServer", machine.DWORD(1))

	hold := clk.Hold("program")
	defer hold.Release()
	updates, _ := pc.Updates()
	found, err := updates.CreateSession().CreateUpdateSearcher().Search(context.Background(), hold, "IsInstalled=0 and Type='Software'")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found.ResultCode, found.Updates[0].Title())
	// Output: Succeeded An update
}
