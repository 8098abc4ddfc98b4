package wsus

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/wualab/wualab/wusp"
)

// authorization is what an authorization cookie holds: the client and its groups,
// MS-WUSP 2.2.3.4.
type authorization struct {
	Client  string   `json:"client"`
	DNSName string   `json:"dns"`
	Groups  []string `json:"groups"`
}

// state is what a cookie holds: what MS-WUSP 3.1.5.4 lists.
type state struct {
	authorization
	Expires    time.Time `json:"expires"`
	Server     int       `json:"server"` // which life of the server gave it out
	Version    string    `json:"version"`
	LastChange time.Time `json:"change"` // of the configuration
	LastSync   time.Time `json:"sync"`   // the newest deployment that the client has
}

// sealer encrypts what clients keep for the server. The same content under the same
// key has the same bytes, so that runs are the same.
type sealer struct{ key [32]byte }

func newSealer(name string, seed int64) *sealer {
	return &sealer{sha256.Sum256(binary.BigEndian.AppendUint64([]byte("wualab wsus cookie "+name), uint64(seed)))}
}

func (s *sealer) mac(plain []byte) []byte {
	m := hmac.New(sha256.New, s.key[:])
	m.Write(plain)
	return m.Sum(nil)[:aes.BlockSize]
}

func (s *sealer) crypt(iv, text []byte) []byte {
	block, err := aes.NewCipher(s.key[:])
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	out := make([]byte, len(text))
	cipher.NewCTR(block, iv).XORKeyStream(out, text)
	return out
}

func (s *sealer) seal(v any) wusp.Binary {
	plain, err := json.Marshal(v)
	if err != nil {
		panic(err) // the types are those above
	}
	iv := s.mac(plain)
	return append(iv, s.crypt(iv, plain)...)
}

func (s *sealer) open(sealed wusp.Binary, into any) error {
	if len(sealed) < aes.BlockSize {
		return fmt.Errorf("%d bytes are too few", len(sealed))
	}
	plain := s.crypt(sealed[:aes.BlockSize], sealed[aes.BlockSize:])
	if !hmac.Equal(s.mac(plain), sealed[:aes.BlockSize]) {
		return fmt.Errorf("it was changed, or is of another server")
	}
	return json.Unmarshal(plain, into)
}

// newCookie gives a cookie of the state.
func (s *Server) newCookie(st state) *wusp.Cookie {
	st.Expires = s.now().Add(s.cfg.CookieLife)
	return &wusp.Cookie{Expiration: wusp.At(st.Expires), EncryptedData: s.sealer.seal(st)}
}

// check opens a cookie and says whether the server still takes it, MS-WUSP 2.2.2.4.
func (s *Server) check(c *wusp.Cookie) (state, error) {
	var st state
	if c == nil || len(c.EncryptedData) == 0 {
		return st, fail(wusp.InvalidCookie, "cookie")
	}
	if err := s.sealer.open(c.EncryptedData, &st); err != nil {
		return st, fail(wusp.InvalidCookie, "cookie")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case st.Server != s.life:
		return st, fail(wusp.ServerChanged, "")
	case !s.now().Before(st.Expires):
		return st, fail(wusp.CookieExpired, "")
	}
	return st, nil
}

// checkConfig says whether the configuration is the one that the client knows.
func (s *Server) checkConfig(st state) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !st.LastChange.Equal(s.changed) {
		return fail(wusp.ConfigChanged, "")
	}
	return nil
}
