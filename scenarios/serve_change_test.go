package scenarios_test

import (
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

const changedText = `version: 1
id: changed
title: Fakes that are changed from outside
level: observe
refs: [none]
accounts: {alice: {domain: LAB, user: alice, password: pw}}
client: {profile: xp-sp2}
servers:
  origin: {files: {/a: {size: 1kB, seed: 7}}, shares: {pkg: {}}}
  inner: {auth: [basic], accounts: [alice], lock-after: 1, files: {/a: {size: 1kB, seed: 7}}}
  gone: {down: true, files: {/a: {size: 1kB, seed: 7}}}
  safe: {tls: true, files: {/a: {size: 1kB, seed: 7}}}
proxies: {corp: {}}
steps:
  - download: {job: j, files: [origin/a]}
    expect: {wire: [{on: origin, count: 1, every: {status: 200}}]}
`

var _ = Describe("fakes that are changed from outside", func() {
	var (
		served *scenarios.Served
		client *http.Client
	)
	BeforeEach(func() {
		path := filepath.Join(GinkgoT().TempDir(), "changed.yaml")
		Expect(os.WriteFile(path, []byte(changedText), 0o600)).To(Succeed())
		file, err := scenarios.LoadFile(path)
		Expect(err).NotTo(HaveOccurred())
		served, err = scenarios.Serve(scenarios.ServeConfig{File: file, Cell: file.Cells[0], Expect: true})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(served.Close)
		transport := &http.Transport{DisableKeepAlives: true}
		client = &http.Client{Transport: transport}
	})
	url := func(node string) string {
		n, ok := served.Node(node)
		Expect(ok).To(BeTrue(), node)
		return n.URL() + "/a"
	}
	get := func(node string) (int, string) {
		GinkgoHelper()
		resp, err := client.Get(url(node))
		Expect(err).NotTo(HaveOccurred())
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		Expect(err).NotTo(HaveOccurred())
		return resp.StatusCode, string(body)
	}
	behave := func(node, text string) {
		GinkgoHelper()
		list, err := served.Cell().Scenario.ParseBehaviours(plan.Fragment{Source: []byte(text)}, node, scenarios.PlanOptions())
		Expect(err).NotTo(HaveOccurred())
		Expect(served.ChangeBehaviours(node, func([]plan.Behaviour) ([]plan.Behaviour, error) { return list, nil })).To(Succeed())
	}
	wire := func(text string) []plan.ExpectWire {
		GinkgoHelper()
		list, err := served.Cell().Scenario.ParseWire(plan.Fragment{Source: []byte(text)}, scenarios.PlanOptions())
		Expect(err).NotTo(HaveOccurred())
		return list
	}

	It("behave otherwise, and tell how they behave", func() {
		behave("origin", "{status: {status: 503}}")
		status, _ := get("origin")
		Expect(status).To(Equal(503))
		list, err := served.Behaviours("origin")
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(1))
		_, err = served.Behaviours("orign")
		Expect(err).To(MatchError(scenarios.ErrNoNode))
		err = served.ChangeBehaviours("origin", func([]plan.Behaviour) ([]plan.Behaviour, error) { return nil, io.ErrNoProgress })
		Expect(err).To(MatchError(io.ErrNoProgress))
		status, _ = get("origin")
		Expect(status).To(Equal(503))
	})

	It("go down, so that connections are refused, and come back at the same port", func() {
		at := url("origin")
		Expect(served.SetDown("origin", true)).To(Succeed())
		_, err := client.Get(at)
		Expect(err).To(MatchError(syscall.ECONNREFUSED))
		Expect(served.Nodes()[0].Down).To(BeTrue())
		Expect(served.SetDown("origin", false)).To(Succeed())
		Expect(url("origin")).To(Equal(at))
		status, _ := get("origin")
		Expect(status).To(Equal(200))
		_, err = client.Get(url("gone"))
		Expect(err).To(MatchError(syscall.ECONNREFUSED), "it is down from the start")
		Expect(served.SetDown("gone", false)).To(Succeed())
		status, _ = get("gone")
		Expect(status).To(Equal(200))
	})

	It("get files and lose them", func() {
		made, err := served.SetContent("origin", "/b", []byte("hello"), "text/plain")
		Expect(err).NotTo(HaveOccurred())
		Expect(made).To(BeTrue())
		files, err := served.Files("origin")
		Expect(err).NotTo(HaveOccurred())
		Expect(files).To(HaveLen(2))
		list, err := served.Cell().Scenario.ParseFiles(plan.Fragment{Source: []byte("{/a: {size: 5B}}")}, scenarios.PlanOptions())
		Expect(err).NotTo(HaveOccurred())
		Expect(served.SetFiles("origin", list, true)).To(Succeed())
		_, body := get("origin")
		Expect(body).To(HaveLen(5))
		Expect(served.RemoveFile("origin", "/b")).To(MatchError(fs.ErrNotExist))
		Expect(served.RemoveFile("origin", "/a")).To(Succeed())
		status, _ := get("origin")
		Expect(status).To(Equal(404))
		_, err = served.Files("corp")
		Expect(err).To(MatchError(scenarios.ErrNoServer))
	})

	It("are as at the start after a reset, at the same ports", func() {
		before := map[string]string{}
		for _, n := range served.Nodes() {
			before[n.Name] = n.Addr
		}
		pem, err := served.CertificatePEM()
		Expect(err).NotTo(HaveOccurred())
		behave("origin", "{status: {status: 503}}")
		Expect(served.RemoveFile("origin", "/a")).To(Succeed())
		Expect(served.SetDown("inner", true)).To(Succeed())
		Expect(served.SetDown("gone", false)).To(Succeed())
		Expect(served.Reset(true)).To(Succeed())
		record, _ := served.Record()
		Expect(record.Exchanges()).To(BeEmpty())
		for _, n := range served.Nodes() {
			Expect(n.Addr).To(Equal(before[n.Name]), n.Name)
			Expect(n.Down).To(Equal(n.Name == "gone"), n.Name)
		}
		status, _ := get("origin")
		Expect(status).To(Equal(200))
		Expect(served.CertificatePEM()).To(Equal(pem))
		Expect(served.Close()).To(Succeed())
		Expect(served.Reset(false)).To(MatchError(net.ErrClosed))
		Expect(served.SetDown("origin", false)).To(MatchError(net.ErrClosed))
	})

	It("let accounts in again after a reset that a wrong password had locked", func() {
		ask := func(password string) int {
			request, err := http.NewRequest(http.MethodGet, url("inner"), nil)
			Expect(err).NotTo(HaveOccurred())
			request.SetBasicAuth(`LAB\alice`, password)
			resp, err := client.Do(request)
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			return resp.StatusCode
		}
		Expect([]int{ask("pw"), ask("no"), ask("pw")}).To(Equal([]int{200, 401, 401}))
		Expect(served.Reset(false)).To(Succeed())
		Expect(ask("pw")).To(Equal(200))
	})

	It("wait on a clock that can be put forward", func(ctx SpecContext) {
		behave("origin", "{delay: {duration: 1h}}")
		answered := make(chan int, 1)
		go func() {
			defer GinkgoRecover()
			status, _ := get("origin")
			answered <- status
		}()
		by, _, err := served.Clock().AdvanceToNext(ctx)
		Expect(err).NotTo(HaveOccurred())
		Expect(by).To(BeNumerically("~", time.Hour, time.Minute))
		Eventually(answered).Should(Receive(Equal(200)))
	}, SpecTimeout(20*time.Second))

	It("are judged on demand, since the last reset or any place", func() {
		get("origin")
		one := wire("{on: origin, count: 1, every: {status: 200}}")
		judgement, err := served.Expect(one, served.Mark())
		Expect(err).NotTo(HaveOccurred())
		Expect(judgement.Result.Verdict).To(Equal(scenarios.Pass))
		Expect(served.Reset(false)).To(Succeed())
		judgement, err = served.Expect(one, served.Mark())
		Expect(err).NotTo(HaveOccurred())
		Expect(judgement.Result.Verdict).To(Equal(scenarios.Fail))
		Expect(judgement.Result.Steps[0].Failures).NotTo(BeEmpty())
		judgement, err = served.Expect(one, 0)
		Expect(err).NotTo(HaveOccurred())
		Expect(judgement.Result.Verdict).To(Equal(scenarios.Pass))
		whole, err := served.Judge()
		Expect(err).NotTo(HaveOccurred())
		Expect(whole.Result.Verdict).To(Equal(scenarios.Fail), "nothing came since the reset")
	})

	It("wait for an expectation to hold", func(ctx SpecContext) {
		expect := wire("{on: origin, matching: {count: 2, of: {status: 200, complete: true}}}")
		held := make(chan scenarios.Verdict, 1)
		go func() {
			defer GinkgoRecover()
			judgement, err := served.Await(ctx, expect, 0)
			Expect(err).NotTo(HaveOccurred())
			held <- judgement.Result.Verdict
		}()
		get("origin")
		Consistently(held, "50ms").ShouldNot(Receive())
		get("origin")
		Eventually(held).Should(Receive(Equal(scenarios.Pass)))
		soon, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		judgement, err := served.Await(soon, wire("{on: origin, count: 9}"), 0)
		Expect(err).NotTo(HaveOccurred())
		Expect(judgement.Result.Verdict).To(Equal(scenarios.Fail))
	}, SpecTimeout(20*time.Second))
})
