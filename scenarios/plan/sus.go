package plan

import "strings"

// SUS makes a server one of Software Update Services 1.0. What is invented of the
// protocol tells package wuv4, and the help of the keys.
type SUS struct {
	Pos           Pos         `yaml:"-"`
	Updates       []SUSUpdate `yaml:"updates" keyed:"true" help:"The catalogue, by the scenario's names of the updates. Invented: the exchange in which a client gets it, as no document tells of that; the files, iuident.cab and the status pings are where real clients and servers have them."`
	ClientVersion Opt[string] `yaml:"client-version" format:"file version" help:"Version of the client that the server gives out; one with a lower version fetches it first. Invented: how iuident.cab names it. absent: 5.4.3630.11 (assumed to be that of SUS 1.0 SP1), which the PC's, 5.4.3630.2550, is not before."`
	Missing       Opt[string] `yaml:"missing" enum:"ident|client" help:"ident: there is no iuident.cab, as where the root of the server belongs to another program; client: it names a client that is not there. absent: both are there."`
}

// SUSUpdate is an update of a catalogue of SUS 1.0.
type SUSUpdate struct {
	Pos         Pos          `yaml:"-"`
	Name        string       `yaml:"$key" format:"name"`
	Title       Opt[string]  `yaml:"title" format:"line" help:"Title; absent: the name."`
	Item        Opt[string]  `yaml:"item" format:"line" help:"ID of the item, which status pings name; absent: com_microsoft. and the name, of a known update the number of its article."`
	Approved    Opt[bool]    `yaml:"approved" help:"The administrator has approved it, for all clients of the server; false: it is not listed. absent: true."`
	Systems     []string     `yaml:"systems" one:"true" format:"line" help:"Versions of Windows that it is listed for, in quotes, such as '5.1'; absent: all."`
	Locales     []string     `yaml:"locales" one:"true" format:"line" help:"Locales that it is listed for, such as en; absent: all."`
	Installed   Rule         `yaml:"installed" help:"The rule that says that it is there, as of the updates of wsus. Invented: that rules are written so; b.WUv4RegKeyValue and b.WUv4RegKeySubstring are what later servers kept of the real ones."`
	Installable Rule         `yaml:"installable" help:"The rule that says that it fits the PC; absent: it does."`
	Files       []UpdateFile `yaml:"files" keyed:"true" help:"Its files, by name."`
	Installer   *Effect      `yaml:"installer" help:"What its installer does to the PC; absent: it ends with 0 and changes nothing."`
	Known       Opt[string]  `yaml:"known" enum:"KB842773" help:"An update that wualab knows by heart, in place of title, rules and installer. files may say what becomes of the package."`
}

// Update gives the update as one of a later server.
func (u *SUSUpdate) Update() *WSUSUpdate {
	return &WSUSUpdate{Pos: u.Pos, Name: u.Name, Title: u.Title, Type: Opt[string]{Value: "Software"}, Installed: u.Installed, Installable: u.Installable,
		Files: u.Files, Installer: u.Installer, Known: u.Known}
}

// ItemID gives the ID of the item.
func (u *SUSUpdate) ItemID() string {
	if kb, ok := u.Update().KnownUpdate(); ok && !u.Item.Set {
		return "com_microsoft." + strings.TrimPrefix(kb.KB, "KB")
	}
	return u.Item.Or("com_microsoft." + u.Name)
}

// SUSChange alters a server of SUS 1.0 between steps.
type SUSChange struct {
	Pos      Pos      `yaml:"-"`
	Approve  []string `yaml:"approve" one:"true" help:"Updates that are approved from now on."`
	Withdraw []string `yaml:"withdraw" one:"true" help:"Updates whose approval is taken back."`
}

// SUSStep is what the PC's client of SUS 1.0 does in a step.
type SUSStep struct {
	Pos Pos         `yaml:"-"`
	Do  Opt[string] `yaml:"do" required:"true" short:"true" enum:"detect|download|install|cycle" help:"detect: asks the server that the policy WUServer names for what is approved, and judges what of it the PC lacks. download: fetches what the last detection found lacking. install: runs the installers of what has been downloaded, up to one that wants a restart. cycle: all of it as far as AUOptions says, at once; assumed: without a schedule."`
}

// ExpectSUS is what is expected of the client of SUS 1.0 and its server.
type ExpectSUS struct {
	Pos            Pos               `yaml:"-"`
	On             Opt[string]       `yaml:"on" help:"Name of the server whose pings are meant; absent: the first with sus."`
	Listed         Want[Names]       `yaml:"listed" help:"Updates that the server has listed for the PC in the last detection; all of them, in any order."`
	Needed         Want[Names]       `yaml:"needed" help:"Updates that the PC lacked at the last detection; all of them, in any order."`
	Downloaded     Want[Names]       `yaml:"downloaded" help:"Updates that were downloaded in this step; all of them, in any order."`
	Installed      Want[Names]       `yaml:"installed" help:"Updates that were installed in this step; all of them, in any order."`
	Results        []ExpectInstall   `yaml:"results" keyed:"true" help:"How installers ended in this step, by update."`
	Pings          Opt[[]ExpectPing] `yaml:"pings" help:"Status pings (GET /wutrack.bin) that came to the server in this step, in their order, and no others."`
	Version        Want[string]      `yaml:"client-version" help:"Version of the client."`
	RebootRequired Want[bool]        `yaml:"reboot-required" help:"The PC has to be restarted."`
	Log            []Pattern         `yaml:"log" one:"true" help:"Lines that the client wrote into 'windows update.log' in this step, each by its text or by a regular expression between slashes. Assumed: their form, but for Library download error."`
}

// ExpectPing is a status ping.
type ExpectPing struct {
	Pos      Pos          `yaml:"-"`
	Activity Want[string] `yaml:"activity" short:"true" enum:"n|s|d|w|i" help:"A: n initialization, s self-update, d detection, i installation; assumed: w download."`
	Status   Want[string] `yaml:"status" enum:"s|r|f" help:"S: s succeeded; assumed: r waits for a restart, f failed."`
	Update   Opt[string]  `yaml:"update" help:"Name of the update whose item it names; none: it names none."`
	Code     Want[Code]   `yaml:"code" help:"E: the HRESULT."`
}

// SUSByName gives the server of SUS 1.0 of that name, or nil.
func (s *Scenario) SUSByName(name string) *SUS {
	if server := s.Server(name); server != nil {
		return server.SUS
	}
	return nil
}

// FirstSUS gives the name of the first server of SUS 1.0; "" when there is none.
func (s *Scenario) FirstSUS() string {
	for i := range s.Servers {
		if s.Servers[i].SUS != nil {
			return s.Servers[i].Name
		}
	}
	return ""
}

// Item gives the update whose item has this ID, of any server of SUS 1.0.
func (s *Scenario) Item(id string) *SUSUpdate {
	return s.susUpdate(func(u *SUSUpdate) bool { return strings.EqualFold(u.ItemID(), id) })
}

func (s *Scenario) susUpdate(is func(*SUSUpdate) bool) *SUSUpdate {
	for i := range s.Servers {
		if u := s.Servers[i].SUS.update(is); u != nil {
			return u
		}
	}
	return nil
}

// Update gives the server's update of that name, or nil.
func (w *SUS) Update(name string) *SUSUpdate {
	return w.update(func(u *SUSUpdate) bool { return u.Name == name })
}

func (w *SUS) update(is func(*SUSUpdate) bool) *SUSUpdate {
	if w == nil {
		return nil
	}
	for i := range w.Updates {
		if is(&w.Updates[i]) {
			return &w.Updates[i]
		}
	}
	return nil
}

// OfClient reports whether something is expected of the simulated PC's client.
func (e *ExpectSUS) OfClient() bool {
	return e.Listed.Set || e.Needed.Set || e.Downloaded.Set || e.Installed.Set || len(e.Results) > 0 || e.Version.Set || e.RebootRequired.Set || len(e.Log) > 0
}
