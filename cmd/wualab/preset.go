package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/scenarios"
)

func (a *app) presetsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "presets",
		Short:   "List presets for \"wualab serve\"",
		Long:    "List the presets: embedded scenario files that \"wualab serve\" takes by name.",
		Example: examples("wualab list presets", "wualab list presets > presets.txt"),
		Args:    argCount(0, 0, "nothing"),
		RunE:    func(*cobra.Command, []string) error { return a.listPresets() },
	}
}

func (a *app) listPresets() error {
	list, err := presets()
	if err != nil {
		return err
	}
	rows := []string{"NAME\tTITLE"}
	for _, f := range list {
		rows = append(rows, scenarios.PresetName(f)+"\t"+f.Title)
	}
	a.table(rows)
	return nil
}

func (a *app) showPresetCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "preset NAME",
		Short:             "Show the scenario file of a preset",
		Long:              "Show the scenario file of a preset, to begin one of your own with.",
		Example:           examples("wualab show preset ntlm-proxy", "wualab show preset origin > origin.yaml"),
		Args:              argCount(1, 1, "the name of a preset"),
		ValidArgsFunction: completePresets,
		RunE:              func(_ *cobra.Command, args []string) error { return a.showPreset(args[0]) },
	}
}

func completePresets(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	list, err := scenarios.Presets()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return presetNames(list), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) showPreset(name string) error {
	list, err := presets()
	if err != nil {
		return err
	}
	for _, f := range list {
		if scenarios.PresetName(f) == name {
			a.printf("%s", f.Source)
			return nil
		}
	}
	return usage(fmt.Sprintf("no preset %q", name), didYouMean(name, presetNames(list), ""))
}
