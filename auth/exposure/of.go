package exposure

// Response kinds beside those of NTLM, for [Of].
const (
	Kerberos = "Kerberos" // a ticket under Negotiate
	SignIn   = "sign-in"  // name and password for the Passport login server
)

// kinds gives the exposure of a response by its kind, in the names of
// ntlm.ResponseKind. Of two responses in one message the worse counts.
var kinds = map[string]Exposure{
	Kerberos:        Ticket,
	"LMv2":          NTLMv2,
	"NTLMv2":        NTLMv2,
	"NTLM2 session": NTLM2Session,
	"NTLMv1":        NTLMv1,
	"LM":            LM,
	"LM and NTLMv1": LM,
}

// Of gives what credentials of a scheme give away: the scheme by its registered name,
// the response kind in the names of ntlm.ResponseKind or a constant of this package.
// Only NTLM, Negotiate and Passport1.4 look at the kind. A scheme or kind that is not
// known gives [Nothing], as does a message without a response, such as Type 1.
func Of(scheme, response string) Exposure {
	switch key(scheme) {
	case "basic":
		return ClearPassword
	case "digest":
		return Digest
	case "passport1.4":
		if response == SignIn {
			return ClearPassword
		}
		return Ticket
	case "ntlm", "negotiate":
		return kinds[response]
	}
	return Nothing
}
