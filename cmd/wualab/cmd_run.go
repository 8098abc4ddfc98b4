package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

const runHelp = `Run scenarios and print what came of them. An argument is a scenario file, a
folder of them, or of the embedded library: a scenario id, a cell id, or a
pattern with *. Without arguments the whole library runs.

Of each cell that is not as expected, the text tells what happened and why.
Exit codes: 0 all as expected, 2 a bad file, 3 a cell could not run, 4 an
expectation failed, 130 interrupted; of 3 and 4 the former wins.`

// runFlags are the flags of "wualab run".
type runFlags struct {
	seed                                 int64
	parallel                             int
	reports, tags                        []string
	cell, har                            string
	keep, showSecrets, verbose, failFast bool
}

const defaultSeed = 1

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:               "run [file|dir|id...]",
		Short:             "Run scenarios and tell what came of them",
		Long:              runHelp,
		Example:           examples("wualab run 'kb842309/*'", "wualab run first.yaml --report json=run.json --keep"),
		ValidArgsFunction: completeScenarios,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args, f) },
	}
	flags := cmd.Flags()
	flags.Int64Var(&f.seed, "seed", defaultSeed, "`number` that seeds all that happens by chance; the same seed gives the same run")
	flags.IntVar(&f.parallel, "parallel", 0, "`number` of cells at a time; 0 is twice the number of processors")
	flags.StringArrayVar(&f.reports, "report", nil, "write a report, `KIND=FILE`: junit or json, or of what crossed the PCs' links over time csv or svg; - for stdout; may be repeated")
	flags.StringVar(&f.har, "har", "", "write the exchanges of all cells to this `file` as HAR 1.2, which browsers and other tools open")
	flags.BoolVar(&f.keep, "keep", false, "keep the transcripts of cells that pass, too, in the JSON report")
	flags.BoolVar(&f.showSecrets, "show-secrets", false, "leave passwords and responses in transcripts and messages")
	flags.StringArrayVar(&f.tags, "tag", nil, "run only scenarios with this `tag`; may be repeated: any of them")
	flags.StringVar(&f.cell, "cell", "", "run only cells whose id fits the `pattern`, * stands for any text")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list every cell")
	flags.BoolVar(&f.failFast, "fail-fast", false, "stop after the first cell that is not as expected")
	complete(cmd, "report", "junit=", "json=", "csv=", "svg=", "har=")
	return cmd
}

func (a *app) run(ctx context.Context, args []string, f runFlags) error {
	if f.parallel < 0 {
		return usage(fmt.Sprintf("--parallel %d", f.parallel), "want 0 or more")
	}
	reports, err := parseReports(withHAR(f.reports, f.har))
	if err != nil {
		return err
	}
	f.keep = f.keep || slices.ContainsFunc(reports, func(o *output) bool { return o.kind == "har" })
	if f.keep && !slices.ContainsFunc(reports, func(o *output) bool { return o.kind == "json" || o.kind == "har" }) {
		return usage("--keep without a JSON report", "add --report json=FILE, which has the transcripts")
	}
	chosen, err := choose(args, f.tags, f.cell)
	if err != nil {
		return err
	}
	for _, o := range reports {
		if err := o.open(); err != nil {
			return err
		}
	}
	doc, err := a.play(ctx, chosen, f, reports)
	for _, o := range reports {
		err = errors.Join(err, o.close(a.out, doc))
	}
	if err != nil {
		return couldNotRun(err, "")
	}
	return verdict(ctx, doc)
}

// play runs the chosen cells and prints them as they are done.
func (a *app) play(ctx context.Context, chosen *choice, f runFlags, reports []*output) (*report.Document, error) {
	console := a.console(chosen, f, reports)
	builder := report.NewBuilder(report.Options{Tool: tool(), Seed: f.seed, ShowSecrets: f.showSecrets, Keep: f.keep})
	progress := a.progress(len(chosen.cells))
	runner := scenarios.Runner{Seed: f.seed, Parallel: f.parallel, KeepRecords: f.keep,
		Filter: func(c *plan.Cell) bool { return chosen.cells[c] }}
	began, done, failed, incomplete := time.Now(), 0, 0, ""
	for result := range runner.Run(ctx, chosen.files...) {
		if ctx.Err() != nil && errors.Is(result.Err, context.Canceled) {
			continue // given up, not judged
		}
		done++
		if !result.Verdict.Good() {
			failed++
		}
		progress.Clear()
		console.Cell(builder.Add(result))
		progress.Show(done, failed)
		if f.failFast && failed > 0 && done < len(chosen.cells) {
			incomplete = "fail-fast"
			break
		}
	}
	progress.Clear()
	if ctx.Err() != nil {
		incomplete = "interrupted"
	}
	doc := builder.Finish(time.Since(began), incomplete)
	return doc, console.Finish(doc)
}

func (a *app) console(chosen *choice, f runFlags, reports []*output) *report.Console {
	out := a.out
	if toStdout(reports) {
		out = a.err
	}
	console := report.NewConsole(out, a.style(out))
	console.Verbose = f.verbose
	fromDisk := map[string]bool{}
	for file, disk := range chosen.disk {
		fromDisk[file.Path] = disk
	}
	console.More = func(c *report.Cell) []string { return seeMore(c, fromDisk[c.File], f, jsonFile(reports)) }
	return console
}

// progress is the line on a terminal; nil, which writes nothing, elsewhere.
func (a *app) progress(total int) *report.Progress {
	if !isTerminal(a.err) {
		return nil
	}
	return report.NewProgress(a.err, total)
}

// seeMore gives the commands that show the transcript of a cell.
func seeMore(c *report.Cell, disk bool, f runFlags, saved string) []string {
	show := func(file string) string {
		return fmt.Sprintf("wualab show %s %s --view wire", quote(file), quote(c.ID))
	}
	if saved != "" {
		return []string{show(saved)}
	}
	again := "wualab run " + quote(c.ID)
	if disk {
		again = fmt.Sprintf("wualab run %s --cell %s", quote(c.File), quote(c.ID))
	}
	if f.seed != defaultSeed {
		again += fmt.Sprintf(" --seed %d", f.seed)
	}
	return []string{again + " --report json=run.json", show("run.json")}
}

// quote makes a word for a shell.
func quote(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return strings.ContainsRune(" []*?$&|<>(){}\"'`\\;#~!", r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// verdict is the exit code of a run.
func verdict(ctx context.Context, d *report.Document) error {
	switch {
	case ctx.Err() != nil:
		return &exit{code: exitInterrupted}
	case d.Summary.Verdicts[scenarios.CouldNotRun] > 0:
		return &exit{code: exitCouldNotRun}
	case !d.Summary.Good():
		return &exit{code: exitFailed}
	}
	return nil
}
