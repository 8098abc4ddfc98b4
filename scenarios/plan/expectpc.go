package plan

// ExpectPC is what is expected of the PC itself after a step.
type ExpectPC struct {
	Pos      Pos          `yaml:"-"`
	BITS     Want[string] `yaml:"bits" enum:"1.0|1.2|1.5|2.0|2.5|3.0|4.0|5.0|10.1" help:"The version of BITS that runs, such as 2.0: that of the QMgr.dll which the service loaded when it started."`
	Service  Want[string] `yaml:"bits-service" enum:"running|stopped" help:"Whether the BITS service runs."`
	Start    Want[string] `yaml:"bits-start" enum:"automatic|manual|disabled" help:"Start type of the BITS service."`
	Verified Want[Names]  `yaml:"verified" help:"KB numbers of updates that wualab knows by heart, such as KB842773, of which the PC has all that their article says to look for: the registry key, and each file with the version, size and date of the file table, or with a later version. An empty list: none of them."`
	Setup    *ExpectSetup `yaml:"setup" help:"How the package that the step ran has ended."`
	Files    []PCFileWant `yaml:"files" keyed:"true" help:"Versions of files, by path; a name without a folder is in System32. absent: there is no such file."`
}

// SetupRun runs Update.exe.
type SetupRun struct {
	Pos       Pos         `yaml:"-"`
	Package   Opt[string] `yaml:"package" required:"true" short:"true" enum:"KB842773" help:"The update, one that wualab knows by heart."`
	Arguments Opt[string] `yaml:"arguments" help:"Switches of Update.exe, such as /quiet /norestart; absent: these two."`
	Remove    Opt[bool]   `yaml:"remove" help:"Runs Spuninst.exe of the undo folder, as Add or Remove Programs does."`
}

// ExpectSetup is how a run of Update.exe has ended.
type ExpectSetup struct {
	Pos      Pos       `yaml:"-"`
	ExitCode Want[int] `yaml:"exit-code" short:"true" help:"0 done, 3010 a restart is required, 1641 it is about to restart the PC, 1 setup has stopped."`
	Says     Pattern   `yaml:"says" help:"What it says, such as why it has stopped."`
}

// PCFileWant is the version that is expected of a file on the PC.
type PCFileWant struct {
	Pos     Pos     `yaml:"-"`
	Path    string  `yaml:"$key" format:"line"`
	Version Pattern `yaml:"$value"`
}
