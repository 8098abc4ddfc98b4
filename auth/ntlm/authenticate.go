package ntlm

const (
	authenticateName        = "AUTHENTICATE_MESSAGE"
	authenticateLM          = 12
	authenticateNT          = 20
	authenticateDomain      = 28
	authenticateUser        = 36
	authenticateWorkstation = 44
	authenticateSessionKey  = 52
	authenticateFlags       = 60
	authenticateVersionPos  = 64
	authenticateMIC         = 72
	micSize                 = 16
)

// AuthenticateMessage is Type 3, the client's answer (MS-NLMP 2.2.1.3).
type AuthenticateMessage struct {
	LmResponse                []byte // LmChallengeResponse: 24 bytes, 1 when anonymous, or absent
	NtResponse                []byte // NtChallengeResponse: 24 bytes, more for NTLMv2, or absent
	Domain, User, Workstation string // in the charset that Flags name
	EncryptedRandomSessionKey []byte // 16 bytes with NegotiateKeyExch, else absent
	Flags                     Flags
	HasFlags                  bool    // false in the oldest form, which ends before the session key
	Version                   Version // written and read only with NegotiateVersion
	HasMIC                    bool    // set by parsing when the NTLMv2 blob announces a MIC; makes Marshal leave room for it
	MIC                       [micSize]byte
}

// ParseAuthenticate reads a Type 3 message. The forms without MIC, without Version
// and without session key and flags are accepted; in the last the strings are taken
// as UTF-16. Whether a MIC is present follows from MsvAvFlags in the NTLMv2 response
// alone (MS-NLMP 3.2.5.1.2). A bad length or offset gives a *FormatError.
func ParseAuthenticate(b []byte) (*AuthenticateMessage, error) {
	return parseAuthenticate(b, NegotiateUnicode)
}

// parseAuthenticate takes the character set from negotiated when that is OEM, or when
// the message has no flags: the flags of a message on a connection are those negotiated
// before (MS-NLMP 2.2.1.3), and wget claims UTF-16 there for names that it writes in OEM.
func parseAuthenticate(b []byte, negotiated Flags) (*AuthenticateMessage, error) {
	r := newReader(authenticateName, 3, b)
	m := &AuthenticateMessage{
		LmResponse: r.field("LmChallengeResponseFields", authenticateLM),
		NtResponse: r.field("NtChallengeResponseFields", authenticateNT),
	}
	domain := r.field("DomainNameFields", authenticateDomain)
	user := r.field("UserNameFields", authenticateUser)
	station := r.field("WorkstationFields", authenticateWorkstation)
	charset := negotiated
	if m.HasFlags = r.fixed(authenticateFlags, 4); m.HasFlags {
		m.Flags = Flags(r.uint32("NegotiateFlags", authenticateFlags))
		m.EncryptedRandomSessionKey = r.field("EncryptedRandomSessionKeyFields", authenticateSessionKey)
		if negotiated.unicode() {
			charset = m.Flags
		}
	}
	m.Domain = r.text("DomainNameFields", authenticateDomain, domain, charset.unicode())
	m.User = r.text("UserNameFields", authenticateUser, user, charset.unicode())
	m.Workstation = r.text("WorkstationFields", authenticateWorkstation, station, charset.unicode())
	m.parseTail(r)
	if r.err != nil {
		return nil, r.err
	}
	return m, nil
}

func (m *AuthenticateMessage) parseTail(r *reader) {
	if m.Flags.Has(NegotiateVersion) && r.fixed(authenticateVersionPos, versionSize) {
		m.Version = parseVersion(r.b[authenticateVersionPos:])
	}
	if m.HasMIC = announcesMIC(m.NtResponse); m.HasMIC {
		copy(m.MIC[:], r.bytes("MIC", authenticateMIC, micSize))
	}
}

// Marshal writes the message: domain, user, workstation, LM response, NT response
// and session key behind a fixed part of 88 bytes with HasMIC, 72 with
// NegotiateVersion, else 64. It always writes flags; HasFlags is for reading.
func (m *AuthenticateMessage) Marshal() []byte {
	w := newWriter(3, m.fixedSize())
	unicode := m.Flags.unicode()
	domain := w.put(encodeText(m.Domain, unicode))
	user := w.put(encodeText(m.User, unicode))
	station := w.put(encodeText(m.Workstation, unicode))
	lm, nt := w.put(m.LmResponse), w.put(m.NtResponse)
	key := w.put(m.EncryptedRandomSessionKey)
	for _, f := range [][fieldsSize]byte{lm, nt, domain, user, station, key} {
		w.bytes(f[:]...)
	}
	w.uint32(uint32(m.Flags))
	if w.size > authenticateVersionPos {
		w.version(m.Version)
	}
	if m.HasMIC {
		w.bytes(m.MIC[:]...)
	}
	return w.finish()
}

func (m *AuthenticateMessage) fixedSize() int {
	switch {
	case m.HasMIC:
		return authenticateMIC + micSize
	case m.Flags.Has(NegotiateVersion):
		return authenticateMIC
	default:
		return authenticateVersionPos
	}
}
