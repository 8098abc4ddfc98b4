package bits_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("an upload", func() {
	data := bytes.Repeat([]byte("0123456789"), 30_000)

	// newUpload makes a job that sends data to a server of this configuration.
	newUpload := func(profile string, kind bits.Type, cfg bitsupload.Config) (*bench, *bits.Job, *bitsupload.Server) {
		GinkgoHelper()
		b := newBench(profile, bits.Tuning{})
		server, err := bitsupload.New(cfg)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(server.Close)
		b.handler = server.ServeHTTP
		j, err := b.bits.CreateJob("up", kind, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.AddFile("http://origin/dir/report.xml", `C:\report.xml`)).To(Succeed())
		write(j, data)
		return b, j, server
	}
	packets := func(b *bench) []string {
		var list []string
		for _, x := range b.record.Exchanges(0) {
			entry := x.Request.Get("BITS-Packet-Type")
			if entry == "" {
				entry = x.Request.Method
			}
			if r := x.Request.Get("Content-Range"); r != "" {
				entry += " " + r
			}
			list = append(list, entry)
		}
		return list
	}

	It("sends the file in fragments and closes the session", func() {
		b, j, server := newUpload("xp-sp2", bits.Upload, bitsupload.Config{})
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(server.File("dir/report.xml")).To(Equal(data))
		Expect(packets(b)).To(Equal([]string{"Create-Session", "Fragment bytes 0-65535/300000",
			"Fragment bytes 65536-196607/300000", "Fragment bytes 196608-299999/300000", "Close-Session"}))
		Expect(j.Progress().BytesTransferred).To(BeEquivalentTo(len(data)))
		code, err := j.Complete()
		Expect(code, err).To(Equal(hresult.S_OK))
	})

	It("keeps to 128 KiB a fragment before BITS 2.5", func() {
		for profile, most := range map[string]int64{"server-2003": 128 * kib, "xp-sp2": 128 * kib, "xp-sp3": 256 * kib} {
			b, j, _ := newUpload(profile, bits.Upload, bitsupload.Config{})
			Expect(b.run(j)).To(Equal(bits.Transferred))
			var largest int64
			for _, x := range b.record.Exchanges(0) {
				largest = max(largest, x.Request.Body.Length)
			}
			Expect(largest <= most).To(BeTrue(), "%s: %d", profile, largest)
		}
	})

	It("sends the packets as they were recorded of Windows", func() {
		b, j, _ := newUpload("xp-sp3", bits.Upload, bitsupload.Config{})
		Expect(b.run(j)).To(Equal(bits.Transferred))
		head := string(b.record.Exchanges(0)[0].Request.Head)
		Expect(head).To(Equal("BITS_POST /dir/report.xml HTTP/1.1\r\nAccept: */*\r\nBITS-Packet-Type: Create-Session\r\n" +
			"BITS-Supported-Protocols: {7df0354d-249b-430f-820d-3d2a9bef4931}\r\nContent-Name: report.xml\r\n" +
			"User-Agent: Microsoft BITS/6.7\r\nHost: origin\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n"))
	})

	DescribeTable("recovers", func(cfg bitsupload.Config, want ...string) {
		b, j, server := newUpload("xp-sp2", bits.Upload, cfg)
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(server.File("dir/report.xml")).To(Equal(data))
		Expect(packets(b)).To(Equal(want))
	},
		Entry("from a lost session by beginning anew", bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.LoseSession, Nth: 2}}},
			"Create-Session", "Fragment bytes 0-65535/300000", "Fragment bytes 65536-196607/300000",
			"Create-Session", "Fragment bytes 0-65535/300000", "Fragment bytes 65536-196607/300000", "Fragment bytes 196608-299999/300000", "Close-Session"),
		Entry("from 413 by smaller fragments", bitsupload.Config{MaximumFragment: 40 * kib},
			"Create-Session", "Fragment bytes 0-65535/300000", "Fragment bytes 0-32767/300000", "Fragment bytes 32768-65535/300000",
			"Fragment bytes 65536-98303/300000", "Fragment bytes 98304-131071/300000", "Fragment bytes 131072-163839/300000",
			"Fragment bytes 163840-196607/300000", "Fragment bytes 196608-229375/300000", "Fragment bytes 229376-262143/300000",
			"Fragment bytes 262144-294911/300000", "Fragment bytes 294912-299999/300000", "Close-Session"),
		Entry("from a lost Ack by sending again what the server has", bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.LoseAck, Packet: bitsupload.Fragment, Nth: 2}}},
			"Create-Session", "Fragment bytes 0-65535/300000", "Fragment bytes 65536-196607/300000",
			"Fragment bytes 65536-196607/300000", "Fragment bytes 196608-299999/300000", "Close-Session"),
		Entry("from a server that is busy by a Ping after the retry delay", bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.AnswerStatus, Packet: bitsupload.Fragment, Nth: 2, Status: 503}}},
			"Create-Session", "Fragment bytes 0-65535/300000", "Fragment bytes 65536-196607/300000",
			"Ping", "Fragment bytes 65536-131071/300000", "Fragment bytes 131072-262143/300000", "Fragment bytes 262144-299999/300000", "Close-Session"),
	)

	DescribeTable("tells why it failed", func(cfg bitsupload.Config, state bits.State, code hresult.HRESULT, context hresult.ErrorContext) {
		b, j, _ := newUpload("xp-sp2", bits.Upload, cfg)
		Expect(b.run(j, bits.TransientError)).To(Equal(state))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(code), e.Error())
		Expect(e.Context).To(Equal(context))
		_, err = j.Complete()
		Expect(err).To(failWith(hresult.BG_E_INVALID_STATE))
	},
		Entry("the file is there and may not be overwritten", bitsupload.Config{Files: map[string][]byte{"dir/report.xml": nil}},
			bits.Error, hresult.E_ACCESSDENIED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE),
		Entry("it is larger than the server takes", bitsupload.Config{Properties: bitsupload.Properties{MaximumUploadSize: 1000}},
			bits.Error, hresult.BG_E_TOO_LARGE, hresult.BG_ERROR_CONTEXT_REMOTE_FILE),
		Entry("the other spelling of the error header", bitsupload.Config{Profile: bitsupload.Profile{ErrorHeader: bitsupload.ErrorHeaderWin32}, Files: map[string][]byte{"dir/report.xml": nil}},
			bits.Error, hresult.E_ACCESSDENIED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE),
	)

	Context("with a reply", func() {
		application := func(handler http.HandlerFunc) bitsupload.Config {
			app := httptest.NewServer(handler)
			DeferCleanup(app.Close)
			return bitsupload.Config{Properties: bitsupload.Properties{NotificationType: bitsupload.NotifyByValue, NotificationURL: app.URL}}
		}

		It("downloads it, and hands it over at Complete", func() {
			b, j, _ := newUpload("xp-sp2", bits.UploadReply, application(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(w, io.LimitReader(r.Body, 10))
			}))
			Expect(j.SetReplyFileName(`C:\answers\reply.xml`)).To(Succeed())
			Expect(b.run(j)).To(Equal(bits.Transferred))
			Expect(j.ReplyProgress()).To(Equal(bits.FileProgress{BytesTotal: 10, BytesTransferred: 10, Completed: true}))
			_, err := j.Complete()
			Expect(err).NotTo(HaveOccurred())
			Expect(j.Reply().Path()).To(HaveSuffix("/c/answers/reply.xml"))
			Expect(os.ReadFile(j.Reply().Path())).To(Equal(data[:10]))
			Expect(packets(b)[len(packets(b))-2:]).To(Equal([]string{"GET", "Close-Session"}))
		})

		It("tells that it was the application that refused", func() {
			b, j, _ := newUpload("xp-sp2", bits.UploadReply, application(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.WriteHeader(http.StatusForbidden)
			}))
			Expect(b.run(j, bits.TransientError)).To(Equal(bits.Error))
			e, err := j.GetError()
			Expect(err).NotTo(HaveOccurred())
			Expect(e.Context).To(Equal(hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION), e.Error())
		})

		It("has none before the server told of one", func() {
			_, j, _ := newUpload("xp-sp2", bits.UploadReply, bitsupload.Config{})
			Expect(j.ReplyProgress()).To(Equal(bits.FileProgress{BytesTotal: -1}))
			_, plain, _ := newUpload("xp-sp2", bits.Upload, bitsupload.Config{})
			_, err := plain.ReplyProgress()
			Expect(err).To(failWith(hresult.E_NOTIMPL))
		})
	})

	It("refuses a server that knows no uploads", func() {
		b, j, _ := newUpload("xp-sp2", bits.Upload, bitsupload.Config{})
		b.handler = func(w http.ResponseWriter, _ *http.Request) {}
		Expect(b.run(j)).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.BG_E_INVALID_SERVER_RESPONSE))
	})

	It("sees that its file changed", func() {
		b, j, _ := newUpload("xp-sp2", bits.Upload, bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.AnswerStatus, Packet: bitsupload.Fragment, Status: 503}}})
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		write(j, []byte("another file"))
		Expect(b.run(j)).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.BG_E_LOCAL_FILE_CHANGED))
		Expect(e.Context).To(Equal(hresult.BG_ERROR_CONTEXT_LOCAL_FILE))
	})

	It("misses its file", func() {
		b, j, _ := newUpload("xp-sp2", bits.Upload, bitsupload.Config{})
		Expect(os.Remove(j.Files()[0].Path())).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.ERROR_FILE_NOT_FOUND))
	})
})

// write puts the source of an upload on the PC's disk.
func write(j *bits.Job, data []byte) {
	GinkgoHelper()
	path := j.Files()[0].Path()
	Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(Succeed())
	Expect(os.WriteFile(path, data, 0o644)).To(Succeed())
	Expect(os.Chtimes(path, epoch, epoch.Add(time.Duration(len(data))*time.Second))).To(Succeed())
}
