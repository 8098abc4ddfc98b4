package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

// starter is the scenario file that "wualab init" writes.
//
//go:embed starter.yaml
var starter []byte

const initHelp = `Write a commented scenario file to begin with, first.yaml, and beside it the
JSON Schema that lets editors complete and check it. The folder is made when it
is missing. Files that are there already are kept, unless --force.`

func (a *app) initCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:     "init [DIR]",
		Short:   "Write a first scenario file, and the schema for editors",
		Long:    initHelp,
		Example: examples("wualab init lab", "wualab init --force"),
		Args:    argCount(0, 1, "one folder at most"),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return a.init(dir, force)
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace files that are there already")
	return cmd
}

func (a *app) init(dir string, force bool) error {
	files := []struct {
		name string
		data []byte
	}{{"first.yaml", starter}, {"scenario-v1.json", plan.Schema(scenarios.PlanOptions())}}
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if _, err := os.Lstat(path); err == nil && !force {
			return usage(fmt.Sprintf("%s exists already", path), "--force replaces it")
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return couldNotRun(err, "")
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return couldNotRun(err, "")
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.name), f.data, 0o666); err != nil {
			return couldNotRun(err, "")
		}
	}
	first := filepath.Join(dir, "first.yaml")
	a.printf("wrote %s and %s\nnext: wualab run %s\n", first, filepath.Join(dir, "scenario-v1.json"), quote(first))
	return nil
}
