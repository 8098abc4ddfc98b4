package httpauth

import (
	"io"
	"sync"
	"time"
)

const (
	nonceBytes     = 16
	maxNonces      = 4096             // that a gate remembers; the oldest is forgotten first and then stale
	nonceLifetime  = 30 * time.Minute // squid's nonce_max_duration
	ncWindow       = 64               // nc values behind the highest that may still come
	nonceUnlimited = 0
)

// nonceBook are the nonces that a gate gave out, with what was done with each (RFC 7616
// 3.3, 3.4). It is safe for concurrent use.
type nonceBook struct {
	mu       sync.Mutex
	byValue  map[string]*nonce
	order    []string
	rand     io.Reader
	now      func() time.Time
	lifetime time.Duration
	uses     int
}

// nonce is one of them.
type nonce struct {
	issued    time.Time
	used      int
	highest   uint32
	seen      uint64 // bit i: highest-i came
	sessNonce string // that began the session of the -sess algorithms, with sessCNonce
	sessCN    string
}

func newNonceBook(cfg GateConfig) *nonceBook {
	return &nonceBook{byValue: map[string]*nonce{}, rand: cfg.Rand, now: cfg.Now,
		lifetime: cfg.Digest.NonceLifetime, uses: cfg.Digest.NonceUses}
}

// issue gives a new nonce, which goes on with the session of before, if any.
func (b *nonceBook) issue(before string) (string, error) {
	value, err := randomHex(b.rand, nonceBytes)
	if err != nil {
		return "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	n := &nonce{issued: b.now()}
	if old := b.byValue[before]; old != nil {
		n.sessNonce, n.sessCN = old.sessNonce, old.sessCN
	}
	if b.byValue[value] == nil {
		b.order = append(b.order, value)
	}
	b.byValue[value] = n
	if len(b.order) > maxNonces {
		delete(b.byValue, b.order[0])
		b.order = b.order[1:]
	}
	return value, nil
}

// session gives nonce and cnonce that the session of a nonce began with; cnonce begins
// it now when it has not begun.
func (b *nonceBook) session(value, cnonce string) (string, string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.byValue[value]
	if n == nil || n.sessNonce == "" {
		return value, cnonce
	}
	return n.sessNonce, n.sessCN
}

// verdict is what a nonce book says of a use.
type verdict int

const (
	nonceGood verdict = iota
	nonceStale
	nonceReplay
)

// use takes note of a use by someone who knows the password. Without qop there is no
// count, and a nonce may come again (RFC 2069 2.1).
func (b *nonceBook) use(d DigestCredentials) verdict {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.byValue[d.Nonce]
	switch {
	case n == nil || b.now().Sub(n.issued) > b.lifetime:
		return nonceStale
	case b.uses != nonceUnlimited && n.used >= b.uses:
		return nonceStale
	case d.QOP != "" && !n.count(d.Count):
		return nonceReplay
	}
	n.used++
	if n.sessNonce == "" {
		n.sessNonce, n.sessCN = d.Nonce, d.CNonce
	}
	return nonceGood
}

// count reports whether nc comes for the first time. One that is far behind the
// highest counts as seen.
func (n *nonce) count(nc uint32) bool {
	switch {
	case nc == 0:
		return false
	case nc > n.highest:
		ahead := nc - n.highest
		n.seen = n.seen<<min(ahead, ncWindow) | 1
		n.highest = nc
		return true
	case n.highest-nc >= ncWindow:
		return false
	}
	bit := uint64(1) << (n.highest - nc)
	fresh := n.seen&bit == 0
	n.seen |= bit
	return fresh
}
