package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// examples sets the example lines of a command's help. Each can be run as it
// stands, in a folder that "wualab init" and "wualab run --report" filled.
func examples(lines ...string) string { return "  " + strings.Join(lines, "\n  ") }

// unknownCommand refuses what is no command, with the nearest one.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return usage(fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath()), didYouMean(args[0], names, cmd.CommandPath()+" "))
}

// flagError refuses a flag that is unknown or has no good value.
func flagError(cmd *cobra.Command, err error) error {
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		msg, _, inner := strings.Cut(err.Error(), ": strconv.")
		if inner {
			msg += ": this is no number"
		}
		return usage(msg, fmt.Sprintf("see %q", cmd.CommandPath()+" --help"))
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return usage(fmt.Sprintf("unknown flag --%s for %q", name, cmd.CommandPath()), didYouMean(name, names, "--"))
}

// didYouMean is a hint with the names nearest to a wrong one, each with a
// prefix, or all of them.
func didYouMean(wrong string, names []string, prefix string) string {
	near := nearest(wrong, names)
	intro := "did you mean "
	if len(near) == 0 {
		near, intro = names, "there is "
	}
	for i := range near {
		near[i] = prefix + near[i]
	}
	return intro + strings.Join(near, ", ")
}

// nearest finds the names that a wrong one may have meant, as cobra does for
// commands.
func nearest(wrong string, names []string) []string {
	cmd := &cobra.Command{Use: "any", SuggestionsMinimumDistance: 2}
	for _, name := range names {
		cmd.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	return cmd.SuggestionsFor(wrong)
}

// argCount refuses too few or too many arguments; what names them.
func argCount(low, high int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < low:
			return usage(fmt.Sprintf("%q wants %s", cmd.CommandPath(), what), fmt.Sprintf("see %q", cmd.CommandPath()+" --help"))
		case high >= 0 && len(args) > high:
			return usage(fmt.Sprintf("%q takes no argument %q", cmd.CommandPath(), args[high]), fmt.Sprintf("see %q", cmd.CommandPath()+" --help"))
		}
		return nil
	}
}

// complete lets shells complete the values of a flag.
func complete(cmd *cobra.Command, flag string, values ...string) {
	f := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values, cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		cmd.PrintErrln("wualab:", err) // a flag that does not exist: a mistake in this program
	}
}

// finishDefaults makes cobra's own commands, and gives them examples and errors
// like those of the others.
func finishDefaults(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Example = examples("wualab help run", "wualab help explain")
		case "completion":
			cmd.Example = examples("wualab completion bash > wualab.bash", "wualab completion zsh > _wualab")
			cmd.Args, cmd.RunE = unknownCommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			for _, shell := range cmd.Commands() {
				line := "wualab completion " + shell.Name()
				shell.Example = examples(line, line+" --no-descriptions")
			}
		}
	}
}
