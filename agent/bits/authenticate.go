package bits

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net/url"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
)

// authenticator answers the challenges that a file's transfer meets, by the
// BITS credential rule.
type authenticator struct {
	file *File
}

var _ winhttp.Authenticator = (*authenticator)(nil)

// schemes pairs the names of the wire with those of BG_AUTH_SCHEME.
var schemes = map[httpauth.Scheme]credrule.Scheme{
	httpauth.Basic:     credrule.Basic,
	httpauth.Digest:    credrule.Digest,
	httpauth.NTLM:      credrule.NTLM,
	httpauth.Negotiate: credrule.Negotiate,
	httpauth.Passport:  credrule.Passport,
}

// Answer decides on a challenge and begins the login.
func (a *authenticator) Answer(q winhttp.Question) winhttp.Answer {
	j := a.file.job
	j.m.mu.Lock()
	creds := j.creds
	j.m.mu.Unlock()
	kept := creds
	if q.OtherServer && q.Target == httpauth.Server {
		creds = nil
	}
	answer := winhttp.Answer{Decision: credrule.Decide(a.input(q, creds))}
	if len(creds) < len(kept) {
		answer.Decision.Words += " What the program has set is for the server of the file's URL, and a redirect led to " + q.Host + "."
		answer.Decision.Documented = false
		answer.Decision.Assumptions = append(answer.Decision.Assumptions, "Credentials of SetCredentials are not for another server that a redirect leads to.")
	}
	if answer.Decision.Send {
		answer.Mechanism, answer.Explain = a.login(q, answer.Decision, creds)
	}
	return answer
}

func (a *authenticator) input(q winhttp.Question, creds credentials) credrule.Input {
	pc := a.file.job.m.cfg.Machine
	level, _ := pc.EffectiveLmCompatibilityLevel()
	in := credrule.Input{
		BITS:                 credrule.Version(a.file.job.m.version()),
		LmCompatibilityLevel: level,
		UseLMCompat:          useLMCompat(pc),
		Credentials:          creds.rules(),
		Target:               target(q.Target),
		OS:                   pc.Profile().OS.Family(),
		HTTPS:                q.HTTPS,
		ProxyScheme:          schemes[q.ProxyScheme],
		ProxyAutodetect:      q.Autodetect,
	}
	for _, ch := range q.Challenges {
		if s, ok := schemes[httpauth.SchemeOf(ch.Scheme)]; ok {
			in.Offered = append(in.Offered, s)
		}
	}
	_, _, in.URLCredentials = a.urlCredentials(q)
	return in
}

// useLMCompat reads the registry anew for each decision. Assumed: a value of
// another type than REG_DWORD is as good as absent, and a change counts
// without a restart of the service.
func useLMCompat(pc *machine.Machine) credrule.UseLMCompat {
	value, present, err := pc.UseLMCompat()
	if err != nil || !present {
		return credrule.UseLMCompat{}
	}
	return credrule.LMCompat(value)
}

func target(t httpauth.Target) credrule.Target {
	if t == httpauth.Proxy {
		return credrule.Proxy
	}
	return credrule.Server
}

// urlCredentials gives user:password@ of the file's own URL; they are not for
// a proxy, nor for where a redirect leads.
func (a *authenticator) urlCredentials(q winhttp.Question) (user, password string, ok bool) {
	u, err := url.Parse(a.file.remote.get())
	if err != nil || u.User == nil || q.Target == httpauth.Proxy || q.Redirected {
		return "", "", false
	}
	password, _ = u.User.Password()
	return u.User.Username(), password, true
}

// account is who logs in by the decision.
func (a *authenticator) account(q winhttp.Question, d credrule.Decision, creds credentials) (machine.Account, bool) {
	switch d.Kind {
	case credrule.LogonCredentials:
		account, err := a.file.job.m.cfg.Machine.ImplicitCredentials(a.file.job.Owner())
		return account, err == nil
	case credrule.URLEmbedded:
		user, password, ok := a.urlCredentials(q)
		return machine.Account{User: user, Password: machine.Secret(password)}, ok
	}
	one, ok := creds[credrule.Entry{Target: target(q.Target), Scheme: d.Scheme}]
	domain, user := splitUser(string(one.user))
	return machine.Account{Domain: domain, User: user, Password: one.password}, ok
}

// entropy gives a source of random bytes that depends on the seed, the job, and
// how many were given to it before.
func (j *Job) entropy() io.Reader {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	var key [32]byte
	for i := 0; i < len(key); i += 8 {
		binary.LittleEndian.PutUint64(key[i:], j.random.Uint64())
	}
	return rand.NewChaCha8(key)
}
