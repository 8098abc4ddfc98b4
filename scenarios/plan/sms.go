package plan

// SMSSite is an SMS 2003 site: the server that has it is its management point.
type SMSSite struct {
	Pos            Pos                `yaml:"-"`
	SiteCode       Opt[string]        `yaml:"site-code" format:"sitecode" default:"LAB" help:"Site code, three characters."`
	Packages       []SMSPackage       `yaml:"packages" required:"true" keyed:"true" help:"Packages by package ID, such as LAB00001."`
	Advertisements []SMSAdvertisement `yaml:"advertisements" keyed:"true" help:"Advertisements by advertisement ID, such as LAB20000."`
	Points         []SMSPoint         `yaml:"distribution-points" required:"true" keyed:"true" help:"Distribution points by the name of the server that is one; it may be the management point. Their files come from the packages."`
	Faults         []SMSFault         `yaml:"faults" help:"What goes wrong at the management point; the first fault that fits acts."`
}

// SMSPackage is software to distribute.
type SMSPackage struct {
	Pos      Pos             `yaml:"-"`
	ID       string          `yaml:"$key" format:"objectid"`
	Name     Opt[string]     `yaml:"name" format:"line" help:"Name of the package."`
	Version  Opt[int]        `yaml:"source-version" min:"1" help:"Version of the package's source; absent: 1."`
	Files    []GeneratedFile `yaml:"files" required:"true" keyed:"true" help:"Files by path in the package."`
	Programs []SMSProgram    `yaml:"programs" required:"true" keyed:"true" help:"Programs by name."`
}

// SMSProgram is what of a package can be run, and what it does to the PC.
type SMSProgram struct {
	Pos        Pos           `yaml:"-"`
	Name       string        `yaml:"$key" format:"name"`
	Command    Opt[string]   `yaml:"command" required:"true" short:"true" format:"line" help:"Command line; its first word is a file of the package."`
	MaxRunTime Opt[Duration] `yaml:"max-run-time" format:"duration" min:"60000000000" help:"How long it may run, in whole minutes; absent: 12h."`
	ExitCode   Opt[int]      `yaml:"exit-code" min:"0" help:"Exit code; absent: 0."`
	ExitCodes  []int         `yaml:"exit-codes" min:"0" help:"Exit codes of the first runs, in their order, before exit-code."`
	Takes      Opt[Duration] `yaml:"takes" format:"duration" help:"How long it runs; absent: no time."`
	Hangs      Opt[bool]     `yaml:"hangs" help:"It never ends by itself."`
	Missing    Opt[bool]     `yaml:"cannot-start" help:"The command line cannot be started."`
	Registry   Registry      `yaml:"registry" help:"Registry values that it sets on the PC, or deletes with absent."`
}

// SMSAdvertisement offers a program to the PC.
type SMSAdvertisement struct {
	Pos       Pos           `yaml:"-"`
	ID        string        `yaml:"$key" format:"objectid"`
	Package   Opt[string]   `yaml:"package" required:"true" help:"Package ID."`
	Program   Opt[string]   `yaml:"program" required:"true" help:"Name of the program."`
	Mandatory Opt[bool]     `yaml:"mandatory" help:"It runs by itself; false: when the user runs it. absent: true."`
	Active    Opt[Duration] `yaml:"active" format:"duration" help:"How long after the scenario's beginning it becomes active; absent: at once."`
	Expires   Opt[Duration] `yaml:"expires" format:"duration" help:"How long after the scenario's beginning it expires; absent: never."`
	Local     Opt[string]   `yaml:"local" enum:"download|run-from-point" default:"download" help:"What the client does with a local distribution point: download the content and run it, or run it from there. absent: download."`
	Remote    Opt[string]   `yaml:"remote" enum:"download|run-from-point|do-not-run" help:"The same for a remote one; absent: as local."`
}

// SMSPoint is a distribution point.
type SMSPoint struct {
	Pos          Pos         `yaml:"-"`
	Server       string      `yaml:"$key" format:"node"`
	BITS         Opt[bool]   `yaml:"bits" help:"It is enabled for BITS: its packages lie below a virtual directory such as /SMS_DP_SMSPKGC$/. With false they can only be had from its share. absent: true."`
	Drive        Opt[string] `yaml:"drive" format:"drive" default:"C" help:"Drive of its packages, which the names of virtual directory and share (SMSPKGC$) have."`
	Packages     []string    `yaml:"packages" help:"Packages that it has; absent: all."`
	Changed      []string    `yaml:"changed" help:"Packages whose content was changed here, so that it is not what the site knows (KB 907979)."`
	Remote       Opt[bool]   `yaml:"remote" help:"It is remote for the PC."`
	ADSite       Opt[string] `yaml:"ad-site" help:"Active Directory site that it is in."`
	Subnets      []string    `yaml:"subnets" format:"ipv4" help:"IP subnets that it is in, such as 10.1.2.0."`
	Metric       Opt[int]    `yaml:"metric" help:"The lower it is, the nearer; absent: 0."`
	ISAPI        Opt[string] `yaml:"isapi" enum:"rtm|sp1" default:"sp1" help:"rtm: the ISAPI program of SMS 2003 before its service pack, which does not survive ranges past the end of a file (KB 842309); sp1: that of service pack 1. absent: sp1."`
	Misbehaviour Opt[string] `yaml:"misbehaviour" enum:"status|short-206|whole-200|reset" help:"What rtm does at such a range, as of the behaviour sms2003-rtm; absent: status."`
	WebDAV       Opt[int]    `yaml:"webdav-status" min:"400" max:"599" help:"Status with which listings (PROPFIND) are refused: 501 where WebDAV is prohibited on IIS 6, 405 where it is off on IIS 7. absent: they are answered."`
	NoInfinity   Opt[bool]   `yaml:"no-infinite-depth" help:"Listings of a folder with all below it are refused with 403, as the setting of IIS 7 does that clients need to be changed."`
	Filtered     []string    `yaml:"filtered" format:"ending" help:"Endings of file names, such as .config, that request filtering of IIS 7 hides: 404."`
}

// SMSFault is something that goes wrong at a management point.
type SMSFault struct {
	Pos    Pos         `yaml:"-"`
	On     Opt[string] `yaml:"on" enum:"mplist|policy|policy-body|location|status" help:"Which requests it meets: for the list of management points, for policy assignments, for policy bodies, for content locations, or with status messages. absent: all."`
	Nth    Opt[int]    `yaml:"nth" min:"1" help:"The how many-th of them; absent: every one."`
	Status Opt[int]    `yaml:"status" min:"300" max:"599" help:"Status that is answered."`
	Answer Opt[string] `yaml:"answer" help:"Text that is answered with status 200 in place of what belongs there."`
}

// ClientSMS is what the PC's Advanced Client knows of its site and place.
type ClientSMS struct {
	Pos             Pos           `yaml:"-"`
	Site            Opt[string]   `yaml:"site" short:"true" help:"Name of the server with sms that is its management point; absent: the first one."`
	ADSite          Opt[string]   `yaml:"ad-site" help:"Active Directory site of the PC."`
	Subnet          Opt[string]   `yaml:"subnet" format:"ipv4" help:"IP subnet of the PC, such as 10.1.2.0."`
	FallBackToShare Opt[bool]     `yaml:"fall-back-to-share" help:"Copies from the share of a distribution point that could not give its content by BITS; absent: goes on to the next one, as no document tells of more."`
	ListByFolder    Opt[bool]     `yaml:"list-by-folder" help:"Asks for listings with Depth: 1, one folder at a time; absent: with Depth: infinity."`
	PollInterval    Opt[Duration] `yaml:"poll-interval" format:"duration" min:"1" help:"How often it asks for policy; absent: 1h."`
	PointTimeout    Opt[Duration] `yaml:"point-timeout" format:"duration" min:"1" help:"How long it tries one distribution point without progress; absent: 8h."`
	RetryInterval   Opt[Duration] `yaml:"retry-interval" format:"duration" min:"1" help:"When it looks again for content that it could not get; absent: 1h."`
	Retries         Opt[int]      `yaml:"retries" min:"1" help:"How often it looks again for content; absent: 24."`
	RunRetries      Opt[int]      `yaml:"run-retries" min:"1" help:"How often a program is run again whose exit code says so; absent: 1008."`
}

// SMSStep is what the Advanced Client does in a step.
type SMSStep struct {
	Pos Pos         `yaml:"-"`
	Do  Opt[string] `yaml:"do" short:"true" enum:"poll|evaluate|cycle|start|stop|restart" help:"poll: asks for policy. evaluate: locates, downloads and runs what is due. cycle: both. start, stop: lets it do so by itself, policy every hour, or ends that; give the step a wait. restart: stops its service and starts it again, with what it keeps."`
	Run Opt[string] `yaml:"run" help:"A user runs this advertisement from Run Advertised Programs."`
}

// SMSChange alters a site between steps.
type SMSChange struct {
	Pos       Pos                `yaml:"-"`
	Advertise []SMSAdvertisement `yaml:"advertisements" keyed:"true" help:"Advertisements to add or to replace."`
	Withdraw  []string           `yaml:"withdraw" help:"Advertisements to take away."`
	Points    []SMSPoint         `yaml:"distribution-points" keyed:"true" help:"Distribution points as they are from now on; what is not said has its default."`
	Faults    Opt[[]SMSFault]    `yaml:"faults" help:"Faults in place of those so far; an empty list takes all away."`
}

// ExpectSMS is what is expected of the Advanced Client and its site.
type ExpectSMS struct {
	Pos            Pos                   `yaml:"-"`
	Advertisements []ExpectAdvertisement `yaml:"advertisements" keyed:"true" help:"Advertisements on the PC after the step, by ID."`
	Messages       Opt[[]int]            `yaml:"messages" help:"Numbers of the status messages that came to the site in this step, in their order, and no others: 10002 the advertisement was received, 10005 the program was started, 10006 it failed, 10008 it succeeded, 10022 it wants a restart, 10075 the content is not what the site knows. Assumed: 10003 it cannot be started, 10019 expired, 10035 waits for content, 10040 will run again, 10074 the content could not be downloaded."`
	Log            []ExpectLog           `yaml:"log" keyed:"true" help:"Lines of log files that were written in this step, by the name of the file: PolicyAgent.log, LocationServices.log, CAS.log, ContentTransferManager.log, DataTransferService.log, FileBITS.log, execmgr.log, StatusAgent.log."`
}

// ExpectAdvertisement is what is expected of an advertisement on the PC.
type ExpectAdvertisement struct {
	Pos      Pos           `yaml:"-"`
	ID       string        `yaml:"$key" format:"objectid"`
	State    Want[string]  `yaml:"state" short:"true" enum:"available|waiting|downloading|retrying|reboot-pending|succeeded|failed|absent" help:"How far it has come: not yet worked on, waits for content, downloads, waits to be run again, waits for a restart of the PC, is done, has failed for good, or is not known."`
	Error    Want[Code]    `yaml:"error" help:"Result code of the last failure."`
	ExitCode Want[int]     `yaml:"exit-code" min:"0" help:"Exit code of the last run."`
	Runs     Bound[int]    `yaml:"runs" min:"0" help:"How often the program was run."`
	Tries    Bound[int]    `yaml:"tries" min:"0" help:"How often the content could not be had."`
	Point    Want[string]  `yaml:"point" help:"Distribution point that the content came from, or was last asked of."`
	Content  Want[Content] `yaml:"content" enum:"identical|different|absent" help:"The package in the PC's cache compared with the site's."`
}

// ExpectLog is what is expected of a log file.
type ExpectLog struct {
	Pos   Pos       `yaml:"-"`
	File  string    `yaml:"$key" format:"name"`
	Lines []Pattern `yaml:"$value"`
}
