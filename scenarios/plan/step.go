package plan

import "fmt"

// Step is one thing that happens, and what is expected then. In a Cell, When has
// been applied and is empty.
type Step struct {
	Pos      Pos         `yaml:"-"`
	Name     Opt[string] `yaml:"name" format:"line" help:"Name for the report; absent: step and its number."`
	When     When        `yaml:"when" help:"The step is only in cells whose axes have these values."`
	Registry Registry    `yaml:"registry" help:"Registry values to set or, with absent, to delete, before all else."`
	Change   []Change    `yaml:"change" keyed:"true" help:"Changes to fakes while they run, by name."`
	Life
	Notify            []Notify     `yaml:"notify" one:"true" help:"How a program wants to be told of an existing job's events."`
	SetCredentials    []Credential `yaml:"set-credentials" one:"true" format:"job" help:"IBackgroundCopyJob2::SetCredentials on an existing job."`
	RemoveCredentials []Removal    `yaml:"remove-credentials" one:"true" help:"IBackgroundCopyJob2::RemoveCredentials on an existing job, before set-credentials."`
	LocalFile         *LocalFile   `yaml:"local-file" help:"Writes another file in place of the one that a job uploads, or deletes it, before the verb."`
	Download          *Download    `yaml:"download" help:"Creates a job, resumes it and waits for its end or until."`
	Upload            *Upload      `yaml:"upload" help:"Creates an upload job with its file, resumes it and waits for its end or until."`
	Create            *Download    `yaml:"create" help:"Creates a job, and leaves it suspended."`
	Resume            *Resume      `yaml:"resume" help:"Resumes a job and waits for its end or until."`
	Suspend           Opt[string]  `yaml:"suspend" help:"Suspends a job."`
	Complete          Opt[string]  `yaml:"complete" help:"Completes a job: its files get their names."`
	Cancel            Opt[string]  `yaml:"cancel" help:"Cancels a job."`
	JobSteps
	Setup *SetupRun `yaml:"setup" help:"Runs the package of an update by hand, or removes the update."`
	UpdateSteps
	AutomaticSteps
	SMS    *SMSStep      `yaml:"sms" help:"What the Advanced Client of SMS 2003 does, after the verb."`
	SUS    *SUSStep      `yaml:"sus" help:"What the PC's client of Software Update Services 1.0 does, after the verb: the Automatic Updates of Windows XP SP1 and Windows 2000 SP3. detect, search and their kind are of the Windows Update agent that came later."`
	Wait   Opt[Duration] `yaml:"wait" format:"duration" help:"Virtual time that passes after the verb."`
	Expect []Expect      `yaml:"expect" one:"true" help:"What must hold then: a mapping, or a list of which every entry whose when matches is checked."`
}

// Verb gives what the step has the owner do, and the name of the job.
func (s *Step) Verb() (verb Verb, job string) {
	switch {
	case s.Download != nil:
		return VerbDownload, s.Download.last()
	case s.Upload != nil:
		return VerbUpload, s.Upload.Job.Value
	case s.Create != nil:
		return VerbCreate, s.Create.last()
	case s.Resume != nil:
		return VerbResume, s.Resume.Job.Value
	case s.Suspend.Set:
		return VerbSuspend, s.Suspend.Value
	case s.Complete.Set:
		return VerbComplete, s.Complete.Value
	case s.Cancel.Set:
		return VerbCancel, s.Cancel.Value
	}
	return NoVerb, ""
}

// When is a list of conditions that all must hold.
type When []Condition

// Condition holds in cells whose axis has one of the values; mappings compare
// by their name.
type Condition struct {
	Pos    Pos
	Axis   string
	Values []string
}

// Download is a BITS download job to make.
type Download struct {
	Pos   Pos            `yaml:"-"`
	Job   Opt[string]    `yaml:"job" required:"true" format:"name" help:"The scenario's name for the job."`
	Files []DownloadFile `yaml:"files" required:"true" help:"Files of the job; at least one."`
	Count Opt[int]       `yaml:"count" min:"1" max:"1000" help:"Makes that many jobs with these files, named job-1, job-2 and so on; the step is about the last."`
	JobProperties
	Proxy       *JobProxy    `yaml:"proxy" help:"SetProxySettings of the job."`
	Credentials []Credential `yaml:"credentials" help:"SetCredentials, before the job is resumed."`
	HTTP        *HTTPOptions `yaml:"http" help:"Options of BITS 2.5 and later."`
	Notify      []Notify     `yaml:"notify" one:"true" help:"How a program wants to be told of the job's events."`
	Until       Opt[State]   `yaml:"until" enum:"QUEUED|CONNECTING|TRANSFERRING|SUSPENDED|ERROR|TRANSIENT_ERROR|TRANSFERRED|ACKNOWLEDGED|CANCELLED" help:"State at which the step stops waiting; absent: TRANSFERRED or ERROR."`
	HTTPS       Opt[bool]    `yaml:"https" help:"Files written as server/path are asked by https."`
}

// Names gives the names of the jobs to make.
func (d *Download) Names() []string {
	if !d.Count.Set {
		return []string{d.Job.Value}
	}
	names := make([]string, d.Count.Value)
	for i := range names {
		names[i] = fmt.Sprintf("%s-%d", d.Job.Value, i+1)
	}
	return names
}

// last gives the name of the job that the step is about.
func (d *Download) last() string {
	names := d.Names()
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// DownloadFile is one file of a job.
type DownloadFile struct {
	Pos Pos `yaml:"-"`
	// URL is a full URL, or server/path; Server and Path resolve the latter.
	URL    Opt[string] `yaml:"url" required:"true" short:"true" format:"url" help:"server/path, or a full URL."`
	Local  Opt[string] `yaml:"local" format:"path" help:"Name of the local file; absent: made from the URL."`
	Count  Opt[int]    `yaml:"count" min:"1" max:"1000" help:"Adds the file that many times, under different local names."`
	Ranges []Range     `yaml:"ranges" format:"range" help:"AddFileWithRanges: first-last, or first-eof."`
}

// Range is a range of bytes as AddFileWithRanges takes it: First to Last, both
// included, or to the end of the file.
type Range struct {
	Pos         Pos
	First, Last uint64
	ToEOF       bool
}

// JobProxy is IBackgroundCopyJob::SetProxySettings.
type JobProxy struct {
	Pos    Pos         `yaml:"-"`
	Usage  Opt[string] `yaml:"usage" required:"true" enum:"preconfig|no-proxy|override|autodetect" help:"BG_JOB_PROXY_USAGE."`
	List   Opt[string] `yaml:"list" help:"Proxies in WinHTTP's syntax, with usage override; names of proxies are replaced by their address."`
	Bypass Opt[string] `yaml:"bypass" help:"Bypass list in WinHTTP's syntax, with usage override."`
}

// Credential is one call of IBackgroundCopyJob2::SetCredentials. Job is set in
// set-credentials only.
type Credential struct {
	Pos     Pos         `yaml:"-"`
	Job     Opt[string] `yaml:"job" help:"Name of the job."`
	Target  Opt[Target] `yaml:"target" required:"true" enum:"server|proxy" help:"BG_AUTH_TARGET."`
	Scheme  Opt[Scheme] `yaml:"scheme" required:"true" enum:"basic|digest|ntlm|negotiate|passport" help:"BG_AUTH_SCHEME."`
	Account AccountRef  `yaml:"account" required:"true" format:"credential" help:"A name from accounts, an account, or implicit: NULL user name and password."`
}

// Removal is one call of IBackgroundCopyJob2::RemoveCredentials.
type Removal struct {
	Pos    Pos         `yaml:"-"`
	Job    Opt[string] `yaml:"job" required:"true" help:"Name of the job."`
	Target Opt[Target] `yaml:"target" required:"true" enum:"server|proxy" help:"BG_AUTH_TARGET."`
	Scheme Opt[Scheme] `yaml:"scheme" required:"true" enum:"basic|digest|ntlm|negotiate|passport" help:"BG_AUTH_SCHEME."`
}

// Resume is IBackgroundCopyJob::Resume.
type Resume struct {
	Pos   Pos         `yaml:"-"`
	Job   Opt[string] `yaml:"job" required:"true" short:"true" help:"Name of the job."`
	Until Opt[State]  `yaml:"until" enum:"QUEUED|CONNECTING|TRANSFERRING|SUSPENDED|ERROR|TRANSIENT_ERROR|TRANSFERRED|ACKNOWLEDGED|CANCELLED" help:"State at which the step stops waiting; absent: TRANSFERRED or ERROR."`
}
