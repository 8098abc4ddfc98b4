package scenarios

import (
	"fmt"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/scenarios/plan"
)

// updateHistory judges what the Windows Update agent says that it has installed and removed.
func (j *judge) updateHistory(want plan.Opt[[]plan.ExpectHistory], pc *wua.Agent) {
	if !want.Set {
		return
	}
	const about = "updates: history"
	var entries []wua.HistoryEntry
	searcher := pc.CreateUpdateSearcher()
	if n := searcher.GetTotalHistoryCount(); n > 0 {
		var err error
		if entries, err = searcher.QueryHistory(0, n); err != nil {
			j.fail(want.Pos, about, "entries", err.Error())
			return
		}
	}
	var told []string
	for i := range entries {
		told = append(told, fmt.Sprintf("%v of %s: %v, %s", entries[i].Operation, j.w.updates.name(entries[i].UpdateIdentity.UpdateID), entries[i].ResultCode, entries[i].HResult.Describe()))
	}
	if len(entries) != len(want.Value) {
		j.fail(want.Pos, about, fmt.Sprintf("%d entries", len(want.Value)), fmt.Sprintf("%d entries", len(entries)), told...)
		return
	}
	for i := range entries {
		j.historyEntry(&want.Value[i], &entries[i], fmt.Sprintf("%s: entry %d of %d", about, i+1, len(entries)))
	}
}

func (j *judge) historyEntry(want *plan.ExpectHistory, got *wua.HistoryEntry, about string) {
	if name := j.w.updates.name(got.UpdateIdentity.UpdateID); name != want.Update.Value {
		j.fail(want.Update.Pos, about+": update", want.Update.Value, name)
		return
	}
	check(j, want.Operation, about+": operation", got.Operation.String(), func(v string) bool { return v == got.Operation.String() })
	check(j, want.Result, about+": result", got.ResultCode.String(), func(v string) bool { return v == got.ResultCode.String() })
	check(j, want.HResult, about+": hresult", got.HResult.Describe(), func(c plan.Code) bool { return c.HRESULT == got.HResult })
}
