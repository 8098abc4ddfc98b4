//go:build interop && linux

package interop_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gexec"

	"github.com/wualab/wualab/fakeserver"
)

// program builds the command once.
var program = sync.OnceValues(func() (string, error) { return gexec.Build("github.com/wualab/wualab/cmd/wualab") })

var _ = AfterSuite(gexec.CleanupBuildArtifacts)

// outcome is what became of a call of wualab.
type outcome struct {
	exit int
	out  string // standard output
	text string // standard error
}

// wualab calls the command in a folder.
func wualab(ctx SpecContext, dir string, args ...string) outcome {
	GinkgoHelper()
	path, err := program()
	Expect(err).NotTo(HaveOccurred())
	var out, text bytes.Buffer
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &text
	cmd.Env = append(os.Environ(), "WUALAB="+path)
	err = cmd.Run()
	var failed *exec.ExitError
	if !errors.As(err, &failed) {
		Expect(err).NotTo(HaveOccurred())
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), text.String()}
}

const servedSize = 4_000_000

// The file that all of them serve.
const (
	updateCab   = `{/update.cab: {size: 4MB, seed: 7, etag: '"a"', last-modified: 2004-08-06T12:00:00Z}}`
	servedHead  = "version: 1\nid: outside\ntitle: A client from outside\nlevel: observe\nrefs: [none]\naccounts: {alice: {domain: LAB, user: alice, password: pw}}\n"
	servedSteps = "steps: [{download: {job: j, files: [origin/update.cab]}, expect: {wire: [%s]}}]\n"
)

// behaviours are what clients meet, with what must then be on the wire.
var behaviours = map[string]struct{ client, nodes, wire string }{
	"a plain server":                       {"", "servers: {origin: {files: " + updateCab + "}}", "{on: origin, count: 1, every: {status: 200, complete: true}}"},
	"a server with ranges":                 {"", "servers: {origin: {files: " + updateCab + "}}", "{on: origin, some: {status: 206, complete: true}}"},
	"a server that cuts once":              {"", "servers: {origin: {files: " + updateCab + ", behaviours: [{cut-after: {bytes: 1MB, times: 1}}]}}", "{on: origin, count: 2, some: {status: 206, range: '/^bytes=[1-9][0-9]*-/'}}"},
	"a server that cuts, for who gives up": {"", "servers: {origin: {files: " + updateCab + ", behaviours: [{cut-after: {bytes: 1MB, times: 1}}]}}", "{on: origin, count: 1, every: {complete: false}}"},
	"a server that ignores ranges":         {"", "servers: {origin: {files: " + updateCab + ", behaviours: [ignore-range]}}", "{on: origin, some: {header: {Range: present}, status: 200}}"},
	"a server that wants NTLM":             {"", "servers: {origin: {auth: [ntlm], accounts: [alice], files: " + updateCab + "}}", `{on: origin, connections: 1, verified: 'LAB\alice', sequence: [{ntlm: type1, status: 401}, {ntlm: type3, status: 200}]}`},
	"an NTLM server that stays closed":     {"", "servers: {origin: {auth: [ntlm], accounts: [alice], files: " + updateCab + "}}", "{on: origin, verified: none, every: {status: 401}}"},
	"a server that wants Digest":           {"", "servers: {origin: {auth: [digest], accounts: [alice], files: " + updateCab + "}}", `{on: origin, count: 2, verified: 'LAB\alice', some: {scheme: digest, status: 200}}`},
	"a Digest server that stays closed":    {"", "servers: {origin: {auth: [digest], accounts: [alice], files: " + updateCab + "}}", "{on: origin, verified: none, every: {status: 401}}"},
	"a proxy that wants Basic":             {", proxy: corp", "servers: {origin: {files: " + updateCab + "}}\nproxies: {corp: {auth: [basic], accounts: [alice]}}", `{on: corp, verified: 'LAB\alice'}, {on: origin, count: 1}`},
	"a proxy that stays closed":            {", proxy: corp", "servers: {origin: {files: " + updateCab + "}}\nproxies: {corp: {auth: [basic], accounts: [alice]}}", "{on: corp, every: {status: 407}}, {on: origin, count: 0}"},
	"a server with TLS":                    {"", "servers: {origin: {tls: true, files: " + updateCab + "}}", "{on: origin, count: 1, every: {status: 200}}"},
	"SMS 2003, asked within the file":      {"", "servers: {origin: {files: " + updateCab + ", behaviours: [{sms2003-rtm: {misbehaviour: status, status: 500}}]}}", "{on: origin, none: {status: 500}}"},
	"SMS 2003, asked past the end":         {"", "servers: {origin: {files: " + updateCab + ", behaviours: [{sms2003-rtm: {misbehaviour: status, status: 500}}]}}", "{on: origin, every: {status: 500}}"},
}

// What the programs are called with; the file goes to out.
const (
	byURL    = " $WUALAB_ORIGIN_URL/update.cab "
	byName   = " http://origin/update.cab "
	curlIt   = "curl -q -sSf -o out "
	wgetIt   = "wget -q --no-config --tries=3 --waitretry=0 -O out "
	aria2It  = "aria2c -q --no-conf --max-tries=3 --retry-wait=0 -o out "
	pythonIt = "python3 fetch.py "
)

var _ = Describe("a client from outside at what wualab serves", func() {
	// at serves a behaviour to a command, which must end with an exit code, and checks
	// the wire. first and last are the bytes that the command must have got, none for
	// last -1.
	at := func(ctx SpecContext, behaviour, command string, exit, first, last int) {
		dir := GinkgoT().TempDir()
		b, known := behaviours[behaviour]
		Expect(known).To(BeTrue(), behaviour)
		text := servedHead + "client: {profile: xp-sp2, account: alice" + b.client + "}\n" + b.nodes + "\n" + strings.Replace(servedSteps, "%s", b.wire, 1)
		Expect(os.WriteFile(filepath.Join(dir, "served.yaml"), []byte(text), 0o600)).To(Succeed())
		client, err := os.ReadFile("testdata/fetch.py")
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(filepath.Join(dir, "fetch.py"), client, 0o600)).To(Succeed())
		r := wualab(ctx, dir, "serve", "served.yaml", "--expect", "--exec", command)
		Expect(r.text).To(ContainSubstring("ok   what was received is as expected"), "what was received")
		Expect(r.exit).To(Equal(exit), r.text)
		if last < 0 {
			return
		}
		want, err := io.ReadAll(io.NewSectionReader(fakeserver.Content(servedSize, 7), int64(first), int64(last-first+1)))
		Expect(err).NotTo(HaveOccurred())
		got, err := os.ReadFile(filepath.Join(dir, "out"))
		Expect(err).NotTo(HaveOccurred())
		Expect(bytes.Equal(got, want)).To(BeTrue(), "%d bytes, want %d", len(got), len(want))
	}
	const whole, none = servedSize - 1, -1

	entry := func(who, behaviour string, rest ...any) TableEntry {
		return Entry(who+", at "+behaviour, append([]any{behaviour}, rest...)...)
	}
	DescribeTable("fares as it is known to", at,
		entry("curl", "a plain server", curlIt+byURL, 0, 0, whole),
		entry("wget", "a plain server", wgetIt+byURL, 0, 0, whole),
		entry("aria2", "a plain server", aria2It+byURL, 0, 0, whole),
		entry("urllib", "a plain server", pythonIt+byURL+"out", 0, 0, whole),

		entry("curl asks for a range", "a server with ranges", curlIt+"-r 100-199"+byURL, 0, 100, 199),
		entry("wget starts late", "a server with ranges", wgetIt+"--start-pos=3999900"+byURL, 0, 3999900, whole),
		entry("aria2 uses four connections", "a server with ranges", aria2It+"-s 4 -x 4 -k 1M"+byURL, 0, 0, whole),
		entry("urllib asks for a range", "a server with ranges", pythonIt+byURL+"out range=bytes=100-199", 0, 100, 199),

		entry("curl told to go on", "a server that cuts once", curlIt+byURL+"|| "+curlIt+"-C -"+byURL, 0, 0, whole),
		entry("curl by itself", "a server that cuts, for who gives up", curlIt+byURL, 18, 0, 999_999),
		entry("wget goes on", "a server that cuts once", wgetIt+byURL, 0, 0, whole),
		entry("aria2 goes on", "a server that cuts once", aria2It+byURL, 0, 0, whole),
		entry("urllib gives up", "a server that cuts, for who gives up", pythonIt+byURL+"out", 1, 0, none),

		entry("curl refuses to resume", "a server that ignores ranges", "printf x >out; "+curlIt+"-C -"+byURL, 33, 0, none),
		entry("aria2 falls back to one connection", "a server that ignores ranges", aria2It+"-s 4 -x 4 -k 1M"+byURL, 0, 0, whole),
		entry("urllib takes what comes", "a server that ignores ranges", pythonIt+byURL+"out range=bytes=100-199", 0, 0, whole),

		entry("curl", "a server that wants NTLM", curlIt+`--ntlm -u 'LAB\alice:pw'`+byURL, 0, 0, whole),
		entry("wget", "a server that wants NTLM", wgetIt+`--user='LAB\alice' --password=pw`+byURL, 0, 0, whole),
		entry("curl with a wrong password", "an NTLM server that stays closed", curlIt+`--ntlm -u 'LAB\alice:no'`+byURL, 22, 0, none),
		entry("aria2, which has no NTLM", "an NTLM server that stays closed", aria2It+"--http-user=alice --http-passwd=pw"+byURL, 24, 0, none),
		entry("urllib, which has no NTLM", "an NTLM server that stays closed", pythonIt+byURL+"out basic=alice:pw", 1, 0, none),

		entry("curl", "a server that wants Digest", curlIt+"--digest -u alice:pw"+byURL, 0, 0, whole),
		entry("wget", "a server that wants Digest", wgetIt+"--user=alice --password=pw"+byURL, 0, 0, whole),
		entry("urllib", "a server that wants Digest", pythonIt+byURL+"out digest=alice:pw", 0, 0, whole),
		entry("aria2, which has no Digest", "a Digest server that stays closed", aria2It+"--http-user=alice --http-passwd=pw"+byURL, 24, 0, none),

		entry("curl", "a proxy that wants Basic", curlIt+`-U 'LAB\alice:pw'`+byName, 0, 0, whole),
		entry("wget", "a proxy that wants Basic", wgetIt+`--proxy-user='LAB\alice' --proxy-password=pw`+byName, 0, 0, whole),
		entry("aria2", "a proxy that wants Basic", aria2It+`--http-proxy-user='LAB\alice' --http-proxy-passwd=pw`+byName, 0, 0, whole),
		entry("urllib", "a proxy that wants Basic", pythonIt+byName+`out proxy='http://LAB%5Calice:pw@'$WUALAB_CORP_ADDR`, 0, 0, whole),
		entry("curl without an account", "a proxy that stays closed", curlIt+byName, 22, 0, none),
		entry("wget without an account", "a proxy that stays closed", wgetIt+byName, 8, 0, none),
		entry("aria2 without an account", "a proxy that stays closed", aria2It+byName, 22, 0, none),
		entry("urllib without an account", "a proxy that stays closed", pythonIt+byName+"out", 1, 0, none),

		entry("curl", "a server with TLS", curlIt+"--cacert $WUALAB_CA_FILE"+byURL, 0, 0, whole),
		entry("wget", "a server with TLS", wgetIt+"--ca-certificate=$WUALAB_CA_FILE"+byURL, 0, 0, whole),
		entry("aria2", "a server with TLS", aria2It+"--ca-certificate=$WUALAB_CA_FILE"+byURL, 0, 0, whole),
		entry("urllib", "a server with TLS", pythonIt+byURL+"out ca=$WUALAB_CA_FILE", 0, 0, whole),

		entry("curl", "SMS 2003, asked within the file", curlIt+"-r 100-199"+byURL, 0, 100, 199),
		entry("wget to the end", "SMS 2003, asked within the file", wgetIt+"--start-pos=3999900"+byURL, 0, 3999900, whole),
		entry("aria2, whose ranges are exact", "SMS 2003, asked within the file", aria2It+"-s 4 -x 4 -k 1M"+byURL, 0, 0, whole),
		entry("curl", "SMS 2003, asked past the end", curlIt+"-r 3999900-4000100"+byURL, 22, 0, none),
		entry("urllib", "SMS 2003, asked past the end", pythonIt+byURL+"out range=bytes=3999900-4000100", 1, 0, none),
	)
})
