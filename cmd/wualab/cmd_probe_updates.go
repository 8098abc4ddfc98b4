package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/transcript"
)

const probeUpdatesHelp = `Let the Windows Update agent of a simulated PC do its round at a real update
server (WSUS), in real time, through a real proxy if there is one: check for a
newer agent, authorize, register, scan, download, check digests, report. Nothing
is installed, neither updates nor a newer agent. What fails is told with the
agent's 0x8024 code, the line of WindowsUpdate.log and the exchange that caused
it.

The server gets to know the PC: it is registered under the name of --computer,
and unless --no-report is given its events stay in the server's reports. Use a
name and a --group that can be told from those of real PCs, and remove the PC
from the server afterwards.

The agent runs as LocalSystem, so at a proxy that demands a login it shows the
computer account: --account 'LAB\PC01$', whose password is in a file or in a
variable of the environment. BITS, which downloads, has rules of its own: to
most proxies it sends the account only with --registry UseLMCompat=0; "wualab
explain" tells more.

--pcs lets many PCs go through at the same time, and prints how long they took.

Exit codes: 0 the round was done, 4 it failed, 1 wrong usage, 2 a bad registry
file, 3 it could not be done, 130 interrupted.`

// probeUpdatesFlags are the flags of "wualab probe updates".
type probeUpdatesFlags struct {
	probeFlags
	computer, group string
	pcs, downloads  int
	noReport        bool
}

func (a *app) probeUpdatesCommand() *cobra.Command {
	var f probeUpdatesFlags
	cmd := &cobra.Command{
		Use:   "updates URL",
		Short: "Scan a real update server (WSUS) as a simulated PC, download and report",
		Long:  probeUpdatesHelp,
		Example: examples("wualab probe updates http://wsus.example.com:8530 --profile windows-10",
			`wualab probe updates http://wsus:8530 --proxy corp:8080 --account 'LAB\PC01$' --password-file pw --pcs 100`),
		Args:              argCount(1, 1, "the URL of the server"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.probeUpdates(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.profile, "profile", "windows-10", "`profile` of the PC; \"wualab list profiles\" shows them")
	flags.StringVar(&f.proxy, "proxy", "", "the proxy that proxycfg or netsh winhttp sets, `HOST:PORT`")
	flags.StringVar(&f.account, "account", "", "the computer's account, `DOMAIN\\NAME$`")
	flags.StringVar(&f.computer, "computer", "", "`name` of the PC; absent: that of --account, or WUALAB-PC, with a number if there are several")
	flags.StringVar(&f.group, "group", "", "TargetGroup, the computer `group` that the PC says it is in")
	flags.IntVar(&f.pcs, "pcs", 1, "`number` of PCs that ask at the same time, at most 5000")
	flags.IntVar(&f.downloads, "downloads", 1, "`number` of the offered updates to download, the smallest first")
	flags.BoolVar(&f.noReport, "no-report", false, "send no events")
	f.addShared(cmd)
	return cmd
}

func (a *app) probeUpdates(ctx context.Context, target string, f probeUpdatesFlags) error {
	cfg, err := f.config(target)
	if err != nil {
		return err
	}
	return a.probed(ctx, f.probeFlags, func(ended func(*transcript.Exchange)) ([]*scenarios.Result, error) {
		cfg.Ended = ended
		return scenarios.ProbeUpdates(ctx, cfg)
	}, report.UpdateProbeText)
}

// mostPCs is how many PCs one computer has ports and memory for.
const mostPCs = 5000

func (f *probeUpdatesFlags) config(target string) (cfg scenarios.UpdateProbe, err error) {
	cfg = scenarios.UpdateProbe{Server: strings.TrimRight(target, "/"), Profile: f.profile, PCs: f.pcs, Group: f.group, Proxy: f.proxy, Bypass: f.bypass,
		Computer: f.computer, RegFiles: f.reg, Downloads: f.downloads, Silent: f.noReport, Timeout: f.timeout, Seed: f.seed}
	if err = f.checkShared(target, "http://wsus:8530"); err != nil {
		return cfg, err
	}
	switch {
	case f.pcs < 1 || f.pcs > mostPCs:
		return cfg, usage(fmt.Sprintf("--pcs %d", f.pcs), fmt.Sprintf("want a number from 1 to %d", mostPCs))
	case f.downloads < 0:
		return cfg, usage(fmt.Sprintf("--downloads %d", f.downloads), "0 downloads nothing")
	}
	if err = f.computerAccount(&cfg); err != nil {
		return cfg, err
	}
	if cfg.Registry, err = f.registryValues(); err != nil {
		return cfg, err
	}
	cfg.Roots, err = f.roots()
	return cfg, err
}

// computerAccount makes the PC the one whose account is given.
func (f *probeUpdatesFlags) computerAccount(cfg *scenarios.UpdateProbe) error {
	account, err := f.user()
	if err != nil || account == nil {
		return err
	}
	name, ok := strings.CutSuffix(account.User, "$")
	switch {
	case !ok || account.Domain == "" || name == "":
		return usage("--account "+f.account, `the agent runs as LocalSystem, which logs in as the computer: give that account, 'LAB\PC01$'`)
	case f.computer != "" && !strings.EqualFold(f.computer, name):
		return usage("--computer beside --account", "the account tells the computer's name")
	}
	cfg.Computer, cfg.Domain, cfg.Password = name, account.Domain, machine.Secret(account.Password)
	return nil
}
