package recording

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/wualab/wualab/hresult"
)

// steps writes the jobs that fetch what was fetched: one with all files that came, one
// with those that a redirect led to, and one for each that did not come.
func (s *Story) steps(p *page, files []*file) {
	var came, led, failed []*file
	for _, f := range files {
		switch {
		case f.reached, f.status == 0 && f.denied == 0, f.status == http.StatusPreconditionFailed:
		case isRedirect(f.status):
			led = append(led, f)
		case f.status/100 == 2 && !f.unsized:
			came = append(came, f)
		default:
			failed = append(failed, f)
		}
	}
	p.line("steps:")
	p.in(func() {
		if len(came)+len(led)+len(failed) == 0 {
			p.comment("nothing was fetched that BITS could fetch")
			p.line("- wait: 1s")
		}
		if len(came) > 0 {
			s.step(p, "download", "recorded", came)
			p.in(func() { p.line("expect: {job: {%s}}", s.arrival(came)) })
		}
		if len(led) > 0 {
			s.step(p, "redirects", "redirected", led)
			p.in(func() { p.line("expect: {job: {state: TRANSFERRED}}") })
		}
		for i, f := range failed {
			s.step(p, fmt.Sprintf("failure %d", i+1), fmt.Sprintf("failed-%d", i+1), []*file{f})
			p.in(func() { p.line("expect: {job: {%s}}", failure(f)) })
		}
	})
}

func (s *Story) step(p *page, name, job string, files []*file) {
	p.line("- name: %s", name)
	p.in(func() {
		p.line("download:")
		p.in(func() {
			p.line("job: %s", job)
			p.line("files:")
			p.in(func() {
				for i, f := range files {
					fileLine(p, f, i)
				}
			})
			s.credentials(p, files)
			if len(files) == 1 && waits(files[0]) {
				p.line("until: TRANSIENT_ERROR")
			}
		})
	})
}

// localSafe is a last part of a URL that a PC can have as the name of a file.
var localSafe = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,60}$`)

func fileLine(p *page, f *file, i int) {
	parts := []string{"url: " + text(f.url())}
	if !localSafe.MatchString(f.target[strings.LastIndexByte(f.target, '/')+1:]) {
		parts = append(parts, fmt.Sprintf("local: file-%d", i+1))
	}
	if len(f.ranges) > 0 {
		parts = append(parts, "ranges: ["+spans(f.ranges)+"]")
	}
	if len(parts) == 1 {
		p.line("- %s", text(f.url()))
		return
	}
	p.line("- {%s}", strings.Join(parts, ", "))
}

// credentials are what a program would give BITS to come in as the recorded client did.
func (s *Story) credentials(p *page, files []*file) {
	var list []string
	names := s.accountNames()
	give := func(target string, l *login) {
		if l.used == "" || l.tickets {
			return // a ticket is the owner's
		}
		who := unknownUser
		if len(l.accounts) > 0 {
			who = l.accounts[0]
		}
		list = append(list, fmt.Sprintf("{target: %s, scheme: %s, account: %s}", target, l.used, names[who]))
	}
	if s.proxy != nil {
		give("proxy", s.proxy)
	}
	for _, one := range s.servers {
		for _, f := range files {
			if f.server == one {
				give("server", &one.login)
				break
			}
		}
	}
	if len(list) > 0 {
		p.line("credentials: [%s]", strings.Join(dedupe(list), ", "))
	}
}

func dedupe(list []string) (out []string) {
	seen := map[string]bool{}
	for _, one := range list {
		target, _, _ := strings.Cut(one, ", account")
		if !seen[target] {
			seen[target] = true
			out = append(out, one)
		}
	}
	return out
}

// arrival is what is expected of the job with the files that came.
func (s *Story) arrival(files []*file) string {
	expect := []string{"state: TRANSFERRED"}
	known, beside, total := true, true, int64(0)
	for _, f := range files {
		switch {
		case len(f.ranges) > 0:
			beside = false
			for _, r := range f.ranges {
				total += r.Length()
			}
		case f.size < 0:
			known, beside = false, false
		default:
			total, beside = total+f.size, beside && f.standsBeside()
		}
	}
	if known {
		expect = append(expect, "bytes: "+size(total))
	}
	if beside {
		expect = append(expect, "content: identical")
	}
	return strings.Join(expect, ", ")
}

// outcome is the status that a file ended with.
func (f *file) outcome() int {
	if f.status == 0 {
		return f.denied
	}
	return f.status
}

// waits reports whether BITS tries again later.
func waits(f *file) bool {
	class, _, _ := hresult.Classify(hresult.FromHTTPStatus(f.outcome()))
	return f.outcome() >= http.StatusBadRequest && class == hresult.Transient
}

// failure is what is expected of a job whose file did not come.
func failure(f *file) string {
	if waits(f) {
		return "state: TRANSIENT_ERROR"
	}
	code := fmt.Sprintf("BG_E_HTTP_ERROR_%d", f.outcome())
	if _, err := hresult.Parse(code); err != nil || f.outcome() < http.StatusBadRequest {
		return "state: ERROR"
	}
	return "state: ERROR, error: " + code
}
