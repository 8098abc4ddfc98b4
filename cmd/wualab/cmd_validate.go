package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

const validateHelp = `Check scenario files without running them. Each file that is not right gives one
line, "file:line:column: what is wrong; hint: what to do", and exit code 2.
Without arguments the embedded library is checked.`

func (a *app) validateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "validate [file|dir...]",
		Short:   "Check scenario files without running them",
		Long:    validateHelp,
		Example: examples("wualab validate", "wualab validate first.yaml"),
		RunE:    func(_ *cobra.Command, args []string) error { return a.validate(args) },
	}
}

func (a *app) validate(args []string) error {
	files, err := loadAll(args)
	var bad, other []error
	for _, one := range flatten(err) {
		var e *plan.Error
		if errors.As(one, &e) {
			bad = append(bad, e)
			a.printf("%v\n", e)
		} else {
			other = append(other, one)
		}
	}
	switch {
	case len(other) > 0:
		return couldNotRun(errors.Join(other...), "")
	case len(bad) > 0:
		return &exit{code: exitBadScenario}
	}
	cells := 0
	for _, f := range files {
		cells += len(f.Cells)
	}
	verb := "are"
	if len(files) == 1 {
		verb = "is"
	}
	a.printf("%s with %s %s right\n", plural(len(files), "file"), plural(cells, "cell"), verb)
	return nil
}

// loadAll loads files and all files in folders; it goes on after a bad one.
func loadAll(args []string) ([]*plan.File, error) {
	if len(args) == 0 {
		return scenarios.Library()
	}
	var files []*plan.File
	var errs []error
	for _, arg := range args {
		found, onDisk, err := load(arg)
		if !onDisk {
			err = fmt.Errorf("no file or folder %s", arg)
		}
		files, errs = append(files, found...), append(errs, err)
	}
	return files, errors.Join(errs...)
}

// plural gives "1 file", "2 files".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
