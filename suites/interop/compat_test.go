//go:build interop && linux

package interop_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

// compatRow is a line of the tables of compatibility: a behaviour and what programs from
// outside make of it. What a program makes of it is "ok" when it ends well and has the
// file; else its exit code, "exit 18", or of urllib the exception; "wrong content" when
// it ends well all the same and has something else; "-" when it can't ask in that way.
type compatRow struct {
	does string // in the list of behaviours, as a scenario file writes it
	ask  string // "": the whole file; resume: all but its first bytes; several: two ranges;
	//         past: a range beyond the end; last: the last bytes;
	//         outdated: a range, if the file is what it is not; twice: first HEAD, then the file; head; post
	login  string // the scheme that is demanded; "": none
	https  bool   // the server speaks TLS
	mute   bool   // it leaves no note in the record that begins with its name
	curl   string
	wget   string
	aria2  string
	urllib string
}

func (r compatRow) name() string {
	name, _, _ := strings.Cut(strings.Trim(r.does, "{}"), ":")
	return name
}

// outsiders are the programs, in the order of the columns.
var outsiders = []string{"curl", "wget", "aria2", "urllib"}

func (r compatRow) expected(program string) string {
	return map[string]string{"curl": r.curl, "wget": r.wget, "aria2": r.aria2, "urllib": r.urllib}[program]
}

const (
	compatSize  = 2_200_000
	compatSeed  = 7
	compatStart = 1000 // where those begin who resume
)

// compatScenario is a server, and a proxy in front of it for a behaviour of a proxy.
func (r compatRow) scenario(proxy bool) string {
	rules := "behaviours: [" + r.does + "]"
	if r.login != "" {
		rules += fmt.Sprintf(", auth: [%s], accounts: [alice]", r.login)
	}
	server, client, proxies := rules, "", ""
	if proxy {
		server, client, proxies = "behaviours: []", ", proxy: corp", "proxies: {corp: {"+rules+"}}\n"
	}
	return "version: 1\nid: outside\ntitle: A client from outside\nlevel: observe\nrefs: [none]\n" +
		"accounts: {alice: {domain: LAB, user: alice, password: pw}}\n" +
		"client: {profile: xp-sp2, account: alice" + client + "}\n" +
		fmt.Sprintf("servers: {origin: {tls: %t, files: {/update.cab: {size: 2200kB, seed: 7}}, %s}}\n", r.https, server) + proxies +
		"steps: [{download: {job: j, files: [origin/update.cab]}, expect: {job: {state: \"?\"}}}]\n"
}

// commands are what the programs are called with, for each way to ask. URL, CA, and
// USER stand for themselves; the file goes to out.
var compatCommands = map[string]map[string]string{
	"curl": {
		"past":     "curl -q -sSf --max-time 3 -o out -r 2199900-2200100 CURLLOGIN CURLCA URL",
		"":         "curl -q -sSf --max-time 3 -o out CURLLOGIN CURLCA URL",
		"resume":   "curl -q -sSf --max-time 3 -o out -C - CURLLOGIN CURLCA URL",
		"several":  "curl -q -sSf --max-time 3 -o out -r 0-99,1000-1099 CURLLOGIN CURLCA URL",
		"last":     "curl -q -sSf --max-time 3 -o out -r -100 CURLLOGIN CURLCA URL",
		"twice":    "curl -q -sSf --max-time 3 -o out -I CURLLOGIN CURLCA URL && curl -q -sSf --max-time 3 -o out CURLLOGIN CURLCA URL",
		"outdated": `curl -q -sSf --max-time 3 -o out -r 0-99 -H 'If-Range: "old"' CURLLOGIN CURLCA URL`,
		"head":     "curl -q -sSf --max-time 3 -o out -I CURLLOGIN CURLCA URL",
		"post":     "curl -q -sSf --max-time 3 -o out -H Expect: --data-binary @form CURLLOGIN CURLCA URL",
	},
	"wget": {
		"":       "wget -q --no-config --timeout=2 --tries=2 --waitretry=0 -O out WGETLOGIN WGETCA URL",
		"resume": "wget -q --no-config --timeout=2 --tries=2 --waitretry=0 -c -O out WGETLOGIN WGETCA URL",
		"twice":  "wget -q --no-config --timeout=2 --tries=2 --waitretry=0 --spider WGETLOGIN WGETCA URL && wget -q --no-config --timeout=2 --tries=2 --waitretry=0 -O out WGETLOGIN WGETCA URL",
		"head":   "wget -q --no-config --timeout=2 --tries=2 --waitretry=0 --spider WGETLOGIN WGETCA URL",
		"post":   "wget -q --no-config --timeout=2 --tries=2 --waitretry=0 -O out --post-file=form WGETLOGIN WGETCA URL",
	},
	"aria2": {
		"":       "aria2c -q --no-conf --timeout=2 --connect-timeout=2 --max-tries=2 --retry-wait=0 -o out ARIALOGIN ARIACA URL",
		"resume": "aria2c -q --no-conf --timeout=2 --connect-timeout=2 --max-tries=2 --retry-wait=0 -s 2 -x 2 -k 1M -o out ARIALOGIN ARIACA URL",
		"head":   "aria2c -q --no-conf --timeout=2 --connect-timeout=2 --max-tries=2 --retry-wait=0 --dry-run ARIALOGIN ARIACA URL",
	},
	"urllib": {
		"past":    "python3 fetch.py URL out timeout=2 range=bytes=2199900-2200100 PYLOGIN PYCA",
		"":        "python3 fetch.py URL out timeout=2 PYLOGIN PYCA",
		"resume":  "python3 fetch.py URL out timeout=2 resume=1000 PYLOGIN PYCA",
		"several": "python3 fetch.py URL out timeout=2 range=bytes=0-99,1000-1099 PYLOGIN PYCA",
		"last":    "python3 fetch.py URL out timeout=2 range=bytes=-100 PYLOGIN PYCA",
		"twice":   "python3 fetch.py URL out timeout=2 method=HEAD PYLOGIN PYCA && python3 fetch.py URL out timeout=2 PYLOGIN PYCA",
		"head":    "python3 fetch.py URL out timeout=2 method=HEAD PYLOGIN PYCA",
		"post":    "python3 fetch.py URL out timeout=2 post=form PYLOGIN PYCA",
	},
}

// command is what a program is called with; "" when it can't ask so.
func (r compatRow) command(program string, proxy bool, url, corp string) string {
	words := []string{"URL", "'" + url + "'"}
	logins := [...]string{"CURLLOGIN", "WGETLOGIN", "ARIALOGIN", "PYLOGIN"}
	as := [...]string{"", "", "", ""}
	switch {
	case r.login != "" && proxy:
		as = [...]string{"--proxy-" + r.login + ` -U 'LAB\alice:pw'`, `--proxy-user='LAB\alice' --proxy-password=pw`,
			`--http-proxy-user='LAB\alice' --http-proxy-passwd=pw`, "proxy='http://LAB%5Calice:pw@" + corp + "'"}
	case r.login == "digest":
		as = [...]string{"--digest -u alice:pw", "--user=alice --password=pw", "--http-user=alice --http-passwd=pw", "digest=alice:pw"}
	case r.login != "":
		as = [...]string{"--" + r.login + ` -u 'LAB\alice:pw'`, `--user='LAB\alice' --password=pw`, `--http-user='LAB\alice' --http-passwd=pw`, `basic='LAB\alice:pw'`}
	}
	for i, name := range logins {
		words = append(words, name, as[i])
	}
	for name, option := range map[string]string{"CURLCA": "--cacert", "WGETCA": "--ca-certificate", "ARIACA": "--ca-certificate", "PYCA": "ca"} {
		switch {
		case !r.https:
			option = ""
		case name == "CURLCA":
			option += " ca.pem"
		default:
			option += "=ca.pem"
		}
		words = append(words, name, option)
	}
	return strings.NewReplacer(words...).Replace(compatCommands[program][r.ask])
}

// compatFare has a program meet the behaviour and says what it made of it.
func compatFare(ctx SpecContext, r compatRow, program string, proxy bool) string {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	served := compatServe(dir, r, proxy)
	node, _ := served.Node("origin")
	url, corp := node.URL(), ""
	if proxy {
		via, _ := served.Node("corp")
		url, corp = strings.Replace(url, node.Addr, "origin", 1), via.Addr
	}
	command := r.command(program, proxy, url+"/update.cab", corp)
	if command == "" {
		return "-"
	}
	whole, err := io.ReadAll(io.NewSectionReader(fakeserver.Content(compatSize, compatSeed), 0, compatSize))
	Expect(err).NotTo(HaveOccurred())
	if r.ask == "resume" && program != "aria2" { // which asks for its parts of a new file

		Expect(os.WriteFile(filepath.Join(dir, "out"), whole[:compatStart], 0o600)).To(Succeed())
	}
	exit, said := compatRun(ctx, dir, command, served)
	if exit != 0 {
		return exitOf(program, exit, said)
	}
	if !r.mute {
		Expect(compatNotes(served)).To(ContainElement(HavePrefix(r.name()+": ")), "the behaviour has acted")
	}
	got, _ := os.ReadFile(filepath.Join(dir, "out"))
	if r.arrived(got, whole) {
		return "ok"
	}
	return "wrong content"
}

// arrived reports whether the program has what it asked for.
func (r compatRow) arrived(got, whole []byte) bool {
	switch r.ask {
	case "head", "post":
		return true
	case "past":
		return bytes.Equal(got, whole[2_199_900:])
	case "last":
		return bytes.Equal(got, whole[len(whole)-100:])
	case "several":
		return bytes.Contains(got, whole[:100]) && bytes.Contains(got, whole[1000:1100])
	}
	return bytes.Equal(got, whole)
}

func compatServe(dir string, r compatRow, proxy bool) *scenarios.Served {
	GinkgoHelper()
	file, err := plan.Load(filepath.Join(dir, "served.yaml"), []byte(r.scenario(proxy)), scenarios.PlanOptions())
	Expect(err).NotTo(HaveOccurred())
	served, err := scenarios.Serve(scenarios.ServeConfig{File: file, Cell: file.Cells[0]})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(served.Close)
	return served
}

// compatRun runs a command as "wualab serve --exec" does.
func compatRun(ctx SpecContext, dir, command string, served *scenarios.Served) (exit int, said string) {
	GinkgoHelper()
	client, err := os.ReadFile("testdata/fetch.py")
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(filepath.Join(dir, "fetch.py"), client, 0o600)).To(Succeed())
	Expect(os.WriteFile(filepath.Join(dir, "form"), bytes.Repeat([]byte("x"), compatSize), 0o600)).To(Succeed())
	trusted, err := served.CertificatePEM()
	Expect(err).NotTo(HaveOccurred())
	Expect(os.WriteFile(filepath.Join(dir, "ca.pem"), trusted, 0o600)).To(Succeed())
	var text bytes.Buffer
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = dir, &text, time.Second
	cmd.Env = append(os.Environ(), served.Environment(filepath.Join(dir, "ca.pem"))...)
	err = cmd.Run()
	var failed *exec.ExitError
	if !errors.As(err, &failed) {
		Expect(err).NotTo(HaveOccurred())
	}
	return cmd.ProcessState.ExitCode(), text.String()
}

// exitOf says how a program failed: of urllib the exception's name, with the status of
// an HTTPError.
func exitOf(program string, exit int, said string) string {
	if program != "urllib" {
		return fmt.Sprintf("exit %d", exit)
	}
	name, rest, _ := strings.Cut(strings.TrimSpace(said), ":")
	if name == "HTTPError" {
		name += strings.TrimPrefix(strings.SplitN(rest, ":", 2)[0], " HTTP Error")
	}
	return name
}

func compatNotes(served *scenarios.Served) (notes []string) {
	record, _ := served.Record()
	for _, x := range record.Exchanges() {
		notes = append(notes, x.Notes...)
	}
	return notes
}

// compatibility makes the specs of a table, and one that it lacks no behaviour.
func compatibility(rows []compatRow, known behaviour.Table, proxy bool) {
	for _, r := range rows {
		for _, program := range outsiders {
			title := strings.TrimSpace(program + " at " + r.does + " " + r.ask)
			It(title, func(ctx SpecContext) {
				Expect(compatFare(ctx, r, program, proxy)).To(Equal(r.expected(program)))
			}, SpecTimeout(time.Minute))
		}
	}
	It("leaves no behaviour out", func() {
		for _, d := range known {
			Expect(slices.ContainsFunc(rows, func(r compatRow) bool { return r.name() == d.Name })).To(BeTrue(),
				"%s has no row: how do curl, wget, aria2 and urllib fare?", d.Name)
		}
	})
}

var _ = Describe("compatibility with a server's behaviours:", func() {
	compatibility(serverRows, fakeserver.Behaviours(), false)
})

var _ = Describe("compatibility with a proxy's behaviours:", func() {
	compatibility(proxyRows, fakeproxy.Behaviours(), true)
})
