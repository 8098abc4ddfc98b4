package bits_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// linkOf gives the bench's PC a network link; its service starts anew.
func (b *bench) linkOf(cfg link.Config) *link.Link {
	GinkgoHelper()
	l, err := link.New(b.clock, cfg)
	Expect(err).NotTo(HaveOccurred())
	Expect(b.bits.Close()).To(Succeed())
	b.config.Link = l
	b.config.HTTP = winhttp.New(winhttp.Config{Resolver: b.pc, Clock: b.clock, Recorder: b.record, Link: l})
	DeferCleanup(b.config.HTTP.Close)
	b.start(b.config)
	return l
}

func (b *bench) policy(values map[string]uint32) {
	GinkgoHelper()
	for name, v := range values {
		Expect(b.pc.Registry().Set(link.PolicyKey, name, machine.DWORD(v))).To(Succeed())
	}
}

// limits is the policy's key with a limit in Kbps from one hour to another.
func limits(kbps, from, to uint32) map[string]uint32 {
	return map[string]uint32{"EnableBITSMaxBandwidth": 1, "MaxTransferRateOnSchedule": kbps,
		"MaxBandwidthValidFrom": from, "MaxBandwidthValidTo": to, "UseSystemMaximum": 1}
}

func (b *bench) passed() time.Duration { return b.clock.Now().Sub(epoch) }

func (b *bench) sleep(d time.Duration) {
	GinkgoHelper()
	Expect(b.hold.Sleep(GinkgoT().Context(), d)).To(Succeed())
}

// sleepUntil sleeps until the hour of the first day.
func (b *bench) sleepUntil(hour int) {
	GinkgoHelper()
	b.sleep(time.Date(2004, 8, 6, hour, 0, 0, 0, time.UTC).Sub(b.clock.Now()))
}

// resumed makes a job of n bytes and resumes it.
func (b *bench) resumed(name string, n int, p bits.Priority) *bits.Job {
	GinkgoHelper()
	b.mu.Lock()
	serve, others := file(n, epoch), b.handler
	b.handler = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/"+name {
			serve(w, r)
			return
		}
		others(w, r)
	}
	b.mu.Unlock()
	j := b.job(name, "/"+name)
	Expect(j.SetPriority(p)).To(Succeed())
	Expect(j.Resume()).To(Succeed())
	return j
}

func (b *bench) done(j *bits.Job) int { return int(j.Progress().BytesTransferred) }

// code is that of the job's error.
func code(j *bits.Job) hresult.HRESULT {
	if e, err := j.GetError(); err == nil {
		return e.Code
	}
	return 0
}

const reconnect = 5 * time.Second

var busy = []link.Traffic{{Down: 40 * link.Kbps}} // of 56: 16 idle

var _ = Describe("bandwidth", func() {
	// The heads of a transfer take a few per cent.
	DescribeTable("of a 56 Kbps link with other traffic", func(p bits.Priority, cfg link.Config, bytes int, want time.Duration) {
		b := newBench("xp-sp2", bits.Tuning{})
		cfg.Down = 56 * link.Kbps
		b.linkOf(cfg)
		j := b.resumed("j", bytes, p)
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.passed()).To(BeNumerically("~", want, want/20))
	},
		Entry("background takes what is idle", bits.Normal, link.Config{Traffic: busy}, 200_000, 100*time.Second),
		Entry("so does high priority", bits.High, link.Config{Traffic: busy}, 200_000, 100*time.Second),
		Entry("all of it when nobody else is there", bits.Low, link.Config{}, 700_000, 100*time.Second),
		Entry("a trickle when nothing is idle", bits.Normal, link.Config{Traffic: []link.Traffic{{Down: 56 * link.Kbps}}, Trickle: 4 * link.Kbps}, 50_000, 104*time.Second),
		Entry("foreground competes", bits.Foreground, link.Config{Traffic: []link.Traffic{{Down: 56 * link.Kbps}}}, 350_000, 100*time.Second),
		Entry("latency is paid for each request", bits.Normal, link.Config{Latency: 5 * time.Second}, 700_000, 220*time.Second),
	)

	It("is seen in the job's progress as time goes by", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.linkOf(link.Config{Down: 8 * link.Kbps})
		j := b.resumed("j", 1_000_000, bits.Foreground)
		for _, seconds := range []int{100, 200, 300} {
			b.sleep(100 * time.Second)
			Expect(j.State()).To(Equal(bits.Transferring))
			Expect(b.done(j)).To(BeNumerically("~", seconds*1000-4000, 5000))
		}
	})

	It("of an upload is that of the other direction", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.linkOf(link.Config{Down: 56 * link.Kbps, Up: 8 * link.Kbps})
		upload := newUpload(b, 100_000)
		Expect(b.wait(upload)).To(Equal(bits.Transferred))
		Expect(b.passed()).To(BeNumerically("~", 100*time.Second, 5*time.Second))
	})

	DescribeTable("makes the blocks", func(cfg link.Config, tuning bits.Tuning, n int, want string) {
		b := newBench("xp-sp2", tuning)
		b.linkOf(cfg)
		b.handler = file(n, epoch)
		Expect(b.run(b.job("j", "/f"))).To(Equal(bits.Transferred))
		Expect(b.requests()[:2]).To(Equal(strings.Split(want, ", ")))
	},
		Entry("of 10 seconds each", link.Config{Down: 56 * link.Kbps}, bits.Tuning{}, 200_000, "GET 0-69999, GET 70000-139999"),
		Entry("of what is idle", link.Config{Down: 56 * link.Kbps, Traffic: busy}, bits.Tuning{}, 200_000, "GET 0-19999, GET 20000-39999"),
		Entry("of another time", link.Config{Down: 56 * link.Kbps}, bits.Tuning{BlockTime: time.Second}, 200_000, "GET 0-6999, GET 7000-13999"),
		Entry("of 1 KiB at the least", link.Config{Down: 2 * link.Kbps}, bits.Tuning{BlockTime: time.Second}, 20_000, "GET 0-1023, GET 1024-2047"),
		Entry("of 1 MiB at the most", link.Config{Down: 100 * link.Mbps}, bits.Tuning{}, 3_000_000, "GET 0-1048575, GET 1048576-2097151"),
		Entry("of the ladder without a speed", link.Config{}, bits.Tuning{}, 300_000, "GET 0-65535, GET 65536-196607"),
		Entry("of the length that is set", link.Config{Down: 56 * link.Kbps}, bits.Tuning{FirstBlock: 5000, MaxBlock: 5000}, 200_000, "GET 0-4999, GET 5000-9999"),
	)

	It("is given up within a block: Suspend keeps each byte that had come", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.linkOf(link.Config{Down: 8 * link.Kbps})
		j := b.resumed("j", 100_000, bits.Foreground)
		b.sleep(50*time.Second + 300*time.Millisecond)
		Expect(j.Suspend()).To(Succeed())
		Expect(b.passed()).To(Equal(50*time.Second + 300*time.Millisecond))
		Expect(b.done(j)).To(BeNumerically("~", 50_100, 100))
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(intact(b, j)).To(Equal(100_000))
	})

	It("is given up within a block for a higher priority", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.linkOf(link.Config{Down: 8 * link.Kbps})
		low := b.resumed("low", 100_000, bits.Low)
		b.sleep(5 * time.Second)
		high := b.resumed("high", 100_000, bits.High)
		b.sleep(5 * time.Second)
		Expect(low.State()).To(Equal(bits.Queued))
		Expect(b.done(low)).To(BeNumerically("~", 4_700, 400))
		Expect(b.wait(high)).To(Equal(bits.Transferred))
		Expect(b.passed()).To(BeNumerically("~", 105*time.Second, 5*time.Second))
		Expect(b.wait(low)).To(Equal(bits.Transferred))
	})
})

var _ = Describe("a link that goes down", func() {
	It("puts a job into TRANSIENT_ERROR, which goes on when it is there again and not before", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		l := b.linkOf(link.Config{Down: 8 * link.Kbps})
		j := b.resumed("j", 100_000, bits.Normal)
		b.sleep(30 * time.Second)
		l.Plug(false)
		b.sleep(time.Hour)
		Expect(j.State()).To(Equal(bits.TransientError))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect([]any{e.Code, e.Context}).To(Equal([]any{hresult.BG_E_NETWORK_DISCONNECTED, hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT}))
		Expect(b.done(j)).To(BeNumerically("~", 28_500, 1500))
		asked := len(b.requests())
		l.Plug(true)
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(len(b.requests())).To(BeNumerically(">", asked))
		Expect(b.passed()).To(BeNumerically("~", time.Hour+104*time.Second, 5*time.Second))
		Expect(intact(b, j)).To(Equal(100_000))
	})

	It("by its schedule is no matter for the retry delay", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.linkOf(link.Config{Offline: []link.Window{{From: 9 * time.Hour, To: 12 * time.Hour}}})
		j := b.resumed("j", 1000, bits.Foreground)
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.passed()).To(Equal(3*time.Hour + reconnect))
		Expect(j.ErrorCount()).To(Equal(1))
	})

	It("leaves a job that is suspended meanwhile alone", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		l := b.linkOf(link.Config{})
		l.Plug(false)
		j := b.resumed("j", 1000, bits.Normal)
		Expect(b.wait(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(j.Suspend()).To(Succeed())
		l.Plug(true)
		b.sleep(time.Hour)
		Expect(j.State()).To(Equal(bits.Suspended))
	})
})

var _ = Describe("MaxInternetBandwidth", func() {
	// From 8 to 17 h; the epoch is 9 h.
	DescribeTable("limits a transfer", func(profile string, p bits.Priority, policy map[string]uint32, want link.Rate) {
		b := newBench(profile, bits.Tuning{})
		b.linkOf(link.Config{Down: 56 * link.Kbps})
		b.policy(policy)
		j := b.resumed("j", 10_000_000, p)
		b.sleep(time.Minute)
		from := b.done(j)
		b.sleep(10 * time.Minute)
		Expect((b.done(j) - from) * 8 / 600).To(BeNumerically("~", int(want), int(want)/8))
	},
		Entry("within its window", "xp-sp2", bits.Normal, limits(10, 8, 17), 10*link.Kbps),
		Entry("not before it", "xp-sp2", bits.Normal, limits(10, 12, 17), 56*link.Kbps),
		Entry("to about 2 Kbps at the least", "xp-sp2", bits.Low, limits(1, 8, 17), 1850*link.Rate(1)),
		Entry("not of foreground priority", "xp-sp2", bits.Foreground, limits(10, 8, 17), 56*link.Kbps),
		Entry("not before BITS 2.0", "xp-sp1", bits.Normal, limits(10, 8, 17), 56*link.Kbps),
		Entry("of later BITS, too", "windows-7", bits.Normal, limits(10, 8, 17), 10*link.Kbps),
	)

	It("changes its limit in the middle of a block", func() {
		b := newBench("xp-sp2", bits.Tuning{BlockTime: 4 * time.Hour, MaxBlock: 1 << 30})
		b.linkOf(link.Config{Down: 8 * link.Kbps})
		b.policy(limits(4, 10, 11))
		j := b.resumed("j", 13_000_000, bits.Normal)
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.requests()).To(HaveLen(1))
		Expect(b.passed()).To(BeNumerically("~", 13_000*time.Second+30*time.Minute, 5*time.Second))
	})

	It("of 0 blocks background jobs until its window ends", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.linkOf(link.Config{Down: 8 * link.Kbps})
		b.policy(limits(0, 10, 12))
		j := b.resumed("j", 10_000_000, bits.Normal)
		b.sleepUntil(10)
		b.sleep(time.Second)
		Expect([]any{j.State(), code(j)}).To(Equal([]any{bits.TransientError, hresult.BG_E_BLOCKED_BY_POLICY}))
		asked := len(b.requests())
		other := b.resumed("other", 1000, bits.High)
		Expect(b.wait(other, bits.TransientError)).To(Equal(bits.TransientError))
		first := b.resumed("first", 1000, bits.Foreground)
		Expect(b.wait(first)).To(Equal(bits.Transferred))
		b.sleep(90 * time.Minute) // the retry delay is over long since
		Expect(j.State()).To(Equal(bits.TransientError))
		Expect(b.requests()).To(HaveLen(asked + 1))
		b.sleepUntil(12)
		b.sleep(10 * time.Second)
		Expect(other.State()).To(Equal(bits.Transferred))
		Expect(j.State()).To(Equal(bits.Transferring))
		Expect(j.ErrorCount()).To(Equal(1))
	})

	It("does not leave a job behind that a restart of the service finds blocked", func() {
		dir := GinkgoT().TempDir()
		b := newBenchOf("xp-sp2", func(c *bits.Config) { c.Dir, c.Store = dir, filepath.Join(dir, "queue") })
		b.policy(limits(0, 8, 12))
		b.linkOf(link.Config{})
		b.handler = file(1000, epoch)
		Expect(b.run(b.job("j", "/f"), bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.bits.Close()).To(Succeed())
		b.start(b.config)
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		b.sleep(2 * time.Hour)
		Expect(j.State()).To(Equal(bits.TransientError))
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.passed()).To(Equal(3 * time.Hour))
	})

	It("counts as it was when the service began to work", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.linkOf(link.Config{})
		Expect(b.wait(b.resumed("early", 1000, bits.Normal))).To(Equal(bits.Transferred))
		b.policy(limits(0, 8, 17))
		Expect(b.wait(b.resumed("before", 1000, bits.Normal))).To(Equal(bits.Transferred))
		Expect(b.bits.Close()).To(Succeed())
		b.start(b.config)
		Expect(b.wait(b.resumed("after", 1000, bits.Normal), bits.TransientError)).To(Equal(bits.TransientError))
	})

	It("is on the record, with what is wrong about it", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.linkOf(link.Config{Down: 56 * link.Kbps})
		b.policy(limits(10, 8, 99))
		b.wait(b.resumed("j", 1000, bits.Normal))
		var texts []string
		for _, e := range b.record.Events(0) {
			if e.Kind == transcript.KindMachine {
				texts = append(texts, e.Text)
			}
		}
		Expect(texts).To(HaveExactElements(ContainSubstring("MaxBandwidthValidTo: 99 is more than 23"),
			Equal("from 08:00 to 17:00 at most 10 Kbps, else not limited")))
	})
})

// intact is how many bytes the job's file has that are those of the server.
func intact(b *bench, j *bits.Job) int {
	GinkgoHelper()
	got, err := os.ReadFile(j.Files()[0].Path())
	Expect(err).NotTo(HaveOccurred())
	want := strings.Repeat("0123456789", len(got)/10+1)
	Expect(string(got) == want[:len(got)]).To(BeTrue(), "other bytes than the server has")
	return len(got)
}

// newUpload makes a resumed upload of n bytes to a server that takes all.
func newUpload(b *bench, n int) *bits.Job {
	GinkgoHelper()
	server, err := bitsupload.New(bitsupload.Config{})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(server.Close)
	b.handler = server.ServeHTTP
	j, err := b.bits.CreateJob("up", bits.Upload, owner)
	Expect(err).NotTo(HaveOccurred())
	Expect(j.AddFile("http://origin/dir/report.xml", `C:\report.xml`)).To(Succeed())
	write(j, make([]byte, n))
	Expect(j.Resume()).To(Succeed())
	return j
}
