package credrule

import (
	"cmp"
	"maps"
	"slices"
)

// question is an Input made ready for the rules: what the BITS version does
// not know is gone, and what the rules ask for often is worked out.
type question struct {
	Input
	traits  traits
	offered []Scheme // known, once each, in order of preference
	compat  uint32   // UseLMCompat as this version understands it
	ignored bool     // SetCredentials does not exist, something was set though
}

// preference is the order in which schemes are tried, best first. Assumed:
// BITS' own order is not published; this is that of the sample in WinHTTP,
// "Authentication in WinHTTP", with Basic last.
func preference() [5]Scheme { return [5]Scheme{Negotiate, NTLM, Passport, Digest, Basic} }

func ask(in Input) question {
	q := question{Input: in, traits: traitsOf(in.BITS)}
	if in.Target != Proxy {
		q.Target = Server
	}
	if !q.traits.setCredentials {
		q.ignored = !in.Credentials.empty()
		q.Credentials = nil
	}
	for _, s := range preference() {
		if slices.Contains(in.Offered, s) {
			q.offered = append(q.offered, s)
		}
	}
	q.compat = q.traits.defaultCompat
	if in.UseLMCompat.Present && q.knowsCompat() {
		q.compat = in.UseLMCompat.Value
	}
	return q
}

// knowsCompat reports whether the value of UseLMCompat means something to this
// version. Assumed: one that means nothing is taken as an absent one.
func (q question) knowsCompat() bool { return q.UseLMCompat.Value <= q.traits.maxCompat }

// without is the same question, had the challenge not offered s.
func (q question) without(s Scheme) question {
	q.offered = slices.DeleteFunc(slices.Clone(q.offered), func(o Scheme) bool { return o == s })
	return q
}

// integrated is the scheme that logon credentials would answer, or zero.
// Source: BITS, "Authentication": challenge/response is negotiated by SPNEGO.
func (q question) integrated() Scheme {
	return q.best(func(s Scheme) bool { return s.integrated() })
}

// explicit is the best offered scheme that has an explicit entry, or zero.
func (q question) explicit() Scheme { return q.best(q.isExplicit) }

func (q question) isExplicit(s Scheme) bool {
	return q.Credentials[Entry{q.Target, s}] == Explicit
}

// url is Basic if the URL's credentials can answer this challenge, else zero.
// Assumed: they answer nothing but Basic, and never a proxy.
func (q question) url() Scheme {
	if q.Target == Server && q.URLCredentials {
		return q.best(func(s Scheme) bool { return s == Basic })
	}
	return 0
}

func (q question) best(ok func(Scheme) bool) Scheme {
	for _, s := range q.offered {
		if ok(s) {
			return s
		}
	}
	return 0
}

// implicitHere: the program asked for logon credentials for this target.
func (q question) implicitHere() bool { return q.Credentials.any(q.Target, Implicit) }

// implicitByProxy: implicit credentials for the proxy cover the server unless
// it has explicit ones. Source: SetCredentials, remarks.
func (q question) implicitByProxy() bool {
	return q.Target == Server && q.Credentials.any(Proxy, Implicit) && !q.Credentials.any(Server, Explicit)
}

// levelSuffices: the bar that UseLMCompat 1 sets.
func (q question) levelSuffices() bool { return q.LmCompatibilityLevel >= 2 }

// sorted gives the entries by target, then scheme.
func (c Credentials) sorted() []Entry {
	return slices.SortedFunc(maps.Keys(c), func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(a.Scheme, b.Scheme))
	})
}
