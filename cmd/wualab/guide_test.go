package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/wualab/wualab/fakeserver"
)

// shellBlock is a block of commands in a page of docs.
var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// TestRecordGuide runs the commands of docs/record.md in their order, with a client of
// this program's own where the page has curl.
func TestRecordGuide(t *testing.T) {
	b, err := os.ReadFile("../../docs/record.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	runLine(t, "wualab init")
	origin, err := fakeserver.New(fakeserver.Config{Files: map[string]fakeserver.File{"/update.cab": {Size: 1000, Seed: 7}}})
	if err != nil {
		t.Fatal(err)
	}
	defer origin.Close()
	ran := 0
	for _, block := range shellBlock.FindAllStringSubmatch(string(b), -1) {
		for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			if strings.HasPrefix(line, "wualab diff") {
				line = strings.Replace(line, "after.json", "before.json", 1)
			}
			line, _, _ = strings.Cut(strings.Replace(line, "dl.example.com", origin.Addr(), 1), " --exec ")
			if strings.Contains(line, "--upstream ") {
				visit(t, line)
			} else {
				runLine(t, line)
			}
			ran++
		}
	}
	if ran < 8 {
		t.Errorf("found %d commands to run", ran)
	}
}

// visitor fetches update.cab from the recorder whose banner is written to it, and ends
// it.
type visitor struct {
	text   bytes.Buffer
	once   sync.Once
	cancel context.CancelFunc
	err    error
}

var recorderAt = regexp.MustCompile(` at (127\.0\.0\.1:\d+), to `)

func (v *visitor) Write(b []byte) (int, error) {
	if at := recorderAt.FindSubmatch(b); at != nil {
		v.once.Do(func() {
			defer v.cancel()
			var answer *http.Response
			if answer, v.err = http.Get("http://" + string(at[1]) + "/update.cab"); v.err == nil {
				_, v.err = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
		})
	}
	return v.text.Write(b)
}

// visit runs a line that records, with a client.
func visit(t *testing.T, line string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	v, errs := &visitor{cancel: cancel}, &bytes.Buffer{}
	code := run(ctx, shellWords(line)[1:], strings.NewReader(""), v, errs)
	if code != 0 || v.err != nil || errs.Len() > 0 || !strings.Contains(v.text.String(), "1 server, 1 answer, 1 body") {
		t.Errorf("%q: exit code %d, client %v, stderr %q, stdout %q", line, code, v.err, errs, &v.text)
	}
}

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
	updates := updateServer(t)
	ran, port := 0, regexp.MustCompile(`=80\d\d`)
	for _, block := range shellBlock.FindAllStringSubmatch(text, -1) {
		for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			line, _, _ = strings.Cut(line, " #")
			served := strings.HasPrefix(line, "wualab serve") && !strings.Contains(line, "--exec") && !strings.Contains(line, "0.0.0.0")
			probed := strings.HasPrefix(line, "wualab probe") && !strings.Contains(line, "--proxy")
			if served || probed || strings.HasPrefix(line, "wualab list presets") {
				line = port.ReplaceAllString(line, "=0")
				runLine(t, strings.NewReplacer("dl.example.com", origin.Addr(), "wsus.example.com:8530", updates).Replace(line))
				ran++
			}
		}
	}
	if ran < 7 {
		t.Errorf("found %d commands to run", ran)
	}
}
