package plan

// Notify is how a program wants to be told of a job's events. Job is set in a
// step only.
type Notify struct {
	Pos        Pos         `yaml:"-"`
	Job        Opt[string] `yaml:"job" help:"Name of the job."`
	Flags      []string    `yaml:"flags" enum:"job-transferred|job-error|job-modification|file-transferred|disable" help:"SetNotifyFlags; absent: left as they are, at first job-transferred and job-error."`
	Callback   Opt[string] `yaml:"callback" enum:"accepts|refuses|none" help:"SetNotifyInterface: a program that gives S_OK or E_FAIL for each call; none takes it back."`
	Program    Opt[string] `yaml:"program" help:"SetNotifyCmdLine: the program; an empty text takes it back."`
	Parameters Opt[string] `yaml:"parameters" help:"SetNotifyCmdLine: its parameters."`
	Exit       []int       `yaml:"exit" one:"true" help:"Exit codes of the program, one for each run; the last one again and again. Absent: 0."`
}

// Notified is what is expected to have been told in a step.
type Notified struct {
	Pos   Pos          `yaml:"-"`
	Event Want[string] `yaml:"event" enum:"job-transferred|job-error|job-modification|file-transferred" help:"The event."`
	By    Want[string] `yaml:"by" enum:"callback|command-line" help:"Who told."`
	Job   Opt[string]  `yaml:"job" help:"Name of the job; absent: any."`
	Count Bound[int]   `yaml:"count" min:"0" help:"How often; absent: at least once."`
}

func (c *checker) checkNotify(list []Notify, inStep bool) {
	for _, n := range list {
		switch {
		case inStep && !n.Job.Set:
			c.fail(n.Pos, "notify: the job is missing", "add job: and the name of a job")
		case inStep:
			c.checkJob("notify", n.Job)
		case n.Job.Set:
			c.fail(n.Job.Pos, "notify: a job is named", "leave it out: it is for the job that is made here")
		}
		if n.Parameters.Set && !n.Program.Set {
			c.fail(n.Parameters.Pos, "notify: parameters without a program", "add program:")
		}
		if len(n.Exit) > 0 && !n.Program.Set {
			c.fail(n.Pos, "notify: exit codes without a program", "add program:")
		}
	}
}
