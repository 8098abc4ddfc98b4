package recording

import (
	"slices"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// login is what a server or proxy demanded, and who came in.
type login struct {
	schemes []string          // as scenario files spell them, in the order offered
	unknown []string          // others
	realm   string            // of basic and digest
	digest  map[string]string // parameters of its challenge
	utf8    bool              // basic says charset
	names   map[string]string // AV pairs of CHALLENGE_MESSAGE
	target  string            // its TargetName

	unasked  bool   // nobody was seen to demand a login; a client showed Basic credentials all the same
	used     string // the scheme by which somebody came in
	response string // the kind of NTLM response that came in
	tickets  bool   // Kerberos tickets came in
	accounts []account
	tried    []account       // who did not come in
	in       map[string]bool // connections that are logged in
	entries  []entry

	trying map[string]account // by connection, the last account that was shown
}

// entry is credentials that nobody refused.
type entry struct {
	scheme, response string
	ticket, named    bool
	who              account
}

// account is a user as credentials name him.
type account struct{ domain, user string }

func newLogin() *login {
	return &login{names: map[string]string{}, in: map[string]bool{}, trying: map[string]account{}}
}

// schemeWords are the schemes that scenario files know.
var schemeWords = map[string]string{"basic": "basic", "digest": "digest", "ntlm": "ntlm", "negotiate": "negotiate"}

// leg takes an exchange, and reports whether its answer was a step of a login, which a
// fake makes anew.
func (l *login) leg(x *transcript.Exchange, proxy bool) bool {
	challenge, credentials, status := "WWW-Authenticate", "Authorization", 401
	if proxy {
		challenge, credentials, status = "Proxy-Authenticate", "Proxy-Authorization", 407
	}
	demanded, offered := false, []string{}
	for i := range x.Tokens {
		t := &x.Tokens[i]
		switch {
		case strings.EqualFold(t.Header, challenge) && x.Status() == status:
			word, known := l.demand(t)
			if demanded = known || demanded; known && !slices.Contains(offered, word) {
				offered = append(offered, word)
			}
		case strings.EqualFold(t.Header, credentials):
			l.show(x.Conn, t)
		}
	}
	l.offer(offered)
	if x.Status() == status {
		if who, ok := l.trying[x.Conn]; ok && !endsInType2(x) {
			l.tried = add(l.tried, who)
		}
		return demanded && len(l.schemes) > 0
	}
	if x.Request.Get(credentials) != "" && x.Response != nil {
		l.enter(x)
	}
	return false
}

// endsInType2 reports whether the login goes on.
func endsInType2(x *transcript.Exchange) bool { return x.Token(true, "type2") != nil }

// offer takes the schemes of one answer; the longest list tells their order.
func (l *login) offer(list []string) {
	first, second := l.schemes, list
	if len(list) >= len(l.schemes) {
		first, second = list, l.schemes
	}
	l.schemes = nil
	for _, word := range slices.Concat(first, second) {
		if !slices.Contains(l.schemes, word) {
			l.schemes = append(l.schemes, word)
		}
	}
}

// demand takes a challenge; known tells whether it is one that a fake can make.
func (l *login) demand(t *transcript.Token) (word string, known bool) {
	word, known = schemeWords[strings.ToLower(t.Scheme)]
	if !known {
		if !slices.Contains(l.unknown, t.Scheme) {
			l.unknown = append(l.unknown, t.Scheme)
		}
		return word, false
	}
	if l.realm == "" {
		l.realm = t.Fields["realm"]
	}
	switch {
	case word == "digest" && t.Type == "challenge" && l.digest == nil:
		l.digest = t.Fields
	case word == "basic" && strings.EqualFold(t.Fields["charset"], "utf-8"):
		l.utf8 = true
	case t.Type == "type2":
		for _, name := range []string{"MsvAvNbComputerName", "MsvAvNbDomainName", "MsvAvDnsDomainName", "MsvAvDnsComputerName"} {
			if v := t.Fields[name]; v != "" {
				l.names[name] = v
			}
		}
		l.target = t.Fields["target"]
	}
	return word, true
}

// show takes credentials.
func (l *login) show(conn string, t *transcript.Token) {
	if t.Fields["user"] != "" {
		l.trying[conn] = account{t.Fields["domain"], t.Fields["user"]}
	}
}

// enter notes who came in with this request, and how.
func (l *login) enter(x *transcript.Exchange) {
	for i := range x.Tokens {
		t := &x.Tokens[i]
		word := schemeWords[strings.ToLower(t.Scheme)]
		if t.Response || word == "" {
			continue
		}
		who, named := l.trying[x.Conn]
		l.entries = append(l.entries, entry{word, t.Fields["response"], t.Type == "kerberos", named, who})
		l.in[x.Conn] = l.in[x.Conn] || word == "ntlm" || word == "negotiate"
	}
}

// settle says who came in, once all is known that was offered: a client may show
// credentials that nobody asked for. Basic ones alone can come first (RFC 7617 2.2); they
// are taken to be wanted, so that whoever plays the recording has them judged.
func (l *login) settle() {
	if len(l.schemes) == 0 && slices.ContainsFunc(l.entries, func(e entry) bool { return e.scheme == "basic" && e.named }) {
		l.schemes, l.unasked = []string{"basic"}, true
	}
	for _, e := range l.entries {
		if !slices.Contains(l.schemes, e.scheme) {
			continue
		}
		if l.used == "" {
			l.used = e.scheme
		}
		if e.response != "" {
			l.response = e.response
		}
		l.tickets = l.tickets || e.ticket
		if e.named {
			l.accounts = add(l.accounts, e.who)
		}
	}
}

func add(list []account, a account) []account {
	if slices.Contains(list, a) {
		return list
	}
	return append(list, a)
}

// levels are the values of LmCompatibilityLevel at which a client sends a kind of
// response ("Network security: LAN Manager authentication level").
var levels = map[string]int{"LM": 0, "LM and NTLMv1": 0, "NTLM2 session": 2, "NTLMv1": 2, "NTLMv2": 3}

// level is the LmCompatibilityLevel of the client that came in; ok is false when no NTLM
// response tells it.
func (l *login) level() (level int, ok bool) {
	level, ok = levels[l.response]
	return level, ok
}
