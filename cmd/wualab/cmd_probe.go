package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

const probeHelp = `Let a simulated PC download a URL with BITS from a real server, in real time,
through a real proxy if there is one, and tell what became of the job, what
crossed the wire and why credentials were sent or not.

The PC is that of --profile. --account makes a user log on to it, whose
credentials BITS may send without being asked; his password is in a file or in
a variable of the environment, never on the command line. --reg and --registry
set registry values, --set-credentials proxy:ntlm does what a program does that
calls SetCredentials: with NULL name and password for ntlm and negotiate, with
those of --account for the others, or as =implicit and =explicit say.

The probe ends when the job is TRANSFERRED or in ERROR, and by default at the
first TRANSIENT_ERROR, after which BITS would wait and try again; --until ERROR
lets it try until --timeout.

Exit codes: 0 TRANSFERRED, 4 not transferred, 1 wrong usage, 2 a bad registry
file, 3 it could not be done, 130 interrupted.`

// probeFlags are the flags of "wualab probe".
type probeFlags struct {
	profile, proxy, account, passwordFile, passwordEnv string
	priority, until, output, ca, view, har             string
	bypass, reg, registry, credentials, reports        []string
	seed                                               int64
	retryDelay, noProgress, timeout                    time.Duration
	showSecrets, verbose                               bool
}

func (a *app) probeCommand() *cobra.Command {
	var f probeFlags
	cmd := &cobra.Command{
		Use:   "probe URL",
		Short: "Download from a real server as a simulated PC, and tell why it works or not",
		Long:  probeHelp,
		Example: examples("wualab probe http://dl.example.com/update.cab --profile xp-sp2 -o update.cab",
			`wualab probe http://dl.example.com/update.cab --set-credentials server:ntlm --registry UseLMCompat=0 -v`),
		Args:              argCount(1, 1, "a URL"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.probe(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.profile, "profile", "xp-sp2", "`profile` of the PC; \"wualab list profiles\" shows them")
	flags.StringVar(&f.proxy, "proxy", "", "Internet Explorer's proxy setting, `HOST:PORT`")
	flags.StringVar(&f.account, "account", "", "who is logged on and owns the job, `DOMAIN\\USER`")
	flags.StringArrayVar(&f.credentials, "set-credentials", nil, "SetCredentials, `TARGET:SCHEME`[=implicit|explicit], such as proxy:ntlm; may be repeated")
	flags.StringVar(&f.priority, "priority", "NORMAL", "BG_JOB_`PRIORITY`: FOREGROUND, HIGH, NORMAL or LOW")
	flags.StringVar(&f.until, "until", "TRANSIENT_ERROR", "`state` that ends the probe: ERROR or TRANSIENT_ERROR")
	flags.DurationVar(&f.retryDelay, "retry-delay", 0, "SetMinimumRetryDelay, a `time` of at least 5s; absent: that of BITS, 10 minutes")
	flags.DurationVar(&f.noProgress, "no-progress-timeout", 0, "SetNoProgressTimeout, a `time`; absent: that of BITS, 14 days")
	flags.StringVarP(&f.output, "output", "o", "", "`file` to keep what was downloaded in; absent: it is dropped")
	f.addShared(cmd)
	complete(cmd, "priority", "FOREGROUND", "HIGH", "NORMAL", "LOW")
	complete(cmd, "until", "ERROR", "TRANSIENT_ERROR")
	cmd.AddCommand(a.probeUpdatesCommand())
	return cmd
}

// addShared adds the flags that all probes have, but for those whose help differs.
func (f *probeFlags) addShared(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.bypass, "bypass", nil, "`host` that is asked without the proxy, such as *.example.com or <local>; may be repeated")
	flags.StringVar(&f.passwordFile, "password-file", "", "`file` with the account's password in its first line")
	flags.StringVar(&f.passwordEnv, "password-env", "", "`variable` of the environment that is the account's password")
	flags.StringArrayVar(&f.reg, "reg", nil, "registry export of a real PC, a .reg `file`; may be repeated")
	flags.StringArrayVar(&f.registry, "registry", nil, "registry value, `NAME=VALUE` or HKLM\\KEY\\NAME=VALUE; may be repeated")
	flags.DurationVar(&f.timeout, "timeout", 5*time.Minute, "`time` after which the probe is given up")
	flags.StringVar(&f.ca, "ca", "", "certificates of authorities to trust for https, a PEM `file`; absent: those of this computer")
	addReportFlags(cmd, &f.reports, &f.har)
	flags.BoolVar(&f.showSecrets, "show-secrets", false, "leave passwords and responses in reports and transcripts")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "print every exchange when it has ended")
	flags.StringVar(&f.view, "view", "", "print the transcript, too: wire, ntlm or events")
	flags.Int64Var(&f.seed, "seed", defaultSeed, "`number` that seeds what the PC leaves to chance")
	complete(cmd, "view", "wire", "ntlm", "events")
	complete(cmd, "profile", profileNames()...)
}

// profileNames are the ids of profiles for completion.
func profileNames() (names []string) {
	for _, p := range machine.Profiles() {
		names = append(names, cobra.CompletionWithDesc(p.ID, p.Title))
	}
	return names
}

func (a *app) probe(ctx context.Context, target string, f probeFlags) error {
	cfg, err := f.config(target)
	if err != nil {
		return err
	}
	return a.probed(ctx, f, func(ended func(*transcript.Exchange)) ([]*scenarios.Result, error) {
		cfg.Ended = ended
		result, err := scenarios.Probe(ctx, cfg)
		return []*scenarios.Result{result}, err
	}, func(cells []*report.Cell, style report.Style, more ...string) string {
		return report.ProbeText(cells[0], style, more...)
	})
}

// probed runs a probe, and tells what came of it in text and in the reports that flags ask
// for. ended, which run hands on, is told of each exchange; nil where nobody wants to see them.
func (a *app) probed(ctx context.Context, f probeFlags, run func(ended func(*transcript.Exchange)) ([]*scenarios.Result, error),
	text func(cells []*report.Cell, style report.Style, more ...string) string) error {
	reports, err := openReports(withHAR(f.reports, f.har))
	if err != nil {
		return err
	}
	out := a.out
	if toStdout(reports) {
		out = a.err
	}
	var ended func(*transcript.Exchange)
	if f.verbose {
		ended = func(x *transcript.Exchange) { _, _ = io.WriteString(out, report.LiveText(x, a.style(out))) }
	}
	began := time.Now()
	results, err := run(ended)
	if err != nil {
		return loadError(err)
	}
	builder := report.NewBuilder(report.Options{Tool: tool(), Seed: f.seed, ShowSecrets: f.showSecrets, Keep: true})
	var cells []*report.Cell
	for _, r := range results {
		cells = append(cells, builder.Add(r))
	}
	doc := builder.Finish(time.Since(began), "")
	_, err = io.WriteString(out, text(cells, a.style(out), probeMore(f, reports)...))
	if f.view != "" {
		err = errors.Join(err, report.WriteView(out, cells[0], report.View(f.view), a.style(out)))
	}
	for _, o := range reports {
		err = errors.Join(err, o.close(a.out, doc))
	}
	if err != nil {
		return couldNotRun(err, "")
	}
	return verdict(ctx, doc)
}

// probeMore are commands that show more.
func probeMore(f probeFlags, reports []*output) []string {
	switch saved := jsonFile(reports); {
	case saved != "":
		return []string{fmt.Sprintf("wualab show %s --view wire", quote(saved))}
	case f.view == "":
		return []string{"--view wire, ntlm or events prints the transcript"}
	}
	return nil
}

func (f *probeFlags) config(target string) (cfg scenarios.ProbeConfig, err error) {
	cfg = scenarios.ProbeConfig{URL: target, Profile: f.profile, Proxy: f.proxy, Bypass: f.bypass, Seed: f.seed, RegFiles: f.reg,
		RetryDelay: f.retryDelay, NoProgressTimeout: f.noProgress, Timeout: f.timeout, Output: f.output}
	if err = f.check(target); err != nil {
		return cfg, err
	}
	cfg.Priority, cfg.Until = plan.Priority(strings.ToUpper(f.priority)), plan.State(strings.ToUpper(f.until))
	if cfg.Account, err = f.user(); err != nil {
		return cfg, err
	}
	if cfg.Registry, err = f.registryValues(); err != nil {
		return cfg, err
	}
	for _, text := range f.credentials {
		c, err := parseCredential(text, cfg.Account)
		if err != nil {
			return cfg, err
		}
		cfg.Credentials = append(cfg.Credentials, c)
	}
	cfg.Roots, err = f.roots()
	return cfg, err
}

func (f *probeFlags) registryValues() (values plan.Registry, err error) {
	for _, text := range f.registry {
		v, err := plan.ParseRegistryValue(text)
		if err != nil {
			return nil, usage("--registry: "+err.Error(), "such as UseLMCompat=0; absent as value deletes")
		}
		values = append(values, v)
	}
	return values, nil
}

// check refuses flags that make no sense.
func (f *probeFlags) check(target string) error {
	switch {
	case !slices.Contains([]string{"FOREGROUND", "HIGH", "NORMAL", "LOW"}, strings.ToUpper(f.priority)):
		return usage(fmt.Sprintf("--priority %s", f.priority), "want FOREGROUND, HIGH, NORMAL or LOW")
	case !slices.Contains([]string{"ERROR", "TRANSIENT_ERROR"}, strings.ToUpper(f.until)):
		return usage(fmt.Sprintf("--until %s", f.until), "want ERROR or TRANSIENT_ERROR")
	case f.retryDelay < 0 || f.noProgress < 0:
		return usage("a time of --retry-delay or --no-progress-timeout is not positive", "such as 30s")
	}
	return f.checkShared(target, "http://server/path/file.cab")
}

// checkShared refuses what no probe takes; example is a URL.
func (f *probeFlags) checkShared(target, example string) error {
	u, err := url.Parse(target)
	switch {
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		return usage(fmt.Sprintf("%q is no URL of http or https", target), "such as "+example)
	case f.timeout <= 0:
		return usage("the time of --timeout is not positive", "such as 30s")
	case f.view != "" && !slices.Contains([]string{"wire", "ntlm", "events"}, f.view):
		return usage(fmt.Sprintf("--view %s", f.view), "want wire, ntlm or events")
	case len(f.bypass) > 0 && f.proxy == "":
		return usage("--bypass without --proxy", "without a proxy all hosts are asked directly")
	}
	if _, err := machine.ProfileByID(f.profile); err != nil {
		return usage(err.Error(), `"wualab list profiles" shows the profiles`)
	}
	if f.proxy != "" && !isHostPort(f.proxy) {
		return usage(fmt.Sprintf("--proxy %s", f.proxy), "want HOST:PORT, without http://")
	}
	return nil
}

// isHostPort tells HOST:PORT from what net.SplitHostPort takes besides, such as a URL.
func isHostPort(text string) bool {
	host, port, err := net.SplitHostPort(text)
	return err == nil && host != "" && port != "" && strings.Trim(port, "0123456789") == ""
}

// user is the account with its password.
func (f *probeFlags) user() (*plan.Account, error) {
	given := f.passwordFile != "" || f.passwordEnv != ""
	switch {
	case f.account == "" && given:
		return nil, usage("a password without --account", `add --account 'DOMAIN\user'`)
	case f.account == "":
		return nil, nil
	case !given:
		return nil, usage("--account without a password", "add --password-file FILE or --password-env VARIABLE")
	case f.passwordFile != "" && f.passwordEnv != "":
		return nil, usage("--password-file and --password-env", "give one of them")
	}
	a := &plan.Account{User: f.account}
	if domain, user, ok := strings.Cut(f.account, `\`); ok {
		a.Domain, a.User = domain, user
	}
	if f.passwordEnv != "" {
		password, set := os.LookupEnv(f.passwordEnv)
		if !set {
			return nil, usage(fmt.Sprintf("--password-env %s: it is not set", f.passwordEnv), "export it first")
		}
		a.Password = password
		return a, nil
	}
	text, err := os.ReadFile(f.passwordFile)
	if err != nil {
		return nil, couldNotRun(fmt.Errorf("--password-file: %w", err), "")
	}
	line, _, _ := strings.Cut(string(text), "\n")
	a.Password = strings.TrimSuffix(line, "\r")
	return a, nil
}

// parseCredential reads a value of --set-credentials.
func parseCredential(text string, account *plan.Account) (c plan.Credential, err error) {
	const form = "want TARGET:SCHEME, such as proxy:ntlm, server:basic or proxy:ntlm=explicit"
	pair, kind, _ := strings.Cut(text, "=")
	target, scheme, ok := strings.Cut(pair, ":")
	if !ok || !slices.Contains([]string{"server", "proxy"}, target) ||
		!slices.Contains([]string{"basic", "digest", "ntlm", "negotiate", "passport"}, scheme) ||
		!slices.Contains([]string{"", "implicit", "explicit"}, kind) {
		return c, usage("--set-credentials "+text, form)
	}
	c.Target = plan.Opt[plan.Target]{Set: true, Value: plan.Target(target)}
	c.Scheme = plan.Opt[plan.Scheme]{Set: true, Value: plan.Scheme(scheme)}
	if kind == "implicit" || kind == "" && (scheme == "ntlm" || scheme == "negotiate") {
		c.Account.Implicit = true
		return c, nil
	}
	if account == nil {
		return c, usage(fmt.Sprintf("--set-credentials %s needs a name and a password", text), "add --account and --password-file")
	}
	c.Account.Account = account
	return c, nil
}

// roots are the certificates of --ca.
func (f *probeFlags) roots() (*x509.CertPool, error) {
	if f.ca == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.ca)
	if err != nil {
		return nil, couldNotRun(fmt.Errorf("--ca: %w", err), "")
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, usage(fmt.Sprintf("--ca %s has no certificate in PEM", f.ca), `"wualab serve --export-ca" writes such a file`)
	}
	return pool, nil
}
