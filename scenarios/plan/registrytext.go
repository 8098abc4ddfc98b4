package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseRegistryValue reads a registry value as a command line has it: NAME=VALUE for
// the values that registry takes by a short name, or HKLM\KEY\NAME=VALUE. A number is a
// REG_DWORD, absent deletes, another text is a REG_SZ.
func ParseRegistryValue(text string) (RegistryValue, error) {
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return RegistryValue{}, fmt.Errorf("%q has no value: want NAME=VALUE", text)
	}
	v, known := registryNames()[name]
	if !known {
		i := strings.LastIndexByte(name, '\\')
		if i < 0 || !registryKey.MatchString(name[:i]) || i == len(name)-1 {
			return v, fmt.Errorf("unknown value %q: want %s, or a full HKLM\\KEY\\NAME", name, strings.Join(keysOf(registryNames()), ", "))
		}
		v.Key, v.Name = name[:i], name[i+1:]
	}
	if value == absentWord {
		v.Absent = true
		return v, nil
	}
	n, err := strconv.ParseUint(value, 0, 32)
	if err != nil {
		v.IsText, v.Text = true, value
		return v, nil
	}
	v.Number = uint32(n)
	return v, nil
}
