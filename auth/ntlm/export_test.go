package ntlm

// ResumeSession gives a session that has already sent this challenge, so that
// recorded handshakes can be verified.
func (a *Acceptor) ResumeSession(negotiate, challenge []byte) (*Session, error) {
	m, err := ParseChallenge(challenge)
	if err != nil {
		return nil, err
	}
	return &Session{acceptor: a, negotiate: negotiate, challenge: challenge,
		flags: m.Flags, nonce: m.ServerChallenge, pending: true}, nil
}

// BindingsOf gives the hash of channel bindings with that application data.
func BindingsOf(data []byte) [16]byte { return bindingsOf(data) }
