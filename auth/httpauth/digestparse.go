package httpauth

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// DigestCredentials is what a client proves itself with by Digest (RFC 7616 3.4).
// Quoting is undone.
type DigestCredentials struct {
	Username, Realm, Nonce, URI string
	Response                    string // in lower-case hexadecimal
	Algorithm                   string // as written; empty when absent
	CNonce, Opaque, QOP         string // empty when absent; QOP in lower case
	NC                          string // as written: eight hexadecimal digits, or empty without QOP
	Count                       uint32 // NC as a number
}

// ParseDigest reads the parameters of Digest credentials. Unknown parameters are passed
// over. A required one that is missing, one that comes twice, a response or nc that is
// not hexadecimal, a hashed user name (userhash) and the username* form, which are not
// supported, are errors; they quote no value.
func ParseDigest(c Credentials) (DigestCredentials, error) {
	if c.Token != "" {
		return DigestCredentials{}, errors.New("there is a token where parameters were due")
	}
	if err := checkParams(c.Params); err != nil {
		return DigestCredentials{}, err
	}
	var d DigestCredentials
	for _, field := range []struct {
		name     string
		to       *string
		required bool
	}{
		{"username", &d.Username, false}, {"realm", &d.Realm, true}, {"nonce", &d.Nonce, true},
		{"uri", &d.URI, true}, {"response", &d.Response, true}, {"algorithm", &d.Algorithm, false},
		{"cnonce", &d.CNonce, false}, {"opaque", &d.Opaque, false}, {"qop", &d.QOP, false}, {"nc", &d.NC, false},
	} {
		value, ok := c.Param(field.name)
		if !ok && field.required {
			return DigestCredentials{}, fmt.Errorf("parameter %s is missing", field.name)
		}
		*field.to = value
	}
	d.Response, d.QOP = strings.ToLower(d.Response), strings.ToLower(d.QOP)
	return d, d.check(c)
}

// maxDigestParams is far above the eleven that RFC 7616 knows.
const maxDigestParams = 64

func checkParams(params []Param) error {
	if len(params) > maxDigestParams {
		return fmt.Errorf("there are %d parameters, more than %d", len(params), maxDigestParams)
	}
	seen := map[string]bool{}
	for _, p := range params {
		key := strings.ToLower(p.Name)
		if seen[key] {
			return fmt.Errorf("parameter %q is given twice", printable(p.Name))
		}
		seen[key] = true
	}
	return nil
}

func (d *DigestCredentials) check(c Credentials) error {
	hashed, _ := c.Param("userhash")
	_, extended := c.Param("username*")
	switch {
	case strings.EqualFold(hashed, "true"):
		return errors.New("the user name is hashed (userhash), which is not supported")
	case extended:
		return errors.New("the user name is in the username* form, which is not supported")
	case d.Username == "":
		return errors.New("the user name is missing")
	}
	if _, err := hex.DecodeString(d.Response); err != nil {
		return errors.New("the response is not hexadecimal")
	}
	if d.QOP == "" {
		return nil
	}
	return d.checkQOP()
}

// checkQOP looks at what must stand beside qop (RFC 7616 3.4).
func (d *DigestCredentials) checkQOP() error {
	const digits = 8
	count, err := strconv.ParseUint(d.NC, 16, 32)
	switch {
	case len(d.NC) != digits || err != nil:
		return errors.New("nc is not eight hexadecimal digits")
	case d.CNonce == "":
		return errors.New("cnonce is missing")
	}
	d.Count = uint32(count)
	return nil
}

// DigestChallenge is what a server or proxy asks for by Digest (RFC 7616 3.3).
type DigestChallenge struct {
	Realm, Nonce, Opaque string
	HasOpaque            bool
	Algorithm            string   // as written; empty when absent
	QOP                  []string // in lower case; empty as RFC 2069 has it
	Stale                bool
	UTF8                 bool // charset=UTF-8
	Userhash             bool
}

// ParseDigestChallenge reads a Digest challenge. A missing realm is an empty one, since
// servers forget it (Assumed); a missing nonce and a parameter given twice are errors.
func ParseDigestChallenge(c Challenge) (DigestChallenge, error) {
	if err := checkParams(c.Params); err != nil {
		return DigestChallenge{}, err
	}
	get := func(name string) string {
		value, _ := c.Param(name)
		return value
	}
	d := DigestChallenge{
		Realm: get("realm"), Nonce: get("nonce"), Algorithm: get("algorithm"),
		Stale:    strings.EqualFold(get("stale"), "true"),
		UTF8:     strings.EqualFold(get("charset"), "UTF-8"),
		Userhash: strings.EqualFold(get("userhash"), "true"),
	}
	d.Opaque, d.HasOpaque = c.Param("opaque")
	for _, q := range strings.Split(get("qop"), ",") {
		if q = strings.ToLower(strings.TrimSpace(q)); q != "" {
			d.QOP = append(d.QOP, q)
		}
	}
	if d.Nonce == "" {
		return DigestChallenge{}, errors.New("parameter nonce is missing")
	}
	return d, nil
}

// qop picks what to answer: auth, or nothing where none is offered.
func (d DigestChallenge) qop() (string, error) {
	switch {
	case len(d.QOP) == 0:
		return "", nil
	case slices.Contains(d.QOP, qopAuth):
		return qopAuth, nil
	case slices.Contains(d.QOP, qopAuthInt):
		return "", errors.New("only qop auth-int is offered, which protects bodies too and is not supported")
	}
	return "", errors.New("no qop that is known is offered")
}
