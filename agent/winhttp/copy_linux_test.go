package winhttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// watched is a file that counts the bytes which came by Write, and so through
// the memory of the process.
type watched struct {
	*os.File
	byHand int
}

func (f *watched) Write(p []byte) (int, error) {
	f.byHand += len(p)
	return f.File.Write(p)
}

// withHead is more than can come to the client's memory along with the head.
const withHead = 8 << 10

var _ = Describe("copying a body to a file", func() {
	const size = 3 << 20
	var (
		w       *world
		content string
		file    *watched
		counted int64
	)
	count := func(n int64) { counted += n }

	BeforeEach(func() {
		w = newWorld()
		w.cfg.Clock, w.cfg.Recorder = clock.Wall{}, nil
		raw := make([]byte, size)
		_, _ = rand.New(rand.NewSource(1)).Read(raw)
		content, counted = string(raw), 0
		w.serve("origin:80", always(200, content))
		file = create(GinkgoT().TempDir(), os.O_RDWR)
	})
	// begin does a request and gives the answer whose body is to be read.
	begin := func(ctx context.Context) *winhttp.Response {
		GinkgoHelper()
		if w.client == nil {
			w.cfg.Limits = w.limits
			w.client = winhttp.New(w.cfg)
		}
		hold := w.cfg.Clock.Hold("spec")
		DeferCleanup(hold.Release)
		resp, err := w.client.Do(ctx, hold, w.url("http://origin/f"))
		Expect(err).NotTo(HaveOccurred())
		return resp
	}
	written := func() string {
		GinkgoHelper()
		data, err := os.ReadFile(file.Name())
		Expect(err).NotTo(HaveOccurred())
		return string(data)
	}
	same := func(got, want string) {
		GinkgoHelper()
		Expect(got == want).To(BeTrue(), "%d bytes that are not the %d expected", len(got), len(want))
	}

	It("passes by the memory of the process, and the connection serves on", func(ctx SpecContext) {
		for range 2 {
			resp := begin(ctx)
			Expect(winhttp.CopyN(file, resp.Body, size, count)).To(Succeed())
			Expect(resp.Body.Read(make([]byte, 1))).Error().To(MatchError(io.EOF))
			Expect(resp.Body.Close()).To(Succeed())
		}
		same(written(), content+content)
		Expect(counted).To(BeEquivalentTo(2 * size))
		Expect(file.byHand).To(BeNumerically("<", 2*withHead))
		Expect(w.seen()).To(Equal([]string{"origin:80#1 GET /f", "origin:80#1 GET /f"}))
	})

	It("can be mixed with reading", func(ctx SpecContext) {
		resp := begin(ctx)
		head := make([]byte, 1000)
		Expect(io.ReadFull(resp.Body, head)).To(Equal(1000))
		Expect(winhttp.CopyN(file, resp.Body, 1<<20, count)).To(Succeed())
		rest, err := io.ReadAll(resp.Body)
		Expect(err).NotTo(HaveOccurred())
		same(string(head)+written()+string(rest), content)
		Expect(counted).To(BeEquivalentTo(1 << 20))
	})

	It("ends with what the body has", func(ctx SpecContext) {
		Expect(winhttp.CopyN(file, begin(ctx).Body, size+1, count)).To(MatchError(io.EOF))
		same(written(), content)
	})

	DescribeTable("goes through the memory where somebody must see it",
		func(ctx SpecContext, change func(*winhttp.Config)) {
			change(&w.cfg)
			Expect(winhttp.CopyN(file, begin(ctx).Body, size, count)).To(Succeed())
			same(written(), content)
			Expect(file.byHand).To(Equal(size))
		},
		Entry("a recorder that hashes bodies", func(c *winhttp.Config) { c.Recorder = transcript.New(transcript.Options{}) }),
		Entry("a recorder that keeps the beginning of bodies", func(c *winhttp.Config) {
			c.Recorder = transcript.New(transcript.Options{BodyLengths: true, KeepBodies: 10})
		}),
		Entry("a virtual clock, which counts what is in flight", func(c *winhttp.Config) { c.Clock = clock.NewVirtual(time.Unix(0, 0)) }),
	)

	It("is recorded when lengths are enough", func(ctx SpecContext) {
		w.cfg.Recorder = transcript.New(transcript.Options{BodyLengths: true})
		for range 2 {
			Expect(winhttp.CopyN(file, begin(ctx).Body, size, count)).To(Succeed())
		}
		Expect(file.byHand).To(BeNumerically("<", 2*withHead))
		recorded := w.cfg.Recorder.Exchanges(0)
		Expect(recorded).To(HaveLen(2))
		for _, x := range recorded {
			Expect(x.Err).To(BeEmpty())
			Expect(x.Response.Body).To(Equal(transcript.Body{Length: size, Complete: true, Declared: size}))
		}
	})

	It("falls back for a file that the kernel does not splice to", func(ctx SpecContext) {
		file = create(GinkgoT().TempDir(), os.O_RDWR|os.O_APPEND)
		Expect(winhttp.CopyN(file, begin(ctx).Body, size, count)).To(Succeed())
		same(written(), content)
		Expect(counted).To(BeEquivalentTo(size))
	})

	It("tells a failure of the file from one of the body", func(ctx SpecContext) {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(full.Close)
		err = winhttp.CopyN(full, begin(ctx).Body, size, count)
		var failed *winhttp.WriteError
		Expect(errors.As(err, &failed)).To(BeTrue(), "%v", err)
		Expect(err).To(MatchError(syscall.ENOSPC))
		Expect(counted).To(BeZero())
	})

	Context("from a server that sends a third and no more", func() {
		var wait chan struct{}
		BeforeEach(func() {
			wait = make(chan struct{})
			w.serve("origin:80", func(_ int, l *link) {
				for l.head() != nil {
					l.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", size, content[:size/3]))
					<-wait
					return
				}
			})
		})
		third := func() string { return content[:size/3] }

		It("that hangs up: the connection failed, what came is there", func(ctx SpecContext) {
			close(wait)
			w.cfg.Recorder = transcript.New(transcript.Options{BodyLengths: true})
			err := winhttp.CopyN(file, begin(ctx).Body, size, count)
			Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_CONNECTION_ERROR))
			same(written(), third())
			Expect(w.cfg.Recorder.Exchanges(0)[0].Err).To(Equal(io.ErrUnexpectedEOF.Error()))
		})
		It("that hangs: the time-out counts from the last byte", func(ctx SpecContext) {
			defer close(wait)
			w.limits.ReceiveTimeout = 100 * time.Millisecond
			err := winhttp.CopyN(file, begin(ctx).Body, size, count)
			Expect(failure(err).Code).To(Equal(hresult.ERROR_WINHTTP_TIMEOUT))
			same(written(), third())
			Expect(counted).To(BeEquivalentTo(size / 3))
		})
		It("is given up at once when the caller wants no more", func(ctx SpecContext) {
			defer close(wait)
			ctx2, cancel := context.WithCancel(ctx)
			defer cancel()
			err := winhttp.CopyN(file, begin(ctx2).Body, size, func(n int64) {
				if counted += n; counted == size/3 {
					cancel()
				}
			})
			Expect(err).To(MatchError(context.Canceled))
			same(written(), third())
		}, SpecTimeout(10*time.Second))
	})

	It("of an unknown length goes through the memory", func(ctx SpecContext) {
		w.serve("origin:80", func(_ int, l *link) {
			for l.head() != nil {
				l.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", size, content))
			}
		})
		Expect(winhttp.CopyN(file, begin(ctx).Body, size, count)).To(Succeed())
		same(written(), content)
	})

	It("leaves a short one to an ordinary copy", func(ctx SpecContext) {
		Expect(winhttp.CopyN(file, strings.NewReader(content), 100, count)).To(Succeed())
		same(written(), content[:100])
		Expect(winhttp.CopyN(file, strings.NewReader("ab"), 3, count)).To(MatchError(io.EOF))
	})
})

func create(dir string, flags int) *watched {
	GinkgoHelper()
	f, err := os.OpenFile(filepath.Join(dir, "f"), flags|os.O_CREATE|os.O_TRUNC, 0o600)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(f.Close)
	return &watched{File: f}
}
