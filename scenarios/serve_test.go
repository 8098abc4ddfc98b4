package scenarios_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

const servedText = `version: 1
id: served
title: Fakes for somebody from outside
level: observe
refs: [none]
accounts: {alice: {domain: LAB, user: alice, password: pw}}
client: {profile: xp-sp2, proxy: corp}
servers:
  origin: {files: {/a: {size: 1kB, seed: 7}, /disk: {from: disk.txt}}}
  safe: {tls: true, host: safe.lab, files: {/a: {size: 1kB, seed: 7}}}
proxies:
  corp: {}
  door: {auth: [basic], accounts: [alice]}
steps:
  - name: download
    download: {job: j, files: [origin/a]}
    expect:
      - wire: [{on: origin, count: 1, every: {url: /a, status: 200}}, {on: client, count: 9}]
        job: {state: ERROR}
        elapsed: 1s
`

var _ = Describe("fakes for clients from outside", func() {
	var (
		dir    string
		served *scenarios.Served
		start  = func(text string, change func(*scenarios.ServeConfig)) {
			GinkgoHelper()
			path := filepath.Join(dir, "served.yaml")
			Expect(os.WriteFile(path, []byte(text), 0o600)).To(Succeed())
			file, err := scenarios.LoadFile(path)
			Expect(err).NotTo(HaveOccurred())
			cfg := scenarios.ServeConfig{File: file, Cell: file.Cells[0], Expect: true}
			if change != nil {
				change(&cfg)
			}
			served, err = scenarios.Serve(cfg)
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(served.Close)
		}
		node = func(name string) scenarios.ServedNode {
			n, ok := served.Node(name)
			Expect(ok).To(BeTrue())
			return n
		}
		get = func(proxy, target string) (status int, body string) {
			GinkgoHelper()
			pem, err := served.CertificatePEM()
			Expect(err).NotTo(HaveOccurred())
			roots := x509.NewCertPool()
			roots.AppendCertsFromPEM(pem)
			transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
			defer transport.CloseIdleConnections()
			if proxy != "" {
				u, err := url.Parse(proxy)
				Expect(err).NotTo(HaveOccurred())
				transport.Proxy = http.ProxyURL(u)
			}
			resp, err := (&http.Client{Transport: transport}).Get(target)
			Expect(err).NotTo(HaveOccurred())
			defer func() { _ = resp.Body.Close() }()
			text, err := io.ReadAll(resp.Body)
			Expect(err).NotTo(HaveOccurred())
			return resp.StatusCode, string(text)
		}
	)
	BeforeEach(func() {
		dir = GinkgoT().TempDir()
		Expect(os.WriteFile(filepath.Join(dir, "disk.txt"), []byte("from disk"), 0o600)).To(Succeed())
	})

	It("judges what was received, and leaves out what is about the PC", func() {
		start(servedText, nil)
		status, body := get("", node("origin").URL()+"/a")
		Expect(status).To(Equal(200))
		Expect(body).To(HaveLen(1000))
		judgement, err := served.Judge()
		Expect(err).NotTo(HaveOccurred())
		Expect(judgement.Result.Verdict).To(Equal(scenarios.Pass))
		Expect(judgement.Judged).To(Equal(1))
		var left []string
		for _, u := range judgement.Unjudged {
			left = append(left, u.What)
		}
		Expect(left).To(ConsistOf("job", "elapsed", "wire on client"))

		get("", node("origin").URL()+"/none")
		judgement, err = served.Judge()
		Expect(err).NotTo(HaveOccurred())
		Expect(judgement.Result.Verdict).To(Equal(scenarios.Fail))
		Expect(judgement.Result.Steps[0].Failures[0].What).To(Equal("wire on origin: number of exchanges"))
	})

	It("reaches the scenario's servers through its proxies, by name and by address, and nobody else", func() {
		start(servedText, nil)
		corp := node("corp").URL()
		for _, target := range []string{
			"http://origin/a", node("origin").URL() + "/a", "https://safe.lab/a", "https://safe/a",
			strings.Replace(node("origin").URL(), "127.0.0.1", "localhost", 1) + "/a",
		} {
			status, _ := get(corp, target)
			Expect(status).To(Equal(200), target)
		}
		stranger, err := fakehttp.Start(fakehttp.Config{Handler: http.NotFoundHandler()})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(stranger.Close)
		status, _ := get(corp, "http://"+stranger.Addr()+"/a")
		Expect(status).To(Equal(http.StatusBadGateway))
		Expect(served.Close()).To(Succeed())
		start(servedText, func(c *scenarios.ServeConfig) { c.Outside = true })
		status, _ = get(node("corp").URL(), "http://"+stranger.Addr()+"/a")
		Expect(status).To(Equal(http.StatusNotFound))
	})

	It("speaks TLS under its names and addresses, down to what Windows XP knows", func() {
		start(servedText, nil)
		status, _ := get("", node("safe").URL()+"/a")
		Expect(status).To(Equal(200))
		pem, err := served.CertificatePEM()
		Expect(err).NotTo(HaveOccurred())
		roots := x509.NewCertPool()
		Expect(roots.AppendCertsFromPEM(pem)).To(BeTrue())
		conn, err := tls.Dial("tcp", node("safe").Addr, &tls.Config{RootCAs: roots, ServerName: "safe.lab",
			MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10, CipherSuites: []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}})
		Expect(err).NotTo(HaveOccurred())
		Expect(conn.Close()).To(Succeed())
	})

	It("serves files from beneath the scenario's folder alone", func() {
		start(servedText, nil)
		_, body := get("", node("origin").URL()+"/disk")
		Expect(body).To(Equal("from disk"))
		outside := filepath.Join(GinkgoT().TempDir(), "secret")
		Expect(os.WriteFile(outside, []byte("secret"), 0o600)).To(Succeed())
		Expect(os.Remove(filepath.Join(dir, "disk.txt"))).To(Succeed())
		Expect(os.Symlink(outside, filepath.Join(dir, "disk.txt"))).To(Succeed())
		status, body := get("", node("origin").URL()+"/disk")
		Expect(status).To(Equal(404))
		Expect(body).NotTo(ContainSubstring("secret"))
		file, err := scenarios.LoadFile(filepath.Join(dir, "served.yaml"))
		Expect(err).NotTo(HaveOccurred())
		_, err = scenarios.Serve(scenarios.ServeConfig{File: file, Cell: file.Cells[0]})
		Expect(err).To(MatchError(ContainSubstring("/disk")))
	})

	It("tells of each exchange, and keeps the latest only", func() {
		var ended atomic.Int32
		start(servedText, func(c *scenarios.ServeConfig) {
			c.Most, c.Ended = 10, func(*transcript.Exchange) { ended.Add(1) }
		})
		for range 25 {
			get("", node("origin").URL()+"/a")
		}
		Eventually(ended.Load).Should(Equal(int32(25)))
		record, lost := served.Record()
		Expect(len(record.Entries)).To(BeNumerically("<=", 10))
		Expect(len(record.Entries) + lost).To(Equal(25))
		_, err := served.Judge()
		Expect(err).To(MatchError(ContainSubstring("can't be judged")))
	})

	It("names its nodes in the environment", func() {
		start(servedText, nil)
		Expect(served.Environment("ca.pem")).To(ContainElements(
			"WUALAB_ORIGIN_URL="+node("origin").URL(), "WUALAB_DOOR_ADDR="+node("door").Addr, "WUALAB_CA_FILE=ca.pem",
			"http_proxy="+node("corp").URL()))
	})
})

var _ = Describe("presets", func() {
	It("are scenarios that hold for the simulated PC", func(ctx SpecContext) {
		files, err := scenarios.Presets()
		Expect(err).NotTo(HaveOccurred())
		Expect(files).NotTo(BeEmpty())
		for _, f := range files {
			Expect(f.ID).To(Equal("preset/"+scenarios.PresetName(f)), "the id is preset/ and the name")
			_, err := f.Pick("")
			Expect(err).NotTo(HaveOccurred())
		}
		for result := range (&scenarios.Runner{}).Run(ctx, files...) {
			Expect(result.Verdict).To(Equal(scenarios.Pass), "%s: %v", result.Cell.ID, result.Steps)
		}
	})
})

var _ = Describe("picking a cell", func() {
	file := func() *plan.File {
		f, err := plan.Load("m.yaml", []byte(`version: 1
id: m
title: A matrix
level: observe
refs: [none]
matrix: {level: [0, 1], size: [1B, 2B]}
client: {profile: xp-sp2, registry: {LmCompatibilityLevel: "${level}"}}
servers: {origin: {files: {/a: {size: "${size}"}}}}
steps: [{download: {job: j, files: [origin/a]}}]
`), scenarios.PlanOptions())
		Expect(err).NotTo(HaveOccurred())
		return f
	}
	DescribeTable("takes ids and values of axes", func(want, id, problem string) {
		cell, err := file().Pick(want)
		if problem != "" {
			Expect(err).To(MatchError(ContainSubstring(problem)))
			return
		}
		Expect(err).NotTo(HaveOccurred())
		Expect(cell.ID).To(Equal(id))
	},
		Entry("an id", "m[level=1,size=2B]", "m[level=1,size=2B]", ""),
		Entry("all axes", "level=0,size=2B", "m[level=0,size=2B]", ""),
		Entry("in any order", "size=1B, level=1", "m[level=1,size=1B]", ""),
		Entry("nothing", "", "", "m has 4 cells, of which one must be named: level=0,size=1B; "),
		Entry("too little", "level=1", "", `"level=1" fits 2 cells of m: level=1,size=1B; level=1,size=2B`),
		Entry("another axis", "colour=red", "", `m has no cell "colour=red"`),
	)
})
