package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/report"
	"github.com/wualab/wualab/scenarios"
)

const listHelp = `List what there is. Without a word: the scenarios of the embedded library.`

func (a *app) listCommand() *cobra.Command {
	list := &cobra.Command{
		Use:     "list [scenarios|cells|presets|behaviours|profiles|rules|codes]",
		Short:   "List scenarios, presets, behaviours, profiles, rules or result codes",
		Long:    listHelp,
		Example: examples("wualab list", "wualab list profiles"),
		Args:    unknownCommand,
		RunE:    func(*cobra.Command, []string) error { return a.listScenarios(nil, nil) },
	}
	list.AddCommand(
		a.listOf("scenarios", "scenarios with their level and number of cells", a.listScenarios),
		a.listOf("cells", "ids of cells", a.listCells),
		a.presetsCommand(),
		a.listWhole("behaviours", "behaviours that fake servers and proxies can be given", a.listBehaviours),
		a.listWhole("profiles", "profiles of simulated PCs", a.listProfiles),
		a.listWhole("rules", "rules that decide about credentials, in the order in which they are tried", a.listRules),
		a.listWhole("codes", "result codes with their meaning", a.listCodes),
	)
	return list
}

// listOf makes a command that lists what is in scenario files.
func (a *app) listOf(name, what string, list func(args, tags []string) error) *cobra.Command {
	var tags []string
	cmd := &cobra.Command{
		Use:               name + " [file|dir|id...]",
		Short:             "List " + what,
		Long:              "List " + what + ", of files, folders, or the embedded library.",
		Example:           examples("wualab list "+name, "wualab list "+name+" first.yaml"),
		ValidArgsFunction: completeScenarios,
		RunE:              func(_ *cobra.Command, args []string) error { return list(args, tags) },
	}
	cmd.Flags().StringArrayVar(&tags, "tag", nil, "list only scenarios with this `tag`; may be repeated: any of them")
	return cmd
}

// listWhole makes a command that lists all of something.
func (a *app) listWhole(name, what string, list func()) *cobra.Command {
	return &cobra.Command{
		Use:     name,
		Short:   "List " + what,
		Long:    "List " + what + ".",
		Example: examples("wualab list "+name, "wualab list "+name+" > "+name+".txt"),
		Args:    argCount(0, 0, "nothing"),
		RunE:    func(*cobra.Command, []string) error { list(); return nil },
	}
}

// table writes rows of columns that are separated by tabs.
func (a *app) table(rows []string) {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, row)
	}
	w.Flush()
}

func (a *app) listScenarios(args, tags []string) error {
	chosen, err := choose(args, tags, "")
	if err != nil {
		return err
	}
	rows := []string{"ID\tLEVEL\tCELLS\tTITLE"}
	for _, f := range chosen.files {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%d\t%s", f.ID, f.Level, len(chosen.of(f)), f.Title))
	}
	a.table(rows)
	return nil
}

func (a *app) listCells(args, tags []string) error {
	chosen, err := choose(args, tags, "")
	if err != nil {
		return err
	}
	for _, f := range chosen.files {
		for _, cell := range chosen.of(f) {
			a.printf("%s\n", cell.ID)
		}
	}
	return nil
}

func (a *app) listProfiles() {
	rows := []string{"ID\tBITS\tUSER-AGENT\tLMCOMPATIBILITYLEVEL\tUSELMCOMPAT\tTITLE"}
	for _, p := range machine.Profiles() {
		bits := "none"
		if v, ok := p.BITS(); ok {
			bits = v.String()
		}
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%d\t%d\t%s", p.ID, bits, p.UserAgent().Value, p.LmCompatibilityLevel.Value, p.UseLMCompat.Value, p.Title))
	}
	a.table(rows)
	a.printf("\nThe numbers of the last two columns hold when the registry has no value.\n")
}

func (a *app) listRules() {
	for _, r := range credrule.Rules() {
		outcome := "sends " + r.Sends.String()
		if r.Sends == credrule.Nothing {
			outcome = "sends nothing"
		}
		a.printf("%s  (%s)\n", r.ID, outcome)
		a.printf("%s", report.FieldText(a.style(a.out), 2, report.Field{Label: "rule", Text: r.Words},
			report.Field{Label: "source", Text: r.Source}, report.Field{Label: "assumed", Text: r.Assumed}))
	}
}

func (a *app) listCodes() {
	rows := []string{"CODE\tNAME\tA DOWNLOAD\tMEANING"}
	for _, info := range hresult.All() {
		class, _, _ := hresult.Classify(info.Code)
		rows = append(rows, fmt.Sprintf("%v\t%s\t%s\t%s", info.Code, info.Name, outcomes[class], info.Meaning))
	}
	a.table(rows)
}

// outcomes says in a word or two what a code does to a download.
var outcomes = map[hresult.Class]string{hresult.NoError: "goes on", hresult.Transient: "tries again", hresult.Fatal: "stops"}

func (a *app) listBehaviours() {
	options := scenarios.PlanOptions()
	for _, node := range []struct {
		name  string
		table behaviour.Table
	}{{"server", options.Servers}, {"proxy", options.Proxies}} {
		a.printf("Behaviours of a %s\n", node.name)
		for _, d := range node.table {
			a.behaviour(d)
		}
		a.printf("\n")
	}
	a.printf("All behaviours but authenticate take\n")
	for _, p := range behaviour.CommonParams() {
		fields := []report.Field{{Text: parameter(p)}}
		for i, key := range p.Fields {
			label := ""
			if i == 0 {
				label = "keys"
			}
			fields = append(fields, report.Field{Label: label, Text: parameter(key)})
		}
		a.printf("%s", report.FieldText(a.style(a.out), 4, fields...))
	}
}

func (a *app) behaviour(d behaviour.Definition) {
	fields := []report.Field{{Label: "does", Text: d.Help}}
	label := "takes"
	for _, p := range d.Params {
		if behaviour.IsCommon(p) {
			continue
		}
		fields = append(fields, report.Field{Label: label, Text: parameter(p)})
		label = ""
	}
	source := d.Source
	if d.Assumed {
		source = strings.TrimPrefix(source+"; no document settles the exact form", "; ")
	}
	fields = append(fields, report.Field{Label: "example", Text: d.Example}, report.Field{Label: "source", Text: source})
	a.printf("  %s\n%s", d.Name, report.FieldText(a.style(a.out), 4, fields...))
}

func parameter(p behaviour.Param) string {
	text := fmt.Sprintf("%s (%s", p.Name, p.Words())
	switch {
	case p.Required:
		text += ", required"
	case p.Default != nil:
		text += fmt.Sprintf(", default %v", p.Default)
	}
	return text + "): " + p.Help
}
