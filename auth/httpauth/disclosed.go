package httpauth

import (
	"net/http"
	"strings"

	"github.com/wualab/wualab/auth/exposure"
	"github.com/wualab/wualab/auth/negotiate"
	"github.com/wualab/wualab/auth/ntlm"
)

// Disclosed gives what a request's credentials for a target give away, whoever asked
// for them and whether they are accepted or not; of several fields the worst counts.
// Names alone, as in a Type 1, are nothing.
func Disclosed(target Target, h http.Header) exposure.Exposure {
	worst := exposure.Nothing
	for _, value := range h.Values(target.CredentialHeader()) {
		list, err := parseList(value)
		for _, c := range list {
			worst = max(worst, disclosedBy(c))
		}
		if scheme, rest, _ := strings.Cut(strings.TrimSpace(value), " "); err != nil && SchemeOf(scheme) == Basic && rest != "" {
			worst = exposure.ClearPassword
		}
	}
	return worst
}

func disclosedBy(c Challenge) exposure.Exposure {
	scheme := SchemeOf(c.Scheme)
	switch scheme {
	case Basic:
		if c.Token == "" {
			return exposure.Nothing
		}
	case Digest:
		if _, ok := param(c.Params, "response"); !ok {
			return exposure.Nothing
		}
	case Passport:
		return disclosedByPassport(c.Params)
	case NTLM, Negotiate:
		raw, err := tokenBytes(c.Token)
		if err != nil {
			return exposure.Nothing
		}
		return exposure.Of(string(scheme), tokenResponse(scheme, raw))
	}
	return exposure.Of(string(scheme), "")
}

func disclosedByPassport(params []Param) exposure.Exposure {
	kind := exposure.SignIn
	if _, ok := param(params, "pwd"); !ok {
		kind = ""
		if _, ok := param(params, "from-PP"); !ok {
			return exposure.Nothing
		}
	}
	return exposure.Of(string(Passport), kind)
}

// tokenResponse gives the kind of the response in a token of NTLM or Negotiate.
func tokenResponse(scheme Scheme, raw []byte) string {
	if scheme == NTLM {
		d, err := ntlm.Describe(raw)
		if err != nil {
			return ""
		}
		return d.Response.String()
	}
	d, err := negotiate.Describe(raw)
	switch {
	case err != nil:
		return ""
	case d.NTLM != nil:
		return d.NTLM.Response.String()
	case d.Kerberos != nil:
		return exposure.Kerberos
	}
	return ""
}
