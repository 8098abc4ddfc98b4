package bits_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

// listener is a Callback that keeps what it was told.
type listener struct {
	mu    sync.Mutex
	heard []string
	fails int // of the next calls, that do not give S_OK
	act   func(*bits.Job)
}

func (l *listener) told(event string, j *bits.Job) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, event)
	if l.act != nil {
		l.act(j)
	}
	if l.fails > 0 {
		l.fails--
		return errors.New("not now")
	}
	return nil
}

func (l *listener) JobTransferred(j *bits.Job) error { return l.told("transferred", j) }
func (l *listener) JobError(j *bits.Job, e *bits.JobError) error {
	return l.told("error "+e.Code.String(), j)
}
func (l *listener) JobModification(j *bits.Job) error { return l.told("modification", j) }

func (l *listener) events() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.heard...)
}

// settle lets everything be done that is due.
func (b *bench) settle() {
	GinkgoHelper()
	Expect(b.hold.Sleep(GinkgoT().Context(), time.Nanosecond)).To(Succeed())
}

// notices gives by what each event was told.
func (b *bench) notices() []string {
	var all []string
	for _, e := range b.record.Events(0) {
		if e.Kind == bits.KindNotify {
			all = append(all, e.Data["event"]+" by "+e.Data["by"])
		}
	}
	return all
}

var _ = Describe("notifications", func() {
	const both = bits.NotifyJobTransferred | bits.NotifyJobError
	transferred, notFound := "transferred", "error "+hresult.BG_E_HTTP_ERROR_404.String()

	DescribeTable("by the flags", func(flags bits.NotifyFlags, code int, want ...string) {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		if code != http.StatusOK {
			b.handler = status(code)
		}
		cb := &listener{}
		j := b.job("j", "/f")
		Expect(j.SetNotifyInterface(cb)).To(Succeed())
		Expect(j.NotifyInterface()).To(BeIdenticalTo(cb))
		Expect(j.SetNotifyFlags(flags)).To(Succeed())
		b.run(j)
		b.settle()
		if want == nil {
			want = []string{}
		}
		Expect(cb.events()).To(HaveExactElements(want))
	},
		Entry("transferred", both, 200, transferred),
		Entry("error", both, 404, notFound),
		Entry("transferred is not asked for", bits.NotifyJobError, 200),
		Entry("error is not asked for", bits.NotifyJobTransferred, 404),
		Entry("all are disabled", both|bits.NotifyJobModification|bits.NotifyDisable, 200),
	)

	It("tell of modifications, and at the end that the job is transferred", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		cb := &listener{}
		j := b.job("j", "/f")
		Expect(j.SetNotifyFlags(both | bits.NotifyJobModification)).To(Succeed())
		Expect(j.SetNotifyInterface(cb)).To(Succeed())
		b.settle()
		Expect(cb.events()).To(Equal([]string{"modification"}))
		Expect(j.SetDescription("other")).To(Succeed())
		b.settle()
		Expect(cb.events()).To(HaveLen(2))
		Expect(b.run(j)).To(Equal(bits.Transferred))
		b.settle()
		Expect(cb.events()[len(cb.events())-1]).To(Equal(transferred))
		Expect(cb.events()).To(ContainElement(transferred), "once")
		Expect(len(cb.events())).To(BeNumerically(">", 3))
	})

	It("let the program complete the job", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		Expect(j.SetNotifyInterface(&listener{act: func(j *bits.Job) { _, _ = j.Complete() }})).To(Succeed())
		Expect(j.Resume()).To(Succeed())
		Expect(b.wait(j, bits.Acknowledged)).To(BeElementOf(bits.Transferred, bits.Acknowledged))
		b.settle()
		Expect(j.State()).To(Equal(bits.Acknowledged))
	})

	It("are told to a callback that comes late", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		cb := &listener{}
		Expect(j.SetNotifyInterface(cb)).To(Succeed())
		b.settle()
		Expect(cb.events()).To(Equal([]string{transferred}))
	})

	It("are told again until the callback takes them", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		cb := &listener{fails: 2}
		Expect(j.SetNotifyInterface(cb)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		b.settle()
		Expect(cb.events()).To(HaveLen(1))
		Expect(b.hold.Sleep(GinkgoT().Context(), 24*time.Hour)).To(Succeed())
		Expect(cb.events()).To(Equal([]string{transferred, transferred, transferred}))
	})

	DescribeTable("with a command line", func(callback *listener, code int, want ...string) {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		if code != http.StatusOK {
			b.handler = status(code)
		}
		j := b.job("j", "/f")
		Expect(j.SetNotifyCmdLine(`C:\done.exe`, "done.exe -x")).To(Succeed())
		if callback != nil {
			callback = &listener{fails: callback.fails}
			Expect(j.SetNotifyInterface(callback)).To(Succeed())
		}
		b.run(j)
		Expect(b.hold.Sleep(GinkgoT().Context(), 24*time.Hour)).To(Succeed())
		Expect(b.notices()).To(Equal(want))
	},
		Entry("it is run when the job is transferred", nil, 200, "job-transferred by command-line"),
		Entry("it is run when the job is in error", nil, 404, "job-error by command-line"),
		Entry("a callback takes its place", &listener{}, 200, "job-transferred by callback"),
		Entry("it takes the place of a callback that fails", &listener{fails: 9}, 200,
			"job-transferred by callback", "job-transferred by command-line"),
	)

	DescribeTable("run a program that fails", func(profile string, runs int) {
		ran := 0
		b := newBenchOf(profile, func(c *bits.Config) {
			c.Launch = func(j *bits.Job, program, parameters string) int {
				ran++
				if ran == 3 {
					_, _ = j.Complete()
				}
				return 1
			}
		})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		Expect(j.SetNotifyCmdLine(`C:\done.exe`, "")).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.hold.Sleep(GinkgoT().Context(), 599*time.Second)).To(Succeed())
		Expect(ran).To(Equal(1))
		Expect(b.hold.Sleep(GinkgoT().Context(), 24*time.Hour)).To(Succeed())
		Expect(ran).To(Equal(runs))
	},
		Entry("after the retry delay, until the job is completed", "xp-sp2", 3),
		Entry("once in BITS 1.5", "server-2003", 1),
	)

	It("are told by the command line once over restarts", func() {
		store := filepath.Join(GinkgoT().TempDir(), "queue.db")
		runs, exit := 0, 1
		b := newBenchOf("xp-sp2", func(c *bits.Config) {
			c.Store = store
			c.Launch = func(*bits.Job, string, string) int { runs++; return exit }
		})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		Expect(j.SetNotifyCmdLine(`C:\done.exe`, "")).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		b.settle()
		Expect(runs).To(Equal(1))
		exit = 0
		for range 3 {
			Expect(b.bits.Close()).To(Succeed())
			b.start(b.config)
			Expect(b.hold.Sleep(GinkgoT().Context(), 24*time.Hour)).To(Succeed())
		}
		Expect(runs).To(Equal(2))
	})
})

// fileListener hears of files, too.
type fileListener struct{ listener }

func (l *fileListener) FileTransferred(j *bits.Job, f *bits.File) error {
	return l.told("file "+f.LocalName(), j)
}

var _ = Describe("notifications of files", func() {
	const flags = bits.NotifyFileTransferred | bits.NotifyJobTransferred

	It("come once for each, before that of the job", func() {
		b := newBench("vista", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f", "/g")
		cb := &fileListener{}
		Expect(j.SetNotifyFlags(flags)).To(Succeed())
		Expect(j.SetNotifyInterface(cb)).To(Succeed())
		b.run(j)
		b.settle()
		Expect(cb.events()).To(Equal([]string{`file C:\j\0.bin`, `file C:\j\1.bin`, "transferred"}))
	})

	It("are repeated until S_OK, and end with the job", func() {
		b := newBench("vista", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		cb := &fileListener{listener{fails: 2}}
		Expect(j.SetNotifyFlags(bits.NotifyFileTransferred)).To(Succeed())
		Expect(j.SetNotifyInterface(cb)).To(Succeed())
		b.run(j)
		b.settle()
		Expect(cb.events()).To(HaveLen(1))
		Expect(j.DueNotices()).To(Equal(1))
		Expect(b.hold.Sleep(GinkgoT().Context(), time.Hour)).To(Succeed())
		Expect(cb.events()).To(HaveLen(3))
		Expect(j.DueNotices()).To(BeZero())
	})

	It("are off when the job has ended", func() {
		b := newBench("vista", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f", "/g")
		cb := &fileListener{listener{fails: 100}}
		Expect(j.SetNotifyFlags(bits.NotifyFileTransferred)).To(Succeed())
		Expect(j.SetNotifyInterface(cb)).To(Succeed())
		b.run(j)
		b.settle()
		Expect(j.DueNotices()).To(Equal(2))
		_, err := j.Cancel()
		Expect(err).NotTo(HaveOccurred())
		Expect(j.DueNotices()).To(BeZero())
		Expect(b.hold.Sleep(GinkgoT().Context(), time.Hour)).To(Succeed())
		Expect(cb.events()).To(HaveLen(2))
	})

	It("came with 3.0", func() {
		b := newBench("xp-sp3", bits.Tuning{})
		Expect(b.job("j", "/f").SetNotifyFlags(flags)).To(failWith(hresult.E_NOTIMPL))
	})

	It("are under way for four jobs of a user at once", func() {
		b := newBench("vista", bits.Tuning{})
		b.handler = file(10, epoch)
		inside, release := make(chan struct{}, 8), make(chan struct{})
		for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
			j := b.job(name, "/f")
			Expect(j.SetPriority(bits.Foreground)).To(Succeed())
			Expect(j.SetNotifyInterface(&blocker{inside: inside, release: release})).To(Succeed())
			Expect(j.Resume()).To(Succeed())
		}
		settled := make(chan struct{})
		go func() {
			defer GinkgoRecover()
			defer close(settled)
			b.settle()
		}()
		Eventually(inside).Should(HaveLen(4))
		Consistently(inside, "100ms").Should(HaveLen(4))
		release <- struct{}{}
		Eventually(inside).Should(HaveLen(5))
		close(release)
		Eventually(inside).Should(HaveLen(6))
		Eventually(settled).Should(BeClosed())
	})
})

// blocker is a callback that does not return.
type blocker struct {
	listener
	inside, release chan struct{}
}

func (l *blocker) JobTransferred(*bits.Job) error {
	l.inside <- struct{}{}
	<-l.release
	return nil
}
