package machine

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of the registry, in characters (UTF-16 units) and levels.
//
// Source: Windows documentation, "Registry Element Size Limits".
const (
	MaxKeyName   = 255   // one key's name
	MaxValueName = 16383 // a value's name
	MaxKeyDepth  = 512   // levels below the hive
)

const (
	hiveUsers    = "HKEY_USERS"
	hiveUser     = "HKEY_CURRENT_USER"
	hiveMachine  = "HKEY_LOCAL_MACHINE"
	hiveClasses  = "HKEY_CLASSES_ROOT"
	hiveConfig   = "HKEY_CURRENT_CONFIG"
	defaultUser  = ".DEFAULT"
	hivesForHint = "HKLM, HKCU, HKCR, HKU or HKCC, long or short"
)

// storedHives are the hives that hold keys of their own, in the order in which
// a whole registry is exported.
func storedHives() []string { return []string{hiveClasses, hiveMachine, hiveUsers, hiveConfig} }

func hiveOf(name string) (string, bool) {
	switch strings.ToUpper(name) {
	case "HKLM", hiveMachine:
		return hiveMachine, true
	case "HKCU", hiveUser:
		return hiveUser, true
	case "HKCR", hiveClasses:
		return hiveClasses, true
	case "HKU", hiveUsers:
		return hiveUsers, true
	case "HKCC", hiveConfig:
		return hiveConfig, true
	}
	return "", false
}

// keyPath is a checked path: the hive's long name and the names below it.
type keyPath struct {
	hive  string
	names []string
}

func parsePath(path string) (keyPath, error) {
	names := strings.Split(path, `\`)
	hive, ok := hiveOf(names[0])
	if !ok {
		return keyPath{}, fmt.Errorf("registry key %q: unknown hive %q (want %s)", path, names[0], hivesForHint)
	}
	names = names[1:]
	if len(names) > MaxKeyDepth {
		return keyPath{}, fmt.Errorf("registry key below %s: %d levels, the limit is %d", hive, len(names), MaxKeyDepth)
	}
	for _, name := range names {
		if err := checkKeyName(name); err != nil {
			return keyPath{}, fmt.Errorf("registry key %q: %w", path, err)
		}
	}
	return keyPath{hive, names}, nil
}

// checkKeyName holds to the documented "printable characters"; Assumed: that
// excludes control characters and nothing else.
func checkKeyName(name string) error {
	switch n := textLen(name); {
	case name == "":
		return fmt.Errorf(`empty key name (a doubled or final "\"?)`)
	case n > MaxKeyName:
		return fmt.Errorf("key name of %d characters, the limit is %d", n, MaxKeyName)
	case !utf8.ValidString(name):
		return fmt.Errorf("key name %q is not valid UTF-8", name)
	case strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("key name %q holds a control character", name)
	}
	return nil
}

func checkValueName(name string) error {
	switch n := textLen(name); {
	case n > MaxValueName:
		return fmt.Errorf("value name of %d characters, the limit is %d", n, MaxValueName)
	case !utf8.ValidString(name):
		return fmt.Errorf("value name %q is not valid UTF-8", name)
	case strings.Contains(name, "\x00"):
		return fmt.Errorf("value name %q holds a zero character", name)
	}
	return nil
}

// textLen counts UTF-16 units, the characters of the documented limits.
func textLen(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

func (p keyPath) String() string {
	return strings.Join(append([]string{p.hive}, p.names...), `\`)
}

// stored gives the path below which the keys really lie: HKEY_CURRENT_USER is
// the hive of one user, and the LocalSystem account's is HKEY_USERS\.DEFAULT.
func (p keyPath) stored(currentUser string) keyPath {
	if p.hive == hiveUser {
		p = keyPath{hiveUsers, append([]string{currentUser}, p.names...)}
	}
	if p.hive == hiveUsers && len(p.names) > 0 && fold(p.names[0]) == sidLocalSystem {
		p.names = append([]string{defaultUser}, p.names[1:]...)
	}
	return p
}

// fold gives the form in which Windows compares names: upper case, letter by
// letter. Assumed: no letter outside ASCII folds to one inside it.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if u := unicode.ToUpper(r); r < utf8.RuneSelf || u >= utf8.RuneSelf {
			return u
		}
		return r
	}, name)
}
