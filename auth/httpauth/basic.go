package httpauth

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// userPass is what Basic credentials hold (RFC 7617 2).
type userPass struct{ user, password string }

// parseBasic decodes a Basic token: UTF-8 when it is valid UTF-8, else Latin-1.
func parseBasic(token string) (userPass, error) {
	raw, err := tokenBytes(token)
	if err != nil {
		return userPass{}, err
	}
	if bytes.IndexFunc(raw, func(c rune) bool { return c < ' ' || c == 0x7f }) >= 0 {
		return userPass{}, errors.New("there is a control character in it")
	}
	text := string(raw)
	if !utf8.Valid(raw) {
		text = fromLatin1(raw)
	}
	user, password, ok := strings.Cut(text, ":")
	if !ok {
		return userPass{}, errors.New("there is no colon in it")
	}
	return userPass{user, password}, nil
}

// account splits the user-id of DOMAIN\user; a user-id without a domain keeps it
// empty, user@domain is left to the verifier.
func (u userPass) account() (domain, user string) {
	if domain, user, ok := strings.Cut(u.user, `\`); ok {
		return domain, user
	}
	return "", u.user
}

func fromLatin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(charmap.ISO8859_1.DecodeByte(c))
	}
	return s.String()
}

// toLatin1 gives s as Latin-1 bytes, or unchanged when a character is missing there.
func toLatin1(s string) string {
	encoded, err := charmap.ISO8859_1.NewEncoder().String(s)
	if err != nil {
		return s
	}
	return encoded
}
