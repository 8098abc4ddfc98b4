package credrule

import (
	"fmt"
	"slices"
	"strings"
)

// This file answers every input a second time, from the published tables typed
// in as data and from a reading of its own of the rules about them. It shares
// no code with the rules.

// registryTable is the Authentication page's UseLMCompat table with KB 842309,
// for programs that did not call SetCredentials. Columns: BITS versions;
// UseLMCompat (- absent, * any); server and proxy at level 0 and 1; server and
// proxy at level 2 and above. Y: logon credentials are sent.
const registryTable = `
1.0,1.2              *  Y Y  Y Y
1.5                  -  N Y  Y Y
1.5                  0  Y Y  Y Y
1.5                  1  N Y  Y Y
1.5                  2  N Y  Y Y
1.5                  3  N Y  Y Y
2.0,2.5              -  N N  Y Y
2.0,2.5              0  Y Y  Y Y
2.0,2.5              1  N N  Y Y
2.0,2.5              2  N N  N N
2.0,2.5              3  N N  Y Y
3.0,4.0,5.0,10.0     -  N N  N N
3.0,4.0,5.0,10.0     0  Y Y  Y Y
3.0,4.0,5.0,10.0     1  N N  Y Y
3.0,4.0,5.0,10.0     2  N N  N N
3.0,4.0,5.0,10.0     3  N N  N N
`

// registrySays looks an input up in registryTable.
func registrySays(in Input) (send bool, err error) {
	compat := "-"
	if in.UseLMCompat.Present {
		compat = fmt.Sprint(in.UseLMCompat.Value)
	}
	column := 2
	if in.Target == Proxy {
		column++
	}
	if in.LmCompatibilityLevel >= 2 {
		column += 2
	}
	for line := range strings.Lines(registryTable) {
		f := strings.Fields(line)
		if len(f) == 6 && slices.Contains(strings.Split(f[0], ","), in.BITS.String()) && (f[1] == "*" || f[1] == compat) {
			return f[column] == "Y", nil
		}
	}
	return false, fmt.Errorf("no line for BITS %s, UseLMCompat %s", in.BITS, compat)
}

// setTable is SetCredentials' effect from BITS 1.5 on, whatever the registry
// says. Columns: what was set for the server, what for the proxy (n nothing
// that can answer, i implicit, e an explicit one for a scheme not offered, E an
// explicit one for an offered scheme, * any); what answers the server, what the
// proxy (i implicit, E explicit, R the registry decides, - cannot be).
const setTable = `
n n  R R
n i  i i
n e  R R
n E  - E
i n  i R
i i  i i
i e  i R
i E  - E
e n  R R
e i  R i
e e  R R
e E  - E
E n  E -
E i  E -
E e  E -
`

// given is the letter of what was set for a target, seen from the challenge in
// hand. Something implicit hides explicit ones that this challenge cannot use,
// as those for the other target always are.
func given(in Input, target Target) string {
	implicit, explicit, usable := false, false, false
	for e, set := range in.Credentials {
		if e.Target != target {
			continue
		}
		implicit = implicit || set == Implicit
		explicit = explicit || set == Explicit
		usable = usable || set == Explicit && target == in.Target && slices.Contains(in.Offered, e.Scheme)
	}
	switch {
	case usable:
		return "E"
	case implicit:
		return "i"
	case explicit:
		return "e"
	}
	return "n"
}

// expected is whose credentials are sent.
func expected(in Input) (Kind, error) {
	has := func(s Scheme) bool { return slices.Contains(in.Offered, s) }
	logon := has(NTLM) || has(Negotiate)
	old := in.BITS == Version{1, 0} || in.BITS == Version{1, 2}

	answer := "R"
	if !old {
		answer = ""
		column := 2
		if in.Target == Proxy {
			column = 3
		}
		for line := range strings.Lines(setTable) {
			f := strings.Fields(line)
			if len(f) == 4 && f[0] == given(in, Server) && f[1] == given(in, Proxy) {
				answer = f[column]
			}
		}
	}
	if answer == "" || answer == "-" {
		return Nothing, fmt.Errorf("no line for %s, %s", given(in, Server), given(in, Proxy))
	}
	if in.URLCredentials && in.Target == Server && has(Basic) {
		stronger := false
		for _, s := range []Scheme{Digest, NTLM, Negotiate, Passport} {
			stronger = stronger || !old && has(s) && in.Credentials[Entry{Server, s}] == Explicit
		}
		if !stronger {
			return URLEmbedded, nil
		}
	}
	if answer == "E" {
		return ProgramCredentials, nil
	}
	if !logon {
		return Nothing, nil
	}
	if answer == "i" {
		return LogonCredentials, nil
	}
	send, err := registrySays(in)
	if send {
		return LogonCredentials, err
	}
	return Nothing, err
}

// expectedScheme is the scheme in which kind is sent.
func expectedScheme(in Input, kind Kind) Scheme {
	for _, s := range []Scheme{Negotiate, NTLM, Passport, Digest, Basic} {
		if !slices.Contains(in.Offered, s) {
			continue
		}
		switch {
		case kind == LogonCredentials && (s == Negotiate || s == NTLM),
			kind == URLEmbedded && s == Basic,
			kind == ProgramCredentials && in.Credentials[Entry{in.Target, s}] == Explicit:
			return s
		}
	}
	return 0
}
