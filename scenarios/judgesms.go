package scenarios

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/sms"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

// sms judges the Advanced Client and its site.
func (j *judge) sms(e *plan.ExpectSMS) {
	if e == nil {
		return
	}
	client, err := j.w.pc.AdvancedClient()
	if err != nil {
		j.fail(e.Pos, "sms", "an Advanced Client", err.Error())
		return
	}
	why := complaints(client.Logs().Lines()[j.h.sms.lines:])
	before := len(j.sr.Failures)
	for i := range e.Advertisements {
		j.advertisement(client, &e.Advertisements[i])
	}
	j.messages(e)
	for _, log := range e.Log {
		j.logFile(client.Logs().Lines()[j.h.sms.lines:], log)
	}
	for i := before; i < len(j.sr.Failures); i++ {
		j.sr.Failures[i].Why = append(j.sr.Failures[i].Why, why...)
	}
}

// complaints gives the last warnings and errors of logs.
func complaints(lines []sms.Line) (out []string) {
	const most = 5
	for _, l := range lines {
		if l.Type != sms.LineInformation {
			out = append(out, l.Component+".log: "+l.Text)
		}
	}
	return out[max(0, len(out)-most):]
}

func (j *judge) advertisement(client *sms.Client, e *plan.ExpectAdvertisement) {
	a, known := client.Advertisement(e.ID)
	about, state := "advertisement "+e.ID+": ", string(a.State)
	if !known {
		state = "absent"
	}
	check(j, e.State, about+"state", state, func(want string) bool { return want == state })
	failed := "none"
	if a.HResult != 0 {
		failed = a.HResult.Describe()
	}
	check(j, e.Error, about+"error", failed, func(c plan.Code) bool { return c.HRESULT == a.HResult })
	check(j, e.ExitCode, about+"exit code", fmt.Sprint(a.ExitCode), func(want int) bool { return want == a.ExitCode })
	bound(j, e.Runs, about+"runs", a.Runs)
	bound(j, e.Tries, about+"tries", a.Tries)
	check(j, e.Point, about+"distribution point", a.Point, func(want string) bool { return want == a.Point })
	if e.Content.Set {
		got, detail := j.w.comparePackage(client, a)
		check(j, e.Content, about+"content", detail, func(want plan.Content) bool { return want == got })
	}
}

func (j *judge) messages(e *plan.ExpectSMS) {
	if !e.Messages.Set {
		return
	}
	got := []int{}
	for _, m := range j.w.sites[j.w.plan.SMSSite().Name].Messages()[j.h.sms.messages:] {
		got = append(got, m.MessageID)
	}
	if !slices.Equal(got, e.Messages.Value) {
		j.fail(e.Messages.Pos, "status messages at the site", fmt.Sprint(e.Messages.Value), fmt.Sprint(got))
	}
}

func (j *judge) logFile(lines []sms.Line, e plan.ExpectLog) {
	var texts []string
	for _, l := range lines {
		if strings.EqualFold(l.Component+".log", e.File) {
			texts = append(texts, l.Text)
		}
	}
	for _, want := range e.Lines {
		switch {
		case want.Any:
			j.observe(want.Pos, e.File, strings.Join(texts, "\n"))
		case !want.Matches(texts...):
			j.fail(want.Pos, e.File, want.Text, "no line of this step matches", texts...)
		}
	}
}

// comparePackage tells how the package in the cache compares with the site's.
func (w *world) comparePackage(client *sms.Client, a sms.Advertisement) (plan.Content, string) {
	pkg := w.sitePackage(a.PackageID)
	if pkg == nil {
		return plan.Missing, "the site has no package " + a.PackageID
	}
	for _, one := range client.State().Cache {
		if one.PackageID == a.PackageID {
			return w.compareCached(one, pkg)
		}
	}
	return plan.Missing, "package " + a.PackageID + " is not in the cache"
}

func (w *world) compareCached(one sms.Cached, pkg *plan.SMSPackage) (plan.Content, string) {
	drive, folder, _ := strings.Cut(strings.ReplaceAll(one.Folder, `\`, "/"), ":/")
	for _, f := range pkg.Files {
		got, err := os.ReadFile(filepath.Join(w.dir, strings.ToLower(drive), filepath.FromSlash(folder), filepath.FromSlash(f.Name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return plan.Missing, f.Name + " is not in the cache"
		case err != nil:
			return plan.Different, err.Error()
		}
		want, err := io.ReadAll(io.NewSectionReader(fakeserver.Content(f.Size.Value, f.Seed.Value), 0, f.Size.Value))
		if err != nil {
			return plan.Different, err.Error()
		}
		if kind, detail := compareBytes(f.Name, got, want); kind != plan.Identical {
			return kind, detail
		}
	}
	if len(one.Files) != len(pkg.Files) {
		return plan.Different, fmt.Sprintf("%d files in the cache, %d in the package", len(one.Files), len(pkg.Files))
	}
	return plan.Identical, "identical"
}
