package httpauth

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// basicMechanism is RFC 7617 on the client's side.
type basicMechanism struct {
	user, password string
	answered       bool
}

// NewBasic gives a Basic login. With a domain the user-id is DOMAIN\user. A user-id
// with a colon can't be sent (RFC 7617 2) and makes Next fail. The text is UTF-8 when
// the challenge says charset="UTF-8"; else Latin-1 where that has all characters,
// as older clients send it, and UTF-8 where it has not (Assumed: RFC 7617 leaves it
// open).
func NewBasic(user, domain, password string) Mechanism {
	if domain != "" {
		user = domain + `\` + user
	}
	return &basicMechanism{user: user, password: password}
}

func (m *basicMechanism) Scheme() Scheme { return Basic }

func (m *basicMechanism) ConnectionBound() bool { return false }

func (m *basicMechanism) Next(ch Challenge) (string, error) {
	switch {
	case SchemeOf(ch.Scheme) != Basic:
		return "", fmt.Errorf("httpauth: Basic can't answer a challenge of scheme %q", ch.Scheme)
	case m.answered:
		return "", fmt.Errorf("httpauth: Basic: %w", ErrRejected)
	case strings.Contains(m.user, ":"):
		return "", errors.New("httpauth: Basic: a user name with a colon can't be sent")
	}
	m.answered = true
	text := m.user + ":" + m.password
	charset, _ := ch.Param("charset")
	if !strings.EqualFold(charset, "UTF-8") {
		text = toLatin1(text)
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)), nil
}
