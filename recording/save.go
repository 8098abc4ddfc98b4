package recording

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Place is where a recording is written: the scenario file, and the folder of bodies
// beside it.
type Place struct {
	File, Bodies string
}

// PlaceFor completes what a user writes: a file, or a folder in which the file is
// recording.yaml. The folder of x.yaml is x.bodies.
func PlaceFor(out string) Place {
	info, err := os.Stat(out)
	if strings.HasSuffix(out, "/") || strings.HasSuffix(out, string(filepath.Separator)) || err == nil && info.IsDir() {
		out = filepath.Join(out, "recording.yaml")
	}
	if ext := filepath.Ext(out); ext != ".yaml" && ext != ".yml" {
		out += ".yaml"
	}
	return Place{File: out, Bodies: strings.TrimSuffix(out, filepath.Ext(out)) + ".bodies"}
}

// Name is that of the file, without its ending.
func (p Place) Name() string {
	return strings.TrimSuffix(filepath.Base(p.File), filepath.Ext(p.File))
}

// Folder is the folder of bodies as the file names it.
func (p Place) Folder() string { return filepath.Base(p.Bodies) }

// Check refuses to write over a recording unless that was asked for, and makes the
// folder that the file is to be in.
func (p Place) Check(force bool) error {
	if err := os.MkdirAll(filepath.Dir(p.File), 0o755); err != nil {
		return err
	}
	for _, path := range []string{p.File, p.Bodies} {
		if _, err := os.Lstat(path); err == nil && !force {
			return fmt.Errorf("%s is there already", path)
		}
	}
	return nil
}

// Save writes the file and the bodies that it names, which are taken out of where they
// were kept. What the folder of bodies had before is gone.
func (s *Story) Save(p Place) error {
	text := s.Text()
	if err := os.RemoveAll(p.Bodies); err != nil {
		return err
	}
	used := s.Used()
	if len(used) > 0 {
		if err := os.Mkdir(p.Bodies, 0o755); err != nil {
			return err
		}
	}
	var errs []error
	for _, sum := range used {
		errs = append(errs, os.Rename(s.opt.Bodies.Path(sum), filepath.Join(p.Bodies, sum)))
	}
	return errors.Join(append(errs, os.WriteFile(p.File, []byte(text), 0o644))...)
}

// Summary tells in a line what the file has.
func (s *Story) Summary() string {
	answers, logins := 0, len(s.allLogins())
	for _, one := range s.servers {
		for _, list := range one.answers {
			answers += len(list)
		}
	}
	parts := []string{count(len(s.servers), "server"), count(answers, "answer")}
	if logins > 0 {
		parts = append(parts, count(logins, "login"))
	}
	if n := len(s.used); n == 1 {
		parts = append(parts, "1 body")
	} else if n > 1 {
		parts = append(parts, fmt.Sprintf("%d bodies", n))
	}
	return strings.Join(parts, ", ")
}

// LeftOut says what could not be told.
func (s *Story) LeftOut() []string { return s.skipped }
