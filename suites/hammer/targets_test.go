package hammer_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/control"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/transcript"
)

// What is served: open and guarded, plain and with TLS, with behaviours and uploads, and
// an SMS 2003 site.
const served = `version: 1
id: hammer
title: What is hammered
level: observe
refs: [none]
accounts: {alice: {domain: LAB, user: alice, password: pw}}
client: {profile: xp-sp2}
servers:
  origin: {files: {/good: {size: 100kB, seed: 7}, /disk: {from: disk.bin}}, uploads: {/in/: {}}}
  guarded: {auth: [negotiate, ntlm, digest, basic], accounts: [alice], files: {/good: {size: 100kB, seed: 7}}}
  safe: {tls: true, files: {/good: {size: 100kB, seed: 7}}}
  odd:
    files: {/good: {size: 100kB, seed: 7}}
    behaviours: [{sms2003-rtm: {misbehaviour: status, status: 500}}, {status-nth: {nth: 3, status: 503}}]
  site:
    files: {/good: {size: 100kB, seed: 7}}
    sms: {packages: {LAB00001: {files: {a.exe: {size: 10kB}}, programs: {p: a.exe}}}, advertisements: {LAB20000: {package: LAB00001, program: p}}, distribution-points: {site: {}}}
proxies:
  open: {}
  corp: {auth: [negotiate, ntlm, digest, basic], accounts: [alice]}
  pooled: {behaviours: [unpinned, strip-range, {drop-content-length: {how: close}}]}
steps: [{download: {job: j, files: [origin/good]}, expect: {job: {state: TRANSFERRED}}}]
`

const goodSize = 100_000

// target is a listener with the good client that it must serve after each burst.
type target struct {
	name string
	addr string
	tls  *tls.Config // nil: plain
	good func(target) error
}

// dial opens a connection, through TLS when the target wants that and raw is not set.
func (t target) dial(raw bool) (net.Conn, error) {
	c, err := net.DialTimeout("tcp", t.addr, goodTime)
	if err != nil || raw || t.tls == nil {
		return c, err
	}
	_ = c.SetDeadline(time.Now().Add(goodTime))
	secure := tls.Client(c, t.tls)
	if err := secure.Handshake(); err != nil {
		_ = c.Close()
		return nil, err
	}
	return secure, nil
}

// world is what is hammered.
type world struct {
	*scenarios.Served
	targets []target
}

// start serves; ended is told of each exchange.
func start(t testing.TB, ended func(*transcript.Exchange)) *world {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string][]byte{"served.yaml": []byte(served), "disk.bin": bytes.Repeat([]byte("disk"), 50_000)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file, err := scenarios.LoadFile(filepath.Join(dir, "served.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{}
	if w.Served, err = scenarios.Serve(scenarios.ServeConfig{File: file, Cell: file.Cells[0], Seed: 1, Most: 500, Ended: ended,
		Limits: fakehttp.Limits{Conns: 500, Body: 1 << 20, Idle: 2 * time.Second, Stall: time.Second}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	api, err := control.Start(control.Config{Served: w.Served})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.Close() })
	pem, err := w.CertificatePEM()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	secure := &tls.Config{RootCAs: roots, ServerName: "safe"}
	direct := func(t target) error { return t.fetch("/good", "", 206) }
	w.targets = []target{
		{"origin", w.addr("origin"), nil, direct},
		{"guarded", w.addr("guarded"), nil, func(t target) error { return t.fetch("/good", "Authorization", 206) }},
		{"safe", w.addr("safe"), secure, direct},
		{"site", w.addr("site"), nil, direct},
		{"odd", w.addr("odd"), nil, func(t target) error { return t.answers() }},
		{"open", w.addr("open"), nil, func(t target) error { return t.fetch("http://origin/good", "", 206) }},
		{"corp", w.addr("corp"), nil, func(t target) error { return t.fetch("http://origin/good", "Proxy-Authorization", 206) }},
		{"control", api.Addr(), nil, func(t target) error { return t.controls() }},
		{"pooled", w.addr("pooled"), nil, func(t target) error { return t.fetch("http://origin/good", "", 200) }},
	}
	return w
}

// controls asks the control API what is served.
func (t target) controls() error {
	c, err := t.dial(false)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(goodTime))
	if _, err := io.WriteString(c, "GET /v1 HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		return err
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(`"scenario": "hammer"`))) {
		err = fmt.Errorf("%s: %.200s", resp.Status, body)
	}
	return err
}

func (w *world) addr(node string) string {
	n, _ := w.Node(node)
	return n.Addr
}

// goodTime is how long a good client may wait in all.
const goodTime = 20 * time.Second

// fetch gets the good file, or a range of it, after an NTLM login when login names a
// field for that.
func (t target) fetch(url, login string, status int) error {
	c, err := t.dial(false)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(goodTime))
	in := bufio.NewReader(c)
	ask := func(more string) (*http.Response, []byte, error) {
		if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: origin\r\nRange: bytes=100-50099\r\n%s\r\n", url, more); err != nil {
			return nil, nil, err
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return nil, nil, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp, body, err
	}
	resp, body, err := ask("")
	if err == nil && login != "" {
		resp, body, err = logIn(resp, login, ask)
	}
	if err != nil {
		return err
	}
	want := make([]byte, goodSize)
	_, _ = fakeserver.Content(goodSize, 7).ReadAt(want, 0)
	if status == http.StatusPartialContent {
		want = want[100:50100]
	}
	if resp.StatusCode != status || !bytes.Equal(body, want) {
		return fmt.Errorf("%s with %d bytes, or wrong ones", resp.Status, len(body))
	}
	return nil
}

// logIn goes through NTLM.
func logIn(resp *http.Response, field string, ask func(string) (*http.Response, []byte, error)) (_ *http.Response, body []byte, err error) {
	client, err := ntlm.NewClient(ntlm.ClientConfig{Level: 3, Domain: "LAB", User: "alice", Password: "pw", Workstation: "PC",
		OS: ntlm.WindowsXPSP2(), Rand: rand.Reader, Now: time.Now})
	if err != nil {
		return nil, nil, err
	}
	mechanism := httpauth.NewNTLM(client)
	challenge := "Www-Authenticate"
	if field == "Proxy-Authorization" {
		challenge = "Proxy-Authenticate"
	}
	for range 2 {
		offered, err := httpauth.ParseChallenges(resp.Header.Values(challenge))
		if err != nil {
			return nil, nil, err
		}
		token := ""
		for _, one := range offered {
			if one.Scheme == string(httpauth.NTLM) {
				if token, err = mechanism.Next(one); err != nil {
					return nil, nil, err
				}
			}
		}
		if token == "" {
			return nil, nil, fmt.Errorf("%s without a challenge of NTLM", resp.Status)
		}
		if resp, body, err = ask(field + ": " + token + "\r\n"); err != nil {
			return nil, nil, err
		}
	}
	return resp, body, nil
}

// answers asks a target that misbehaves on purpose; any HTTP answer will do.
func (t target) answers() error {
	c, err := t.dial(false)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(goodTime))
	if _, err := io.WriteString(c, "GET /good HTTP/1.1\r\nHost: origin\r\n\r\n"); err != nil {
		return err
	}
	_, err = http.ReadResponse(bufio.NewReader(c), nil)
	return err
}
