package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/wualab/wualab/fakeserver"
)

// shellBlock is a block of commands in a page of docs.
var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// TestServeGuide runs the commands of docs/serve.md, docs/control.md and of the README that need no
// program but this one. Ports that they name may be taken here, so others are used.
func TestServeGuide(t *testing.T) {
	var text string
	for _, page := range []string{"../../docs/serve.md", "../../docs/control.md", "../../README.md"} {
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text += string(b)
	}
	t.Chdir(t.TempDir())
	runLine(t, "wualab init")
	origin, err := fakeserver.New(fakeserver.Config{Files: map[string]fakeserver.File{"/update.cab": {Size: 1000, Seed: 7}}})
	if err != nil {
		t.Fatal(err)
	}
	defer origin.Close()
	ran, port := 0, regexp.MustCompile(`=80\d\d`)
	for _, block := range shellBlock.FindAllStringSubmatch(text, -1) {
		for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			line, _, _ = strings.Cut(line, " #")
			served := strings.HasPrefix(line, "wualab serve") && !strings.Contains(line, "--exec") && !strings.Contains(line, "0.0.0.0")
			probed := strings.HasPrefix(line, "wualab probe") && !strings.Contains(line, "--proxy")
			if served || probed || strings.HasPrefix(line, "wualab list presets") {
				line = port.ReplaceAllString(line, "=0")
				runLine(t, strings.Replace(line, "dl.example.com", origin.Addr(), 1))
				ran++
			}
		}
	}
	if ran < 7 {
		t.Errorf("found %d commands to run", ran)
	}
}
