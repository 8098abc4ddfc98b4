// Command generate writes the parts of the documentation that are tables in the
// code: the keys of the scenario language into docs/scenarios.md, docs/behaviours.md
// docs/rules.md and docs/bits-versions.md. "make docs" runs it in the repository's root; with -check it
// writes nothing and fails when a file is out of step.
//
// It stands beside cmd/wualab, above everything else.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	check := flag.Bool("check", false, "write nothing, fail when a file is out of step")
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// page makes the new text of a file of docs from the old one.
type page struct {
	name string
	make func(old []byte) ([]byte, error)
}

func pages() []page {
	return []page{{"scenarios.md", withKeys}, {"behaviours.md", behaviours}, {"rules.md", rules}, {"bits-versions.md", versions}}
}

func run(root string, check bool) error {
	var errs []error
	for _, p := range pages() {
		errs = append(errs, p.run(filepath.Join(root, "docs", p.name), check))
	}
	return errors.Join(errs...)
}

func (p page) run(path string, check bool) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	text, err := p.make(old)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case bytes.Equal(old, text):
		return nil
	case check:
		return fmt.Errorf(`%s is out of step with the code; "make docs" writes it anew`, path)
	}
	return os.WriteFile(path, text, 0o644)
}
