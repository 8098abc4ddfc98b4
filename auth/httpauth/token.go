package httpauth

import (
	"encoding/base64"
	"errors"
	"fmt"
)

// tokenBytes decodes the base64 of a token (RFC 4648 section 4).
func tokenBytes(token string) ([]byte, error) {
	if token == "" {
		return nil, errors.New("there is none")
	}
	b, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil {
		return nil, fmt.Errorf("base64: %w", err)
	}
	return b, nil
}
