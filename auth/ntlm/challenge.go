package ntlm

const (
	challengeName       = "CHALLENGE_MESSAGE"
	challengeTargetName = 12
	challengeFlags      = 20
	challengeNonce      = 24
	challengeTargetInfo = 40
	challengeVersionPos = 48
	challengeHeader     = 48
	challengeVersioned  = 56
)

// ChallengeMessage is Type 2, the server's challenge (MS-NLMP 2.2.1.2).
type ChallengeMessage struct {
	Flags           Flags
	TargetName      string  // domain or server; in the charset that Flags name
	ServerChallenge [8]byte // the nonce that all responses answer
	TargetInfo      []byte  // AV pairs as received, since NTLMv2 repeats them byte for byte; read them with Pairs
	Version         Version // written and read only with NegotiateVersion
}

// ParseChallenge reads a Type 2 message. The 32-byte form that ends with the nonce
// and the 40- and 48-byte forms without TargetInfo or Version are accepted.
// TargetInfo is taken only with NegotiateTargetInfo; its pairs are not checked
// here. A bad length or offset gives a *FormatError.
func ParseChallenge(b []byte) (*ChallengeMessage, error) {
	m, nameErr, err := readChallenge(b)
	switch {
	case nameErr != nil:
		return nil, nameErr
	case err != nil:
		return nil, err
	}
	return m, nil
}

// readChallenge tells apart a message whose TargetName alone can't be read, which
// m then lacks.
func readChallenge(b []byte) (m *ChallengeMessage, nameErr, err error) {
	r, named := newReader(challengeName, 2, b), newReader(challengeName, 2, b)
	name := named.field("TargetNameFields", challengeTargetName)
	r.payload = named.payload
	m = &ChallengeMessage{Flags: Flags(r.uint32("NegotiateFlags", challengeFlags))}
	copy(m.ServerChallenge[:], r.bytes("ServerChallenge", challengeNonce, 8))
	m.TargetName = named.text("TargetNameFields", challengeTargetName, name, m.Flags.unicode())
	if m.Flags.Has(NegotiateTargetInfo) && r.fixed(challengeTargetInfo, fieldsSize) {
		m.TargetInfo = r.field("TargetInfoFields", challengeTargetInfo)
	}
	if m.Flags.Has(NegotiateVersion) && r.fixed(challengeVersionPos, versionSize) {
		m.Version = parseVersion(b[challengeVersionPos:])
	}
	return m, named.err, r.err
}

// challengeToAnswer reads a Type 2 message as a client does, which has no use for
// TargetName: one that points nowhere, or has half a character, counts as absent.
// Assumed: squid's ntlm_fake_auth sends both, and its users log in.
func challengeToAnswer(b []byte) (*ChallengeMessage, error) {
	m, _, err := readChallenge(b)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Pairs reads TargetInfo; an absent one gives no pairs and no error.
func (m *ChallengeMessage) Pairs() (AVPairs, error) {
	if len(m.TargetInfo) == 0 {
		return nil, nil
	}
	return ParseAVPairs(m.TargetInfo)
}

// Marshal writes the message: 56 bytes with NegotiateVersion, else 48, then target
// name and target info.
func (m *ChallengeMessage) Marshal() []byte {
	size := challengeHeader
	if m.Flags.Has(NegotiateVersion) {
		size = challengeVersioned
	}
	w := newWriter(2, size)
	name := w.put(encodeText(m.TargetName, m.Flags.unicode()))
	var info [fieldsSize]byte
	if len(m.TargetInfo) > 0 {
		info = w.put(m.TargetInfo)
	}
	w.bytes(name[:]...)
	w.uint32(uint32(m.Flags))
	w.bytes(m.ServerChallenge[:]...)
	w.bytes(make([]byte, 8)...)
	w.bytes(info[:]...)
	if m.Flags.Has(NegotiateVersion) {
		w.version(m.Version)
	}
	return w.finish()
}
