package plan

import (
	"crypto/sha1"
	"encoding/binary"
	"time"

	"github.com/wualab/wualab/wusp"
)

// WSUS makes a server an update server of MS-WUSP: its web services, its content and the
// self-update folder are served beside the files of the server.
type WSUS struct {
	Pos                Pos             `yaml:"-"`
	ProtocolVersion    Opt[string]     `yaml:"protocol-version" enum:"2.0|3.0|3.1|3.2" help:"ProtocolVersion of the server: 2.0 is WSUS 2.0, 3.2 WSUS 3.0 SP2 and later; absent: 3.2."`
	Registration       Opt[bool]       `yaml:"registration" help:"false: clients need not call RegisterComputer; absent: they need to."`
	CookieLife         Opt[Duration]   `yaml:"cookie-life" format:"duration" min:"1000000000" help:"How long a cookie is good; absent: 1h."`
	MaxNewUpdates      Opt[int]        `yaml:"max-new-updates" min:"1" max:"10000" help:"New revisions that one SyncUpdates gives before its answer is Truncated; absent: 200."`
	MaxExtendedUpdates Opt[int]        `yaml:"max-extended-updates" min:"1" max:"10000" help:"MaxExtendedUpdatesPerRequest; absent: 50."`
	NoProperties       Opt[bool]       `yaml:"no-properties" help:"GetConfig tells no properties, as broken servers do."`
	IgnoreCachedIDs    Opt[bool]       `yaml:"ignore-cached-ids" help:"SyncUpdates gives everything each time, as servers without a memory do."`
	SelfUpdate         *SelfUpdate     `yaml:"self-update" help:"What the self-update directory holds; absent: a wuident.cab that lets every agent be as it is."`
	Groups             []ComputerGroup `yaml:"groups" keyed:"true" help:"Groups of computers by name, with the computers that the administrator has put there; those of an empty list name the group themselves, by TargetGroup. Beside them there are All Computers and Unassigned Computers."`
	Updates            []WSUSUpdate    `yaml:"updates" keyed:"true" help:"The catalogue, by the scenario's names of the updates."`
	Approvals          []Approval      `yaml:"approvals" help:"Which updates are deployed to which group."`
	Faults             []WSUSFault     `yaml:"faults" help:"SOAP faults that web methods answer with; of several that fit the first acts. Answers of other kinds are made with behaviours."`
}

// SelfUpdate is what the self-update directory of an update server holds.
type SelfUpdate struct {
	Pos          Pos         `yaml:"-"`
	Directory    Opt[string] `yaml:"directory" short:"true" enum:"current|missing" help:"missing: there is no wuident.cab; absent: there is one."`
	Version      Opt[string] `yaml:"version" format:"file version" help:"Agents before this version get it; absent: none does."`
	Unsupported  Opt[bool]   `yaml:"unsupported" help:"Agents before version have no way to it: /UNSUPPORTED."`
	Setup        Opt[string] `yaml:"setup-version" format:"file version" help:"Version of the agent in the setup; absent: version."`
	MissingSetup Opt[bool]   `yaml:"missing-setup" help:"wuident.cab names a setup that is not there."`
	Signature    Opt[string] `yaml:"signature" enum:"other|none" help:"Who signs the files: a key that agents do not trust, or nobody; absent: the key that stands for Microsoft's."`
	Ident        Opt[string] `yaml:"ident" help:"The text of wuident.txt, in place of what follows from version."`
}

// ComputerGroup is a group of computers on an update server.
type ComputerGroup struct {
	Pos       Pos      `yaml:"-"`
	Name      string   `yaml:"$key" format:"line"`
	Computers []string `yaml:"$value"`
}

// Approval makes an update available to a group of computers.
type Approval struct {
	Pos      Pos            `yaml:"-"`
	Update   Opt[string]    `yaml:"update" required:"true" short:"true" help:"Name of the update."`
	Group    Opt[string]    `yaml:"group" help:"Name of the group; absent: All Computers."`
	Action   Opt[string]    `yaml:"action" enum:"Install|OptionalInstall|Uninstall|PreDeploymentCheck|Evaluate|Block|NotApproved" help:"Action of the deployment; NotApproved takes it back. absent: Install."`
	Deadline Opt[time.Time] `yaml:"deadline" format:"time" help:"When it has to be installed at the latest."`
	Assigned Opt[bool]      `yaml:"assigned" help:"IsAssigned: Automatic Updates installs it by itself; absent: true for Install and Uninstall."`
	Priority Opt[string]    `yaml:"download-priority" enum:"High|Medium|Low" help:"DownloadPriority; absent: none is told."`
}

// notApproved takes an approval back; it is no action of the protocol.
const notApproved = "NotApproved"

// Withdraws reports whether the approval takes one back.
func (a *Approval) Withdraws() bool { return a.Action.Value == notApproved }

// WSUSFault makes web methods fail.
type WSUSFault struct {
	Pos       Pos         `yaml:"-"`
	Operation Opt[string] `yaml:"operation" enum:"any|GetConfig|GetAuthorizationCookie|GetCookie|RegisterComputer|StartCategoryScan|SyncUpdates|SyncPrinterCatalog|RefreshCache|GetExtendedUpdateInfo|GetExtendedUpdateInfo2|GetFileLocations|ReportEventBatch" required:"true" help:"The web method."`
	Code      Opt[string] `yaml:"code" enum:"ConfigChanged|CookieExpired|FileLocationChanged|InternalServerError|InvalidAuthorizationCookie|InvalidCookie|InvalidParameters|RegistrationNotRequired|RegistrationRequired|ServerBusy|ServerChanged" help:"ErrorCode of the protocol's fault."`
	SOAP      Opt[string] `yaml:"soap" enum:"Client|Server|VersionMismatch|MustUnderstand" help:"Code of a SOAP fault without the protocol's detail; with code it is that of the whole; absent: Client."`
	Message   Opt[string] `yaml:"message" help:"Text of the fault, such as the name of a bad parameter."`
	Body      Opt[string] `yaml:"body" help:"This text with status 200 is the answer, in place of a fault."`
	Nth       Opt[int]    `yaml:"nth" min:"1" help:"The how many-th call of the web method is the first that fails; absent: the first."`
	Times     Opt[int]    `yaml:"times" min:"1" help:"How many calls fail; absent: 1 with nth, else all."`
}

// WSUSChange alters an update server between steps.
type WSUSChange struct {
	Pos          Pos              `yaml:"-"`
	Approvals    []Approval       `yaml:"approvals" help:"Approvals that are added, replace that of the same update and group, or with action: NotApproved take it back."`
	Faults       Opt[[]WSUSFault] `yaml:"faults" help:"Faults in place of those so far; calls are counted anew. An empty list takes all away."`
	ChangeConfig Opt[bool]        `yaml:"change-config" help:"The configuration becomes a new one: cookies are answered with ConfigChanged."`
	Rebuild      Opt[bool]        `yaml:"rebuild" help:"The server has forgotten its clients, as after its database was restored: cookies are answered with ServerChanged."`
}

// UpdateID gives the identifier of the update that a scenario calls by this name. It is
// made of the name alone (RFC 9562 5.5), so that two servers mean the same.
func UpdateID(name string) wusp.GUID {
	sum := sha1.Sum([]byte("wualab update " + name))
	a, b := binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])
	return wusp.RandomGUID(a, b)
}

// ID gives the identifier of the update.
func (u *WSUSUpdate) ID() wusp.GUID {
	if kb, ok := u.KnownUpdate(); ok {
		return kb.Identity.UpdateID
	}
	if !u.UpdateID.Set {
		return UpdateID(u.Name)
	}
	id, err := wusp.ParseGUID(u.UpdateID.Value)
	if err != nil {
		return UpdateID(u.Name) // the check has refused it
	}
	return id
}
