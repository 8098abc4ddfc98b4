package smsdp_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/smsdp"
	"github.com/wualab/wualab/smswire"
)

func TestSMSDP(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "smsdp")
}

const (
	tool  = "LAB00001"
	other = "LAB00002"
)

func config() smsdp.Config {
	return smsdp.Config{Packages: []smsdp.Package{
		{ID: tool, Name: "Tool", SourceVersion: 2, Files: map[string]fakeserver.File{"setup.exe": {Size: 100_000, Seed: 1}, "data/app.config": {Size: 10, Seed: 2}, "data/deep/x y.txt": {Body: []byte("hello")}},
			Programs: []smsdp.Program{{Name: "install", CommandLine: "setup.exe"}}},
		{ID: other, Files: map[string]fakeserver.File{"b": {Size: 1}}, Programs: []smsdp.Program{{Name: "p", CommandLine: "b"}}},
	}, Advertisements: []smsdp.Advertisement{{ID: "LAB20000", Package: tool, Program: "install", Mandatory: true}},
		Points: []smsdp.Point{{Server: "dp", BITS: true}}}
}

// lab is a site whose management point is also its distribution point dp, on a socket.
type lab struct {
	*smsdp.Site
	server *fakeserver.Server
}

func start(change func(*smsdp.Config)) *lab {
	GinkgoHelper()
	c := config()
	if change != nil {
		change(&c)
	}
	site, err := smsdp.New(c)
	Expect(err).NotTo(HaveOccurred())
	l := &lab{Site: site}
	l.server, err = fakeserver.New(fakeserver.Config{Routes: append(site.Routes(), site.PointRoutes("dp")...)})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(l.server.Close)
	return l
}

// ask does one request.
func (l *lab) ask(method, path, body string, header ...string) (int, http.Header, []byte) {
	GinkgoHelper()
	r, err := http.NewRequest(method, l.server.URL(path), strings.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	Expect(err).NotTo(HaveOccurred())
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	Expect(err).NotTo(HaveOccurred())
	return answer.StatusCode, answer.Header, text
}

// post sends a message, and gives the status and the body of the answer.
func (l *lab) post(endpoint string, body []byte) (int, []byte) {
	GinkgoHelper()
	kind, text := smswire.Write(smswire.Message{ID: "{7}", SourceHost: "PC1", TargetEndpoint: endpoint, ReplyTo: "direct:PC1:x", Body: body})
	status, header, answer := l.ask(smswire.Method, smswire.RequestPath, string(text), "Content-Type", kind)
	if status != 200 || len(answer) == 0 {
		return status, answer
	}
	m, err := smswire.Read(header.Get("Content-Type"), answer, boundedxml.Limits{})
	Expect(err).NotTo(HaveOccurred())
	Expect(m.CorrelationID).To(Equal("{7}"))
	Expect(m.TargetHost).To(Equal("PC1"))
	return status, m.Body
}

func (l *lab) policy(kind, cookie string) *smswire.ReplyAssignments {
	GinkgoHelper()
	status, body := l.post(smswire.PolicyManager, smswire.RequestAssignments{RequestType: kind, ServerCookie: cookie, Machine: smswire.Machine{ClientID: "GUID:1", NetBIOSName: "PC1"}}.Write())
	Expect(status).To(Equal(200))
	reply, err := smswire.ReadReplyAssignments(body, boundedxml.Limits{})
	Expect(err).NotTo(HaveOccurred())
	return reply
}

func (l *lab) locations(id string, version int) *smswire.ContentLocationReply {
	GinkgoHelper()
	var request smswire.ContentLocationRequest
	request.Package.ID, request.Package.Version = id, version
	status, body := l.post(smswire.LocationManager, request.Write())
	Expect(status).To(Equal(200))
	reply, err := smswire.ReadContentLocationReply(body, boundedxml.Limits{})
	Expect(err).NotTo(HaveOccurred())
	return reply
}

func (l *lab) list(path, depth string) (int, []string) {
	GinkgoHelper()
	header := []string{}
	if depth != "" {
		header = []string{"Depth", depth}
	}
	status, _, body := l.ask("PROPFIND", path, smswire.Propfind, header...)
	if status != 207 {
		return status, nil
	}
	list, err := smswire.ReadListing(body, boundedxml.Limits{})
	Expect(err).NotTo(HaveOccurred())
	var names []string
	for _, one := range list {
		names = append(names, strings.TrimPrefix(one.Path, "/SMS_DP_SMSPKGC$/"))
	}
	return status, names
}
