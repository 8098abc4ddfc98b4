package behaviour

import (
	"fmt"

	"github.com/wualab/wualab/spelling"
)

// hint says which of the known names was probably meant, or nothing when none is
// near.
func hint(name string, known []string) string {
	near, ok := spelling.Nearest(name, known)
	if !ok {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}
