package httpauth

import (
	"fmt"
	"strings"
)

// Param is one auth-param, with the quoting of its value undone. A word of Passport1.4
// without "=" has no Name.
type Param struct{ Name, Value string }

// Challenge is one way to log in that a server or proxy offers (RFC 9110 11.3). It
// has a Token or Params or neither.
type Challenge struct {
	Scheme string  // as written; SchemeOf(Scheme) names it
	Token  string  // token68, for NTLM and Negotiate base64
	Params []Param // in order
}

// Param gives the value of the first parameter with that name, whose case does not
// matter (RFC 9110 11.2).
func (c Challenge) Param(name string) (value string, ok bool) { return param(c.Params, name) }

// Credentials is what a client answers (RFC 9110 11.4); the parts are those of
// [Challenge].
type Credentials struct {
	Scheme string
	Token  string
	Params []Param
}

// Param gives the value of the first parameter with that name, whose case does not
// matter.
func (c Credentials) Param(name string) (value string, ok bool) { return param(c.Params, name) }

func param(params []Param, name string) (string, bool) {
	for _, p := range params {
		if strings.EqualFold(p.Name, name) {
			return p.Value, true
		}
	}
	return "", false
}

// ParseChallenges reads the values of all WWW-Authenticate or Proxy-Authenticate
// fields of a response, one challenge or several in each, in the order of the wire.
// A comma inside a quoted string separates nothing. Unquoted parameter values may
// hold what RFC 9110 would have quoted, since servers send that. With an error come
// the challenges read before it, also those of later values; the error quotes no
// value.
func ParseChallenges(values []string) ([]Challenge, error) {
	var all []Challenge
	var first error
	for _, value := range values {
		list, err := parseList(value)
		all = append(all, list...)
		if err != nil && first == nil {
			first = fmt.Errorf("httpauth: challenge: %w", err)
		}
	}
	return all, first
}

// ParseCredentials reads the value of an Authorization or Proxy-Authorization field,
// which holds exactly one set of credentials. The error names the place and never
// the value, which is secret.
func ParseCredentials(value string) (Credentials, error) {
	list, err := parseList(value)
	switch {
	case err != nil:
		return Credentials{}, fmt.Errorf("httpauth: credentials: %w", err)
	case len(list) == 0:
		return Credentials{}, fmt.Errorf("httpauth: credentials: the value is empty")
	case len(list) > 1:
		return Credentials{}, fmt.Errorf("httpauth: credentials: %d sets in one value, one is allowed", len(list))
	}
	return Credentials(list[0]), nil
}
