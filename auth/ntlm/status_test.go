package ntlm_test

import (
	"slices"
	"testing"

	"github.com/wualab/wualab/auth/ntlm"
)

func TestStatusesHaveNames(t *testing.T) {
	names := ntlm.StatusNames()
	if !slices.IsSorted(names) || !slices.Contains(names, "STATUS_WRONG_PASSWORD") {
		t.Errorf("StatusNames() = %v", names)
	}
	for _, name := range names {
		if s, ok := ntlm.StatusByName(name); !ok || s.String() != name || s.Meaning() == "" {
			t.Errorf("StatusByName(%q) = %v, %v; meaning %q", name, s, ok, s.Meaning())
		}
	}
	if s, ok := ntlm.StatusByName("STATUS_NO_LUCK"); ok || s != 0 {
		t.Errorf("an unknown name gives %v", s)
	}
}
