//go:build interop && linux

package interop_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/bitsupload"
)

// bitsPost has curl send one packet with the fields of a capture of MC-BUP 4.1, and
// gives the status and fields of the Ack.
func bitsPost(ctx SpecContext, url string, body []byte, options []string, fields ...string) (int, textproto.MIMEHeader) {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	data, head := filepath.Join(dir, "fragment"), filepath.Join(dir, "head")
	Expect(os.WriteFile(data, body, 0o644)).To(Succeed())
	args := append([]string{"-X", bitsupload.Verb, "--data-binary", "@" + data, "-D", head, "-A", "Microsoft BITS/6.7",
		"-H", "Content-Type:", "-H", "Accept: */*"}, options...)
	for _, f := range fields {
		args = append(args, "-H", f)
	}
	r := curl(ctx, append(args, url)...)
	Expect(r.Exit).To(BeZero(), r.Messages)
	raw, err := os.ReadFile(head)
	Expect(err).NotTo(HaveOccurred())
	raw = raw[max(0, bytes.LastIndex(raw, []byte("HTTP/1.1 "))):] // that of the last answer
	reader := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw)))
	_, err = reader.ReadLine()
	Expect(err).NotTo(HaveOccurred())
	fieldsOf, err := reader.ReadMIMEHeader()
	Expect(err).NotTo(HaveOccurred())
	return r.Status, fieldsOf
}

var _ = Describe("curl with the fake BITS server", func() {
	data := bytes.Repeat([]byte("0123456789"), 30_000)

	// send uploads data in three fragments.
	send := func(ctx SpecContext, url string, options ...string) {
		GinkgoHelper()
		status, ack := bitsPost(ctx, url, nil, options, "BITS-Packet-Type: Create-Session",
			"BITS-Supported-Protocols: "+bitsupload.Protocol15, "Content-Name: rfc2119.txt")
		Expect(status).To(Equal(http.StatusOK))
		Expect(ack.Get("BITS-Packet-Type")).To(Equal("Ack"))
		Expect(ack.Get("BITS-Protocol")).To(Equal(bitsupload.Protocol15))
		session := "BITS-Session-Id: " + ack.Get("BITS-Session-Id")
		const step = 131_072
		for at := 0; at < len(data); at += step {
			end := min(at+step, len(data))
			status, ack = bitsPost(ctx, url, data[at:end], options, "BITS-Packet-Type: Fragment", session,
				fmt.Sprintf("Content-Range: bytes %d-%d/%d", at, end-1, len(data)), "Content-Name: rfc2119.txt")
			Expect(status).To(Equal(http.StatusOK))
			Expect(ack.Get("BITS-Received-Content-Range")).To(Equal(fmt.Sprint(end)))
		}
		for _, packet := range []string{"Ping", "Close-Session"} {
			status, ack = bitsPost(ctx, url, nil, options, "BITS-Packet-Type: "+packet, session)
			Expect(status).To(Equal(http.StatusOK))
			Expect(ack.Get("Content-Length")).To(Equal("0"))
		}
	}
	serve := func(auth *fakeserver.Auth, cfg bitsupload.Config) (*bitsupload.Server, string) {
		GinkgoHelper()
		cfg.Path = "/upload/"
		up, err := bitsupload.New(cfg)
		Expect(err).NotTo(HaveOccurred())
		server, err := fakeserver.New(fakeserver.Config{Auth: auth, Routes: []fakeserver.Route{{Path: "/upload/", Handler: up}}})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(server.Close)
		return up, server.URL("/upload/rfc2119.txt")
	}

	It("uploads a file by the packets of the capture", func(ctx SpecContext) {
		up, url := serve(nil, bitsupload.Config{Profile: bitsupload.ProfileIIS6()})
		send(ctx, url)
		Expect(up.File("rfc2119.txt")).To(Equal(data))
		Expect(up.Sessions()).To(BeEmpty())
	})

	It("logs in by NTLM for each packet", func(ctx SpecContext) {
		auth := &fakeserver.Auth{Schemes: []httpauth.Scheme{httpauth.NTLM}, Accounts: accounts(), NetBIOSDomain: lab}
		up, url := serve(auth, bitsupload.Config{})
		send(ctx, url, "--ntlm", "-u", lab+`\`+alice.User+":"+alice.Password)
		Expect(up.File("rfc2119.txt")).To(Equal(data))
	})

	It("is told where it is out of step, and of a session that is not there", func(ctx SpecContext) {
		_, url := serve(nil, bitsupload.Config{})
		_, ack := bitsPost(ctx, url, nil, nil, "BITS-Packet-Type: Create-Session", "BITS-Supported-Protocols: "+bitsupload.Protocol15)
		status, ack := bitsPost(ctx, url, data[:10], nil, "BITS-Packet-Type: Fragment", "BITS-Session-Id: "+ack.Get("BITS-Session-Id"), "Content-Range: bytes 5-14/20")
		Expect(status).To(Equal(http.StatusRequestedRangeNotSatisfiable))
		Expect(ack.Get("BITS-Received-Content-Range")).To(Equal("0"))
		status, ack = bitsPost(ctx, url, data[:10], nil, "BITS-Packet-Type: Fragment", "BITS-Session-Id: {none}", "Content-Range: bytes 0-9/20")
		Expect(status).To(Equal(http.StatusInternalServerError))
		Expect(ack.Get("BITS-Error")).To(Equal("0x8020001F"))
	})
})
