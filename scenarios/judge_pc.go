package scenarios

import (
	"fmt"
	"slices"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/updateexe"
	"github.com/wualab/wualab/metadata/known"
	"github.com/wualab/wualab/scenarios/plan"
)

// pc judges the PC itself.
func (j *judge) pc(e *plan.ExpectPC) {
	pc := j.w.pc
	service := "stopped"
	if pc.Running() {
		service = "running"
	}
	version := pc.BITS.Version().String()
	start := pc.Machine.ServiceStart(machine.BITSService).String()
	check(j, e.BITS, "pc: bits", version, func(v string) bool { return v == version })
	check(j, e.Service, "pc: bits-service", service, func(v string) bool { return v == service })
	check(j, e.Start, "pc: bits-start", start, func(v string) bool { return v == start })
	j.verified(e.Verified)
	if s, done := e.Setup, j.h.setup; s != nil {
		check(j, s.ExitCode, "pc: setup: exit-code", fmt.Sprintf("%d: %s", done.ExitCode, done.Says), func(v int) bool { return v == done.ExitCode })
		switch {
		case s.Says.Any:
			j.observe(s.Says.Pos, "pc: setup: says", done.Says)
		case !s.Says.Matches(done.Says):
			j.fail(s.Says.Pos, "pc: setup: says", s.Says.Text, done.Says)
		}
	}
	for i := range e.Files {
		j.pcFile(&e.Files[i])
	}
}

// verified judges of which updates the PC has all that their articles name.
func (j *judge) verified(w plan.Want[plan.Names]) {
	var names, wanted, wrong []string
	for _, name := range w.Value {
		if u, err := known.Find(name); err == nil {
			wanted = append(wanted, u.KB)
		}
	}
	for _, u := range known.All() {
		list := updateexe.Verify(j.w.pc.Machine, u.Package)
		if updateexe.Verified(list) {
			names = append(names, u.KB)
		}
		for _, line := range list {
			if line.OK != slices.Contains(wanted, u.KB) {
				wrong = append(wrong, line.String())
			}
		}
	}
	slices.Sort(wanted)
	if !w.Judges() || slices.Equal(names, wanted) {
		check(j, w, "pc: verified", words(names), func(plan.Names) bool { return true })
		return
	}
	j.fail(w.Pos, "pc: verified", words(wanted), words(names), wrong...)
}

func (j *judge) pcFile(f *plan.PCFileWant) {
	var have []string
	text := "absent"
	if v, ok := j.w.pc.Machine.Files().Version(f.Path); ok {
		text = v.String()
		have = []string{text}
	}
	switch {
	case f.Version.Any:
		j.observe(f.Version.Pos, "pc: file "+f.Path, text)
	case !f.Version.Matches(have...):
		j.fail(f.Version.Pos, "pc: file "+f.Path, f.Version.Text, text)
	}
}
