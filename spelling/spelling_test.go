package spelling_test

import (
	"strings"
	"testing"

	"github.com/wualab/wualab/spelling"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0},
		{"kitten", "sitting", 3}, {"delay", "dealy", 2}, {"abc", "xbc", 1}, {"flaw", "lawn", 2},
	} {
		if got := spelling.Distance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"xp-sp1", "xp-sp2", "server-2003", strings.Repeat("x", 100)}
	for name, want := range map[string]string{
		"xp-sp22": "xp-sp2", "XP-SP1": "xp-sp1", "serv": "server-2003", "sever-2003": "server-2003",
		"vista": "", "": "", strings.Repeat("x", 99): "",
	} {
		near, ok := spelling.Nearest(name, known)
		if near != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", name, near, ok, want)
		}
	}
}
