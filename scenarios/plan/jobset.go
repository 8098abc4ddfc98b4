package plan

import "strings"

// JobProperties are the properties of a job that its Set methods change.
type JobProperties struct {
	Priority          Opt[Priority] `yaml:"priority" enum:"FOREGROUND|HIGH|NORMAL|LOW" help:"BG_JOB_PRIORITY; a new job has NORMAL."`
	RetryDelay        Opt[Duration] `yaml:"retry-delay" format:"duration" help:"SetMinimumRetryDelay."`
	NoProgressTimeout Opt[Duration] `yaml:"no-progress-timeout" format:"duration" help:"SetNoProgressTimeout."`
	MaximumTime       Opt[Duration] `yaml:"maximum-download-time" format:"duration" help:"SetMaximumDownloadTime, from BITS 3.0 on."`
	Description       Opt[string]   `yaml:"description" help:"SetDescription."`
	FileACLFlags      Opt[string]   `yaml:"file-acl-flags" enum:"none|owner|group|dacl|sacl|all" help:"SetFileACLFlags, from BITS 2.0 on: which part of the security of files on shares comes along."`
}

// JobSteps are the keys of a step that change jobs which are there, and the PC's
// network.
type JobSteps struct {
	Set     []SetJob      `yaml:"set" one:"true" help:"Changes properties of a job: the Set methods, in the order of this table."`
	Clock   Opt[Duration] `yaml:"clock" format:"skew" help:"The PC's clock is put ahead by that much, or with a minus back."`
	Network Opt[string]   `yaml:"network" enum:"down|up" help:"The PC's network cable is pulled, or put in again."`
}

// SetJob changes properties of one job.
type SetJob struct {
	Pos         Pos         `yaml:"-"`
	Job         Opt[string] `yaml:"job" required:"true" help:"Name of the job."`
	DisplayName Opt[string] `yaml:"display-name" help:"SetDisplayName; the scenario's name for the job stays."`
	Owner       AccountRef  `yaml:"owner" format:"owner" help:"TakeOwnership by this user, who needs to be an administrator or LocalSystem."`
	// The last two change names of files.
	RemoteName    Opt[string]   `yaml:"remote-name" format:"url" help:"SetRemoteName of the job's first file, from BITS 2.0 on: server/path, or a full URL."`
	ReplacePrefix *RemotePrefix `yaml:"replace-remote-prefix" help:"ReplaceRemotePrefix, from BITS 2.0 on: all files whose remote names begin so. S_FALSE when none does."`
	JobProperties
}

// RemotePrefix is what ReplaceRemotePrefix replaces, and by what.
type RemotePrefix struct {
	Pos Pos         `yaml:"-"`
	Old Opt[string] `yaml:"old" required:"true" format:"line" help:"Beginning of remote names, in the same case: http://origin/dir/."`
	New Opt[string] `yaml:"new" required:"true" format:"line" help:"What takes its place."`
}

func (s *JobSteps) acts() bool { return len(s.Set) > 0 || s.Network.Set || s.Clock.Set }

func (c *checker) checkSet(list []SetJob) {
	for i := range list {
		s := &list[i]
		c.resolve(&s.Owner)
		c.checkJob("set", s.Job)
		if s.RemoteName.Set {
			c.checkURL(&DownloadFile{Pos: s.RemoteName.Pos, URL: s.RemoteName})
		}
		if *s == (SetJob{Pos: s.Pos, Job: s.Job}) {
			c.fail(s.Pos, "set: no property is given", "add priority, retry-delay, no-progress-timeout, maximum-download-time, display-name, description, file-acl-flags, owner, remote-name or replace-remote-prefix")
		}
	}
}

// JobEvent is the coming of a job into a state, with the code of its error if
// one is told.
type JobEvent struct {
	Pos   Pos
	Text  string
	Job   string
	State State
	Code  Code
}

// String gives the text of the file.
func (e JobEvent) String() string { return e.Text }

func (e *JobEvent) decode(d *decoder, n *node, t *tag) {
	e.Pos = n.pos
	text, ok := d.text(n, t)
	if !ok {
		return
	}
	words := strings.Fields(text)
	e.Text, e.Job, e.State = text, words[0], State(words[1])
	if len(words) > 2 {
		e.Code.decode(d, scalar(kindText, n.pos, words[2], true), &tag{key: t.key})
	}
}

func (e *JobEvent) schema(g *generator, t *tag) object { return g.text(t) }

func (c *checker) checkOrder(list []JobEvent) {
	for _, e := range list {
		c.checkJob("order", Opt[string]{Set: true, Value: e.Job, Pos: e.Pos})
	}
}
