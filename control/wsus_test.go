package control_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

const wsusText = `version: 1
id: wsus
title: An update server that is driven
level: observe
refs: [none]
client: {profile: xp-sp2}
servers:
  wsus: {wsus: {updates: {tools: {installed: false}, other: {installed: false}}, approvals: [tools]}}
  origin: {}
steps:
  - detect: true
    expect: {updates: {offered: [tools]}, log: /START/, wsus: {on: wsus, computers: 1, computer: {registered: true}, events: [147]}}
`

var _ = Describe("an update server that is served", func() {
	ctx := context.Background()
	hold := clock.Wall{}.Hold("test")

	outside := func(l *lab) *wua.Agent {
		n, _ := l.served.Node("wsus")
		pc, err := agent.New("xp-sp2", agent.WithHost("wsus", 80, n.Addr))
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(pc.Close)
		const key = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
		for _, name := range []string{"WUServer", "WUStatusServer"} {
			Expect(pc.Machine.Registry().Set(key, name, machine.SZ("http://wsus"))).To(Succeed())
		}
		Expect(pc.Machine.Registry().Set(key+`\AU`, "UseWUServer", machine.DWORD(1))).To(Succeed())
		updates, err := pc.Updates()
		Expect(err).NotTo(HaveOccurred())
		return updates
	}

	It("tells which computers came and what they reported, and takes approvals and faults", func() {
		served, err := serveText(wsusText, func(c *scenarios.ServeConfig) { c.Expect = true })
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(served.Close)
		l := startFor(served, nil)
		known, err := l.UpdateServer(ctx, "wsus")
		Expect(err).NotTo(HaveOccurred())
		Expect(known.Computers).To(BeEmpty())

		updates := outside(l)
		scan, err := updates.Detect(ctx, hold)
		Expect(err).NotTo(HaveOccurred())
		Expect(scan.Offered()).To(HaveLen(1))
		judgement, err := served.Judge()
		Expect(err).NotTo(HaveOccurred())
		Expect(judgement.Result.Verdict).To(Equal(scenarios.Fail), "the event has not come")
		Expect(updates.Report(ctx, hold)).To(Succeed())

		known, err = l.UpdateServer(ctx, "wsus")
		Expect(err).NotTo(HaveOccurred())
		Expect(known.Computers).To(HaveLen(1))
		Expect(known.Computers[0].ClientID).To(Equal(updates.ClientID()))
		Expect(known.Computers[0].Registered).To(BeTrue())
		Expect(known.Events).To(HaveLen(2))
		Expect(known.Events[0].ID).To(Equal(147))
		Expect(known.Events[0].Result).To(HavePrefix("S_OK"))
		judgement, err = served.Judge()
		Expect(err).NotTo(HaveOccurred())
		Expect(judgement.Result.Verdict).To(Equal(scenarios.Pass), "%+v", judgement.Result.Steps)
		Expect(judgement.Judged).To(Equal(1))
		Expect(judgement.Unjudged).To(HaveLen(3), "updates, log and computer are about the simulated PC")

		_, err = l.Change(ctx, client.Change{"wsus": {"wsus": map[string]any{
			"approvals": []any{"other", map[string]string{"update": "tools", "action": "NotApproved"}},
			"faults":    []any{map[string]any{"operation": "SyncUpdates", "code": "CookieExpired", "nth": 1}}}}})
		Expect(err).NotTo(HaveOccurred())
		scan, err = updates.Detect(ctx, hold)
		Expect(err).NotTo(HaveOccurred())
		Expect(scan.Offered()).To(HaveLen(1))
		Expect(scan.Offered()[0].Identity.UpdateID).To(Equal(plan.UpdateID("other")))
		Expect(updates.Log().String()).To(ContainSubstring("SyncUpdates failure"))

		Expect(l.Reset(ctx, true)).To(Succeed())
		known, err = l.UpdateServer(ctx, "wsus")
		Expect(err).NotTo(HaveOccurred())
		Expect(known.Computers).To(BeEmpty())
		_, err = l.UpdateServer(ctx, "origin")
		Expect(refused(err).Code).To(Equal("no-update-server"))
		_, err = l.UpdateServer(ctx, "nobody")
		Expect(refused(err).Code).To(Equal("no-node"))
	})
})
