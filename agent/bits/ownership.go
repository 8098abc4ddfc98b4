package bits

import (
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

// TakeOwnership makes user, an account of the PC, the job's owner, in place of
// the one before. It takes credentials, certificate, custom headers and command line off
// the job. The job runs only while the new owner is logged on; a transfer under way begins
// anew as the new owner, and keeps what it has.
//
// E_ACCESSDENIED for a user without administrator privileges. Assumed: service
// accounts have them, save LocalService and NetworkService.
//
// The simulated PC has neither permissions of files nor drive letters of a
// user's own, so that BG_E_NEW_OWNER_NO_FILE_ACCESS and
// BG_E_NEW_OWNER_DIFF_MAPPING do not come up.
//
// Source: BITS documentation, IBackgroundCopyJob::TakeOwnership.
func (j *Job) TakeOwnership(user string) error {
	account, err := j.m.cfg.Machine.User(user)
	switch {
	case err != nil:
		return called(hresult.E_INVALIDARG, "TakeOwnership: %w", err)
	case !account.Administrator && account.Kind != machine.LocalSystem:
		return called(hresult.E_ACCESSDENIED, "TakeOwnership: %v is no administrator", account)
	}
	return j.do(callTakeOwnership, func() error {
		hold := j.m.cfg.Clock.Hold("owner of " + j.name)
		defer hold.Release()
		j.owner, j.token, j.creds = account.String(), j.m.takenBy(account), nil
		j.set.program, j.set.parameters, j.opts.Headers, j.opts.Certificate = "", "", "", nil
		if j.active() {
			j.yield()
		}
		j.m.schedule()
		return nil
	})
}
