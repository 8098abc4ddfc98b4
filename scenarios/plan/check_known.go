package plan

import (
	"fmt"
	"slices"

	"github.com/wualab/wualab/metadata/known"
)

// KnownUpdate gives the update that is known by heart; false for one that the file
// describes itself.
func (u *WSUSUpdate) KnownUpdate() (known.Update, bool) {
	if !u.Known.Set {
		return known.Update{}, false
	}
	kb, err := known.Find(u.Known.Value)
	return kb, err == nil
}

// hasKnown reports whether an update of the catalogue is known by heart.
func (w *WSUS) hasKnown() bool {
	return w != nil && slices.ContainsFunc(w.Updates, func(u WSUSUpdate) bool { return u.Known.Set })
}

// checkKnown sees that an update that is known by heart is not described once more.
func (c *checker) checkKnown(u *WSUSUpdate) {
	c.checkDescribedOnce(u, "known")
	for _, has := range []struct {
		key string
		set bool
	}{{"metadata", u.Metadata.Set}, {"type", u.Type.Pos != Pos{}}, {"update-id", u.UpdateID.Set}, {"installer", u.Installer != nil}, {"uninstaller", u.Uninstaller != nil},
		{"uninstallable", u.Uninstallable.Set}, {"severity", u.Severity.Set}, {"reboot", u.RebootBehavior.Set}, {"description", u.Description.Set}} {
		if has.set {
			c.fail(u.Pos, fmt.Sprintf("update %s: both known and %s", u.Name, has.key), "the update is known by heart; leave the key out")
		}
	}
	kb, ok := u.KnownUpdate()
	for _, f := range u.Files {
		if ok && f.Name != kb.Package.FileName {
			c.failName(f.Pos, fmt.Sprintf("update %s: %s has no file %s", u.Name, kb.KB, quote(f.Name)), f.Name, func() []string { return []string{kb.Package.FileName} })
		}
	}
}

func (c *checker) checkExpectPC(s *Step, e *ExpectPC) {
	for _, name := range e.Verified.Value {
		if _, err := known.Find(name); err != nil {
			c.failName(e.Verified.Pos, fmt.Sprintf("pc: verified: unknown update %s", quote(name)), name, knownNames)
		}
	}
	if e.Setup != nil && s.Setup == nil {
		c.fail(e.Setup.Pos, "pc: setup: the step runs no package", "add setup: to the step")
	}
	if !e.BITS.Set && e.Setup == nil && !e.Service.Set && !e.Start.Set && !e.Verified.Set && len(e.Files) == 0 {
		c.fail(e.Pos, "pc: nothing is expected", "add bits, bits-service, bits-start, setup, verified or files")
	}
}

func knownNames() (names []string) {
	for _, u := range known.All() {
		names = append(names, u.KB)
	}
	return names
}
