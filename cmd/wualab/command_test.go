package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/spf13/cobra"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
)

// cancelling is a writer that cancels a context at its first line.
type cancelling struct {
	text   bytes.Buffer
	once   sync.Once
	cancel context.CancelFunc
}

func (w *cancelling) Write(p []byte) (int, error) {
	w.once.Do(w.cancel)
	return w.text.Write(p)
}

var _ = Describe("Interrupting a run", func() {
	It("starts no further cell, prints what is there, and ends with 130", func() {
		dir := GinkgoT().TempDir()
		for i := range 30 {
			text := strings.Replace(string(starter), "first/ntlm-proxy", fmt.Sprintf("first/number-%02d", i), 1)
			Expect(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.yaml", i)), []byte(text), 0o600)).To(Succeed())
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		out, errs := &cancelling{cancel: cancel}, &bytes.Buffer{}
		saved := filepath.Join(dir, "run.json")
		Expect(run(ctx, []string{"run", dir, "--parallel", "1", "--report", "json=" + saved}, nil, out, errs)).To(Equal(exitInterrupted))
		Expect(out.text.String()).To(MatchRegexp(`(?m)^incomplete \(interrupted\): [0-9]+ cells? in [0-9]+ files?: [0-9]+ passed`))
		Expect(out.text.String()).NotTo(ContainSubstring("number-29"))
		Expect(out.text.String()).NotTo(ContainSubstring("ERR"))
		Expect(errs.String()).To(BeEmpty())
		Expect(os.ReadFile(saved)).To(ContainSubstring(`"incomplete": "interrupted"`))
	})
})

var _ = Describe("The exit code of an error", func() {
	bad := &plan.Error{File: "a.yaml", Line: 1, Column: 2, Msg: "wrong"}
	DescribeTable("is", func(err error, code int) { Expect(exitCode(err)).To(Equal(code)) },
		Entry("0 without one", nil, 0),
		Entry("1 for what cobra refuses", errors.New("unknown command"), 1),
		Entry("1 for wrong usage", usage("x", ""), 1),
		Entry("2 for bad scenarios", loadError(errors.Join(bad, bad)), 2),
		Entry("2 for a bad registry file", loadError(&machine.SyntaxError{File: "a.reg"}), 2),
		Entry("3 for a file that can't be read", loadError(errors.Join(bad, fs.ErrPermission)), 3),
		Entry("3 for what went wrong on the way", couldNotRun(errors.New("x"), ""), 3),
	)
})

// commands lists a command and all below it that people see.
func commands(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			list = append(list, commands(sub)...)
		}
	}
	return list
}

// TestHelpExamples runs every example of every --help. The one that runs the
// whole library is left to the scenarios' own suite.
func TestHelpExamples(t *testing.T) {
	t.Chdir(t.TempDir())
	reg := "REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa]\n\"LmCompatibilityLevel\"=dword:1\n"
	for file, text := range map[string]string{"client.reg": reg, "pw": computerPassword + "\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	origin, err := fakeserver.New(fakeserver.Config{Files: map[string]fakeserver.File{"/update.cab": {Size: 1000, Seed: 7}}})
	if err != nil {
		t.Fatal(err)
	}
	defer origin.Close()
	named := strings.NewReplacer("dl.example.com", origin.Addr(), "wsus.example.com:8530", updateServer(t), " corp:8080 ", " "+computersProxy(t)+" ")
	for _, line := range []string{"wualab init", "wualab run first.yaml --report json=run.json --har run.har"} {
		runLine(t, line)
	}
	for _, cmd := range commands((&app{}).root()) {
		lines := strings.Split(strings.TrimSpace(cmd.Example), "\n")
		if len(lines) < 2 {
			t.Errorf("%s has %d examples, want 2", cmd.CommandPath(), len(lines))
		}
		for _, line := range lines {
			if line = strings.TrimSpace(line); line != "wualab run" {
				runLine(t, named.Replace(line))
			}
		}
	}
}

// runLine runs a line of shell that uses no more than quotes and a redirection
// of stdout.
func runLine(t *testing.T, line string) {
	t.Helper()
	line, _, _ = strings.Cut(line, " > ")
	words := shellWords(line)
	if words[0] != "wualab" {
		t.Errorf("%q does not begin with wualab", line)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	records := words[1] == "record" && !strings.Contains(line, "--from-har")
	out, errs, serves := &bytes.Buffer{}, &bytes.Buffer{}, words[1] == "serve" || records
	var stdout io.Writer = out
	if serves && !strings.Contains(line, "--exec") { // which lasts until somebody ends it
		stdout = &cancelling{cancel: cancel}
	}
	code := run(ctx, words[1:], strings.NewReader(""), stdout, errs)
	if records && code == exitCouldNotRun && strings.Contains(errs.String(), "nothing was recorded") {
		return // nobody came
	}
	if code != 0 || !serves && (out.Len() == 0 || errs.Len() > 0) {
		t.Errorf("%q: exit code %d, %d bytes of output, stderr %q, stdout %q", line, code, out.Len(), errs.String(), out.String())
	}
}

// shellWords cuts a line into words; what stands between single quotes is one.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"run.json": "run.json", "a/b-c": "a/b-c", "x[level=0]": "'x[level=0]'", "it's": `'it'\''s'`, "a b": "'a b'", "": "''",
	} {
		if got := quote(word); got != want {
			t.Errorf("quote(%q) = %s, want %s", word, got, want)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, id string
		want        bool
	}{
		{"kb/*", "kb/a[level=0]", true}, {"kb/a[level=0]", "kb/a[level=0]", true}, {"kb/a", "kb/ab", false},
		{"*level=0]", "kb/a[level=0]", true}, {"k.", "kb", false}, {"*", "x", true}, {"kb", "kb/a", false},
	} {
		if got := glob(c.pattern).MatchString(c.id); got != c.want {
			t.Errorf("%s matches %s: %v, want %v", c.pattern, c.id, got, c.want)
		}
	}
}
