package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

// choice is the cells that a command line asks for.
type choice struct {
	files []*plan.File
	cells map[*plan.Cell]bool
	// disk tells files that were named by path from those of the library.
	disk map[*plan.File]bool
}

// choose loads what arguments name: a file, a folder, else a scenario id, a cell
// id or a pattern with * of the embedded library; no argument is the whole
// library. tags and cell narrow the choice down.
func choose(args, tags []string, cell string) (*choice, error) {
	c := &choice{cells: map[*plan.Cell]bool{}, disk: map[*plan.File]bool{}}
	var names []string
	for _, arg := range args {
		files, onDisk, err := load(arg)
		if err != nil {
			return nil, loadError(err)
		}
		if !onDisk {
			names = append(names, arg)
		}
		for _, f := range files {
			if !c.has(f.Path) {
				c.add(f, true, func(*plan.Cell) bool { return true })
			}
		}
	}
	if len(names) > 0 || len(args) == 0 {
		if err := c.addLibrary(names); err != nil {
			return nil, err
		}
	}
	return c, c.narrow(tags, cell)
}

// load loads a file or a folder; onDisk is false when there is neither.
func load(arg string) (files []*plan.File, onDisk bool, err error) {
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, true, err
	case info.IsDir():
		files, err = scenarios.LoadDir(arg)
		if err == nil && len(files) == 0 {
			err = fmt.Errorf("no *.yaml or *.yml file in folder %s", arg)
		}
		return files, true, err
	}
	f, err := scenarios.LoadFile(arg)
	return []*plan.File{f}, true, err
}

func (c *choice) add(f *plan.File, disk bool, wanted func(*plan.Cell) bool) (found bool) {
	for _, cell := range f.Cells {
		if wanted(cell) {
			c.cells[cell], found = true, true
		}
	}
	if found && !slices.Contains(c.files, f) {
		c.files = append(c.files, f)
		c.disk[f] = disk
	}
	return found
}

// has reports whether a file from disk is chosen already.
func (c *choice) has(path string) bool {
	return slices.ContainsFunc(c.files, func(f *plan.File) bool { return c.disk[f] && f.Path == path })
}

func (c *choice) addLibrary(names []string) error {
	if len(names) == 0 {
		names = []string{"*"}
	}
	library, err := scenarios.LibraryPart(func(id string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return mayBeOf(id, name) })
	})
	if err != nil {
		return libraryError(err)
	}
	for _, name := range names {
		if c.addNamed(library, name) {
			continue
		}
		all, err := scenarios.Library()
		if err != nil {
			return libraryError(err)
		}
		return unknownScenario(all, name)
	}
	return nil
}

func libraryError(err error) error {
	return couldNotRun(fmt.Errorf("the embedded library: %w", err), "")
}

// mayBeOf reports whether a pattern of scenarios or cells may fit the scenario with an
// id, or cells of it, whose ids begin with that.
func mayBeOf(id, pattern string) bool {
	begins, _, _ := strings.Cut(pattern, "*")
	return strings.HasPrefix(id, begins) || strings.HasPrefix(begins, id)
}

func (c *choice) addNamed(library []*plan.File, name string) (found bool) {
	pattern := glob(name)
	for _, f := range library {
		found = c.add(f, false, func(cell *plan.Cell) bool {
			return pattern.MatchString(f.ID) || pattern.MatchString(cell.ID)
		}) || found
	}
	return found
}

// glob is a pattern in which * stands for any text, the brackets of cell ids
// for themselves.
func glob(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
}

func unknownScenario(library []*plan.File, name string) error {
	msg := fmt.Sprintf("no file, folder or scenario %q", name)
	var ids []string
	for _, f := range library {
		ids = append(ids, f.ID)
	}
	if near := nearest(name, ids); len(near) > 0 {
		return usage(msg, "did you mean "+strings.Join(near, ", "))
	}
	return usage(msg, `"wualab list" shows the scenarios, "wualab list cells" the cells`)
}

// narrow leaves the cells that have one of the tags and fit the pattern.
func (c *choice) narrow(tags []string, cell string) error {
	if len(tags) == 0 && cell == "" {
		return nil
	}
	if cell == "" {
		cell = "*"
	}
	known, pattern := c.tags(), glob(cell)
	for one := range c.cells {
		if !pattern.MatchString(one.ID) || !hasTag(one, tags) {
			delete(c.cells, one)
		}
	}
	c.files = slices.DeleteFunc(c.files, func(f *plan.File) bool { return len(c.of(f)) == 0 })
	switch {
	case len(c.files) > 0:
		return nil
	case len(tags) > 0:
		return usage("no cell has what --tag and --cell ask for", "the tags are "+strings.Join(known, ", "))
	}
	return usage(fmt.Sprintf("no cell fits --cell %s", cell), `"wualab list cells" shows the cells`)
}

// tags lists the tags of the chosen files, sorted.
func (c *choice) tags() []string {
	var tags []string
	for _, f := range c.files {
		for _, cell := range f.Cells {
			tags = append(tags, cell.Scenario.Tags...)
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

func hasTag(c *plan.Cell, tags []string) bool {
	return len(tags) == 0 || slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(c.Scenario.Tags, tag) })
}

// of lists the chosen cells of a file.
func (c *choice) of(f *plan.File) []*plan.Cell {
	return slices.DeleteFunc(slices.Clone(f.Cells), func(cell *plan.Cell) bool { return !c.cells[cell] })
}
