package control_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/cloudsoda/go-smb2"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/scenarios"
)

var _ = Describe("a change as of a step", func() {
	var (
		l   *lab
		ctx = context.Background()
	)
	BeforeEach(func() { l = start(nil) })
	faults := func(list ...any) map[string]any { return map[string]any{"faults": append([]any{}, list...)} }

	It("alters several nodes and gives them as they are then", func() {
		nodes, err := l.Change(ctx, client.Change{
			"origin": {"behaviours": []any{"ignore-range"}, "state": map[string]any{"phase": "second"}, "files": map[string]any{"/b": map[string]any{"size": "2kB"}}},
			"corp":   {"down": true},
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(nodes).To(HaveLen(3))
		Expect(nodes[0].Behaviours).To(Equal([]client.Behaviour{{Name: "ignore-range"}}))
		Expect(nodes[2].Down).To(BeTrue())
		Expect(l.State(ctx, "origin")).To(HaveKeyWithValue("phase", "second"))
		Expect(l.get(l.url("origin") + "/a")).To(Equal(200))
		Expect(l.get(l.url("origin") + "/b")).To(Equal(200))
		Expect(l.Reset(ctx, true)).To(Succeed())
		Expect(l.get(l.url("origin") + "/b")).To(Equal(404))
		Expect(l.State(ctx, "origin")).To(BeEmpty())
	})

	It("gives upload directories faults, and takes them away", func() {
		upload := func() int {
			GinkgoHelper()
			address := strings.TrimPrefix(l.url("origin"), "http://")
			conn, err := net.Dial("tcp", address)
			Expect(err).NotTo(HaveOccurred())
			defer func() { _ = conn.Close() }()
			_, err = fmt.Fprintf(conn, "BITS_POST /in/report.xml HTTP/1.1\r\nHost: %s\r\nBITS-Packet-Type: Create-Session\r\nBITS-Supported-Protocols: %s\r\nContent-Length: 0\r\n\r\n",
				address, bitsupload.Protocol15)
			Expect(err).NotTo(HaveOccurred())
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			return resp.StatusCode
		}
		Expect(upload()).To(Equal(200))
		set := func(list ...any) {
			GinkgoHelper()
			_, err := l.Change(ctx, client.Change{"origin": {"uploads": map[string]any{"/in/": faults(list...)}}})
			Expect(err).NotTo(HaveOccurred())
		}
		set(map[string]any{"fault": "status", "status": 503, "packet": "Create-Session", "always": true})
		Expect(upload()).To(Equal(503))
		set()
		Expect(upload()).To(Equal(200))
	})

	It("gives shares faults, and takes them away", func() {
		node, ok := l.served.Node("origin")
		Expect(ok).To(BeTrue())
		open := func() error {
			GinkgoHelper()
			dialer := smb2.Dialer{Initiator: &smb2.NTLMInitiator{User: "alice", Password: "pw", Domain: "LAB"}}
			session, err := dialer.Dial(ctx, node.Shares)
			Expect(err).NotTo(HaveOccurred())
			defer func() { _ = session.Logoff() }()
			share, err := session.Mount("pkg")
			Expect(err).NotTo(HaveOccurred())
			defer func() { _ = share.Umount() }()
			_, err = share.ReadFile("a")
			return err
		}
		Expect(open()).To(Succeed())
		set := func(list ...any) {
			GinkgoHelper()
			_, err := l.Change(ctx, client.Change{"origin": {"shares": map[string]any{"PKG": faults(list...)}}})
			Expect(err).NotTo(HaveOccurred())
		}
		set(map[string]any{"status": "STATUS_SHARING_VIOLATION", "times": 1})
		Expect(open()).To(MatchError(ContainSubstring("share access flags")))
		Expect(open()).To(Succeed(), "it acts once")
		set(map[string]any{"status": "STATUS_ACCESS_DENIED"})
		Expect(open()).To(HaveOccurred())
		set()
		Expect(open()).To(Succeed())
	})

	It("gives an update server faults, and takes them away", func() {
		served, err := serveText(strings.Replace(labText, "proxies: {", "  wsus: {wsus: {updates: {u: {title: U, kb: \"900001\", installed: false}}, approvals: [u]}}\nproxies: {", 1))
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(served.Close)
		l := startFor(served, nil)
		ask := func() string {
			GinkgoHelper()
			envelope := `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><GetConfig xmlns="http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService"><protocolVersion>1.6</protocolVersion></GetConfig></soap:Body></soap:Envelope>`
			request, err := http.NewRequest(http.MethodPost, l.url("wsus")+"/ClientWebService/client.asmx", strings.NewReader(envelope))
			Expect(err).NotTo(HaveOccurred())
			request.Header.Set("Content-Type", "text/xml; charset=utf-8")
			request.Header.Set("SOAPAction", `"http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService/GetConfig"`)
			resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
			Expect(err).NotTo(HaveOccurred())
			body, err := io.ReadAll(resp.Body)
			Expect(err).NotTo(HaveOccurred())
			Expect(resp.Body.Close()).To(Succeed())
			return string(body)
		}
		Expect(ask()).To(ContainSubstring("GetConfigResult"))
		_, err = l.Change(ctx, client.Change{"wsus": {"wsus": faults(map[string]any{"operation": "GetConfig", "code": "ServerBusy"})}})
		Expect(err).NotTo(HaveOccurred())
		Expect(ask()).To(ContainSubstring("ServerBusy"))
		_, err = l.Change(ctx, client.Change{"wsus": {"wsus": faults()}})
		Expect(err).NotTo(HaveOccurred())
		Expect(ask()).To(ContainSubstring("GetConfigResult"))
	})

	It("is checked as a whole before anything changes", func() {
		for _, c := range []struct {
			change        client.Change
			pointer, says string
		}{
			{client.Change{"orign": {"down": true}}, "/orign", `unknown server or proxy "orign"`},
			{client.Change{"corp": {"behaviours": []any{"unpinned"}}, "origin": {"shares": map[string]any{"pkk": faults()}}}, "/origin/shares/pkk", `origin has no share "pkk"`},
			{client.Change{"corp": {"shares": map[string]any{"pkg": faults()}}}, "/corp/shares/pkg", "which has no shares"},
			{client.Change{"origin": {"shares": map[string]any{"pkg": faults(map[string]any{"on": "read"})}}}, "/origin/shares/pkg/faults/0", "nothing goes wrong"},
			{client.Change{"origin": {"uploads": map[string]any{"/out/": faults()}}}, "/origin/uploads/~1out~1", "no upload directory"},
			{client.Change{"origin": {"shares": map[string]any{"pkg": map[string]any{}}}}, "/origin/shares/pkg", "nothing changes on pkg"},
			{client.Change{"corp": {"files": map[string]any{"/a": map[string]any{"size": "1B"}}}}, "/corp/files/~1a", "which has no files"},
			{client.Change{"origin": {"fils": map[string]any{}}}, "/origin/fils", "unknown key"},
		} {
			_, err := l.Change(ctx, c.change)
			p := refused(err)
			Expect(p.Status).To(Equal(400), p.Detail)
			Expect(p.Detail).To(ContainSubstring(c.says))
			Expect(*p.Pointer).To(Equal(c.pointer), p.Detail)
		}
		Expect(l.Behaviours(ctx, "corp")).To(BeEmpty())
		many := make([]any, 201)
		for i := range many {
			many[i] = "ignore-range"
		}
		_, err := l.Change(ctx, client.Change{"origin": {"behaviours": many}})
		Expect(refused(err).Code).To(Equal("too-many"))
	})
})

var _ = Describe("the files that are put on servers", func() {
	It("have a bound in all", func() {
		served, err := serveText(labText, func(cfg *scenarios.ServeConfig) { cfg.Contents = 1 << 20 })
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(served.Close)
		l, ctx := startFor(served, nil), context.Background()
		put := func(node, path string, size int) error {
			return l.SetContent(ctx, node, path, strings.NewReader(strings.Repeat("x", size)), "")
		}
		Expect(put("origin", "/1", 500_000)).To(Succeed())
		Expect(put("safe", "/2", 500_000)).To(Succeed())
		Expect(put("origin", "/1", 500_001)).To(Succeed(), "in place of another")
		p := refused(put("origin", "/3", 500_000))
		Expect(p.Status).To(Equal(http.StatusInsufficientStorage))
		Expect(p.Code).To(Equal("full"))
		Expect(put("safe", "/3", 10)).To(Succeed())
		many := map[string]client.File{}
		for i := range 300 {
			many[fmt.Sprintf("/many/%d", i)] = client.File{Size: "1MB"}
		}
		Expect(refused(l.AddFiles(ctx, "origin", many)).Code).To(Equal("full"), "files cost something by themselves, too")
		Expect(l.RemoveFile(ctx, "safe", "/2")).To(Succeed())
		Expect(put("origin", "/3", 500_000)).To(Succeed())
	})
})
