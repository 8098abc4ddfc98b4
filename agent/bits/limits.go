package bits

import (
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

// limit is how many there may be of something: a policy, with what counts where
// it is not configured.
type limit struct {
	policy   string // value below link.PolicyKey
	fallback uint32
	code     hresult.HRESULT
	of       string
}

// The limits came with 3.0; before it there are none. Source: BITS
// documentation, "Group Policies" and IBackgroundCopyManager::CreateJob.
var (
	jobsPerUser    = limit{"MaxJobsPerUser", 60, hresult.BG_E_TOO_MANY_JOBS_PER_USER, "jobs of a user"}
	jobsPerMachine = limit{"MaxJobsPerMachine", 300, hresult.BG_E_TOO_MANY_JOBS_PER_MACHINE, "jobs of users"}
	filesPerJob    = limit{"MaxFilesPerJob", 200, hresult.BG_E_TOO_MANY_FILES_IN_JOB, "files of a job"}
	rangesPerFile  = limit{"MaxRangesPerFile", 500, hresult.BG_E_TOO_MANY_RANGES_IN_FILE, "ranges of a file"}
)

// check refuses what would make more than the limit allows. Assumed: a value of
// another type than REG_DWORD counts as none.
func (l limit) check(m *Manager, n int) error {
	most := l.fallback
	if configured, ok, err := m.cfg.Machine.Registry().DWORD(link.PolicyKey, l.policy); ok && err == nil {
		most = configured
	}
	if uint64(n) <= uint64(most) {
		return nil
	}
	return called(l.code, "%d %s, at most %d are allowed (policy %s)", n, l.of, most, l.policy)
}

// limited reports whether limits hold for an account: not for administrators
// and service accounts.
func (m *Manager) limited(owner machine.Account) bool {
	return m.version().Compare(version30) >= 0 && !owner.Administrator && !owner.Kind.Service()
}

// checkJobs refuses one job more of the owner than is allowed. Jobs of those for
// whom the limits do not hold do not count (the policies' own words). Assumed:
// of two limits that are reached the user's is told. m.mu is held, here and below.
func (m *Manager) checkJobs(owner machine.Account) error {
	if !m.limited(owner) {
		return nil
	}
	own, all := 1, 1
	limited := map[string]bool{}
	for _, j := range m.jobs {
		if j.state.Final() {
			continue
		}
		counts, known := limited[j.owner]
		if !known {
			account, err := m.cfg.Machine.User(j.owner)
			counts = err != nil || m.limited(account)
			limited[j.owner] = counts
		}
		if j.owner == owner.String() {
			own++
		}
		if counts {
			all++
		}
	}
	if err := jobsPerUser.check(m, own); err != nil {
		return err
	}
	return jobsPerMachine.check(m, all)
}

// checkFiles refuses more files, or more ranges of one, than the job's owner may
// have.
func (j *Job) checkFiles(more []*File) error {
	owner, err := j.m.cfg.Machine.User(j.owner)
	if err != nil || !j.m.limited(owner) {
		return nil
	}
	for _, f := range more {
		if err := rangesPerFile.check(j.m, len(f.ranges)); err != nil {
			return err
		}
	}
	return filesPerJob.check(j.m, len(j.files)+len(more))
}
