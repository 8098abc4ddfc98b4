package plan

// Client is the simulated PC and the user who owns its jobs.
type Client struct {
	Pos          Pos               `yaml:"-"`
	Profile      Opt[string]       `yaml:"profile" required:"true" format:"profile" help:"Profile of the PC: Windows and BITS version with their defaults."`
	Hostname     Opt[string]       `yaml:"hostname" default:"PC1" help:"NetBIOS name of the PC."`
	Domain       Opt[string]       `yaml:"domain" help:"NetBIOS domain that the PC is a member of."`
	Workgroup    Opt[string]       `yaml:"workgroup" help:"Workgroup of a PC that is in no domain."`
	Account      AccountRef        `yaml:"account" format:"owner" help:"Who owns the jobs: a name from accounts, an account, LocalSystem, LocalService or NetworkService."`
	RegFile      Opt[string]       `yaml:"reg-file" format:"path" help:"Export of a registry, imported first; a path beneath the scenario's folder."`
	Registry     Registry          `yaml:"registry" help:"Registry values, set after reg-file: LmCompatibilityLevel, NtlmMinClientSec, UseLMCompat, or a full key with its values. absent leaves a value out."`
	Proxy        ClientProxy       `yaml:"proxy" help:"Internet Explorer proxy settings of the owner; absent: a direct connection."`
	Address      Opt[string]       `yaml:"address" format:"ipv4" help:"IPv4 address of the PC as a proxy script sees it; absent: 127.0.0.1. That of a server or proxy is the one in its host."`
	DNSSuffix    Opt[string]       `yaml:"dns-suffix" format:"host" help:"Primary DNS suffix of the PC: detection of a proxy asks for wpad in it and in its parents, down to two parts."`
	DHCPProxy    Opt[string]       `yaml:"dhcp-option-252" format:"url" help:"URL of a proxy script that DHCP gives; detection of a proxy then asks no DNS."`
	Skew         Opt[Duration]     `yaml:"skew" format:"skew" help:"How much the PC's clock is ahead of the world's, or with a minus behind, where it counts for a login."`
	Kerberos     *ClientKerberos   `yaml:"kerberos" help:"Kerberos tickets of the owner; absent: the PC can get none."`
	Certificates []PCCertificate   `yaml:"certificates" keyed:"true" help:"Certificates with their keys in stores of the PC, by the scenario's name."`
	Disk         *Disk             `yaml:"disk" help:"Fault of the PC's disk from the beginning."`
	Layered      []LayeredProvider `yaml:"layered-service-providers" one:"true" help:"Layered service providers in the PC's Winsock catalog, as some firewalls put them there; they come after the service has started."`
	Negotiate    ClientNegotiate   `yaml:"negotiate" help:"How the PC speaks under negotiate."`
	BITS         ClientEngine      `yaml:"bits" help:"Choices of the BITS engine that no document settles."`
	WinHTTPProxy WinHTTPProxy      `yaml:"winhttp-proxy" help:"What proxycfg.exe has set: the proxy of services such as the Windows Update agent; absent: none."`
	Files        []PCFile          `yaml:"files" keyed:"true" help:"Files of the PC by path, as rules of updates ask for them, beside those of the profile; a name without a folder is in System32."`
	Automatic    AutomaticEngine   `yaml:"automatic-updates" help:"Automatic Updates of the PC, which has the Windows Update agent work by policy; absent: it does not run until a step starts it."`
	Devices      []Device          `yaml:"devices" help:"Devices of the PC in place of those of the profile, for which drivers are looked for."`
	Products     []Product         `yaml:"products" help:"Products that Windows Installer has put on the PC."`
	MUILanguages []string          `yaml:"mui-languages" one:"true" format:"line" help:"Languages of the Multilingual User Interface; absent: it is not installed."`
	Updates      UpdateEngine      `yaml:"update-agent" help:"Choices of the Windows Update agent that no document settles."`
	SMS          *ClientSMS        `yaml:"sms" help:"The Advanced Client of SMS 2003: its site and place. A PC in a scenario with a site has one."`
	Link         *Link             `yaml:"link" help:"Network link of the PC, which all its bytes take their time on; absent: they take none."`
}

// ClientProxy is the owner's Internet Explorer proxy setting. The zero value is
// a direct connection.
type ClientProxy struct {
	Pos        Pos         `yaml:"-"`
	Use        Opt[string] `yaml:"use" short:"true" help:"Name of the proxy; absent: none but what detection or a script finds."`
	Bypass     []string    `yaml:"bypass" help:"Hosts that are asked directly: names, *.suffix, or <local>."`
	Detect     Opt[bool]   `yaml:"detect" help:"Automatically detect settings: by DHCP option 252, else by DNS; see dhcp-option-252 and dns-suffix."`
	AutoConfig Opt[string] `yaml:"auto-config" format:"url" help:"Use automatic configuration script: its URL, or server/path. It comes after detection, and before use."`
}

// ClientEngine holds switches of the BITS engine where documents leave room.
// Unset means the engine's own default.
type ClientEngine struct {
	Pos             Pos           `yaml:"-"`
	Placement       Opt[string]   `yaml:"placement" enum:"by-version|clamped|last-block|first-request" help:"Where range requests end: by the BITS version, never past the end of the file, the last block unclamped, or a first request of 2^31-1 bytes."`
	Block           Opt[int64]    `yaml:"block" format:"size" min:"1" help:"Bytes of one range request."`
	PingBeforeClose Opt[bool]     `yaml:"ping-before-close" help:"An upload sends Ping between the last Fragment and Close-Session, as a capture shows it; absent: it does not."`
	Slice           Opt[Duration] `yaml:"slice" format:"duration" help:"Time slice of jobs of the same priority; absent: 5 minutes."`
	ReconnectDelay  Opt[Duration] `yaml:"reconnect-delay" format:"duration" min:"1" help:"How long jobs wait when the network has come back before they are tried again; absent: 5s."`
	BlockTime       Opt[Duration] `yaml:"block-time" format:"duration" min:"1000000" help:"How long the link offers the bytes of one range request, when it has a speed; absent: 10s."`
	FirstProxyOnly  Opt[bool]     `yaml:"first-proxy-only" help:"Of several proxies that a script names only the first is tried; absent: the next when it cannot be reached."`
	// SessionProxies concerns a server's NTLM or Negotiate through a proxy.
	SessionProxies Opt[string] `yaml:"session-proxies" enum:"any|promised" default:"any" help:"Proxies through which NTLM and Negotiate of a server are answered over plain http: all of them, or those that promise Proxy-Support: Session-Based-Authentication (RFC 4559 6)."`
}

// Registry is a list of values to set or delete, in the file's order.
type Registry []RegistryValue

// RegistryValue is one value of the PC's registry.
type RegistryValue struct {
	Pos Pos
	// Key is the full key, HKLM\...; Name the value beneath it.
	Key, Name string
	// Absent means that the value is deleted. Otherwise it is REG_SZ Text if
	// IsText, else REG_DWORD Number.
	Absent bool
	IsText bool
	Text   string
	Number uint32
}

// WinHTTPProxy is what proxycfg.exe sets for programs that use WinHTTP. The zero value is
// a direct connection.
type WinHTTPProxy struct {
	Pos    Pos         `yaml:"-"`
	Use    Opt[string] `yaml:"use" short:"true" required:"true" help:"Name of the proxy."`
	Bypass []string    `yaml:"bypass" help:"Hosts that are asked directly: names, *.suffix, or <local>."`
}

// UpdateEngine holds switches of the Windows Update agent where documents leave room.
// Unset means the agent's own default.
type UpdateEngine struct {
	Pos           Pos       `yaml:"-"`
	MaxTrips      Opt[int]  `yaml:"max-trips" min:"1" help:"Calls of SyncUpdates in one detection before it gives up with WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS; absent: 200."`
	MaxRecoveries Opt[int]  `yaml:"max-recoveries" min:"1" help:"How often one detection renews its authorization; absent: 3."`
	UntilEmpty    Opt[bool] `yaml:"until-empty" help:"The agent asks until NewUpdates is empty, as MS-WUSP 3.1.5.7 words it; absent: it asks again only after a truncated answer, or one with a new revision that is no leaf (2.2.2.2.4)."`
	AskForEulas   Opt[bool] `yaml:"ask-for-eulas" help:"Updates with eula are neither downloaded nor installed before accept-eula; absent: they count as accepted, by the administrator of the server (MS-WUSP 3.1.1.1)."`
}
