package fakeserver_test

import (
	"crypto/tls"
	"io"
	"net"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/transcript"
)

var _ = Describe("tls-failure", func() {
	// shake tries a handshake with a server and gives its error.
	shake := func(s *fakeserver.Server) error {
		raw, err := net.Dial("tcp", s.Addr())
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(raw.Close)
		Expect(raw.SetDeadline(time.Now().Add(10 * time.Second))).To(Succeed())
		return tls.Client(raw, &tls.Config{InsecureSkipVerify: true}).Handshake()
	}
	start := func(uses ...fakeserver.Use) (*fakeserver.Server, *transcript.Recorder, error) {
		now := time.Now()
		config, err := authority.New(authority.Config{From: now.Add(-time.Hour), Until: now.Add(time.Hour)}).Server("origin", []string{"origin"}, nil)
		Expect(err).NotTo(HaveOccurred())
		rec := transcript.New(transcript.Options{})
		s, err := fakeserver.New(fakeserver.Config{TLS: config, Behaviours: uses, Recorder: rec})
		if err == nil {
			DeferCleanup(s.Close)
		}
		return s, rec, err
	}

	DescribeTable("ends handshakes", func(params map[string]any, want any, words string) {
		s, rec, err := start(fakeserver.Use{Name: "tls-failure", Params: params})
		Expect(err).NotTo(HaveOccurred())
		Expect(shake(s)).To(MatchError(want))
		events := rec.Events(0)
		Expect(events).To(HaveLen(1))
		Expect(events[0].Text).To(Equal("tls-failure: ended the handshake (" + words + ")"))
		Expect(s.SetBehaviours(nil)).To(Succeed())
		Expect(shake(s)).To(Succeed(), "without it")
	},
		Entry("with an alert", nil, ContainSubstring("handshake failure"), "alert handshake-failure"),
		Entry("with another alert", map[string]any{"alert": "protocol-version"}, ContainSubstring("protocol version not supported"), "alert protocol-version"),
		Entry("in good order", map[string]any{"how": "close"}, io.EOF, "close"),
		Entry("with a reset", map[string]any{"how": "reset"}, syscall.ECONNRESET, "reset"),
	)

	It("can't be chosen by requests", func() {
		_, _, err := start(fakeserver.Use{Name: "tls-failure", Params: map[string]any{"when": map[string]any{"method": "GET"}}})
		Expect(err).To(MatchError(ContainSubstring("before there is a request")))
	})
})
