package agent_test

import (
	"strings"
	"testing"

	"github.com/wualab/wualab/agent"
)

// TestSpoilUpdateStore: a data store that can't be used is begun anew with a line in the
// log, and the PC keeps its ID.
func TestSpoilUpdateStore(t *testing.T) {
	for fate, line := range map[agent.UpdateStoreFate]string{agent.UpdateStoreDamaged: "0x80248002", agent.UpdateStoreOtherVersion: "0x80248006", agent.UpdateStoreDeleted: ""} {
		t.Run(string(fate), func(t *testing.T) {
			o := newOffice(t)
			_, err := o.detect(t)
			check(t, err)
			before, err := o.Updates()
			check(t, err)
			check(t, o.SpoilUpdateStore(fate))
			after, err := o.Updates()
			check(t, err)
			if before == after || len(before.Cached()) != 1 || len(after.Cached()) != 0 || before.ClientID() != after.ClientID() {
				t.Errorf("%d updates before, %d after, IDs %s and %s", len(before.Cached()), len(after.Cached()), before.ClientID(), after.ClientID())
			}
			if told := strings.Contains(after.Log().String(), "DTASTOR\tWARNING: Failed to open the data store: "+line); told != (line != "") {
				t.Errorf("%s in the log: %t", line, told)
			}
		})
	}
	if err := newOffice(t).SpoilUpdateStore("burnt"); err == nil {
		t.Error("an unknown fate is taken")
	}
}
