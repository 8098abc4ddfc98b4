package recording_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wualab/wualab/har"
	"github.com/wualab/wualab/internal/timelimit"
	"github.com/wualab/wualab/recording"
	"github.com/wualab/wualab/scenarios"
)

var update = flag.Bool("update", false, "write the golden files anew")

// session is a HAR of what a proxy passed on: logins by Basic and NTLM, a wrong password,
// ranges, conditions, a redirect, errors, a tunnel, secrets and what is no file.
const session = `{"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": [%s]}}`

// leg is an entry of a session.
func leg(conn, method, target, request, status, response, body string) string {
	fields := func(lines string) string {
		var list []string
		for _, line := range strings.Split(lines, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				list = append(list, fmt.Sprintf(`{"name": %q, "value": %q}`, name, value))
			}
		}
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf(`{"startedDateTime": "2026-01-02T03:04:05Z", "time": 1, "connection": %q, "_node": "proxy", "_role": "proxy", "_target": %q, "cache": {}, "timings": {},
 "request": {"method": %q, "url": "http://%s", "headers": [%s], "bodySize": 0},
 "response": {"status": %s, "headers": [%s], "content": {"size": %d, "mimeType": "x", "text": %q}}}`,
		conn, target, method, strings.TrimPrefix(target, "http://"), fields(request), status, fields(response), len(body), body)
}

func sessionText() string {
	const (
		cab    = "http://dl.example.com/update.cab"
		agent  = "User-Agent: curl/8"
		demand = "Proxy-Authenticate: NTLM\nProxy-Authenticate: Basic realm=\"Our proxy\"\nX-Squid-Error: ERR"
	)
	basic := agent + "\nProxy-Authorization: Basic Ym9iOnNlc2FtZQ==\nCookie: a=sesame\nX-Api-Key: sesame" // bob:sesame
	return fmt.Sprintf(session, strings.Join([]string{
		leg("1", "GET", cab, agent, "407", demand, "who are you"),
		leg("1", "GET", cab, agent+"\nProxy-Authorization: Basic Ym9iOndyb25n", "407", demand, "who are you"),
		leg("1", "HEAD", cab, basic, "200", "Content-Length: 10\nETag: \"x\"", ""),
		leg("1", "GET", cab, basic+"\nRange: bytes=0-4", "206", "Content-Range: bytes 0-4/10\nETag: \"x\"\nSet-Cookie: a=sesame; path=/", "01234"),
		leg("1", "GET", cab, basic+"\nRange: bytes=5-9", "206", "Content-Range: bytes 5-9/10\nETag: \"x\"\nVia: 1.1 squid", "56789"),
		leg("1", "GET", cab, basic+"\nIf-None-Match: \"x\"", "304", "ETag: \"x\"", ""),
		leg("2", "GET", "http://dl.example.com/part.cab?sig=sesame&x=1", basic+"\nRange: bytes=100-103", "206", "Content-Range: bytes 100-103/1000", "abcd"),
		leg("2", "GET", "http://dl.example.com/gone", basic, "404", "", "no"),
		leg("2", "GET", "http://dl.example.com/busy", basic, "503", "Retry-After: 5", ""),
		leg("2", "GET", "http://dl.example.com:8080/old", basic, "302", "Location: http://dl.example.com:8080/new", ""),
		leg("2", "GET", "http://dl.example.com:8080/new", basic, "200", "X-Odd: it's \"quoted\": yes #1", "new"),
		leg("3", "POST", "http://10.0.0.1/report", basic, "200", "", "ok"),
		leg("4", "CONNECT", "safe.example.com:443", basic, "200", "", ""),
	}, ",\n"))
}

// told is the file of a HAR.
func told(t testing.TB, text string) (path, file string, err error) {
	t.Helper()
	archive, err := har.Read(strings.NewReader(text), "session.har")
	if err != nil {
		return "", "", err
	}
	bodies := recording.NewBodies(t.TempDir(), 0, 0)
	record, origins, err := recording.FromArchive(archive, bodies)
	if err != nil {
		return "", "", err
	}
	place := recording.PlaceFor(filepath.Join(t.TempDir(), "session.yaml"))
	story, err := recording.Tell(record, recording.Options{Name: place.Name(), Source: "a session", Date: "2026-01-02", Bodies: bodies, Folder: place.Folder(), Origins: origins, Proxy: "the proxy squid"})
	if err != nil {
		return "", "", err
	}
	if err := story.Save(place); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(place.File)
	return place.File, string(b), err
}

func TestGolden(t *testing.T) {
	path, got, err := told(t, sessionText())
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/session.yaml.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("run with -update if this is right:\n%s", got)
	}
	file, err := scenarios.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for result := range (&scenarios.Runner{}).Run(t.Context(), file) {
		if result.Verdict != scenarios.Pass {
			t.Errorf("played again it is %s: %v, %+v", result.Verdict, result.Err, result.Steps)
		}
	}
	for _, secret := range []string{"sesame", "c2VzYW1l", "Ym9i", "wrong"} {
		if strings.Contains(got, secret) {
			t.Errorf("the file has %s", secret)
		}
	}
}

// FuzzTell tells any exchanges; the file can always be loaded and has no secret.
func FuzzTell(f *testing.F) {
	f.Add(sessionText())
	f.Add(fmt.Sprintf(session, leg("1", "GET", "http://a/%20b?c", "", "200", "Content-Type: a: b\nX: \t", "x")))
	f.Add(fmt.Sprintf(session, leg("1", "PROPFIND", "http://127.0.0.1:99/", "", "401", "WWW-Authenticate: Bearer\nWWW-Authenticate: Digest realm=\"\u00e9\", nonce=\"1\", algorithm=SHA-256", "x")))
	f.Fuzz(func(t *testing.T, text string) {
		path, _, err := told(t, text)
		if err != nil {
			return
		}
		if _, err := scenarios.LoadFile(path); err != nil {
			b, _ := os.ReadFile(path)
			t.Errorf("%v in\n%s", err, b)
		}
	})
}

// FuzzRelay reads any bytes as answers of a server, as the recorder does: what is passed
// on is what came, and the parser takes no time.
func FuzzRelay(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 204 No\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: y\r\n\r\n"))
	f.Add([]byte("HTTP/1.0 200 OK\n\nto the end"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		timelimit.Check(t, func() {
			var out bytes.Buffer
			recording.PassAnswers(&out, bufio.NewReader(bytes.NewReader(data)))
			if !bytes.HasPrefix(data, out.Bytes()) {
				t.Errorf("%q became %q", data, out.Bytes())
			}
		})
	})
}

// TestKeep sees to the bounds of what is kept.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	bodies := recording.NewBodies(dir, 5, 8)
	put := func(text string) (string, error) {
		return bodies.Keep(func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	}
	first, err := put("12345")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := put("12345"); err != nil || again != first {
		t.Errorf("the same twice: %v", err)
	}
	for _, text := range []string{"123456", "abcd"} { // too large; too much together
		if sum, err := put(text); err == nil {
			t.Errorf("%s was kept as %s", text, sum)
		}
	}
	if n, ok := bodies.Size(first); n != 5 || !ok {
		t.Errorf("%d, %v", n, ok)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}
