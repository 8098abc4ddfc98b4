package plan

// Login is how a server or a proxy lets its clients log in.
type Login struct {
	Auth             []Scheme          `yaml:"auth" enum:"basic|digest|ntlm|negotiate|passport" help:"Authentication schemes that are offered, in order; absent: open to all."`
	Accounts         []AccountRef      `yaml:"accounts" help:"Accounts that may log in: names or accounts. With domain-controller they are those of the computer alone."`
	ServerLevel      Opt[int]          `yaml:"server-level" min:"0" max:"5" help:"LmCompatibilityLevel of the side that verifies."`
	Domain           Opt[string]       `yaml:"domain" help:"NetBIOS domain of the computer; absent: that of the domain controller, or of the first account."`
	DomainController *DomainController `yaml:"domain-controller" help:"The computer is a member of a domain and passes logons of its accounts on to this domain controller, as NETLOGON does (MS-APDS); absent: it verifies all by itself."`
	MemberOf         Opt[string]       `yaml:"member-of" format:"name" help:"As domain-controller, for one of domain-controllers that others ask, too: bad passwords count together."`
	LockAfter        Opt[int]          `yaml:"lock-after" min:"1" help:"Failed logons in a row after which an account is locked out; absent: never."`
	PersistentAuth   Opt[bool]         `yaml:"persistent-auth" help:"Sends Persistent-Auth: true or false with the answer that ends a login (MS-N2HT), and acts so; absent: sends none."`
	PerRequest       Opt[bool]         `yaml:"per-request" help:"Demands a login for each request, as AuthPersistence 64 of IIS; absent: an NTLM login lasts as long as its connection."`
	Kerberos         *NodeKerberos     `yaml:"kerberos" help:"The service's side of Kerberos under negotiate; absent: no ticket can be made for it."`
	Negotiate        *NodeNegotiate    `yaml:"negotiate" help:"What is taken under negotiate beside tickets, and how it is answered; absent: NTLM, bare or wrapped."`
	NTLMBlocked      Opt[bool]         `yaml:"ntlm-blocked" help:"The policy \"Restrict NTLM: Incoming NTLM traffic\" of the computer denies all accounts: STATUS_NOT_SUPPORTED."`
	Realm            Opt[string]       `yaml:"realm" format:"line" help:"Realm of basic and digest; absent: the name of a proxy, the computer of a server."`
	TargetInfo       *TargetInfo       `yaml:"target-info" help:"What the computer calls itself in the challenges of NTLM (MS-NLMP 2.2.2.1); absent: its name in capitals, and no DNS names."`
	Basic            *BasicChallenge   `yaml:"basic" help:"How basic is demanded; absent: without a charset."`
	Digest           *DigestChallenge  `yaml:"digest" help:"How digest is demanded; absent: MD5 with qop auth."`
}

// TargetInfo names a computer in CHALLENGE_MESSAGE, beside the NetBIOS domain.
type TargetInfo struct {
	Pos         Pos         `yaml:"-"`
	Computer    Opt[string] `yaml:"computer" format:"line" help:"MsvAvNbComputerName."`
	DNSDomain   Opt[string] `yaml:"dns-domain" format:"line" help:"MsvAvDnsDomainName; absent: none."`
	DNSComputer Opt[string] `yaml:"dns-computer" format:"line" help:"MsvAvDnsComputerName; absent: none."`
}

// DomainController is the authority behind members of a domain. Name is empty for one
// that is written where it is used.
type DomainController struct {
	Pos       Pos          `yaml:"-"`
	Name      string       `yaml:"$key" format:"name"`
	Accounts  []AccountRef `yaml:"accounts" required:"true" help:"Accounts of the domain: names or accounts."`
	Level     Opt[int]     `yaml:"level" min:"0" max:"5" help:"LmCompatibilityLevel of the domain controller, which counts for accounts of the domain."`
	Domain    Opt[string]  `yaml:"domain" help:"NetBIOS domain; absent: that of the first account."`
	LockAfter Opt[int]     `yaml:"lock-after" min:"1" help:"Failed logons in a row after which an account of the domain is locked out, at whichever member; absent: as the member says."`
	Blocked   Opt[bool]    `yaml:"blocked" help:"NTLM is blocked in the domain: STATUS_NOT_SUPPORTED."`
	Down      Opt[bool]    `yaml:"down" help:"The domain controller does not answer: STATUS_NO_LOGON_SERVERS."`
}

// NodeKerberos is a service of the scenario's Kerberos realm.
type NodeKerberos struct {
	Pos    Pos           `yaml:"-"`
	SPN    Opt[string]   `yaml:"spn" help:"Service principal name; absent: HTTP/ and the name of the server or proxy."`
	Key    Opt[string]   `yaml:"key" enum:"right|wrong|missing" default:"right" help:"The key in the service's keytab: that of the realm, another (KRB_AP_ERR_MODIFIED), or none."`
	Keytab Opt[string]   `yaml:"keytab" format:"path" help:"A keytab beneath the scenario's folder with the service's key from a real KDC; absent: the service is in a realm inside the program."`
	Skew   Opt[Duration] `yaml:"skew" format:"skew" help:"How much the service's clock is ahead of the realm's, or with a minus behind; more than 5 minutes is KRB_AP_ERR_SKEW."`
	Replay Opt[bool]     `yaml:"replay" help:"The service holds each authenticator for one that it has seen: KRB_AP_ERR_REPEAT."`
}

// ClientKerberos is what the PC has of Kerberos.
type ClientKerberos struct {
	Pos     Pos           `yaml:"-"`
	Tickets Opt[Tickets]  `yaml:"tickets" help:"Service principal names for which the PC can get a ticket, or none; absent: those of all servers and proxies that have one."`
	Skew    Opt[Duration] `yaml:"skew" format:"skew" help:"How much the clock in the PC's authenticators is ahead of the realm's, or with a minus behind."`
	Config  Opt[string]   `yaml:"config" format:"path" help:"A krb5.conf beneath the scenario's folder: tickets come from its KDC with the account's password; absent: from a realm inside the program. The world then begins at the present time."`
}

// Tickets is a list of service principal names; none is an empty list.
type Tickets []string

// BasicChallenge is how a server or proxy demands Basic (RFC 7617).
type BasicChallenge struct {
	Pos     Pos         `yaml:"-"`
	Charset Opt[string] `yaml:"charset" enum:"unsaid|utf-8" default:"unsaid" help:"What the challenge says of the characters of name and password; unsaid: nothing, as before RFC 7617."`
}

// DigestChallenge is how a server or proxy demands Digest (RFC 7616).
type DigestChallenge struct {
	Pos       Pos         `yaml:"-"`
	Algorithm Opt[string] `yaml:"algorithm" enum:"MD5|MD5-sess|SHA-256" default:"MD5" help:"Algorithm of the challenge."`
	QOP       Opt[string] `yaml:"qop" enum:"auth|none" default:"auth" help:"Quality of protection; none: the form of RFC 2069."`
	Stale     Opt[bool]   `yaml:"stale" help:"Each nonce counts once: a second use is answered with stale=true."`
	NextNonce Opt[bool]   `yaml:"next-nonce" help:"Gives the next nonce in (Proxy-)Authentication-Info."`
}
