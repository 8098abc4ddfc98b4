package bits_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

// sender is a job that uploads 300,000 bytes to a server.
type sender struct {
	*bench
	job    *bits.Job
	server *bitsupload.Server
}

func newSender(profile string, kind bits.Type, cfg bitsupload.Config, tuning ...bits.Tuning) *sender {
	GinkgoHelper()
	tuning = append(tuning, bits.Tuning{})
	s := &sender{bench: newBench(profile, tuning[0])}
	cfg.Clock = s.clock
	var err error
	s.server, err = bitsupload.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.server.Close)
	s.handler = s.server.ServeHTTP
	s.job, err = s.bits.CreateJob("up", kind, owner)
	Expect(err).NotTo(HaveOccurred())
	Expect(s.job.AddFile("http://origin/dir/report.xml", `C:\report.xml`)).To(Succeed())
	write(s.job, []byte(strings.Repeat("0123456789", 30_000)))
	return s
}

// packets lists what was sent, with the host and the range of fragments.
func (s *sender) packets() []string {
	var list []string
	for _, x := range s.record.Exchanges(0) {
		entry := x.Request.Get("Host") + " " + x.Request.Get("BITS-Packet-Type")
		if r := x.Request.Get("Content-Range"); r != "" {
			entry += " " + strings.TrimPrefix(r, "bytes ")
		}
		list = append(list, strings.TrimPrefix(entry, "origin "))
	}
	return list
}

func (s *sender) failure() *bits.JobError {
	GinkgoHelper()
	e, err := s.job.GetError()
	Expect(err).NotTo(HaveOccurred())
	return e
}

// pass lets time go by.
func (s *sender) pass(d time.Duration) {
	GinkgoHelper()
	Expect(s.hold.Sleep(context.Background(), d)).To(Succeed())
}

func fault(kind bitsupload.FaultKind, f bitsupload.Fault) bitsupload.Config {
	f.Kind = kind
	return bitsupload.Config{Faults: []bitsupload.Fault{f}}
}

var _ = Describe("the session of an upload", func() {
	It("has the file's name with Create-Session up to Windows Vista", func() {
		for profile, named := range map[string]bool{"server-2003": true, "xp-sp3": true, "vista": true, "windows-7": false, "windows-10": false} {
			s := newSender(profile, bits.Upload, bitsupload.Config{})
			Expect(s.run(s.job)).To(Equal(bits.Transferred), profile)
			create := s.record.Exchanges(0)[0].Request
			Expect(create.Get("BITS-Packet-Type")).To(Equal("Create-Session"))
			Expect(create.Get("Content-Name") != "").To(Equal(named), profile)
			Expect(s.record.Exchanges(0)[1].Request.Get("Content-Name")).To(Equal("report.xml"), profile)
		}
	})

	It("is pinged before Close-Session when the engine is told so", func() {
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{}, bits.Tuning{PingBeforeClose: true})
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		Expect(s.packets()[3:]).To(Equal([]string{"Fragment 196608-299999/300000", "Ping", "Close-Session"}))
	})

	DescribeTable("is refused when the Ack is not right", func(f bitsupload.Config, code hresult.HRESULT, words string) {
		s := newSender("xp-sp3", bits.Upload, f)
		Expect(s.run(s.job)).To(Equal(bits.Error))
		Expect(s.failure().Code).To(Equal(code))
		Expect(s.failure().Error()).To(ContainSubstring(words))
	},
		Entry("no session", fault(bitsupload.NoSessionID, bitsupload.Fault{Packet: bitsupload.CreateSession}), hresult.BG_E_INVALID_SERVER_RESPONSE, "BITS-Session-Id"),
		Entry("another protocol", fault(bitsupload.OtherProtocol, bitsupload.Fault{Packet: bitsupload.CreateSession}), hresult.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, "not offered"),
		Entry("no Ack", fault(bitsupload.NoAck, bitsupload.Fault{Packet: bitsupload.Fragment}), hresult.BG_E_INVALID_SERVER_RESPONSE, "no Ack"),
		Entry("no offset", fault(bitsupload.NoOffset, bitsupload.Fault{Packet: bitsupload.Fragment}), hresult.BG_E_INVALID_SERVER_RESPONSE, "BITS-Received-Content-Range"),
		Entry("another session", fault(bitsupload.OtherSessionID, bitsupload.Fault{Packet: bitsupload.Fragment}), hresult.BG_E_INVALID_SERVER_RESPONSE, "is for session"),
		Entry("an offset past the end", fault(bitsupload.WrongOffset, bitsupload.Fault{Offset: 300_001}), hresult.BG_E_INVALID_SERVER_RESPONSE, `"300001"`),
		Entry("416 that asks for the same byte for ever", fault(bitsupload.WrongOffset, bitsupload.Fault{Times: -1}), hresult.BG_E_INVALID_SERVER_RESPONSE, "asked 11 times"),
		Entry("200 that asks for the same byte for ever", fault(bitsupload.WrongOffset, bitsupload.Fault{Times: -1, Status: 200}), hresult.BG_E_INVALID_SERVER_RESPONSE, "asked 11 times"),
		Entry("scripts may run where uploads go", bitsupload.Config{Properties: bitsupload.Properties{Scripts: true}}, hresult.BG_E_SERVER_EXECUTE_ENABLE, "403"),
		Entry("no protocol in common, by a server that says so", bitsupload.Config{Faults: []bitsupload.Fault{{Kind: bitsupload.AnswerStatus, Packet: bitsupload.CreateSession, Status: 400, Code: hresult.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH}}},
			hresult.BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH, "400"),
	)

	It("does without the identifier in other Acks, as IIS 6.0 leaves it away", func() {
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{Profile: bitsupload.ProfileIIS6()})
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
	})

	DescribeTable("goes to the byte that the server asks for", func(f bitsupload.Fault, want ...string) {
		f.Kind = bitsupload.WrongOffset
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{Faults: []bitsupload.Fault{f}})
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		Expect(s.packets()[1:4]).To(Equal(want))
		Expect(s.server.File("dir/report.xml")).To(HaveLen(300_000))
	},
		Entry("by 416", bitsupload.Fault{Nth: 2, Offset: 1000}, "Fragment 0-65535/300000", "Fragment 65536-196607/300000", "Fragment 1000-263143/300000"),
		Entry("by 200", bitsupload.Fault{Nth: 2, Offset: 1000, Status: 200}, "Fragment 0-65535/300000", "Fragment 65536-196607/300000", "Fragment 1000-263143/300000"),
	)

	It("is never sent less than 5 KB after 413", func() {
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{MaximumFragment: 4 * kib})
		Expect(s.run(s.job)).To(Equal(bits.Error))
		Expect(s.failure().Code).To(Equal(hresult.BG_E_HTTP_ERROR_413))
		Expect(s.packets()[1:]).To(Equal([]string{"Fragment 0-65535/300000", "Fragment 0-32767/300000", "Fragment 0-16383/300000",
			"Fragment 0-8191/300000", "Fragment 0-5119/300000"}))
	})

	It("is given up after it was lost too often", func() {
		s := newSender("xp-sp3", bits.Upload, fault(bitsupload.LoseSession, bitsupload.Fault{Times: -1}))
		Expect(s.run(s.job)).To(Equal(bits.Error))
		Expect(s.failure().Code).To(Equal(hresult.BG_E_SESSION_NOT_FOUND))
		Expect(s.packets()).To(HaveLen(22))
	})

	It("begins anew when its time at the server was over", func() {
		s := newSender("xp-sp3", bits.Upload, fault(bitsupload.AnswerStatus, bitsupload.Fault{Nth: 2, Status: 403}))
		Expect(s.run(s.job)).To(Equal(bits.Error))
		s.pass(14 * 24 * time.Hour)
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		Expect(s.packets()[3:7]).To(Equal([]string{"Ping", "Fragment 65536-131071/300000", "Create-Session", "Fragment 0-65535/300000"}))
	})

	Context("at its end", func() {
		It("is closed once more after 5xx, also after 501", func() {
			for _, status := range []int{500, 501} {
				s := newSender("xp-sp3", bits.Upload, fault(bitsupload.AnswerStatus, bitsupload.Fault{Packet: bitsupload.CloseSession, Status: status}))
				Expect(s.run(s.job)).To(Equal(bits.Transferred))
				Expect(s.packets()[4:]).To(Equal([]string{"Close-Session", "Ping", "Close-Session"}))
			}
		})

		It("is not closed once more after 4xx", func() {
			s := newSender("xp-sp3", bits.Upload, fault(bitsupload.AnswerStatus, bitsupload.Fault{Packet: bitsupload.CloseSession, Status: 404}))
			Expect(s.run(s.job)).To(Equal(bits.Error))
			Expect(s.failure().Code).To(Equal(hresult.BG_E_HTTP_ERROR_404))
		})

		It("need not be known any more when the Ack of Close-Session was lost", func() {
			s := newSender("xp-sp3", bits.Upload, fault(bitsupload.LoseAck, bitsupload.Fault{Packet: bitsupload.CloseSession}))
			Expect(s.run(s.job)).To(Equal(bits.Transferred))
			Expect(s.packets()[4:]).To(Equal([]string{"Close-Session", "Close-Session"}))
			Expect(s.server.Sessions()).To(BeEmpty())
		})

		It("begins anew when Close-Session finds none", func() {
			s := newSender("xp-sp3", bits.Upload, bitsupload.Config{Properties: bitsupload.Properties{AllowOverwrites: true},
				Faults: []bitsupload.Fault{{Kind: bitsupload.LoseSession, Packet: bitsupload.CloseSession}}})
			Expect(s.run(s.job)).To(Equal(bits.Transferred))
			Expect(s.packets()[4:6]).To(Equal([]string{"Close-Session", "Create-Session"}))
		})
	})
})

var _ = Describe("an upload that is cancelled", func() {
	halfway := bitsupload.Fault{Kind: bitsupload.AnswerStatus, Nth: 2, Status: 503}

	It("tells the server", func() {
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{Faults: []bitsupload.Fault{halfway}})
		Expect(s.run(s.job, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(s.server.Sessions()).To(HaveLen(1))
		Expect(s.job.Cancel()).To(Equal(hresult.S_OK))
		s.pass(time.Second)
		Expect(s.packets()[3:]).To(Equal([]string{"Cancel-Session"}))
		Expect(s.record.Exchanges(0)[3].Request.Get("BITS-Session-Id")).NotTo(BeEmpty())
		Expect(s.server.Sessions()).To(BeEmpty())
		Expect(s.job.State()).To(Equal(bits.Cancelled))
	})

	It("has nothing to tell without a session, or after it", func() {
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{})
		Expect(s.job.Cancel()).To(Equal(hresult.S_OK))
		done := newSender("xp-sp3", bits.Upload, bitsupload.Config{})
		Expect(done.run(done.job)).To(Equal(bits.Transferred))
		Expect(done.job.Cancel()).To(Equal(hresult.S_OK))
		s.pass(time.Second)
		done.pass(time.Second)
		Expect(s.packets()).To(BeEmpty())
		Expect(done.packets()).NotTo(ContainElement("Cancel-Session"))
	})

	DescribeTable("tells again", func(f bitsupload.Fault, packets int) {
		f.Packet = bitsupload.CancelSession
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{Faults: []bitsupload.Fault{halfway, f}})
		Expect(s.run(s.job, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(s.job.Cancel()).To(Equal(hresult.S_OK))
		s.pass(time.Hour)
		Expect(s.packets()[3:]).To(HaveLen(packets))
	},
		Entry("after 5xx", bitsupload.Fault{Kind: bitsupload.AnswerStatus, Status: 503, Times: 2}, 3),
		Entry("not after 4xx", bitsupload.Fault{Kind: bitsupload.AnswerStatus, Status: 403}, 1),
		Entry("not of an unknown session", bitsupload.Fault{Kind: bitsupload.LoseSession}, 1),
		Entry("after a lost connection", bitsupload.Fault{Kind: bitsupload.DropConnection, Times: 2}, 3),
	)

	It("tells after a restart of the service when it could not before", func() {
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{Faults: []bitsupload.Fault{halfway, {Kind: bitsupload.AnswerStatus, Packet: bitsupload.CancelSession, Status: 503}}})
		cfg := s.config
		cfg.Store = s.config.Dir + "/queue.db"
		Expect(s.bits.Close()).To(Succeed())
		s.start(cfg)
		var err error
		s.job, err = s.bits.CreateJob("up", bits.Upload, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.job.AddFile("http://origin/dir/report.xml", `C:\report.xml`)).To(Succeed())
		Expect(s.run(s.job, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(s.job.Cancel()).To(Equal(hresult.S_OK))
		s.pass(time.Second)
		Expect(s.server.Sessions()).To(HaveLen(1))
		Expect(s.bits.Close()).To(Succeed())
		s.start(cfg)
		s.pass(time.Second)
		Expect(s.server.Sessions()).To(BeEmpty())
		Expect(s.bits.Jobs()).To(BeEmpty())
		Expect(s.bits.Close()).To(Succeed())
		s.start(cfg)
		s.pass(time.Second)
		Expect(s.packets()[3:]).To(HaveLen(2))
	})
})

var _ = Describe("the host that a server names", func() {
	farm := func(fallback time.Duration) bitsupload.Config {
		return bitsupload.Config{Properties: bitsupload.Properties{HostID: "node1", HostIDFallbackTimeout: fallback}}
	}

	It("gets all packets after Create-Session, a Ping first", func() {
		s := newSender("xp-sp3", bits.Upload, farm(0))
		addr, _ := s.pc.Resolve("origin", 80)
		Expect(s.pc.SetHost("node1", 80, addr)).To(Succeed())
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		Expect(s.packets()).To(Equal([]string{"Create-Session", "node1 Ping", "node1 Fragment 0-65535/300000",
			"node1 Fragment 65536-196607/300000", "node1 Fragment 196608-299999/300000", "node1 Close-Session"}))
	})

	It("is left when it has failed for as long as the server said", func() {
		s := newSender("xp-sp3", bits.Upload, farm(time.Hour))
		Expect(s.pc.SetHost("node1", 80, "127.0.0.1:1")).To(Succeed())
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		Expect(s.clock.Now()).To(Equal(epoch.Add(time.Hour)))
		Expect(s.packets()[len(s.packets())-5:]).To(Equal([]string{"Ping", "Fragment 0-65535/300000",
			"Fragment 65536-196607/300000", "Fragment 196608-299999/300000", "Close-Session"}))
	})

	It("is not left when it answered in between", func() {
		s := newSender("xp-sp3", bits.Upload, farm(time.Hour))
		addr, _ := s.pc.Resolve("origin", 80)
		Expect(s.pc.SetHost("node1", 80, "127.0.0.1:1")).To(Succeed())
		s.clock.AfterFunc(30*time.Minute, "node1 is up", func() {
			Expect(s.pc.SetHost("node1", 80, addr)).To(Succeed())
			Expect(s.server.SetFaults([]bitsupload.Fault{{Kind: bitsupload.AnswerStatus, Status: 503, Times: 5}})).To(Succeed())
		})
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		Expect(s.packets()[len(s.packets())-1]).To(Equal("node1 Close-Session"))
		Expect(s.clock.Now()).To(BeTemporally(">", epoch.Add(time.Hour)))
	})

	It("is kept for ever when the server did not say for how long", func() {
		s := newSender("xp-sp3", bits.Upload, farm(time.Hour))
		Expect(s.pc.SetHost("node1", 80, "127.0.0.1:1")).To(Succeed())
		handler := s.handler
		s.handler = func(w http.ResponseWriter, r *http.Request) { handler(without{w, bitsupload.HeaderFallbackTimeout}, r) }
		Expect(s.job.SetNoProgressTimeout(48 * time.Hour)).To(Succeed())
		Expect(s.run(s.job)).To(Equal(bits.Error))
		Expect(s.packets()).To(Equal([]string{"Create-Session"}))
	})

	It("keeps the port of the URL, and is refused when it is no host", func() {
		s := newSender("xp-sp3", bits.Upload, bitsupload.Config{})
		s.handler = func(w http.ResponseWriter, r *http.Request) {
			w.Header()["BITS-Packet-Type"], w.Header()["BITS-Session-Id"] = []string{"Ack"}, []string{"x"}
			w.Header()["BITS-Protocol"], w.Header()["BITS-Host-Id"] = []string{bitsupload.Protocol15}, []string{"user@evil/path?"}
		}
		Expect(s.run(s.job)).To(Equal(bits.Error))
		Expect(s.failure().Error()).To(ContainSubstring("BITS-Host-Id is no host"))
		port := newSender("xp-sp3", bits.Upload, farm(0))
		addr, _ := port.pc.Resolve("origin", 80)
		Expect(port.pc.SetHost("origin", 8080, addr)).To(Succeed())
		Expect(port.pc.SetHost("node1", 8080, addr)).To(Succeed())
		changed, err := port.job.ReplaceRemotePrefix("http://origin/", "http://origin:8080/")
		Expect(changed, err).To(BeTrue())
		Expect(port.run(port.job)).To(Equal(bits.Transferred))
		Expect(port.packets()).To(ContainElement("node1:8080 Ping"))
	})
})

// without leaves a field away.
type without struct {
	http.ResponseWriter
	name string
}

func (w without) WriteHeader(status int) {
	delete(w.Header(), w.name)
	w.ResponseWriter.WriteHeader(status)
}

var _ = Describe("what the server application answers", func() {
	for status, state := range map[int]bits.State{
		300: bits.Error, 306: bits.TransientError, 307: bits.Error, 400: bits.Error, 403: bits.Error, 408: bits.TransientError,
		409: bits.TransientError, 500: bits.TransientError, 501: bits.Error, 503: bits.TransientError, 505: bits.Error,
	} {
		It(fmt.Sprintf("makes %d %v, whatever the code", status, state), func() {
			s := newSender("xp-sp3", bits.Upload, fault(bitsupload.AnswerStatus, bitsupload.Fault{Status: status, Code: hresult.E_FAIL,
				Context: hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION}))
			Expect(s.run(s.job, bits.TransientError)).To(Equal(state))
			Expect(s.failure().Code).To(Equal(hresult.E_FAIL))
			Expect(s.failure().Context).To(Equal(hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION))
		})
	}
})

var _ = Describe("the reply of an upload-reply job", func() {
	// reply answers an upload with n bytes.
	reply := func(n int64) (*sender, error) {
		s := newSender("xp-sp3", bits.UploadReply, bitsupload.Config{})
		handler := s.handler
		s.handler = func(w http.ResponseWriter, r *http.Request) {
			if r.Method != bitsupload.Verb {
				file(int(n), epoch)(w, r)
				return
			}
			handler(with{w, r}, r)
		}
		return s, nil
	}

	It("is given as data, before and after Complete", func() {
		s, _ := reply(1000)
		_, _, err := s.job.ReplyData()
		Expect(err).To(failWith(hresult.BG_E_INVALID_STATE))
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		data, size, err := s.job.ReplyData()
		Expect(err).NotTo(HaveOccurred())
		Expect(data).To(HaveLen(1000))
		Expect(size).To(BeEquivalentTo(1000))
		Expect(s.job.Complete()).To(Equal(hresult.S_OK))
		again, _, err := s.job.ReplyData()
		Expect(again, err).To(Equal(data))
		Expect(s.job.ReplyFileName()).To(Equal(`C:\report.xml.reply`))
		Expect(os.ReadFile(s.job.Reply().Path())).To(Equal(data))
	})

	It("is too large beyond 1 MB, with its size", func() {
		s, _ := reply(1<<20 + 1)
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		data, size, err := s.job.ReplyData()
		Expect(err).To(failWith(hresult.BG_E_TOO_LARGE))
		Expect(data).To(BeNil())
		Expect(size).To(BeEquivalentTo(1<<20 + 1))
		at, _ := reply(1 << 20)
		Expect(at.run(at.job)).To(Equal(bits.Transferred))
		data, _, err = at.job.ReplyData()
		Expect(err).NotTo(HaveOccurred())
		Expect(data).To(HaveLen(1 << 20))
	})

	It("is none when the application gave none", func() {
		s := newSender("xp-sp3", bits.UploadReply, bitsupload.Config{})
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		data, size, err := s.job.ReplyData()
		Expect(err).NotTo(HaveOccurred())
		Expect(data).To(BeNil())
		Expect(size).To(BeZero())
		plain := newSender("xp-sp3", bits.Upload, bitsupload.Config{})
		_, _, err = plain.job.ReplyData()
		Expect(err).To(failWith(hresult.E_NOTIMPL))
		_, err = plain.job.ReplyFileName()
		Expect(err).To(failWith(hresult.E_NOTIMPL))
		Expect(plain.job.SetReplyFileName(`C:\x`)).To(failWith(hresult.E_NOTIMPL))
	})

	It("keeps its name once it is on its way", func() {
		s, _ := reply(1000)
		Expect(s.job.SetReplyFileName(`C:\one.xml`)).To(Succeed())
		Expect(s.job.SetReplyFileName(`C:\two.xml`)).To(Succeed())
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		Expect(s.job.SetReplyFileName(`C:\three.xml`)).To(failWith(hresult.BG_E_INVALID_STATE))
		Expect(s.job.Reply().LocalName()).To(Equal(`C:\two.xml`))
	})

	It("is fetched again after its download failed, and the session closed only then", func() {
		s, _ := reply(1000)
		handler, failed := s.handler, false
		s.handler = func(w http.ResponseWriter, r *http.Request) {
			if r.Method != bitsupload.Verb && !failed {
				failed = true
				w.WriteHeader(http.StatusNotFound)
				return
			}
			handler(w, r)
		}
		Expect(s.run(s.job)).To(Equal(bits.Error))
		Expect(s.failure().Code).To(Equal(hresult.BG_E_HTTP_ERROR_404))
		Expect(s.failure().URL).To(Equal("http://origin/answer"))
		Expect(s.server.Sessions()).To(HaveLen(1))
		Expect(s.run(s.job)).To(Equal(bits.Transferred))
		Expect(s.packets()[4:]).To(Equal([]string{"", "Ping", "", "Close-Session"}))
	})

	It("is refused when its URL is none", func() {
		s := newSender("xp-sp3", bits.UploadReply, bitsupload.Config{})
		handler := s.handler
		s.handler = func(w http.ResponseWriter, r *http.Request) {
			w.Header()["BITS-Reply-URL"] = []string{"ftp://elsewhere/x"}
			handler(w, r)
		}
		Expect(s.run(s.job)).To(Equal(bits.Error))
		Expect(s.failure().Code).To(Equal(hresult.BG_E_INVALID_SERVER_RESPONSE))
	})
})

// with tells of a reply with the last fragment.
type with struct {
	http.ResponseWriter
	r *http.Request
}

func (w with) WriteHeader(status int) {
	if strings.HasSuffix(w.r.Header.Get("Content-Range"), "-299999/300000") {
		w.Header()["BITS-Reply-URL"] = []string{"/answer"}
	}
	w.ResponseWriter.WriteHeader(status)
}
