package credrule

import "slices"

// The whole space of decisions that the tests walk, over a hundred
// thousand inputs: every BITS version, level 0 to 5, UseLMCompat absent and 0 to 3,
// both targets, and representatives of what a program can set and of what a
// challenge can offer.

func compatSpace() []UseLMCompat {
	return []UseLMCompat{{}, LMCompat(0), LMCompat(1), LMCompat(2), LMCompat(3)}
}

// setSpace is what a program can have set for one target.
func setSpace(target Target) []Credentials {
	return []Credentials{
		nil,
		{{target, NTLM}: Implicit},
		{{target, Basic}: Explicit},
		{{target, NTLM}: Explicit, {target, Digest}: Explicit, {target, Basic}: Explicit},
		{{target, Negotiate}: Implicit, {target, Basic}: Explicit},
	}
}

func credentialSpace() []Credentials {
	var all []Credentials
	for _, server := range setSpace(Server) {
		for _, proxy := range setSpace(Proxy) {
			both := Credentials{}
			for e, s := range server {
				both[e] = s
			}
			for e, s := range proxy {
				both[e] = s
			}
			all = append(all, both)
		}
	}
	return all
}

func offerSpace() [][]Scheme {
	return [][]Scheme{
		nil, {Basic}, {Passport}, {NTLM}, {Negotiate}, {Digest, NTLM, Negotiate}, {Basic, NTLM}, {Negotiate, Digest, Basic},
	}
}

// eachInput walks the space without traits of scheme limits.
func eachInput(visit func(Input)) {
	credentials := credentialSpace()
	for _, version := range Versions() {
		for level := range 6 {
			for _, compat := range compatSpace() {
				for _, target := range []Target{Server, Proxy} {
					for _, set := range credentials {
						for _, offered := range offerSpace() {
							in := Input{BITS: version, LmCompatibilityLevel: level, UseLMCompat: compat, Credentials: set, Target: target, Offered: offered}
							visit(in)
							if target == Server && slices.Contains(offered, Basic) {
								in.URLCredentials = true
								visit(in)
							}
						}
					}
				}
			}
		}
	}
}

// limitSpace is a smaller space with everything that limits schemes.
func limitSpace() []Input {
	var all []Input
	offers := [][]Scheme{{Basic}, {Digest}, {NTLM}, {Negotiate}, {Passport}, {Negotiate, NTLM}, {Passport, Basic}}
	everything := func(target Target) Credentials {
		c := Credentials{}
		for s := Basic; s <= Passport; s++ {
			c[Entry{target, s}] = Explicit
		}
		return c
	}
	for _, target := range []Target{Server, Proxy} {
		for _, set := range []Credentials{nil, everything(target), {{target, NTLM}: Implicit}} {
			for _, offered := range offers {
				for _, os := range []OS{OtherOS, XP, Server2003} {
					for proxy := Scheme(0); proxy <= Passport; proxy++ {
						for flags := range 4 {
							all = append(all, Input{BITS: Version{2, 0}, Credentials: set, Target: target, Offered: offered, OS: os,
								ProxyScheme: proxy, HTTPS: flags&1 != 0, ProxyAutodetect: flags&2 != 0})
						}
					}
				}
			}
		}
	}
	return all
}
