package scenarios

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// setProperties calls the Set methods of the properties that are given.
func setProperties(job *bits.Job, p *plan.JobProperties) error {
	calls := []func() error{
		set(p.Priority, func(text plan.Priority) error {
			priority, err := bits.ParsePriority(string(text))
			if err != nil {
				return err
			}
			return job.SetPriority(priority)
		}),
		set(p.RetryDelay, job.SetMinimumRetryDelay),
		set(p.NoProgressTimeout, job.SetNoProgressTimeout),
		set(p.MaximumTime, job.SetMaximumDownloadTime),
		set(p.Description, job.SetDescription),
		set(p.FileACLFlags, func(word string) error { return job.SetFileACLFlags(fileACLFlags[word]) }),
	}
	for _, call := range calls {
		if err := call(); err != nil {
			return err
		}
	}
	return nil
}

var fileACLFlags = map[string]bits.ACLFlags{"none": 0, "owner": bits.ACLOwner, "group": bits.ACLGroup, "dacl": bits.ACLDACL,
	"sacl": bits.ACLSACL, "all": bits.ACLAll}

// set is a call that is only made with a value.
func set[T any](o plan.Opt[T], call func(T) error) func() error {
	return func() error {
		if !o.Set {
			return nil
		}
		return call(o.Value)
	}
}

// jobSteps does what a step says of jobs that are there, and of the network.
func (w *world) jobSteps(s *plan.JobSteps, h *happened) error {
	if s.Network.Set {
		w.record.Add(transcript.Event{Kind: transcript.KindMachine, Node: "client", Text: "network " + s.Network.Value})
		w.pc.Link.Plug(s.Network.Value == "up")
	}
	if s.Clock.Set {
		w.record.Add(transcript.Event{Kind: transcript.KindMachine, Node: "client", Text: fmt.Sprintf("the PC's clock is put ahead by %v", s.Clock.Value)})
		w.pc.Machine.SetClockSkew(w.pc.Machine.ClockSkew() + s.Clock.Value)
	}
	for _, one := range s.Set {
		job, err := w.job(one.Job.Value)
		if err != nil {
			return err
		}
		h.job = job
		if err := set(one.DisplayName, job.SetDisplayName)(); err != nil {
			return err
		}
		if err := w.takeOwnership(job, &one.Owner); err != nil {
			return err
		}
		if h.result, err = w.setRemotes(job, &one); err != nil {
			return err
		}
		if err := setProperties(job, &one.JobProperties); err != nil {
			return err
		}
	}
	return nil
}

// setRemotes gives files of the job other remote names.
func (w *world) setRemotes(job *bits.Job, s *plan.SetJob) (hresult.HRESULT, error) {
	files := job.Files()
	if s.RemoteName.Set && len(files) > 0 {
		if err := files[0].SetRemoteName(w.remoteName(s.RemoteName.Value, false)); err != nil {
			return 0, err
		}
	}
	result := hresult.S_OK
	if p := s.ReplacePrefix; p != nil {
		changed, err := job.ReplaceRemotePrefix(p.Old.Value, p.New.Value)
		if err != nil {
			return 0, err
		}
		if !changed {
			result = hresult.S_FALSE
		}
	}
	for _, f := range files {
		w.sources[f] = w.source(f.RemoteName())
	}
	return result, nil
}

func (w *world) takeOwnership(job *bits.Job, by *plan.AccountRef) error {
	switch {
	case by.Service != "":
		return job.TakeOwnership(by.Service)
	case by.Account != nil:
		return job.TakeOwnership(w.pc.Machine.AddUser(pcAccount(by.Account)).String())
	}
	return nil
}

// order judges in which order jobs came into states.
func (j *judge) order(wanted []plan.JobEvent) {
	if len(wanted) == 0 {
		return
	}
	var seen []string
	found := 0
	for _, e := range j.w.record.Events(j.h.mark) {
		if e.Kind != transcript.KindJob {
			continue
		}
		seen = append(seen, strings.TrimSpace(e.Subject+" "+e.Data["to"]+" "+e.Data["code"]))
		if found < len(wanted) && j.isEvent(&wanted[found], &e) {
			found++
		}
	}
	if found == len(wanted) {
		return
	}
	const most = 30
	if n := len(seen) - most; n > 0 {
		seen = append([]string{fmt.Sprintf("(%d before)", n)}, seen[n:]...)
	}
	j.fail(wanted[found].Pos, fmt.Sprintf("order of the jobs' states: entry %d of %d", found+1, len(wanted)),
		wanted[found].Text, "after the entries before it there is none in: "+strings.Join(seen, ", "))
}

// isEvent compares with an event of the record, whose subject is the job's
// display name.
func (j *judge) isEvent(want *plan.JobEvent, e *transcript.Event) bool {
	job := j.w.jobs[want.Job]
	return job != nil && e.Data["id"] == job.ID() && e.Data["to"] == string(want.State) &&
		(want.Code.Text == "" || e.Data["code"] == want.Code.HRESULT.String())
}
