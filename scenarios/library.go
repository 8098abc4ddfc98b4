package scenarios

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

//go:embed library
var embedded embed.FS

// LibraryFS gives the embedded scenario files.
func LibraryFS() fs.FS {
	sub, err := fs.Sub(embedded, "library")
	if err != nil {
		return embedded
	}
	return sub
}

// Library loads the embedded scenario files, sorted by id.
func Library() ([]*plan.File, error) { return LibraryPart(everyFile) }

// LibraryPart loads the embedded scenario files of whose ids wanted says yes, sorted
// by id, in less time than all take.
func LibraryPart(wanted func(id string) bool) ([]*plan.File, error) {
	return loadFS(LibraryFS(), "library", func(name string) bool { return wanted(strings.TrimSuffix(name, ".yaml")) }, false)
}

// PlanOptions says which behaviours, profiles and rules a scenario file may
// name.
func PlanOptions() plan.Options {
	options := plan.Options{Servers: fakeserver.Behaviours(), Proxies: fakeproxy.Behaviours(), Statuses: ntlm.StatusNames(), ShareStatuses: shareStatuses()}
	for _, p := range machine.Profiles() {
		options.Profiles = append(options.Profiles, p.ID)
		options.Profiles = append(options.Profiles, p.Aliases...)
	}
	for _, r := range credrule.Rules() {
		options.Rules = append(options.Rules, r.ID)
	}
	return options
}

// LoadFile loads a scenario file. A file that is not right gives a *plan.Error.
func LoadFile(path string) (*plan.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, &plan.Error{File: path, Line: 1, Column: 1, Msg: fmt.Sprintf("the file has %d bytes, at most %d are allowed", info.Size(), maxFile)}
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	options := PlanOptions()
	options.ReadFile = behaviour.FilesBeneath(filepath.Dir(path))
	return plan.Load(path, src, options)
}

const maxFile = 1 << 20

// LoadDir loads all *.yaml and *.yml files beneath a folder, sorted by id. It
// goes on after a bad file; the errors are joined.
func LoadDir(dir string) ([]*plan.File, error) { return loadFS(os.DirFS(dir), dir, everyFile, true) }

func everyFile(string) bool { return true }

// loadFS loads the scenario files of a tree whose names are wanted.
func loadFS(tree fs.FS, shown string, wanted func(name string) bool, onDisk bool) ([]*plan.File, error) {
	var files []*plan.File
	var errs []error
	options := PlanOptions()
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isScenario(name) || !wanted(name) {
			return err
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		path := filepath.Join(shown, name)
		if onDisk {
			options.ReadFile = behaviour.FilesBeneath(filepath.Dir(path))
		}
		file, err := plan.Load(path, src, options)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		files = append(files, file)
		return nil
	})
	slices.SortStableFunc(files, func(a, b *plan.File) int { return cmp.Compare(a.ID, b.ID) })
	errs = append(errs, duplicates(files)...)
	return files, errors.Join(append(errs, err)...)
}

func isScenario(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// duplicates finds ids that two files have. Files must be sorted by id.
func duplicates(files []*plan.File) []error {
	var errs []error
	for i := 1; i < len(files); i++ {
		if files[i].ID == files[i-1].ID {
			errs = append(errs, &plan.Error{File: files[i].Path, Line: 1, Column: 1,
				Msg: fmt.Sprintf("id %s is that of %s, too", files[i].ID, files[i-1].Path), Hint: "give each file an id of its own"})
		}
	}
	return errs
}
