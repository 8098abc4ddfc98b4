package scenarios_test

import (
	"io"
	"net"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

const servedScript = `version: 1
id: served
title: A proxy script for somebody from outside
level: observe
refs: [none]
client: {profile: xp-sp2, proxy: {detect: true, auto-config: config/proxy.pac}}
servers:
  config: {host: wpad.lab.example, pac: {rules: [{host: "*.LAB", use: direct}, {use: [corp, other, direct]}]}}
  text: {pac: "function FindProxyForURL(u, h) { return 'PROXY corp:8080; PROXY xcorp:8080; PROXY corp:80801'; }"}
proxies: {corp: {}, other: {}}
steps:
  - download: {job: j, files: [config/proxy.pac]}
`

var _ = Describe("a proxy script for clients from outside", func() {
	serve := func(listen map[string]string) *scenarios.Served {
		GinkgoHelper()
		file, err := plan.Load("served.yaml", []byte(servedScript), scenarios.PlanOptions())
		Expect(err).NotTo(HaveOccurred())
		served, err := scenarios.Serve(scenarios.ServeConfig{File: file, Cell: file.Cells[0], Listen: listen})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(served.Close)
		return served
	}
	fetch := func(url string) (string, http.Header) {
		GinkgoHelper()
		resp, err := http.Get(url)
		Expect(err).NotTo(HaveOccurred())
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		Expect(err).NotTo(HaveOccurred())
		Expect(resp.StatusCode).To(Equal(200))
		return string(body), resp.Header
	}
	node := func(s *scenarios.Served, name string) scenarios.ServedNode {
		n, _ := s.Node(name)
		return n
	}

	It("has the addresses of the proxies in place of their names", func() {
		served := serve(nil)
		corp, other := node(served, "corp").Addr, node(served, "other").Addr
		for _, path := range []string{"/wpad.dat", "/proxy.pac"} {
			body, header := fetch(node(served, "config").URL() + path)
			Expect(header.Get("Content-Type")).To(Equal("application/x-ns-proxy-autoconfig"))
			Expect(body).To(Equal("function FindProxyForURL(url, host) {\r\n" +
				"  if (shExpMatch(host, \"*.lab\")) return \"DIRECT\";\r\n" +
				"  return \"PROXY " + corp + "; PROXY " + other + "; DIRECT\";\r\n" +
				"  return \"DIRECT\";\r\n}\r\n"))
		}
		body, _ := fetch(node(served, "text").URL() + "/wpad.dat")
		Expect(body).To(ContainSubstring("'PROXY " + corp + "; PROXY xcorp:8080; PROXY corp:80801'"))
	})

	It("names the host by which it was asked for proxies that listen everywhere", func() {
		served := serve(map[string]string{"corp": "0.0.0.0:0"})
		_, port, err := net.SplitHostPort(node(served, "corp").Listen)
		Expect(err).NotTo(HaveOccurred())
		body, _ := fetch(node(served, "config").URL() + "/proxy.pac")
		Expect(body).To(ContainSubstring("PROXY 127.0.0.1:" + port + ";"))
	})

	It("is told to clients", func() {
		served := serve(nil)
		at := node(served, "config").URL() + "/proxy.pac"
		Expect(served.Environment("")).To(ContainElement("WUALAB_CONFIG_PAC_URL=" + at))
		Expect(served.Advice("").Windows).To(ContainElements(
			ContainSubstring(`/v AutoConfigURL /t REG_SZ /d `+at+` /f`),
			"bitsadmin /util /setieproxy LOCALSYSTEM AUTOSCRIPT "+at,
			"bitsadmin /util /setieproxy LOCALSYSTEM AUTODETECT",
			ContainSubstring("http://"+node(served, "config").Far+"/wpad.dat by DHCP option 252")))
	})
})
