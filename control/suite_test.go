package control_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/control"
	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

func TestControl(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "control")
}

const labText = `version: 1
id: lab
title: What the control API drives
level: observe
refs: [none]
accounts: {alice: {domain: LAB, user: alice, password: pw}}
client: {profile: xp-sp2, account: alice}
servers:
  origin: {files: {/a: {size: 1kB, seed: 7, etag: '"a"', last-modified: 2004-08-06T12:00:00Z, type: text/plain}}, behaviours: [{set-header: {name: X-A, value: b}}], shares: {pkg: {}}, uploads: {/in/: {}}}
  safe: {tls: true, auth: [basic], accounts: [alice], files: {/a: {size: 1kB, seed: 7}}}
proxies: {corp: {auth: [ntlm, basic], accounts: [alice]}}
steps:
  - download: {job: j, files: [origin/a]}
    expect: {job: {state: TRANSFERRED}, wire: [{on: origin, count: 1, every: {status: 200}}]}
`

// lab is what is driven, with a client whose answers are held against openapi.yaml.
type lab struct {
	served *scenarios.Served
	api    *control.Server
	*client.Client
}

func (l *lab) url(node string) string {
	GinkgoHelper()
	n, ok := l.served.Node(node)
	Expect(ok).To(BeTrue(), node)
	return n.URL()
}

// get asks a served node, not the API.
func (l *lab) get(url string) int {
	GinkgoHelper()
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport}).Get(url)
	Expect(err).NotTo(HaveOccurred())
	Expect(resp.Body.Close()).To(Succeed())
	return resp.StatusCode
}

// start serves a scenario with an API.
func start(change func(*control.Config)) *lab {
	GinkgoHelper()
	served, err := serveText(labText)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(served.Close)
	return startFor(served, change)
}

func startFor(served *scenarios.Served, change func(*control.Config)) *lab {
	GinkgoHelper()
	cfg := control.Config{Served: served, Version: "test"}
	if change != nil {
		change(&cfg)
	}
	api, err := control.Start(cfg)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(api.Close)
	return &lab{served, api, client.New(api.URL(), client.WithHTTPClient(checkedHTTP), client.WithToken(cfg.Token))}
}

func serveText(text string, change ...func(*scenarios.ServeConfig)) (*scenarios.Served, error) {
	file, err := plan.Load("lab.yaml", []byte(text), scenarios.PlanOptions())
	if err != nil {
		return nil, err
	}
	cfg := scenarios.ServeConfig{File: file, Cell: file.Cells[0], Expect: true, Most: 1000}
	for _, f := range change {
		f(&cfg)
	}
	return scenarios.Serve(cfg)
}
