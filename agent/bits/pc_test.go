package bits_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/transcript"
)

var epoch = time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)

// bench is a PC with BITS and one web server.
type bench struct {
	clock  *clock.Virtual
	record *transcript.Recorder
	pc     *machine.Machine
	bits   *bits.Manager
	config bits.Config
	hold   clock.Hold

	mu      sync.Mutex
	handler http.HandlerFunc
	asked   []string // method and Range of each request, in order
}

const owner = `LAB\alice`

// newBenchOf is newBench with a service set up by configure.
func newBenchOf(profile string, configure func(*bits.Config), options ...machine.Option) *bench {
	GinkgoHelper()
	b := newBench(profile, bits.Tuning{}, options...)
	Expect(b.bits.Close()).To(Succeed())
	cfg := b.config
	configure(&cfg)
	b.start(cfg)
	return b
}

func (b *bench) start(cfg bits.Config) {
	GinkgoHelper()
	service, err := bits.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	b.bits, b.config = service, cfg
	DeferCleanup(func() { _ = service.Close() })
}

func newBench(profile string, tuning bits.Tuning, options ...machine.Option) *bench {
	GinkgoHelper()
	b := &bench{clock: clock.NewVirtual(epoch)}
	b.record = transcript.New(transcript.Options{Now: b.clock.Now})
	p, err := machine.ProfileByID(profile)
	Expect(err).NotTo(HaveOccurred())
	alice := machine.Account{Domain: "LAB", User: "alice", Password: "pw"}
	b.pc = machine.New(p, append(options, machine.WithInteractiveUser(alice))...)
	server := httptest.NewServer(http.HandlerFunc(b.serve))
	DeferCleanup(server.Close)
	host, port, err := net.SplitHostPort(server.Listener.Addr().String())
	Expect(err).NotTo(HaveOccurred())
	Expect(b.pc.SetHost("origin", 80, net.JoinHostPort(host, port))).To(Succeed())
	client := winhttp.New(winhttp.Config{Resolver: b.pc, Clock: b.clock, Recorder: b.record})
	DeferCleanup(client.Close)
	dir, err := os.MkdirTemp("", "bits-spec-")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(os.RemoveAll, dir)
	b.start(bits.Config{Machine: b.pc, HTTP: client, Clock: b.clock, Recorder: b.record, Dir: dir, Tuning: tuning})
	b.hold = b.clock.Hold("spec")
	DeferCleanup(b.hold.Release)
	return b
}

func (b *bench) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	entry := r.Method
	if v := r.Header.Get("Range"); v != "" {
		entry += " " + strings.TrimPrefix(v, "bytes=")
	}
	b.asked = append(b.asked, entry)
	handler := b.handler
	b.mu.Unlock()
	handler(w, r)
}

func (b *bench) requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.asked...)
}

// file serves n bytes with ranges; modified is its Last-Modified.
func file(n int, modified time.Time) http.HandlerFunc {
	content := strings.Repeat("0123456789", n/10+1)[:n]
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "file.bin", modified, strings.NewReader(content))
	}
}

// job makes a resumed job with one file for each path.
func (b *bench) job(name string, paths ...string) *bits.Job {
	GinkgoHelper()
	j, err := b.bits.CreateJob(name, bits.Download, owner)
	Expect(err).NotTo(HaveOccurred())
	for i, p := range paths {
		Expect(j.AddFile("http://origin"+p, fmt.Sprintf(`C:\%s\%d.bin`, name, i))).To(Succeed())
	}
	return j
}

func (b *bench) run(j *bits.Job, until ...bits.State) bits.State {
	GinkgoHelper()
	Expect(j.Resume()).To(Succeed())
	return b.wait(j, until...)
}

func (b *bench) wait(j *bits.Job, until ...bits.State) bits.State {
	GinkgoHelper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	s, err := j.Wait(ctx, b.hold, append(until, bits.Transferred, bits.Error)...)
	Expect(err).NotTo(HaveOccurred())
	return s
}
