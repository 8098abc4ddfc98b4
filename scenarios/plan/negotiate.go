package plan

// ClientNegotiate is how the PC speaks under negotiate.
type ClientNegotiate struct {
	Pos  Pos         `yaml:"-"`
	NTLM Opt[string] `yaml:"ntlm" enum:"raw|wrapped" help:"How NTLM goes when the PC has nothing else to offer: its bare messages, or wrapped in SPNEGO; absent: as the PC's Windows does."`
}

// NodeNegotiate is what a server or proxy takes under negotiate, and how it answers.
type NodeNegotiate struct {
	Pos         Pos         `yaml:"-"`
	NTLM        Opt[bool]   `yaml:"ntlm" help:"Takes NTLM, bare or wrapped in SPNEGO; absent: true; false: tickets alone, which needs the key kerberos."`
	MechListMIC Opt[string] `yaml:"mech-list-mic" enum:"when-sent|omitted|demanded|wrong" default:"when-sent" help:"The mechListMIC of wrapped NTLM (RFC 4178 5): checked and answered when the client sends one, neither checked nor made, demanded, or answered with one that is wrong."`
	Reject      Opt[bool]   `yaml:"reject" help:"A refusal carries a token that says so (RFC 4178 4.2.2); absent: the bare challenge, as most servers send."`
}

// checkNegotiate sees that a node takes something.
func (c *checker) checkNegotiate(l *Login) {
	if n := l.Negotiate; n != nil && n.NTLM.Set && !n.NTLM.Value && l.Kerberos == nil {
		c.fail(n.NTLM.Pos, "negotiate: neither NTLM nor tickets are taken", "add the key kerberos, or leave ntlm out")
	}
}
