//go:build interop && linux

package interop_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// shellBlock is a block of commands in a page of docs.
var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

var _ = Describe("tests in other languages at the control API", func() {
	It("are written in Python, with pytest", func(ctx SpecContext) {
		dir := GinkgoT().TempDir()
		Expect(os.CopyFS(dir, os.DirFS("../../examples/pytest"))).To(Succeed())
		path, err := program()
		Expect(err).NotTo(HaveOccurred())
		cmd := exec.CommandContext(ctx, "pytest-3", "-q", "-p", "no:cacheprovider", dir)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(path)+":"+os.Getenv("PATH"), "PYTHONDONTWRITEBYTECODE=1")
		out, err := cmd.CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
		Expect(string(out)).To(MatchRegexp(`(?m)^6 passed in `))
	}, SpecTimeout(2*time.Minute))

	It("are written for the shell, with curl", func(ctx SpecContext) {
		script, err := filepath.Abs("../../examples/shell/updater.sh")
		Expect(err).NotTo(HaveOccurred())
		r := wualab(ctx, GinkgoT().TempDir(), "serve", "origin", "--control", "--exec", "sh "+script)
		Expect(r.exit).To(Equal(0), r.text)
		Expect(r.out).To(HaveSuffix("What is not so fails.\n"))
	}, SpecTimeout(2*time.Minute))

	It("are written after the guide, whose commands do what it says", func(ctx SpecContext) {
		page, err := os.ReadFile("../../docs/control.md")
		Expect(err).NotTo(HaveOccurred())
		blocks := shellBlock.FindAllSubmatch(page, -1)
		Expect(len(blocks)).To(BeNumerically(">=", 8))
		script := "set -e\n"
		for _, b := range blocks {
			if text := string(b[1]); !strings.HasPrefix(text, "wualab ") {
				script += text
			}
		}
		dir := GinkgoT().TempDir()
		Expect(os.WriteFile(filepath.Join(dir, "guide.sh"), []byte(script), 0o600)).To(Succeed())
		r := wualab(ctx, dir, "serve", "origin", "--control", "--exec", "sh guide.sh")
		Expect(r.exit).To(Equal(0), r.text+r.out)
		Expect(strings.Count(r.out, `"status": 400`)).To(Equal(1), "the one error that the guide shows")
		shown := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(page)
		Expect(r.out).To(ContainSubstring(string(shown[1])))
		for _, said := range []string{`"scenario": "preset/origin"`, `"verdict": "pass"`, `"verdict": "fail"`, "event: exchange", `"woken": 1`, `"down": true`} {
			Expect(r.out).To(ContainSubstring(said))
		}
	}, SpecTimeout(2*time.Minute))
})
