package link

import (
	"fmt"
	"time"

	"github.com/wualab/wualab/hresult"
)

// OfflineError says that the link is down. Its chain has the code
// BG_E_NETWORK_DISCONNECTED.
type OfflineError struct {
	Until time.Time // when it will be up, by the schedule; zero: not known
}

// Error says until when.
func (e *OfflineError) Error() string { return "the network link is down" + until(e.Until) }

// Unwrap gives the code.
func (e *OfflineError) Unwrap() error {
	return &hresult.Error{Code: hresult.BG_E_NETWORK_DISCONNECTED}
}

// BlockedError says that the policy allows no background transfer now. Its
// chain has the code BG_E_BLOCKED_BY_POLICY.
//
// Source: BITS documentation, "Group Policies", MaxInternetBandwidth: a job is
// in TRANSIENT_ERROR meanwhile and queued when the window ends.
type BlockedError struct {
	Until time.Time // when the policy allows it; zero: never
}

// Error says until when.
func (e *BlockedError) Error() string {
	return "the policy allows no background transfer" + until(e.Until)
}

// Unwrap gives the code.
func (e *BlockedError) Unwrap() error {
	return &hresult.Error{Code: hresult.BG_E_BLOCKED_BY_POLICY}
}

func until(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf(" until %s", t.Format(time.RFC3339))
}
