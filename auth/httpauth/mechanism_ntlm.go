package httpauth

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/wualab/wualab/auth/ntlm"
)

// ntlmMechanism is the client's side of MS-NTHT 3.1.5.
type ntlmMechanism struct {
	client *ntlm.Client
	steps  int
}

// NewNTLM gives the NTLM login of client. The bare challenge is answered with Type 1
// and the one with Type 2 by Type 3; a bare challenge after Type 1 and any challenge
// after Type 3 mean that the login is refused.
func NewNTLM(client *ntlm.Client) Mechanism { return &ntlmMechanism{client: client} }

func (m *ntlmMechanism) Scheme() Scheme { return NTLM }

func (m *ntlmMechanism) ConnectionBound() bool { return true }

func (m *ntlmMechanism) Next(ch Challenge) (string, error) {
	if s := SchemeOf(ch.Scheme); s != NTLM {
		return "", fmt.Errorf("httpauth: NTLM can't answer a challenge of scheme %q", ch.Scheme)
	}
	m.steps++
	switch {
	case m.steps == 1 && ch.Token == "":
		return "NTLM " + base64.StdEncoding.EncodeToString(m.client.Negotiate()), nil
	case m.steps == 1:
		return "", errors.New("httpauth: NTLM: a Type 2 challenge came before any Type 1 was sent")
	case m.steps == 2 && ch.Token == "":
		return "", fmt.Errorf("httpauth: NTLM: Type 1 was answered without Type 2: %w", ErrRejected)
	case m.steps == 2:
		return m.authenticate(ch.Token)
	}
	return "", fmt.Errorf("httpauth: NTLM: Type 3 was not accepted: %w", ErrRejected)
}

func (m *ntlmMechanism) authenticate(token string) (string, error) {
	challenge, err := tokenBytes(token)
	if err != nil {
		return "", fmt.Errorf("httpauth: NTLM: Type 2 can't be read: %w", err)
	}
	answer, err := m.client.Authenticate(challenge)
	if err != nil {
		return "", fmt.Errorf("httpauth: NTLM: %w", err)
	}
	return "NTLM " + base64.StdEncoding.EncodeToString(answer), nil
}
