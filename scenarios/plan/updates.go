package plan

import "strings"

// UpdateSteps is what a step has the PC's Windows Update agent do, in the order of its
// fields; the first call that fails ends it.
type UpdateSteps struct {
	UpdateService      Opt[string] `yaml:"update-service" enum:"restart" help:"The service of the Windows Update agent ends and starts again; what it keeps stays."`
	DataStore          Opt[string] `yaml:"data-store" enum:"damaged|deleted|other-version" help:"What befalls the agent's data store (cache, cookie, hidden updates, history, waiting events): its bytes are lost, people delete it, or an agent of another form has written it. The service of the agent is stopped before and started afterwards."`
	ResetAuthorization Opt[bool]   `yaml:"reset-authorization" help:"The agent drops its cookie, as by wuauclt /resetauthorization."`
	HideUpdates        []string    `yaml:"hide-updates" one:"true" help:"Updates that are not to be offered any more."`
	UnhideUpdates      []string    `yaml:"unhide-updates" one:"true" help:"Updates that may be offered again."`
	Detect             Opt[bool]   `yaml:"detect" help:"The agent asks its server for updates, and judges which of them the PC needs."`
	Search             *Search     `yaml:"search" help:"IUpdateSearcher::Search; what it gives is what the next keys mean by offered."`
	AcceptEula         []string    `yaml:"accept-eula" one:"true" help:"Updates whose license terms are fetched and accepted (IUpdate::AcceptEula), or offered."`
	DownloadUpdates    []string    `yaml:"download-updates" one:"true" help:"Updates whose files the agent fetches, or offered for all that the last detection offers for installation."`
	InstallUpdates     []string    `yaml:"install-updates" one:"true" help:"Updates whose installers run, or offered. Before it they have to be downloaded."`
	UninstallUpdates   []string    `yaml:"uninstall-updates" one:"true" help:"Updates that are removed, or offered for those that the server wants to have removed."`
	ReportEvents       Opt[bool]   `yaml:"report-events" help:"The agent sends the events that wait."`
}

// OfferedWord stands for all updates that the last detection offers.
const OfferedWord = "offered"

// Search is IUpdateSearcher::Search.
type Search struct {
	Pos        Pos         `yaml:"-"`
	Criteria   Opt[string] `yaml:"criteria" required:"true" short:"true" help:"Search criteria, such as IsInstalled=0 and Type='Software'."`
	Offline    Opt[bool]   `yaml:"offline" help:"Judges what is cached and asks no server."`
	Superseded Opt[bool]   `yaml:"superseded" help:"IncludePotentiallySupersededUpdates."`
}

// Acts reports whether the agent does something.
func (s *UpdateSteps) Acts() bool {
	return s.UpdateService.Set || s.DataStore.Set || s.ResetAuthorization.Set || len(s.HideUpdates) > 0 || len(s.UnhideUpdates) > 0 || s.Detect.Set || s.Search != nil ||
		len(s.AcceptEula) > 0 || len(s.DownloadUpdates) > 0 || len(s.InstallUpdates) > 0 || len(s.UninstallUpdates) > 0 || s.ReportEvents.Set
}

// ExpectUpdates is what is expected of the agent and of what it found.
type ExpectUpdates struct {
	Pos            Pos                  `yaml:"-"`
	Offered        Want[Names]          `yaml:"offered" help:"Updates that the agent is to install or to remove, as it judges after the step what it knows; all of them, in any order. An empty list: none."`
	Found          Want[Names]          `yaml:"found" help:"Updates that search has given in this step; all of them, in any order."`
	Installed      Want[Names]          `yaml:"installed" help:"Updates of type Software and Driver that are installed; all of them, in any order."`
	NotOffered     []Reason             `yaml:"not-offered" keyed:"true" help:"Updates that are not offered, with the reason: a text or a regular expression, or present for any."`
	Trips          Bound[int]           `yaml:"trips" min:"0" help:"Calls of SyncUpdates in the last detection."`
	RebootRequired Want[bool]           `yaml:"reboot-required" help:"The PC has to be restarted."`
	Waiting        Bound[int]           `yaml:"waiting-events" min:"0" help:"Events that wait to be sent."`
	History        Opt[[]ExpectHistory] `yaml:"history" help:"Entries of the history (IUpdateSearcher::QueryHistory), all of them, the newest first. An empty list: none."`
	Results        []ExpectInstall      `yaml:"results" keyed:"true" help:"How installing or removing ended, by update."`
}

// Names is a list of updates.
type Names []string

// String gives the names, or none.
func (l Names) String() string {
	if len(l) == 0 {
		return noneWord
	}
	return strings.Join(l, ", ")
}

// Reason is what is expected of the reason for which an update is not offered.
type Reason struct {
	Pos  Pos     `yaml:"-"`
	Name string  `yaml:"$key" format:"name"`
	Why  Pattern `yaml:"$value"`
}

// ExpectInstall is how installing, or removing, an update ended in a step.
type ExpectInstall struct {
	Pos      Pos          `yaml:"-"`
	Name     string       `yaml:"$key" format:"name"`
	Result   Want[string] `yaml:"result" short:"true" enum:"Succeeded|SucceededWithErrors|Failed|Aborted" help:"OperationResultCode."`
	HResult  Want[Code]   `yaml:"hresult" help:"Its HRESULT."`
	ExitCode Want[int]    `yaml:"exit-code" help:"Exit code of the installer."`
	Reboot   Want[bool]   `yaml:"reboot-required" help:"It asks for a restart."`
}

// ExpectHistory is an entry of the history.
type ExpectHistory struct {
	Pos       Pos          `yaml:"-"`
	Update    Opt[string]  `yaml:"update" required:"true" short:"true" help:"Name of the update."`
	Operation Want[string] `yaml:"operation" enum:"Installation|Uninstallation" help:"What was done, or tried."`
	Result    Want[string] `yaml:"result" enum:"Succeeded|SucceededWithErrors|Failed|Aborted" help:"OperationResultCode."`
	HResult   Want[Code]   `yaml:"hresult" help:"Its HRESULT."`
}

// ExpectWSUS is what an update server knows after a step.
type ExpectWSUS struct {
	Pos       Pos             `yaml:"-"`
	On        Opt[string]     `yaml:"on" required:"true" help:"Name of the server."`
	Computers Bound[int]      `yaml:"computers" min:"0" help:"Clients that it knows."`
	Computer  *ExpectComputer `yaml:"computer" help:"What it knows of the simulated PC."`
	Count     Bound[int]      `yaml:"events-count" min:"0" help:"How many events were reported in this step."`
	Events    []ExpectEvent   `yaml:"events" help:"Events that were reported in this step, in this order; others may lie between."`
}

// ExpectComputer is what an update server knows of a client.
type ExpectComputer struct {
	Pos        Pos          `yaml:"-"`
	DNSName    Want[string] `yaml:"dns-name" help:"Its name."`
	Groups     Want[Names]  `yaml:"groups" help:"Groups that it is in; all of them, in any order."`
	Registered Want[bool]   `yaml:"registered" help:"It has called RegisterComputer."`
}

// ExpectEvent is an event that a client reports.
type ExpectEvent struct {
	Pos     Pos          `yaml:"-"`
	ID      Want[int]    `yaml:"id" short:"true" min:"1" help:"EventID, such as 147 for a detection that succeeded."`
	Update  Opt[string]  `yaml:"update" help:"Name of the update that it is about; none: none."`
	Result  Want[Code]   `yaml:"result" help:"Win32HResult."`
	App     Want[string] `yaml:"app" help:"AppName."`
	Strings []Pattern    `yaml:"strings" one:"true" help:"Texts that are among ReplacementStrings."`
	Misc    []Pattern    `yaml:"misc" one:"true" help:"Texts that are among MiscData, such as Q=1."`
}

func (l *Names) decode(d *decoder, n *node, t *tag) {
	if n.kind != kindList {
		d.fail(n.pos, t.key+": want a list, not "+n.describe(), "write "+t.key+": [name], or [] for none")
		return
	}
	*l = Names{}
	for _, item := range n.items {
		if text, ok := d.text(item, &tag{key: t.key, help: t.help}); ok {
			*l = append(*l, text)
		}
	}
}

func (l *Names) schema(*generator, *tag) object {
	return union(object{"type": "array", "items": object{"type": "string"}}, object{"type": "string", "pattern": wholeReferencePattern})
}

// OfServer reports whether something is expected of the server that is not about the
// simulated PC.
func (e *ExpectWSUS) OfServer() bool { return e.Computers.Set || e.Count.Set || len(e.Events) > 0 }
