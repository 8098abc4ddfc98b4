package scenarios

import (
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/scenarios/plan"
)

// create makes the step's jobs and leaves them suspended; the last is the one that
// the step is about. A job is known by its name even when a later call on it
// failed.
func (w *world) create(d *plan.Download) (all []*bits.Job, err error) {
	if err := w.activate(); err != nil {
		return nil, err
	}
	for _, name := range d.Names() {
		job, err := w.pc.BITS.CreateJob(name, bits.Download, w.pc.Owner())
		if err != nil {
			return all, err
		}
		w.jobs[name] = job
		all = append(all, job)
		if err := w.fill(job, d); err != nil {
			return all, err
		}
	}
	return all, nil
}

// fill adds the files and sets the properties of a new job.
func (w *world) fill(job *bits.Job, d *plan.Download) error {
	for i, f := range d.Files {
		for range max(1, f.Count.Value) {
			if err := w.addFile(job, i, f, d.HTTPS.Value); err != nil {
				return err
			}
		}
	}
	return w.configure(job, d)
}

func (w *world) configure(job *bits.Job, d *plan.Download) error {
	if err := setProperties(job, &d.JobProperties); err != nil {
		return err
	}
	if d.Proxy != nil {
		if err := job.SetProxySettings(proxySettings(d.Proxy)); err != nil {
			return err
		}
	}
	if err := w.httpOptions(job, d.HTTP); err != nil {
		return err
	}
	for _, n := range d.Notify {
		if err := w.notify(job, n); err != nil {
			return err
		}
	}
	for _, c := range d.Credentials {
		if err := w.setCredentials(job, c); err != nil {
			return err
		}
	}
	return nil
}

var usages = map[string]winhttp.ProxyUsage{
	"preconfig": winhttp.ProxyPreconfig, "no-proxy": winhttp.ProxyNone,
	"override": winhttp.ProxyOverride, "autodetect": winhttp.ProxyAutodetect,
}

func proxySettings(p *plan.JobProxy) winhttp.ProxySettings {
	return winhttp.ProxySettings{Usage: usages[p.Usage.Value], List: p.List.Value, Bypass: p.Bypass.Value}
}

// addFile adds a file and remembers which file of which server it should be.
func (w *world) addFile(job *bits.Job, i int, f plan.DownloadFile, https bool) error {
	remote := w.remoteName(f.URL.Value, https)
	local := localName(f.Local.Value)
	if !f.Local.Set {
		base := path.Base(strings.ReplaceAll(remote, `\`, "/"))
		local = fmt.Sprintf(`C:\%s-%d\%s`, job.Name(), i+1, base)
		if f.Count.Set {
			local = fmt.Sprintf(`C:\%s-%d\%d\%s`, job.Name(), i+1, len(job.Files())+1, base)
		}
	}
	if err := add(job, remote, local, f.Ranges); err != nil {
		return err
	}
	files := job.Files()
	w.sources[files[len(files)-1]] = w.source(remote)
	return nil
}

// remoteName is the name that a program gives BITS for what the file says.
func (w *world) remoteName(text string, https bool) string {
	if strings.Contains(text, "://") || smb.IsName(text) {
		return text
	}
	return w.absolute(text, https)
}

// absolute completes server/path to a URL.
func (w *world) absolute(remote string, https bool) string {
	name, path, _ := strings.Cut(remote, "/")
	switch server := w.plan.Server(name); {
	case server == nil && https, server != nil && https && !server.TLS.Value:
		return "https://" + remote
	case server == nil:
		return "http://" + remote
	default:
		return server.Origin() + "/" + path
	}
}

// localName gives a local name of the file its place on the PC: one without a
// drive is on C:.
func localName(name string) string {
	if strings.Contains(name, ":") {
		return name
	}
	return `C:\` + strings.ReplaceAll(name, "/", `\`)
}

func add(job *bits.Job, remote, local string, ranges []plan.Range) error {
	if len(ranges) == 0 {
		return job.AddFile(remote, local)
	}
	var wanted []bits.FileRange
	for _, r := range ranges {
		one := bits.FileRange{InitialOffset: r.First, Length: r.Last - r.First + 1}
		if r.ToEOF {
			one.Length = bits.LengthToEOF
		}
		wanted = append(wanted, one)
	}
	return job.AddFileWithRanges(remote, local, wanted)
}

func (w *world) source(remote string) source {
	if smb.IsName(remote) {
		return w.shareSource(remote)
	}
	u, err := url.Parse(remote)
	if err != nil {
		return source{}
	}
	for _, s := range w.plan.Servers {
		for _, host := range append([]string{s.Name}, s.Hosts...) {
			if strings.EqualFold(host, u.Hostname()) && (!s.Port.Set || port(u) == s.At()) {
				return source{server: s.Name, path: u.Path}
			}
		}
	}
	return source{}
}

// port is the one that a URL of http or https leads to.
func port(u *url.URL) int {
	if n, err := strconv.Atoi(u.Port()); err == nil {
		return n
	}
	if u.Scheme == "https" {
		return 443
	}
	return 80
}

var credTargets = map[plan.Target]credrule.Target{plan.TargetServer: credrule.Server, plan.TargetProxy: credrule.Proxy}

var credSchemes = map[plan.Scheme]credrule.Scheme{
	plan.Basic: credrule.Basic, plan.Digest: credrule.Digest, plan.NTLM: credrule.NTLM,
	plan.Negotiate: credrule.Negotiate, plan.Passport: credrule.Passport,
}

func (w *world) setCredentials(job *bits.Job, c plan.Credential) error {
	target, scheme := credTargets[c.Target.Value], credSchemes[c.Scheme.Value]
	if c.Account.Implicit {
		return job.SetCredentials(bits.Implicit(target, scheme))
	}
	a := c.Account.Account
	if a == nil {
		return fmt.Errorf("%v: no account", c.Pos)
	}
	user := a.User
	if a.Domain != "" {
		user = a.Domain + `\` + user
	}
	return job.SetCredentials(bits.Explicit(target, scheme, user, a.Password))
}
