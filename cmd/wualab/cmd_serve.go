package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/control"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/quantity"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

const serveHelp = `Start the servers and proxies of a scenario for clients from outside, in real
time: curl, an updater, a real Windows PC. The argument is a scenario file, a
preset ("wualab list presets") or an id of the embedded library. What to
configure on the client is printed; Ctrl-C ends it.

Everything listens on 127.0.0.1 at free ports. --listen corp=8080 chooses the
port, --listen corp=0.0.0.0:8080 lets other computers in.

--exec runs a client by the shell, with WUALAB_<NAME>_URL and
WUALAB_<NAME>_ADDR of each server and proxy in its environment, and
WUALAB_CA_FILE when there is TLS; WUALAB_USER, WUALAB_PASSWORD and
WUALAB_DOMAIN are the account of the scenario's PC. http_proxy and https_proxy
are set when that PC has a proxy, and unset otherwise. --env-file writes the
same variables to a file once all listen.

--control serves an API over HTTP by which tests in any language change what
the fakes do, reset them, wait for what is expected, read what was received and
put their clock forward: docs/control.md. Its address goes to
WUALAB_CONTROL_URL.

--expect judges what was received by what the file expects of the wire at its
servers and proxies; what it expects of the simulated PC is left out, and said.

Exit codes: 0 ended by a signal, by --for, or by a client that succeeded; 4 an
expectation failed; 3 also when a script failed; 1 and 2 as ever; 130 a signal while the client of --exec
ran; else the exit code of the client of --exec, when that is not 0.`

// serveFlags are the flags of "wualab serve".
type serveFlags struct {
	listen, reports                      []string
	cell, step, exec                     string
	exportCA, envFile, record            string
	control, controlToken, caStore       string
	maxBody, har                         string
	seed                                 int64
	maxConns, keep                       int
	duration, idle, stall                time.Duration
	expect, verbose, outside, unredacted bool
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve FILE|PRESET|ID",
		Short: "Start fake servers and proxies for a client from outside",
		Long:  serveHelp,
		Example: examples("wualab serve ntlm-proxy",
			"wualab serve origin --exec 'echo $WUALAB_ORIGIN_URL'",
			"wualab serve first.yaml --cell level=0 --step refused --listen corp=8080 -v"),
		Args:              serveArgs,
		ValidArgsFunction: completeServed,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.serve(cmd.Context(), args[0], f) },
	}
	limits := scenarios.ServeLimits()
	flags := cmd.Flags()
	flags.StringArrayVar(&f.listen, "listen", nil, "`NAME=ADDRESS` to listen at: a port, or address:port; may be repeated")
	flags.StringVar(&f.cell, "cell", "", "the `cell` of a file with a matrix: its id, or axis=value,...")
	flags.StringVar(&f.exec, "exec", "", "run this `command` by the shell as client, and end with it")
	flags.BoolVar(&f.expect, "expect", false, "judge what was received by what the file expects of the wire")
	flags.StringVar(&f.step, "step", "", "the `step` that --expect judges; the changes up to it are made to the fakes")
	flags.DurationVar(&f.duration, "for", 0, "end after this `time`, such as 30s")
	flags.StringVar(&f.exportCA, "export-ca", "", "write the certificate of the certification authority to this `file`, in PEM")
	flags.StringVar(&f.caStore, "ca-store", "", "keep the certification authority in this `folder`, so that clients have to trust it once")
	flags.StringVar(&f.control, "control", "", "serve the control API, at a free port of loopback or at this `address`: --control=8079")
	flags.Lookup("control").NoOptDefVal = "127.0.0.1:0"
	flags.StringVar(&f.controlToken, "control-token", "", "`token` that requests to the control API must show; off loopback one is made if none is given")
	flags.StringVar(&f.envFile, "env-file", "", "write the variables of --exec to this `file` once all listen, for a shell to read")
	flags.StringVar(&f.record, "record", "", "write the transcript to this `file` at the end, for \"wualab show\"")
	addReportFlags(cmd, &f.reports, &f.har)
	flags.BoolVar(&f.unredacted, "show-secrets", false, "leave passwords and responses in the files of --record and --report, and in the control API's transcript")
	flags.IntVar(&f.keep, "keep", scenarios.MostServed, "`number` of exchanges that the transcript keeps, the latest; 0 keeps none, which is fastest")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "print every exchange when it has ended")
	flags.Int64Var(&f.seed, "seed", defaultSeed, "`number` that seeds all that happens by chance")
	flags.BoolVar(&f.outside, "allow-outside", false, "let proxies reach hosts that the scenario does not have")
	flags.IntVar(&f.maxConns, "max-conns", limits.Conns, "connections that a server or proxy serves at a `number` of; further ones get 503")
	flags.StringVar(&f.maxBody, "max-body", "1GiB", "`size` of the largest request body")
	flags.DurationVar(&f.idle, "idle-timeout", limits.Idle, "`time` that a connection or tunnel may be silent")
	flags.DurationVar(&f.stall, "stall-timeout", limits.Stall, "`time` in which a client must take or send more")
	return cmd
}

// limits are the bounds that flags give.
func (f *serveFlags) limits() (fakehttp.Limits, error) {
	body, err := quantity.ParseSize(f.maxBody)
	switch {
	case err != nil:
		return fakehttp.Limits{}, usage(fmt.Sprintf("--max-body %s: %v", f.maxBody, err), "such as 16MB")
	case f.maxConns < 1:
		return fakehttp.Limits{}, usage(fmt.Sprintf("--max-conns %d", f.maxConns), "want 1 or more")
	case f.keep < 0:
		return fakehttp.Limits{}, usage(fmt.Sprintf("--keep %d", f.keep), "want 0 for no transcript, or more")
	case f.keep == 0 && (f.expect || f.verbose || len(f.allReports()) > 0):
		return fakehttp.Limits{}, usage("--keep 0 keeps no transcript, which --expect, --record, --report and --verbose need", "want 1 or more")
	case f.idle <= 0 || f.stall <= 0 || f.duration < 0:
		return fakehttp.Limits{}, usage("a time of --idle-timeout, --stall-timeout or --for is not positive", "such as 30s")
	}
	return fakehttp.Limits{Conns: f.maxConns, Body: body, Idle: f.idle, Stall: f.stall}, nil
}

// config makes what scenarios.Serve wants.
func (f *serveFlags) config(arg string) (cfg scenarios.ServeConfig, err error) {
	if cfg.File, err = servedFile(arg); err != nil {
		return cfg, err
	}
	pick := scenarios.PickServed
	if f.expect || f.step != "" { // what happens then depends on the client, too
		pick = (*plan.File).Pick
	}
	if cfg.Cell, err = pick(cfg.File, f.cell); err != nil {
		return cfg, usage(err.Error(), fmt.Sprintf("--cell takes an id or axis=value,...; %q lists the ids", "wualab list cells "+quote(arg)))
	}
	if cfg.Listen, err = parseListen(f.listen, cfg.Cell.Scenario); err != nil {
		return cfg, err
	}
	cfg.Limits, err = f.limits()
	cfg.Seed, cfg.Step, cfg.Expect, cfg.Outside, cfg.Most = f.seed, f.step, f.expect, f.outside, f.keep
	cfg.Unrecorded = f.keep == 0
	cfg.CAStore = f.caStore
	return cfg, err
}

// serving is one run of the command.
type serving struct {
	*app
	flags   serveFlags
	cfg     scenarios.ServeConfig
	served  *scenarios.Served
	out     io.Writer // for what people read
	caFile  string
	control *control.Server // nil without --control
	mu      sync.Mutex      // guards out while clients come
	began   time.Time
}

func (a *app) serve(ctx context.Context, arg string, f serveFlags) (err error) {
	cfg, err := f.config(arg)
	if err != nil {
		return err
	}
	reports, err := openReports(f.allReports())
	if err != nil {
		return err
	}
	s := &serving{app: a, flags: f, cfg: cfg, out: a.out, began: time.Now()}
	if f.exec != "" || toStdout(reports) {
		s.out = a.err
	}
	if f.verbose {
		s.cfg.Ended = s.live
	}
	s.cfg.Fault = s.fault
	if s.served, err = scenarios.Serve(s.cfg); err != nil {
		return serveError(err)
	}
	defer func() { err = errors.Join(err, s.served.Close()) }()
	if ctx, err = s.startControl(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.closeControl()) }()
	remove, err := s.files()
	defer remove()
	if err != nil {
		return couldNotRun(err, "")
	}
	s.banner()
	end := s.wait(ctx)
	if err := errors.Join(s.closeControl(), s.served.Close()); err != nil {
		return couldNotRun(err, "")
	}
	return s.finish(end, reports)
}

// allReports are those of --report, --har and --record.
func (f *serveFlags) allReports() []string {
	reports := withHAR(f.reports, f.har)
	if f.record == "" {
		return reports
	}
	return append([]string{"json=" + f.record}, reports...)
}

func serveError(err error) error {
	var bad *plan.Error
	switch {
	case errors.Is(err, scenarios.ErrStep):
		return usage(err.Error(), `--step takes the name of a step, or "step 2"`)
	case errors.As(err, &bad):
		return loadError(err)
	case errors.Is(err, syscall.EADDRINUSE):
		return couldNotRun(err, "another program has this port; choose another with --listen NAME=PORT")
	case errors.Is(err, os.ErrPermission):
		return couldNotRun(err, "ports below 1024 are for administrators; choose another with --listen NAME=PORT")
	}
	return couldNotRun(err, "")
}

// live prints an exchange.
func (s *serving) live(x *transcript.Exchange) {
	text := report.LiveText(x, s.style(s.out))
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = io.WriteString(s.out, text)
}

// fault tells what a script did wrong.
func (s *serving) fault(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.err, "wualab: a script failed, and was answered for with 500: %v\n", err)
}

func (s *serving) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, format, args...)
}

// files writes what clients read: the certificate and the variables. remove takes away
// what was only for --exec.
func (s *serving) files() (remove func(), err error) {
	remove = func() {}
	if s.flags.exportCA != "" || s.flags.exec != "" && s.served.TLS() {
		text, err := s.served.CertificatePEM()
		if err != nil {
			return remove, err
		}
		if s.caFile = s.flags.exportCA; s.caFile == "" {
			dir, err := os.MkdirTemp("", "wualab-ca-")
			if err != nil {
				return remove, err
			}
			remove = func() { _ = os.RemoveAll(dir) }
			s.caFile = dir + string(os.PathSeparator) + "ca.pem"
		}
		if err := os.WriteFile(s.caFile, text, 0o644); err != nil {
			return remove, fmt.Errorf("--export-ca: %w", err)
		}
	}
	if s.flags.envFile == "" {
		return remove, nil
	}
	return remove, s.writeEnv(s.flags.envFile)
}

// wait serves until something ends it.
func (s *serving) wait(ctx context.Context) ended {
	if s.flags.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.flags.duration)
		defer cancel()
	}
	if s.flags.exec != "" {
		return s.client(ctx)
	}
	<-ctx.Done()
	return ended{how: howEnded(ctx, s.flags.duration)}
}

// finish judges, writes the reports and gives the exit code.
func (s *serving) finish(end ended, reports []*output) error {
	judgement, lost := s.served.Judge()
	builder := report.NewBuilder(report.Options{Tool: tool(), Seed: s.flags.seed, ShowSecrets: s.flags.unredacted, Keep: true})
	if lost != nil {
		judgement.Result.Verdict, judgement.Result.Err = scenarios.CouldNotRun, lost
	}
	cell := builder.Add(judgement.Result)
	doc := builder.Finish(time.Since(s.began), "")
	s.summary(end, judgement, cell)
	var err error
	for _, o := range reports {
		err = errors.Join(err, o.close(s.app.out, doc))
	}
	switch {
	case err != nil:
		return couldNotRun(err, "")
	case end.err != nil:
		return end.err
	case lost != nil:
		return &exit{code: exitCouldNotRun}
	case judgement.Result.Verdict == scenarios.CouldNotRun:
		return &exit{code: exitCouldNotRun}
	case !judgement.Result.Verdict.Good():
		return &exit{code: exitFailed}
	}
	return nil
}
