package httpauth

import (
	"fmt"
	"net/http"

	"github.com/wualab/wualab/auth/negotiate"
)

// negotiateMechanism is RFC 4559 on the client's side.
type negotiateMechanism struct{ client *negotiate.Client }

// NewNegotiate gives the Negotiate login of client. Whether it is bound to its
// connection depends on what the client chose, once the first challenge was answered:
// NTLM is, Kerberos is not. The result is a [Concluder].
func NewNegotiate(client *negotiate.Client) Mechanism { return &negotiateMechanism{client: client} }

func (m *negotiateMechanism) Scheme() Scheme { return Negotiate }

func (m *negotiateMechanism) ConnectionBound() bool { return m.client.ConnectionBound() }

func (m *negotiateMechanism) Next(ch Challenge) (string, error) {
	if s := SchemeOf(ch.Scheme); s != Negotiate {
		return "", fmt.Errorf("httpauth: Negotiate can't answer a challenge of scheme %q", ch.Scheme)
	}
	var challenge []byte
	if ch.Token != "" {
		var err error
		if challenge, err = tokenBytes(ch.Token); err != nil {
			return "", fmt.Errorf("httpauth: Negotiate: the server's token can't be read: %w", err)
		}
	}
	token, _, err := m.client.Next(challenge)
	if err != nil {
		return "", fmt.Errorf("httpauth: Negotiate: %w", err)
	}
	return "Negotiate " + encodeToken(token), nil
}

// Conclude hands over the server's last token, if any (RFC 4559 5).
func (m *negotiateMechanism) Conclude(target Target, h http.Header) error {
	offered, err := ParseChallenges(h.Values(target.ChallengeHeader()))
	if err != nil {
		return err
	}
	var last []byte
	for _, ch := range offered {
		if SchemeOf(ch.Scheme) != Negotiate || ch.Token == "" {
			continue
		}
		if last, err = tokenBytes(ch.Token); err != nil {
			return fmt.Errorf("httpauth: Negotiate: the server's last token can't be read: %w", err)
		}
	}
	if err := m.client.Finish(last); err != nil {
		return fmt.Errorf("httpauth: Negotiate: %w", err)
	}
	return nil
}
