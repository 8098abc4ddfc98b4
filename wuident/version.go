package wuident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Version is that of an agent, four numbers.
type Version [4]uint16

// ParseVersion reads "7.4.7600.226"; what is left out at the end is zero.
func ParseVersion(s string) (v Version, err error) {
	parts := strings.Split(s, ".")
	if len(parts) > len(v) {
		return v, fmt.Errorf("%q is no version; write 7.4.7600.226", s)
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return v, fmt.Errorf("%q is no version; write 7.4.7600.226", s)
		}
		v[i] = uint16(n)
	}
	return v, nil
}

// String gives all four numbers.
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d.%d", v[0], v[1], v[2], v[3]) }

// Compare gives -1, 0 or +1 as v is lower than, equal to or higher than w.
func (v Version) Compare(w Version) int { return slices.Compare(v[:], w[:]) }

// Highest is a version that none is above.
var Highest = Version{0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF}
