package ntlm

// echoed are the flags that a server returns when the client asked for them
// (MS-NLMP 2.2.2.5, 3.2.5.1.1).
const echoed = RequestTarget | NegotiateSign | NegotiateSeal | NegotiateKeyExch |
	NegotiateIdentify | NegotiateAnonymous

// agree makes the flags of a challenge out of the client's offer (MS-NLMP
// 3.2.5.1.1).
func (a *Acceptor) agree(offered Flags) (Flags, error) {
	f := NegotiateNTLM | NegotiateAlwaysSign | offered&echoed
	switch {
	case offered.Has(NegotiateUnicode) && !a.cfg.OEMOnly:
		f |= NegotiateUnicode
	case offered.Has(NegotiateOEM):
		f |= NegotiateOEM
	case a.cfg.OEMOnly:
		return 0, &FormatError{negotiateName, "NegotiateFlags", prefixSize, "does not offer OEM, which is all that the server knows"}
	default:
		return 0, &FormatError{negotiateName, "NegotiateFlags", prefixSize, "has neither UNICODE nor OEM"}
	}
	switch {
	case offered.Has(NegotiateExtendedSessionSecurity) && !a.cfg.NoESS:
		f |= NegotiateExtendedSessionSecurity
	case offered.Has(NegotiateLMKey):
		f |= NegotiateLMKey
	}
	if f.HasAny(NegotiateSign | NegotiateSeal) {
		f |= offered & (Negotiate128 | Negotiate56)
	}
	if a.cfg.No128 {
		f &^= Negotiate128
	}
	if a.cfg.OS.SendVersion {
		f |= offered & NegotiateVersion
	}
	return f | a.targetFlags(f), nil
}

// targetFlags say which target is named and whether TargetInfo follows: a server
// older than Vista sends it only to who asked for extended session security or a
// target (MS-NLMP product notes).
func (a *Acceptor) targetFlags(agreed Flags) Flags {
	var f Flags
	if agreed.Has(RequestTarget) {
		f |= TargetTypeServer
		if a.cfg.NetBIOSDomain != "" {
			f = TargetTypeDomain
		}
	}
	wanted := a.cfg.OS.AlwaysTargetInfo || agreed.HasAny(NegotiateExtendedSessionSecurity|RequestTarget)
	if wanted && !a.cfg.NoTargetInfo {
		f |= NegotiateTargetInfo
	}
	return f
}
