package winhttp

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// loginKey says who a login is for: the proxy's host:port, or scheme and
// authority of the server.
type loginKey struct {
	target httpauth.Target
	peer   string
}

// login is what one call knows of one target that may challenge it. The states
// of proxy and server are apart, also on one connection (RFC 4559 section 6).
type login struct {
	key     loginKey
	host    string // for Question
	offered []httpauth.Challenge
	mech    httpauth.Mechanism
	explain func() string
	told    string // by explain
	steps   int    // credentials that mech gave
	pending string // credentials for the next request
	sent    bool   // the request under way has them
	fresh   bool   // pending was made for the next request
	again   bool   // the next request needs a login of its own
	scheme  httpauth.Scheme

	failure error // why it was given up

	asked    bool // the Authenticator was
	rounds   int  // challenges since it was accepted last
	restarts int
	recorded credrule.Decision
}

// begun reports whether losing the connection now loses the login: the next
// credentials answer what came on it.
func (l *login) begun() bool { return l.mech != nil && l.mech.ConnectionBound() && l.steps > 1 }

// name is "proxy corp:8080".
func (l *login) name() string { return l.key.target.String() + " " + l.host }

func (k *call) proxyLogin() *login {
	return k.login(loginKey{httpauth.Proxy, k.proxy}, k.proxy)
}

func (k *call) serverLogin() *login {
	return k.login(loginKey{httpauth.Server, k.url.Scheme + "://" + authority(k.url)}, hostField(k.url))
}

func (k *call) login(key loginKey, host string) *login {
	if k.logins[key] == nil {
		k.logins[key] = &login{key: key, host: host}
	}
	return k.logins[key]
}

// proxyScheme is the scheme that satisfied the proxy on the way of cn.
func (k *call) proxyScheme(cn *conn) httpauth.Scheme {
	key := loginKey{httpauth.Proxy, k.proxy}
	if l := k.logins[key]; l != nil && l.scheme != "" {
		return l.scheme
	}
	return cn.logins[key]
}

// answer prepares the credentials that a challenge calls for; false when it
// stays unanswered, and the login knows why. Credentials that were refused end
// it: assumed, so that one bad password counts once against the account.
func (k *call) answer(l *login, m *message, r *reply) bool {
	if k.req.Auth == nil {
		return false
	}
	offered, err := httpauth.ParseChallenges(r.resp.Header.Values(l.key.target.ChallengeHeader()))
	if err != nil {
		r.cn.tap.Note("%v", err)
	}
	if len(offered) == 0 {
		return l.end(r.cn, fmt.Errorf("the %s asks for credentials and offers no scheme", l.name()))
	}
	if l.rounds++; l.rounds > k.c.cfg.Limits.AuthRounds {
		return l.end(r.cn, fmt.Errorf("the %s has asked %d times: given up", l.name(), l.rounds))
	}
	if !l.sent {
		if l.offered, err = k.sessionSafe(l, r, offered); err != nil {
			return l.end(r.cn, err)
		}
		if !k.ask(l, m, r.cn, l.asked) {
			return false
		}
	}
	if err := l.next(offered, r.cn); err != nil {
		return l.end(r.cn, err)
	}
	return true
}

// end gives a login up; why goes to the record and to the caller of Do.
func (l *login) end(cn *conn, why error) bool {
	l.failure = why
	cn.tap.Note("%v", why)
	return false
}

// next lets the mechanism answer its challenge among those offered.
func (l *login) next(offered []httpauth.Challenge, cn *conn) error {
	scheme := l.mech.Scheme()
	challenge, ok := httpauth.Pick(l.mech, offered)
	if !ok {
		return fmt.Errorf("the %s does not offer %s", l.name(), scheme)
	}
	bound := l.mech.ConnectionBound()
	credentials, err := l.mech.Next(challenge)
	if err != nil {
		return fmt.Errorf("login to the %s: %w", l.name(), err)
	}
	if l.steps++; !bound && l.mech.ConnectionBound() {
		l.steps = 1 // it begins here: NTLM, which the server wants in place of a ticket, too
	}
	l.tell(cn)
	l.pending, l.sent, l.fresh = credentials, false, true
	return nil
}

// tell records what the mechanism does when that is new.
func (l *login) tell(cn *conn) {
	if l.explain == nil {
		return
	}
	if text := l.explain(); text != "" && text != l.told {
		l.told = text
		cn.tap.Note("%s", text)
	}
}

// ask has the Authenticator decide; false when it gives up.
func (k *call) ask(l *login, m *message, cn *conn, restart bool) bool {
	a := k.req.Auth.Answer(Question{
		Target: l.key.target, Host: l.host, URL: k.shownURL(),
		Challenges: slices.Clone(l.offered), HTTPS: k.url.Scheme == "https", ChannelBindings: cn.bindings(l.key.target),
		ProxyScheme: k.proxyScheme(cn), Autodetect: k.req.Proxy.Usage == ProxyAutodetect,
		Redirected: k.redirects > 0, OtherServer: k.first != k.serverLogin().key.peer, Restart: restart,
		Method: m.method, RequestTarget: m.targets[l.key.target], Visit: k.visit,
	})
	k.record(l, cn, a.Decision)
	l.asked, l.mech, l.explain, l.steps, l.pending = true, a.Mechanism, a.Explain, 0, ""
	return l.mech != nil
}

// restart begins a login anew that was lost with its connection, once.
func (k *call) restart(l *login, m *message, cn *conn) error {
	lost := fmt.Errorf("the connection was closed within the %s login to the %s", l.mech.Scheme(), l.name())
	if l.restarts++; l.restarts > 1 {
		return k.fail("log in", cn, fmt.Errorf("%w, again after a new start", lost), hresult.ERROR_WINHTTP_CONNECTION_ERROR)
	}
	cn.tap.Note("%v: begun anew", lost)
	if !k.ask(l, m, cn, true) {
		return k.fail("log in", cn, lost, hresult.ERROR_WINHTTP_CONNECTION_ERROR)
	}
	if err := l.next(l.bare(), cn); err != nil {
		return k.fail("log in", cn, err, hresult.ERROR_WINHTTP_LOGIN_FAILURE)
	}
	return nil
}

// record puts a decision into the transcript and the response, unless it is the
// one that this login had already.
func (k *call) record(l *login, cn *conn, d credrule.Decision) {
	if d.Rule == "" || (l.asked && d.Rule == l.recorded.Rule && d.Send == l.recorded.Send) {
		return
	}
	l.recorded = d
	k.decisions = append(k.decisions, d)
	t := &transcript.Decision{
		Target: l.key.target.String(), Send: d.Send, Rule: d.Rule, Words: d.Words,
		Source: d.Source, Documented: d.Documented, Remedies: d.Remedies,
	}
	if d.Send {
		t.Kind, t.Scheme = d.Kind.String(), d.Scheme.String()
	}
	cn.tap.Annotate(func(x *transcript.Exchange) { x.Decisions = append(x.Decisions, t) })
	if rec := k.c.cfg.Recorder; rec != nil {
		rec.Add(transcript.Event{Kind: transcript.KindDecision, Node: k.c.cfg.Node, Conn: cn.tap.ID(),
			Subject: l.host, Text: d.Words, Decision: t})
	}
}

// message is one request in the form that converse repeats until it is not
// challenged any more.
type message struct {
	method  string
	logins  []*login                   // whose challenges are answered, the proxy's first
	targets map[httpauth.Target]string // the request target that a login speaks of
	bytes   func([]*login) []byte
	connect func(fresh bool) (*conn, *reply, error)
}

// request is the call's request as a message. Plain http through a proxy has
// both logins on one connection. Assumed: each login speaks of the target that
// its peer gets to see.
func (k *call) request() *message {
	logins := []*login{k.serverLogin()}
	if k.absoluteForm() {
		logins = []*login{k.proxyLogin(), k.serverLogin()}
	}
	path := k.url.RequestURI()
	targets := map[httpauth.Target]string{httpauth.Server: path, httpauth.Proxy: "http://" + hostField(k.url) + path}
	return &message{method: k.method, logins: logins, targets: targets, bytes: k.requestBytes, connect: k.connect}
}

// fromProxy reports whether a proxy answers on the connection itself.
func (k *call) fromProxy(method string) bool {
	return k.absoluteForm() || method == http.MethodConnect
}
