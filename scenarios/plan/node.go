package plan

import "time"

// Server is a fake origin server.
type Server struct {
	Pos   Pos        `yaml:"-"`
	Name  string     `yaml:"$key" format:"node"`
	Hosts []string   `yaml:"host" one:"true" format:"host" help:"Further host names, or IP addresses, that lead to the server."`
	TLS   Opt[bool]  `yaml:"tls" help:"The server speaks TLS."`
	Port  Opt[int]   `yaml:"port" min:"1" max:"65535" help:"Port at which its names are found; absent: 80, or 443 with tls."`
	Down  Opt[bool]  `yaml:"down" help:"Nobody listens at its address: connections are refused."`
	Files []FileSpec `yaml:"files" keyed:"true" help:"Files by path."`
	Login
	ExtendedProtection *ExtendedProtection `yaml:"extended-protection" help:"Extended Protection for Authentication: what the server makes of the channel bindings of NTLM, bare or under negotiate; needs tls: true. absent: nothing."`
	Certificate        []string            `yaml:"certificate" one:"true" enum:"expired|other-name|unknown-authority|wrong-usage|revoked" help:"What is wrong with the server's certificate; needs tls: true. absent: nothing. revoked wants a server with revocation-list."`
	ClientCertificate  Opt[string]         `yaml:"client-certificate" enum:"accept|require" help:"The server asks clients for a certificate; needs tls: true. accept takes a client without one, require answers it 403; a certificate that the scenario's authority did not issue is answered 403. absent: it does not ask."`
	RevocationList     Opt[string]         `yaml:"revocation-list" format:"urlpath" help:"Path at which the server, one without TLS, has the revocation list of the authority; the certificates of the other servers name it. absent: they name none."`
	PassportLogin      Opt[bool]           `yaml:"passport-login" help:"The server is the login service of Passport 1.4, for servers with auth: [passport]: nexus.passport.com leads to it, too, and its accounts can sign in there, by user name or DOMAIN\\user. It needs tls: true."`
	PassportRedirect   Opt[bool]           `yaml:"passport-redirect" help:"passport is demanded with a 302 to the login service, for browsers that know no Passport (MS-PASS 3.1.5.2); absent: with a 401."`
	PassportService    PassportService     `yaml:"passport-service" help:"What the login service does differently; needs passport-login."`
	Behaviours         []Behaviour         `yaml:"behaviours" format:"server" help:"What the server does differently, outermost first."`
	Script             ScriptText          `yaml:"script" format:"server" help:"A script in Starlark that sees every request first and every answer last; the behaviour script, in front of the others."`
	State              []StateValue        `yaml:"state" keyed:"true" help:"Named values that behaviours ask for with when and set with set-state; absent: none."`
	Routes             []Route             `yaml:"routes" keyed:"true" help:"Parts of the server with rules of their own, by path prefix."`
	Shares             []Share             `yaml:"shares" keyed:"true" help:"Folders of the server's files that can be read over SMB as \\\\server\\share\\path, by name of the share. accounts, server-level, domain, domain-controller and lock-after count for both protocols; without accounts everybody is a guest."`
	Recorded           []RecordedAnswer    `yaml:"recorded" help:"Answers of a real server, which are given again; they come before files. What nothing was recorded for is made from the whole that was, and else 404."`
	PAC                *PAC                `yaml:"pac" help:"A proxy auto-configuration script, served at /wpad.dat and /proxy.pac: the script itself, or rules that it is made of."`
	Uploads            []UploadDir         `yaml:"uploads" keyed:"true" help:"Virtual directories that take BITS uploads, by path. The longest path counts, also among routes."`
	WSUS               *WSUS               `yaml:"wsus" help:"The server is an update server of MS-WUSP (Windows Server Update Services); open to all, wherever auth is."`
	Applications       []Application       `yaml:"applications" keyed:"true" help:"Server applications for uploads, by path; open to all."`
	SMS                *SMSSite            `yaml:"sms" help:"An SMS 2003 site, whose management point the server is: packages, advertisements, distribution points."`
	SUS                *SUS                `yaml:"sus" help:"The server is one of Software Update Services 1.0: iuident.cab, self-update, a list of approved updates that is one for all clients, and status pings; open to all, wherever auth is. What no document tells of the protocol is invented, and says so."`
}

// Route is a part of a server with authentication and behaviours of its own.
type Route struct {
	Pos        Pos           `yaml:"-"`
	Prefix     string        `yaml:"$key" format:"urlpath"`
	Auth       Opt[[]Scheme] `yaml:"auth" enum:"basic|digest|ntlm|negotiate|passport" help:"Schemes offered here; an empty list: open to all."`
	Accounts   []AccountRef  `yaml:"accounts" help:"Accounts that may log in here."`
	Behaviours []Behaviour   `yaml:"behaviours" format:"server" help:"What the server does differently here."`
}

// FileSpec is a file of a server: Size bytes generated from Seed, or read from
// From.
type FileSpec struct {
	Pos          Pos            `yaml:"-"`
	Path         string         `yaml:"$key" format:"urlpath"`
	Size         Opt[int64]     `yaml:"size" format:"size" help:"Size of a generated file."`
	Seed         Opt[int64]     `yaml:"seed" help:"Seed of a generated file; the same size and seed give the same bytes."`
	From         Opt[string]    `yaml:"from" format:"path" help:"File to serve; a path beneath the scenario's folder."`
	LastModified Opt[time.Time] `yaml:"last-modified" format:"time" help:"Last-Modified, as 2004-08-06T12:00:00Z."`
	ETag         Opt[string]    `yaml:"etag" format:"etag" help:"ETag with its quotes."`
	Type         Opt[string]    `yaml:"type" help:"Content-Type."`
}

// Proxy is a fake proxy.
type Proxy struct {
	Pos   Pos       `yaml:"-"`
	Name  string    `yaml:"$key" format:"node"`
	Hosts []string  `yaml:"host" one:"true" format:"host" help:"Further host names, or IP addresses, that lead to the proxy."`
	Down  Opt[bool] `yaml:"down" help:"Nobody listens at its address: connections are refused."`
	Login
	SessionBasedAuthentication Opt[bool]    `yaml:"session-based-authentication" help:"The proxy adds Proxy-support: Session-Based-Authentication to answers with WWW-Authenticate (RFC 4559 6); absent: it does not."`
	Behaviours                 []Behaviour  `yaml:"behaviours" format:"proxy" help:"What the proxy does differently, outermost first."`
	Script                     ScriptText   `yaml:"script" format:"proxy" help:"A script in Starlark that sees every request first and every answer last; the behaviour script, in front of the others."`
	State                      []StateValue `yaml:"state" keyed:"true" help:"Named values that behaviours ask for with when and set with set-state; absent: none."`
	Via                        Opt[string]  `yaml:"via" help:"Proxy that this proxy asks in turn."`
}

// Behaviour names one deviation of a fake, with its parameters.
type Behaviour struct {
	Pos  Pos
	Name string
	// Params holds string, int64, bool and float64 values, lists ([]any) and mappings
	// (map[string]any) of these; sizes and durations are strings with their unit. Nil
	// without parameters.
	Params map[string]any

	keys   []pair // as written, with their places
	source *node  // all of it

	readFile func(path string) ([]byte, error) // for what the check wants to read
}

// Change alters a fake between steps. What is not set stays as it is.
type Change struct {
	Pos Pos `yaml:"-"`
	// Node is the name of a server or a proxy.
	Node       string           `yaml:"$key" format:"node"`
	Down       Opt[bool]        `yaml:"down" help:"Goes down, and its connections are closed; or with false comes back."`
	Behaviours Opt[[]Behaviour] `yaml:"behaviours" format:"node" help:"Behaviours in place of those so far; an empty list takes all away."`
	State      []StateValue     `yaml:"state" keyed:"true" help:"Named values that behaviours ask for with when and set with set-state; others stay, absent as value takes one away."`
	Files      []FileSpec       `yaml:"files" keyed:"true" help:"Files to add or to replace by path; servers only."`
	Uploads    []UploadChange   `yaml:"uploads" keyed:"true" help:"Changes to upload directories, by path; servers only."`
	Shares     []ShareChange    `yaml:"shares" keyed:"true" help:"Changes to file shares, by name; servers only."`
	WSUS       *WSUSChange      `yaml:"wsus" help:"Changes to an update server."`
	SMS        *SMSChange       `yaml:"sms" help:"Changes to an SMS 2003 site; its management point only."`
	SUS        *SUSChange       `yaml:"sus" help:"Changes to a server of SUS 1.0."`
}
