package updateexe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wualab/wualab/spelling"
)

// Switch is a switch of Update.exe.
type Switch struct {
	Name   string
	Old    []string // names that it had before version 5.3.24.3
	Value  bool     // it takes one, after a colon
	Means  string
	Source string
}

const (
	kb262841 = "KB 262841"
	kb824687 = "KB 824687"
	kb832475 = "KB 832475"
)

// Switches are those of Update.exe.
//
// Sources: KB 262841, KB 824687, KB 832475.
func Switches() []Switch {
	return []Switch{
		{"help", []string{"?"}, false, "shows help", kb262841},
		{"quiet", []string{"q"}, false, "asks and shows nothing", kb262841},
		{"passive", []string{"u"}, false, "asks nothing and shows how far it is", kb262841},
		{"norestart", []string{"z"}, false, "does not restart the PC", kb262841},
		{"forcerestart", nil, false, "restarts the PC at the end", kb262841},
		{"warnrestart", nil, true, "warns before a restart, with a time in seconds", kb832475},
		{"promptrestart", nil, false, "asks before a restart", kb832475},
		{"overwriteoem", []string{"o"}, false, "replaces OEM files without asking", kb824687},
		{"nobackup", []string{"n"}, false, "keeps nothing for removal", kb824687},
		{"forceappsclose", []string{"f"}, false, "closes programs when the PC shuts down", kb824687},
		{"log", nil, true, "writes its log to that file", kb832475},
		{"integrate", []string{"s"}, true, "puts the update into the installation files at that path", kb824687},
		{"extract", []string{"x"}, true, "unpacks the package", kb824687},
		{"uninstall", nil, false, "removes the update", kb824687},
		{"er", nil, false, "gives extended exit codes", kb824687},
	}
}

// find finds a switch by any of its names.
func find(name string) (Switch, error) {
	var names []string
	for _, s := range Switches() {
		for _, known := range append([]string{s.Name}, s.Old...) {
			if strings.EqualFold(known, name) {
				return s, nil
			}
		}
		names = append(names, s.Name)
	}
	hint := "there is /" + strings.Join(names, ", /")
	if near, ok := spelling.Nearest(strings.ToLower(name), names); ok {
		hint = "did you mean /" + near + "?"
	}
	return Switch{}, fmt.Errorf("there is no switch /%s: %s", name, hint)
}

// Arguments are the switches of one call, with their values, by name. The zero value is
// a call without any, which asks the user.
type Arguments map[string]string

// Has says whether a switch is among them.
func (a Arguments) Has(name string) bool { _, ok := a[name]; return ok }

// ParseArguments reads what stands behind the name of a package on a command line.
func ParseArguments(line string) (Arguments, error) {
	a := Arguments{}
	for _, word := range strings.Fields(line) {
		if word[0] != '/' && word[0] != '-' {
			return nil, fmt.Errorf("%q is no switch: want one that begins with /", word)
		}
		name, value, valued := strings.Cut(word[1:], ":")
		s, err := find(name)
		switch {
		case err != nil:
			return nil, err
		case valued && !s.Value:
			return nil, fmt.Errorf("/%s takes no value, not %q", s.Name, value)
		case s.Name == "warnrestart" && value != "":
			if _, err := strconv.ParseUint(value, 10, 16); err != nil {
				return nil, fmt.Errorf("/warnrestart:%s: want seconds", value)
			}
		case (s.Name == "log" || s.Name == "integrate") && value == "":
			return nil, fmt.Errorf("/%s wants a path after a colon", s.Name)
		}
		a[s.Name] = value
	}
	return a, a.check()
}

// contradictions are switches that do not go together.
var contradictions = [][2]string{{"quiet", "passive"}, {"norestart", "forcerestart"}, {"norestart", "warnrestart"}, {"norestart", "promptrestart"}}

func (a Arguments) check() error {
	for _, pair := range contradictions {
		if a.Has(pair[0]) && a.Has(pair[1]) {
			return fmt.Errorf("/%s and /%s do not go together", pair[0], pair[1])
		}
	}
	return nil
}
