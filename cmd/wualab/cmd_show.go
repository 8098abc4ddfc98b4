package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/report"
)

const showHelp = `Show the transcript of a run that was saved with "wualab run --report
json=FILE". The views: summary, what came of each cell and why; wire, all
requests and answers with their headers; ntlm, the authentication messages
decoded; events, all that happened in order; rate, what crossed the PC's
network link over time. Cells that passed have a transcript only when the run
had --keep; the rate is there always.`

func (a *app) showCommand() *cobra.Command {
	view := string(report.ViewSummary)
	var names []string
	for _, v := range report.Views() {
		names = append(names, string(v))
	}
	cmd := &cobra.Command{
		Use:               "show REPORT.json [cell-id]",
		Short:             "Show the transcript of a saved run",
		Long:              showHelp,
		Example:           examples("wualab show run.json", "wualab show run.json --view ntlm"),
		Args:              argCount(1, 2, "the file of a JSON report"),
		ValidArgsFunction: completeCells,
		RunE: func(_ *cobra.Command, args []string) error {
			if near := didYouMean(view, names, ""); !slices.Contains(names, view) {
				return usage(fmt.Sprintf("unknown view %q", view), near)
			}
			return a.show(args, report.View(view))
		},
	}
	cmd.Flags().StringVar(&view, "view", view, "`view` to show: "+strings.Join(names, ", "))
	complete(cmd, "view", names...)
	cmd.AddCommand(a.showPresetCommand())
	return cmd
}

func (a *app) show(args []string, view report.View) error {
	f, err := os.Open(args[0])
	if err != nil {
		return couldNotRun(err, `"wualab run --report json=FILE" writes such a file`)
	}
	defer f.Close()
	doc, err := report.ReadJSON(f, args[0])
	if err != nil {
		return couldNotRun(err, `"wualab run --report json=FILE" writes such a file`)
	}
	id := ""
	if len(args) > 1 {
		id = args[1]
	}
	cells := doc.Find(id)
	if len(cells) == 0 && id != "" {
		return usage(fmt.Sprintf("%s has no cell %q", args[0], id), fmt.Sprintf("%q lists its cells", "wualab show "+args[0]))
	}
	if view != report.ViewSummary && view != report.ViewRate {
		if cells = withRecord(cells); len(cells) == 0 {
			return usage(fmt.Sprintf("%s has no transcript of it", args[0]), `cells that passed have one only after "wualab run --keep"`)
		}
	}
	for _, c := range cells {
		if err := report.WriteView(a.out, c, view, a.style(a.out)); err != nil {
			return couldNotRun(err, "")
		}
	}
	if id == "" && view == report.ViewSummary {
		a.printf("\n")
		if note := report.UnjudgedNote(doc); note != "" {
			a.printf("%s\n", note)
		}
		a.printf("%s\n", report.SummaryLine(doc, a.style(a.out)))
	}
	return nil
}

// withRecord leaves the cells whose transcript was kept.
func withRecord(cells []*report.Cell) []*report.Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c *report.Cell) bool { return c.Record == nil })
}
