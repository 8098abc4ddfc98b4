package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/scenarios"
)

// completeScenarios lets shells complete the ids of the library, besides files.
func completeScenarios(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	library, err := scenarios.Library()
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var ids []string
	for _, f := range library {
		ids = append(ids, cobra.CompletionWithDesc(f.ID, f.Title))
	}
	return ids, cobra.ShellCompDirectiveDefault
}

// completeCells lets shells complete the cells of the report that was named.
func completeCells(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	f, err := os.Open(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer f.Close()
	doc, err := report.ReadJSON(f, args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, c := range doc.Cells {
		ids = append(ids, cobra.CompletionWithDesc(c.ID, string(c.Verdict)))
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
