package behaviour

// The forms of texts in a condition, as regular expressions.
const (
	pathPattern   = `^[/*].*$`
	methodPattern = `^[A-Z][A-Z_-]*$`
	hostPattern   = `^[^/:\s]+$`
	clientPattern = `^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$`
)

// CommonParams describes the parameters that every behaviour of a [Conditional] table
// has: when, and the short forms for two of its keys.
func CommonParams() []Param {
	when := Param{Name: "when", Type: Mapping, Hint: "{path: /update.cab, nth: 2}", Fields: whenFields(),
		Help: "Acts only on the requests that are like this; all keys that are given must hold."}
	return []Param{when, shortParam("path"), shortParam("method")}
}

// IsCommon reports whether a parameter is one of CommonParams.
func IsCommon(p Param) bool {
	for _, q := range CommonParams() {
		if q.Name == p.Name && q.Help == p.Help {
			return true
		}
	}
	return false
}

// shortParam describes a parameter that stands for a key of when.
func shortParam(name string) Param {
	for _, p := range whenFields() {
		if p.Name == name {
			p.Help += " Short for the same key of when."
			return p
		}
	}
	return Param{}
}

func whenFields() []Param {
	return []Param{
		texts("path", pathPattern, "a path that begins with /, such as /update.cab",
			`The URL's path, or a list of paths of which one fits. One that ends in "/" is a prefix; * stands for any characters.`),
		texts("method", methodPattern, "a method in capitals, such as GET", "The method, or a list of methods."),
		texts("host", hostPattern, "a host name without port, such as *.windowsupdate.com",
			"The host that the request is for, or a list of hosts; * stands for any characters."),
		{Name: "header", Type: Mapping, Hint: `{User-Agent: "/BITS/"}`, Each: &Param{Type: Match},
			Help: "Fields of the request by name: a text (* stands for any characters), /regular expression/, present or absent."},
		{Name: "range", Type: Match, Help: "The ranges that are asked for: present, absent, one of them such as 0-99 or 100- or -500, " +
			"all of them such as 0-99,200-299, or a /regular expression/."},
		{Name: "connection", Type: Numbers, Enum: []string{connectionFirst, connectionNew},
			Help: "Which of the connections that the client's address has opened to this fake: a number, 1-3, from 4 or every 3. " +
				"first: the first one. new: the first request on any connection."},
		{Name: "nth", Type: Numbers, Help: "Which of the requests for which all other keys hold, counted from 1: a number, 1-3, from 4 or every 3. " +
			"The count begins anew when the behaviours are changed."},
		PerParam("How nth counts."),
		texts("client", clientPattern, "an IP address such as 192.0.2.7, or a network such as 192.0.2.0/24",
			"The address of the client, or a network such as 192.0.2.0/24, or a list of these."),
		{Name: "account", Type: Match, Help: `Who has logged in: DOMAIN\user or user, in any case, a /regular expression/ on the name in lower case, ` +
			"present or absent. In front of the authentication nobody has."},
		{Name: "after", Type: Duration, Help: "The time since the fake was started, on its clock, from which on the behaviour acts."},
		{Name: "until", Type: Duration, Help: "The time since the fake was started at which it ceases to act."},
		{Name: "state", Type: Mapping, Hint: "{maintenance: on}", Each: &Param{Type: Match},
			Help: "Named values of the fake: a text (* stands for any characters), /regular expression/, present or absent."},
		{Name: "chance", Type: Chance, Help: "The probability with which a request is meant for which all else holds: 0.25 or 25%. It is drawn from the fake's seed."},
	}
}

func texts(name, pattern, hint, help string) Param {
	return Param{Name: name, Type: List, Help: help, Each: &Param{Type: String, Pattern: pattern, Hint: hint}}
}
