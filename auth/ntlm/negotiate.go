package ntlm

const (
	negotiateName       = "NEGOTIATE_MESSAGE"
	negotiateShort      = 16 // header and flags only, as the oldest clients send
	negotiateHeader     = 32
	negotiateVersioned  = 40
	negotiateDomain     = 16
	negotiateStation    = 24
	negotiateVersionPos = 32
)

// NegotiateMessage is Type 1, the client's offer (MS-NLMP 2.2.1.1). Its two names
// are in the OEM code page whatever the flags say.
type NegotiateMessage struct {
	Flags       Flags
	Domain      string  // the client's domain; used only with NegotiateOEMDomainSupplied
	Workstation string  // used only with NegotiateOEMWorkstationSupplied
	Version     Version // written and read only with NegotiateVersion
}

// ParseNegotiate reads a Type 1 message. The 16-byte form without names and the
// 32-byte form without Version are accepted; a name without its "supplied" flag is
// ignored. A bad length or offset gives a *FormatError.
func ParseNegotiate(b []byte) (*NegotiateMessage, error) {
	r := newReader(negotiateName, 1, b)
	m := &NegotiateMessage{Flags: Flags(r.uint32("NegotiateFlags", prefixSize))}
	if m.Flags.Has(NegotiateOEMDomainSupplied) && len(b) > negotiateShort {
		m.Domain = decodeOEM(r.field("DomainNameFields", negotiateDomain))
	}
	if m.Flags.Has(NegotiateOEMWorkstationSupplied) && len(b) > negotiateShort {
		m.Workstation = decodeOEM(r.field("WorkstationFields", negotiateStation))
	}
	if m.Flags.Has(NegotiateVersion) && r.fixed(negotiateVersionPos, versionSize) {
		m.Version = parseVersion(b[negotiateVersionPos:])
	}
	if r.err != nil {
		return nil, r.err
	}
	return m, nil
}

// Marshal writes the message: 40 bytes with NegotiateVersion, else 32, then the
// workstation and the domain, in the order that the Davenport text shows for
// Windows. A name is written only when its "supplied" flag is set.
func (m *NegotiateMessage) Marshal() []byte {
	size := negotiateHeader
	if m.Flags.Has(NegotiateVersion) {
		size = negotiateVersioned
	}
	var domain, station [fieldsSize]byte
	w := newWriter(1, size)
	if m.Flags.Has(NegotiateOEMWorkstationSupplied) {
		station = w.put(encodeOEMLossy(m.Workstation))
	}
	if m.Flags.Has(NegotiateOEMDomainSupplied) {
		domain = w.put(encodeOEMLossy(m.Domain))
	}
	w.uint32(uint32(m.Flags))
	w.bytes(domain[:]...)
	w.bytes(station[:]...)
	if m.Flags.Has(NegotiateVersion) {
		w.version(m.Version)
	}
	return w.finish()
}
