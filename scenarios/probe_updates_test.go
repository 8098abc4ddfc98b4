package scenarios_test

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/wusp"
)

// updateServer is an update server with two updates that every PC needs.
func updateServer(change func(*wsus.Config)) (*wsus.Server, *fakeserver.Server) {
	cfg := wsus.Config{}
	for i, size := range []int64{90_000, 40_000} {
		id := wusp.UpdateIdentity{UpdateID: wusp.GUID(fmt.Sprintf("00000000-0000-0000-0000-%012d", i)), RevisionNumber: 1}
		cfg.Updates = append(cfg.Updates, wsus.Update{
			Metadata: &metadata.Update{Core: metadata.Core{Identity: id, Type: metadata.Software, ExplicitlyDeployable: true, IsInstalled: &metadata.Rule{Name: "False"}},
				Extended:  metadata.Extended{Files: []metadata.File{{Name: "u.exe"}}},
				Localized: []metadata.Localized{{Language: "en", Title: fmt.Sprintf("Update of %d bytes", size)}}},
			Content: map[string]wsus.File{"u.exe": {File: fakeserver.File{Size: size, Seed: int64(i)}}}})
		cfg.Approvals = append(cfg.Approvals, wsus.Approval{UpdateID: id.UpdateID, Action: wusp.ActionInstall})
	}
	if change != nil {
		change(&cfg)
	}
	server, err := wsus.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	origin, err := fakeserver.New(fakeserver.Config{Name: "wsus", Routes: server.Routes(), Files: server.Files()})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(origin.Close)
	return server, origin
}

// gate is a proxy that lets in the computer PC01 of LAB, and leads everywhere to the origin.
func gate(origin *fakeserver.Server) *fakeproxy.Server {
	proxy, err := fakeproxy.New(fakeproxy.Config{Name: "corp", Auth: &fakeproxy.Auth{Schemes: []httpauth.Scheme{httpauth.NTLM}, NetBIOSDomain: "LAB",
		Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "PC01$", Password: "pw"})},
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, origin.Addr())
		}})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(proxy.Close)
	return proxy
}

func probeUpdates(cfg scenarios.UpdateProbe) ([]*scenarios.Result, string) {
	if cfg.Profile == "" {
		cfg.Profile = "windows-10"
	}
	cfg.Timeout = 30 * time.Second
	results, err := scenarios.ProbeUpdates(context.Background(), cfg)
	Expect(err).NotTo(HaveOccurred())
	builder := report.NewBuilder(report.Options{Keep: true})
	var cells []*report.Cell
	for _, r := range results {
		cells = append(cells, builder.Add(r))
	}
	text := report.UpdateProbeText(cells, report.Style{})
	return results, regexp.MustCompile(`\n {8,}`).ReplaceAllString(text, " ") // unwrapped
}

var _ = Describe("a probe of an update server", func() {
	It("does the agent's round, and tells what came of it", func() {
		server, origin := updateServer(nil)
		results, text := probeUpdates(scenarios.UpdateProbe{Server: "http://" + origin.Addr(), Downloads: 1, Group: "none", Computer: "LAB-PROBE"})
		Expect(results[0].Verdict).To(Equal(scenarios.Pass), text)
		Expect(text).To(ContainSubstring("2 updates known after 1 call of SyncUpdates, 2 to be installed or removed; Update of 90000 bytes; Update of 40000 bytes"))
		Expect(text).To(ContainSubstring("Update of 40000 bytes, 40000 bytes, digests right"), "the smaller one")
		Expect(text).To(ContainSubstring("3 events taken"))
		Expect(text).To(ContainSubstring("POST /ClientWebService/client.asmx"))
		Expect(server.Events()).To(HaveLen(3))
		for _, c := range server.Computers() {
			Expect(c.DNSName).To(Equal("lab-probe"))
		}
	})
	It("goes through a proxy with the computer's account, which BITS keeps to itself unless the registry says otherwise", func() {
		server, origin := updateServer(nil)
		useLMCompat, err := plan.ParseRegistryValue("UseLMCompat=0")
		Expect(err).NotTo(HaveOccurred())
		cfg := scenarios.UpdateProbe{Server: "http://wsus", Proxy: gate(origin).Addr(), Downloads: 2, Computer: "PC01", Domain: "LAB", Password: "pw", Silent: true,
			Registry: plan.Registry{useLMCompat}}
		results, text := probeUpdates(cfg)
		Expect(results[0].Verdict).To(Equal(scenarios.Pass), text)
		Expect(server.Events()).To(BeEmpty())
		cfg.Registry = nil
		results, text = probeUpdates(cfg)
		Expect(results[0].Verdict).To(Equal(scenarios.Fail), text)
		Expect(results[0].Steps).To(HaveLen(2), "the scan succeeded")
		Expect(text).To(ContainSubstring("BG_E_HTTP_ERROR_407"))
	})
	It("tells the agent's code, the line of its log and the exchange of what failed", func() {
		_, origin := updateServer(func(c *wsus.Config) { c.OmitProperties = true })
		results, text := probeUpdates(scenarios.UpdateProbe{Server: "http://" + origin.Addr()})
		Expect(results[0].Verdict).To(Equal(scenarios.Fail))
		Expect(text).To(ContainSubstring("WU_E_PT_CONFIG_PROP_MISSING"))
		Expect(text).To(ContainSubstring("0x8024402A"))
		Expect(text).To(ContainSubstring("SyncUpdates_WithRecovery failed"))
		Expect(results[0].Steps).To(HaveLen(2), "the failure is reported, as far as that goes")
		Expect(results[0].Steps[0].Failures[0].Exchanges).To(HaveLen(1))
	})
	It("takes the server's word that there is a self-update directory, whoever signed it", func() {
		_, origin := updateServer(func(c *wsus.Config) { c.SelfUpdate.Signature = wsus.Unsigned })
		results, text := probeUpdates(scenarios.UpdateProbe{Server: "http://" + origin.Addr(), Profile: "xp-sp3"})
		Expect(results[0].Verdict).To(Equal(scenarios.Pass), text)
		Expect(text).To(ContainSubstring("GET /selfupdate/wuident.cab"))
		_, origin = updateServer(func(c *wsus.Config) { c.SelfUpdate.Missing = true })
		_, text = probeUpdates(scenarios.UpdateProbe{Server: "http://" + origin.Addr(), Profile: "xp-sp3"})
		Expect(text).To(ContainSubstring("WU_E_PT_HTTP_STATUS_NOT_FOUND"))
	})
	It("does not wait until BITS tries again", func() {
		_, origin := updateServer(func(c *wsus.Config) { c.ContentURL = "http://127.0.0.1:1" })
		results, text := probeUpdates(scenarios.UpdateProbe{Server: "http://" + origin.Addr(), Downloads: 1})
		Expect(results[0].Verdict).To(Equal(scenarios.Fail))
		Expect(text).To(ContainSubstring("the job is in TRANSIENT_ERROR"))
		Expect(text).To(ContainSubstring("ERROR_WINHTTP_CANNOT_CONNECT"))
		Expect(results[0].Wall).To(BeNumerically("<", 20*time.Second))
	})
	It("lets many PCs through, and counts what failed", func() {
		server, origin := updateServer(func(c *wsus.Config) {
			c.Faults = []wsus.Fault{{Operation: "SyncUpdates", Nth: 3, ErrorCode: wusp.ServerBusy}}
		})
		results, text := probeUpdates(scenarios.UpdateProbe{Server: "http://" + origin.Addr(), PCs: 8, Downloads: 1})
		Expect(results).To(HaveLen(8))
		Expect(server.Computers()).To(HaveLen(8))
		Expect(text).To(ContainSubstring("7 of 8 PCs got through"))
		Expect(text).To(MatchRegexp(`scan +7 .*download +7 .*report +8 `))
		Expect(text).To(MatchRegexp(`failed +1 × scan: `))
		for i, r := range results {
			Expect(r.Record != nil).To(Equal(i == 0 || r.Verdict != scenarios.Pass))
		}
	})
})
