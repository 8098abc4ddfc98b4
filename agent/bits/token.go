package bits

import "github.com/wualab/wualab/agent/machine"

// OwnerIntegrityLevel is IBackgroundCopyJob4::GetOwnerIntegrityLevel: the level of the
// token by which the owner made the job, or took it. E_NOINTERFACE before BITS 3.0.
// Assumed: it can be asked in every state, final ones too.
func (j *Job) OwnerIntegrityLevel() (machine.IntegrityLevel, error) {
	token, err := j.ownerToken(callGetIntegrity)
	return token.Integrity, err
}

// OwnerElevationState is IBackgroundCopyJob4::GetOwnerElevationState: whether that
// token was elevated. E_NOINTERFACE before BITS 3.0.
//
// Calls of this package are the owner's own, by the same token; that others are
// refused (E_ACCESSDENIED; BITS documentation: User Account Control and BITS) is not
// modelled.
func (j *Job) OwnerElevationState() (bool, error) {
	token, err := j.ownerToken(callGetElevation)
	return token.Elevated, err
}

func (j *Job) ownerToken(c Call) (machine.Token, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if err := j.check(c); err != nil {
		return machine.Token{}, err
	}
	return j.token, nil
}

// takenBy gives the token of who takes a job. The call wants administrator privileges
// (BITS documentation: TakeOwnership), and so an elevated token.
func (m *Manager) takenBy(account machine.Account) machine.Token {
	account.Elevated = true
	return m.cfg.Machine.Token(account)
}
