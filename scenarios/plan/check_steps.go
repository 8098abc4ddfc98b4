package plan

import (
	"fmt"
	"maps"
	"slices"
)

func keysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (c *checker) checkStep(s *Step) {
	c.checkVerbs(s)
	c.checkLife(s)
	c.checkNotify(s.Notify, true)
	c.checkSet(s.Set)
	c.checkUpdateSteps(s)
	c.checkSMSStep(s.SMS)
	c.checkSUSStep(s.SUS)
	c.checkAutomatic(s)
	for _, change := range s.Change {
		c.checkChange(change)
	}
	for _, r := range s.RemoveCredentials {
		c.checkJob("remove-credentials", r.Job)
	}
	for i := range s.SetCredentials {
		cred := &s.SetCredentials[i]
		c.resolve(&cred.Account)
		if !cred.Job.Set {
			c.fail(cred.Pos, "set-credentials: the job is missing", "add job: and the name of a job")
			continue
		}
		c.checkJob("set-credentials", cred.Job)
	}
	for _, d := range []*Download{s.Download, s.Create} {
		if d != nil {
			c.checkDownload(d)
		}
	}
	if s.LocalFile != nil {
		c.checkLocalFile(s.LocalFile)
	}
	if s.Upload != nil {
		c.checkUpload(s.Upload)
	}
	if s.Resume != nil {
		c.checkJob("resume", s.Resume.Job)
	}
	c.checkJob("suspend", s.Suspend)
	c.checkJob("complete", s.Complete)
	c.checkJob("cancel", s.Cancel)
	for i := range s.Expect {
		c.checkExpect(s, &s.Expect[i])
	}
}

// verbs lists the verbs that a step has.
func (s *Step) verbs() []Verb {
	var out []Verb
	for _, v := range []struct {
		has  bool
		verb Verb
	}{
		{s.Download != nil, VerbDownload}, {s.Upload != nil, VerbUpload}, {s.Create != nil, VerbCreate}, {s.Resume != nil, VerbResume},
		{s.Suspend.Set, VerbSuspend}, {s.Complete.Set, VerbComplete}, {s.Cancel.Set, VerbCancel},
	} {
		if v.has {
			out = append(out, v.verb)
		}
	}
	return out
}

func (c *checker) checkVerbs(s *Step) {
	verbs := s.verbs()
	acts := len(verbs) > 0 || s.Registry != nil || len(s.Change) > 0 || len(s.SetCredentials) > 0 || len(s.RemoveCredentials) > 0 || s.Wait.Set || s.Life.acts() || len(s.Notify) > 0 || s.LocalFile != nil || s.Setup != nil || s.JobSteps.acts() || s.UpdateSteps.Acts() || s.SMS != nil || s.SUS != nil || s.AutomaticSteps.Acts()
	switch {
	case len(verbs) > 1:
		c.fail(s.Pos, fmt.Sprintf("a step with two verbs, %s and %s", verbs[0], verbs[1]), "write one step for each")
	case !acts:
		c.fail(s.Pos, "a step in which nothing happens", "add download, upload, create, resume, suspend, complete, cancel, wait, set, detect, search, download-updates, install-updates, uninstall-updates, report-events, automatic-updates, detect-now, answer, sms, sus, network, clock, local-file, registry, change, set-credentials, remove-credentials, notify, or what befalls the PC: disk, service, crash, reboot, damage-store, logoff, logon")
	}
}

// checkJob sees that a job has been made.
func (c *checker) checkJob(key string, job Opt[string]) {
	switch {
	case !job.Set || c.jobs[job.Value]:
	case len(c.jobs) == 0:
		c.fail(job.Pos, fmt.Sprintf("%s: no step before makes a job %s", key, quote(job.Value)), "make it before, with download, upload or create")
	default:
		c.failName(job.Pos, fmt.Sprintf("%s: no step before makes a job %s", key, quote(job.Value)), job.Value, func() []string { return keysOf(c.jobs) })
	}
}

func (c *checker) checkDownload(d *Download) {
	for _, name := range d.Names() {
		if c.jobs[name] {
			c.fail(d.Job.Pos, fmt.Sprintf("job: there is a job %s already", quote(name)), "take another name, or resume it")
		}
		c.jobs[name] = true
	}
	for i := range d.Files {
		c.checkURL(&d.Files[i])
	}
	c.checkJobCertificate(d.HTTP)
	c.checkNotify(d.Notify, false)
	for i := range d.Credentials {
		cred := &d.Credentials[i]
		c.resolve(&cred.Account)
		if cred.Job.Set {
			c.fail(cred.Job.Pos, "credentials: a job is named", "leave it out: they are for the job that is made here")
		}
	}
}

func (c *checker) checkChange(change Change) {
	isServer, isProxy := c.servers[change.Node], c.proxies[change.Node]
	if !isServer && !isProxy {
		c.failName(change.Pos, fmt.Sprintf("change: unknown server or proxy %s", quote(change.Node)), change.Node, c.nodeNames)
		return
	}
	if isProxy && len(change.Files) > 0 {
		c.fail(change.Files[0].Pos, fmt.Sprintf("change: %s is a proxy, which has no files", change.Node), "change the server")
	}
	c.checkFiles(change.Files)
	c.checkUploadChanges(change, isServer)
	c.checkSMSChange(change)
	c.checkSUSChange(change)
	c.checkShareChanges(change, isServer)
	c.checkWSUSChange(change)
	for i := range change.Behaviours.Value {
		b := &change.Behaviours.Value[i]
		if isServer {
			b.check(c.faults, "server", c.opts.Servers)
		} else {
			b.check(c.faults, "proxy", c.opts.Proxies)
		}
	}
}

func (c *checker) nodeNames() []string { return append(keysOf(c.servers), keysOf(c.proxies)...) }

func (c *checker) checkExpect(s *Step, e *Expect) {
	if e.Result.Set && len(s.verbs()) == 0 && len(s.SetCredentials) == 0 && len(s.RemoveCredentials) == 0 && !s.Service.Set && !s.Reboot.Set && len(s.Notify) == 0 && len(s.Set) == 0 && !s.UpdateSteps.Acts() && !s.AutomaticSteps.Acts() && s.SMS == nil && s.SUS == nil {
		c.fail(e.Result.Pos, "result: the step calls nothing that could give one", "it is the HRESULT of a verb, of set, sms, sus, detect and what else the update agent does, service, reboot, notify, set-credentials or remove-credentials")
	}
	if e.Job != nil {
		c.checkExpectJob(s, e.Job)
	}
	for _, n := range e.Notified {
		c.checkJob("notified", n.Job)
	}
	for i := range e.Uploads {
		c.checkExpectUploads(&e.Uploads[i])
	}
	for i := range e.Shares {
		c.checkExpectShare(&e.Shares[i])
	}
	if e.Updates != nil {
		c.checkExpectUpdates(s, e.Updates)
	}
	if e.Automatic != nil {
		c.checkExpectAutomatic(e.Automatic)
	}
	if e.PC != nil {
		c.checkExpectPC(s, e.PC)
	}
	for i := range e.WSUS {
		c.checkExpectWSUS(&e.WSUS[i])
	}
	c.checkOrder(e.Order)
	for i := range e.Link {
		c.checkExpectLink(&e.Link[i])
	}
	c.checkExpectSMS(e.SMS)
	c.checkExpectSUS(s, e.SUS)
	for _, w := range e.Wire {
		c.checkWire(w)
	}
}

// checkExpectJob sees that the job is there, and fills in the step's.
func (c *checker) checkExpectJob(s *Step, j *ExpectJob) {
	if j.Name.Set {
		c.checkJob("job", j.Name)
		return
	}
	_, name := s.Verb()
	if name == "" && len(s.SetCredentials) > 0 {
		name = s.SetCredentials[0].Job.Value
	}
	if name == "" && len(s.RemoveCredentials) > 0 {
		name = s.RemoveCredentials[0].Job.Value
	}
	if name == "" && len(s.Set) > 0 {
		name = s.Set[0].Job.Value
	}
	if name == "" {
		c.fail(j.Pos, "job: which one is not said, and the step has no verb", "add name: and the name of a job")
	}
	j.Name.Value = name
}

func (c *checker) checkWire(w ExpectWire) {
	if on := w.On.Value; !c.servers[on] && !c.proxies[on] && on != clientNode {
		c.failName(w.On.Pos, fmt.Sprintf("on: unknown server or proxy %s", quote(on)), on, func() []string { return append(c.nodeNames(), clientNode) })
	}
	judges := w.Count.Set || w.Connections.Set || w.Every != nil || w.Some != nil || w.None != nil ||
		len(w.Matching) > 0 || len(w.Sequence) > 0 || w.Exposure.Set || w.Verified.Set || w.Refused.Set
	if !judges {
		c.fail(w.Pos, "wire: nothing is expected", "add count, connections, every, some, none, matching, sequence, exposure, verified or refused")
	}
}
