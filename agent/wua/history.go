package wua

import (
	"fmt"
	"slices"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// UpdateOperation is the enumeration of that name.
type UpdateOperation int

// The operations.
const (
	OperationInstallation   UpdateOperation = iota + 1 // uoInstallation
	OperationUninstallation                            // uoUninstallation
)

// String gives the name without its prefix: "Installation".
func (o UpdateOperation) String() string {
	if o == OperationUninstallation {
		return "Uninstallation"
	}
	return "Installation"
}

// HistoryEntry is IUpdateHistoryEntry: an installation or removal that was done, or tried.
type HistoryEntry struct {
	Operation           UpdateOperation
	ResultCode          OperationResult
	HResult             hresult.HRESULT
	Date                wusp.Time // UTC
	UpdateIdentity      wusp.UpdateIdentity
	Title               string
	ClientApplicationID string
	ServerSelection     ServerSelection
}

// remember keeps what became of an update; a.mu is held.
func (a *Agent) remember(u *Update, done Installation, remove bool) {
	operation := OperationInstallation
	if remove {
		operation = OperationUninstallation
	}
	a.state.History = append(a.state.History, HistoryEntry{Operation: operation, ResultCode: done.Result, HResult: done.HResult, Date: wusp.At(a.cfg.Clock.Now()),
		UpdateIdentity: u.Identity, Title: u.Title(), ClientApplicationID: a.caller(), ServerSelection: ManagedServer})
}

// GetTotalHistoryCount gives the number of entries.
func (s *Searcher) GetTotalHistoryCount() int {
	s.agent.mu.Lock()
	defer s.agent.mu.Unlock()
	return len(s.agent.state.History)
}

// QueryHistory gives at most so many entries from an index on, the newest first. The code
// of an index below 0 or beyond the last, and of a count below 1, is WU_E_INVALIDINDEX
// (Windows Update Agent API, MS-UAMG 3.38.4.10).
func (s *Searcher) QueryHistory(start, count int) ([]HistoryEntry, error) {
	s.agent.mu.Lock()
	defer s.agent.mu.Unlock()
	all := slices.Clone(s.agent.state.History)
	if start < 0 || start >= len(all) || count < 1 {
		return nil, &Error{Code: hresult.WU_E_INVALIDINDEX, What: fmt.Sprintf("QueryHistory: %d entries from %d on, of %d", count, start, len(all))}
	}
	slices.Reverse(all)
	return all[start:min(start+count, len(all))], nil
}

// behavior is how the update's installer behaves; nil when that is not known.
func (u *Update) behavior() *metadata.Behavior {
	if u.Extended == nil {
		return nil
	}
	return u.Extended.InstallationBehavior
}
