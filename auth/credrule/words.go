package credrule

import (
	"fmt"
	"strings"
)

func whyNothingOffered(q question) string {
	return fmt.Sprintf("The %s's challenge names no scheme that BITS knows.", q.Target)
}

func whyURL(question) string {
	return "The URL holds user:password@, which answers the server's Basic challenge and wins over SetCredentials."
}

func whyExplicit(q question) string {
	return fmt.Sprintf("The program set a user name and password for the %s and %s, which the challenge offers.", q.Target, q.explicit())
}

func whyImplicit(q question) string {
	return fmt.Sprintf("The program called SetCredentials for the %s with NULL user name and password: the logon credentials answer %s.", q.Target, q.integrated())
}

func whyProxyImplicit(q question) string {
	return fmt.Sprintf("The program asked for the logon credentials for the proxy, and nothing explicit for the server: they answer the server's %s too.", q.integrated())
}

func whyNotOffered(q question) string {
	var set []string
	for _, e := range q.Credentials.sorted() {
		if e.Target == q.Target && q.Credentials[e] == Explicit {
			set = append(set, e.Scheme.String())
		}
	}
	return fmt.Sprintf("The program set credentials for the %s and %s, but the challenge offers %s only.", q.Target, strings.Join(set, ", "), q.offer())
}

func whyImplicitUseless(q question) string {
	return fmt.Sprintf("The program asked for the logon credentials, which answer NTLM and Negotiate, but the %s offers %s only.", q.Target, q.offer())
}

func whyNoMethod(q question) string {
	return fmt.Sprintf("The %s offers %s only, and BITS %s has no SetCredentials to give it a user name and password.", q.Target, q.offer(), q.BITS)
}

func whyNoCredentials(q question) string {
	return fmt.Sprintf("The %s offers %s only, which needs a user name and password, and the program set none for it.", q.Target, q.offer())
}

func whyAlways(q question) string {
	return fmt.Sprintf("BITS %s sends the logon credentials whenever NTLM or Negotiate is asked for; it reads neither UseLMCompat nor LmCompatibilityLevel.", q.BITS)
}

func whyCompat0(q question) string {
	return fmt.Sprintf("BITS %s sends the logon credentials to the %s: UseLMCompat is %s.", q.BITS, q.Target, q.compatWords())
}

func whyCompat1Allowed(q question) string {
	return fmt.Sprintf("BITS %s sends the logon credentials to the %s: UseLMCompat is %s and LmCompatibilityLevel is %d, not below 2.",
		q.BITS, q.Target, q.compatWords(), q.LmCompatibilityLevel)
}

func whyException(q question) string {
	return fmt.Sprintf("BITS %s still sends the logon credentials to a proxy although UseLMCompat is %s and LmCompatibilityLevel is %d, below 2.",
		q.BITS, q.compatWords(), q.LmCompatibilityLevel)
}

func whyCompat1(q question) string {
	return fmt.Sprintf("BITS %s keeps the logon credentials from the %s: UseLMCompat is %s, LmCompatibilityLevel is %d, below 2, and %s.",
		q.BITS, q.Target, q.compatWords(), q.LmCompatibilityLevel, q.setWords())
}

func whyCompat2(q question) string {
	return fmt.Sprintf("BITS %s keeps the logon credentials from the %s: UseLMCompat is %s, and %s.", q.BITS, q.Target, q.compatWords(), q.setWords())
}

// compatWords: "0", "absent (which means 1)", or the value and how it is taken.
func (q question) compatWords() string {
	switch {
	case !q.UseLMCompat.Present:
		return fmt.Sprintf("absent (which means %d)", q.compat)
	case !q.knowsCompat():
		return fmt.Sprintf("%d (which BITS %s does not know and takes as %d)", q.UseLMCompat.Value, q.BITS, q.compat)
	}
	return fmt.Sprint(q.compat)
}

func (q question) setWords() string {
	if q.Credentials.empty() {
		return "the program did not call SetCredentials"
	}
	return "the program called SetCredentials for nothing that answers this challenge"
}

// aside tells of something that was set and cannot have an effect.
func (q question) aside() string {
	if q.ignored {
		return fmt.Sprintf(" What SetCredentials was given has no effect: BITS %s does not have the method.", q.BITS)
	}
	return ""
}

// offer lists the usable schemes of the challenge.
func (q question) offer() string {
	var names []string
	for _, s := range q.offered {
		names = append(names, s.String())
	}
	return strings.Join(names, ", ")
}

func cureNothingOffered(q question) []string {
	return []string{fmt.Sprintf("Have the %s offer Negotiate, NTLM, Digest or Basic.", q.Target)}
}

func cureExplicit(q question) []string {
	cures := []string{fmt.Sprintf("Call SetCredentials with a user name and password for the %s and %s.", q.Target, q.offer())}
	if q.Target == Server && q.best(func(s Scheme) bool { return s == Basic }) != 0 {
		cures = append(cures, "Put user:password@ into the URL; whoever can list the job can read it.")
	}
	return append(cures, fmt.Sprintf("Have the %s offer NTLM or Negotiate, which the logon credentials can answer.", q.Target))
}

func cureNoMethod(q question) []string {
	cures := []string{"Install BITS 1.5 or later and call SetCredentials with a user name and password."}
	if q.Target == Server && q.best(func(s Scheme) bool { return s == Basic }) != 0 {
		cures = append([]string{"Put user:password@ into the URL; whoever can list the job can read it."}, cures...)
	}
	return append(cures, fmt.Sprintf("Have the %s offer NTLM or Negotiate, which BITS %s answers with the logon credentials.", q.Target, q.BITS))
}

func cureCompat1(q question) []string {
	return []string{
		cureImplicit(q),
		cureWorkaround,
		"Set LmCompatibilityLevel to 2 or more and restart; servers and proxies that know only LM then refuse the machine.",
	}
}

func cureCompat2(q question) []string { return []string{cureImplicit(q), cureWorkaround} }

func cureImplicit(q question) string {
	return fmt.Sprintf("Call SetCredentials with NULL user name and password for the %s and %s.", q.Target, q.integrated())
}

const cureWorkaround = `Set the DWORD UseLMCompat to 0 under HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\BITS and restart the BITS service.`
