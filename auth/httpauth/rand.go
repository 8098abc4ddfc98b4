package httpauth

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
)

// lockedRand lets the schemes of a gate share one random source.
type lockedRand struct {
	mu  sync.Mutex
	src io.Reader
}

func (l *lockedRand) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return io.ReadFull(l.src, b)
}

// randomHex gives n random bytes in hexadecimal.
func randomHex(src io.Reader, n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(src, b); err != nil {
		return "", fmt.Errorf("reading %d random bytes: %w", n, err)
	}
	return hex.EncodeToString(b), nil
}

func encodeToken(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
