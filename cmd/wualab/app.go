package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/report"
	"golang.org/x/term"
)

// run runs the program with arguments and returns its exit code. Results go to
// stdout, all else to stderr.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{out: stdout, err: stderr}
	root := a.root()
	root.SetArgs(signedCodes(args))
	root.SetIn(stdin)
	err := root.ExecuteContext(ctx)
	a.complain(err)
	return exitCode(err)
}

// app is what all commands share.
type app struct {
	out, err io.Writer
	color    string // --color
}

const rootHelp = `wualab is a Windows update-agent simulator and test harness. It builds a
simulated Windows PC, fake servers and fake proxies that talk over real loopback
TCP, runs scenarios on them, and says of each what happened and why.

Exit codes: 0 all as expected, 1 wrong usage, 2 a bad scenario or registry file,
3 something could not run, 4 an expectation failed or, of diff, the transcripts
differ, 130 interrupted. With --exec, serve and record end with the exit code of
the client when that is not 0.`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "wualab",
		Short:         "Simulate Windows update clients, and know why a download failed",
		Long:          rootHelp,
		Example:       examples("wualab run", "wualab explain BG_E_HTTP_ERROR_407"),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.PersistentFlags().StringVar(&a.color, "color", "auto", "`when` to use colours: auto (on a terminal, unless NO_COLOR is set), always or never")
	complete(root, "color", "auto", "always", "never")
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return a.checkColor() }
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(a.runCommand(), a.probeCommand(), a.serveCommand(), a.recordCommand(), a.diffCommand(), a.validateCommand(), a.listCommand(), a.showCommand(), a.explainCommand(),
		a.schemaCommand(), a.initCommand(), a.versionCommand())
	finishDefaults(root)
	return root
}

func (a *app) checkColor() error {
	switch a.color {
	case "auto", "always", "never":
		return nil
	}
	return usage(fmt.Sprintf("--color %s", a.color), "want auto, always or never")
}

// style is the style of text on w. NO_COLOR is that of no-color.org: set and
// not empty.
func (a *app) style(w io.Writer) report.Style {
	switch a.color {
	case "always":
		return report.Style{Color: true}
	case "never":
		return report.Style{}
	}
	return report.Style{Color: isTerminal(w) && os.Getenv("NO_COLOR") == ""}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}

// printf writes results.
func (a *app) printf(format string, args ...any) { fmt.Fprintf(a.out, format, args...) }
