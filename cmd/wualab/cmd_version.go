package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/control"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

func (a *app) schemaCommand() *cobra.Command {
	openAPI := false
	cmd := &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of scenario files, or the OpenAPI of the control API",
		Long:    "Print the JSON Schema (draft-07) of scenario files, for editors: it knows every key, and the\nnames of behaviours, profiles and rules. With --openapi print the description of the control\nAPI of serve (OpenAPI 3.1, YAML), for generators of clients.",
		Example: examples("wualab schema > scenario-v1.json", "wualab schema --openapi"),
		Args:    argCount(0, 0, "nothing"),
		RunE: func(*cobra.Command, []string) error {
			if openAPI {
				a.printf("%s", control.OpenAPI)
				return nil
			}
			a.printf("%s", plan.Schema(scenarios.PlanOptions()))
			return nil
		},
	}
	cmd.Flags().BoolVar(&openAPI, "openapi", false, "print the OpenAPI of the control API instead")
	return cmd
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Print the version of wualab, of the Go that built it, and the commit when it is known.",
		Example: examples("wualab version", "wualab version --color never"),
		Args:    argCount(0, 0, "nothing"),
		RunE: func(*cobra.Command, []string) error {
			a.printf("%s\n", tool())
			if info, ok := debug.ReadBuildInfo(); ok {
				a.printf("built with %s\n", info.GoVersion)
				for _, s := range info.Settings {
					switch s.Key {
					case "vcs.revision", "vcs.time", "vcs.modified":
						a.printf("%s %s\n", s.Key[len("vcs."):], s.Value)
					}
				}
			}
			return nil
		},
	}
}

// tool names this program with its version: that of the module, "(devel)" when
// it was built from a checkout.
func tool() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return "wualab " + info.Main.Version
	}
	return "wualab (devel)"
}
