package bits_test

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/hresult"
)

// linked gives a queue whose PC is at a link.
func linked(cfg link.Config) (*queue, *link.Link) {
	GinkgoHelper()
	q := newQueue("xp-sp3")
	l, err := link.New(q.clock, cfg)
	Expect(err).NotTo(HaveOccurred())
	Expect(q.bits.Close()).To(Succeed())
	c := q.config
	c.Link = l
	q.start(c)
	return q, l
}

func (q *queue) code(j *bits.Job) hresult.HRESULT {
	GinkgoHelper()
	e, err := j.GetError()
	Expect(err).NotTo(HaveOccurred())
	return e.Code
}

var _ = Describe("the network", func() {
	const reconnect = 5 * time.Second

	It("takes running and queued jobs along when it goes, and none other", func() {
		q, l := linked(link.Config{})
		running, queued, suspended := q.add("running", bits.Normal), q.add("queued", bits.Normal), q.add("suspended", bits.Low)
		Expect(suspended.Suspend()).To(Succeed())
		q.pass(90 * time.Second)
		l.Plug(false)
		for _, j := range []*bits.Job{running, queued} {
			Expect(j.State()).To(Equal(bits.TransientError))
			Expect(q.code(j)).To(Equal(hresult.BG_E_NETWORK_DISCONNECTED))
			Expect(j.ErrorCount()).To(Equal(1))
		}
		Expect(suspended.State()).To(Equal(bits.Suspended))
		Expect(running.Progress().BytesTransferred).To(BeEquivalentTo(100))
		asked := len(q.requests())
		q.pass(24 * time.Hour)
		Expect(running.State()).To(Equal(bits.TransientError), "nothing is tried by time")
		Expect(q.requests()).To(HaveLen(asked))

		l.Plug(true)
		q.pass(reconnect - time.Second)
		Expect(running.State()).To(Equal(bits.TransientError))
		q.pass(time.Second)
		Expect(running.State()).To(Equal(bits.Connecting))
		Expect(queued.State()).To(Equal(bits.Queued))
		Expect(q.wait(running)).To(Equal(bits.Transferred))
		Expect(q.wait(queued)).To(Equal(bits.Transferred))
		data, err := os.ReadFile(running.Files()[0].Path())
		Expect(err).NotTo(HaveOccurred())
		Expect(string(data)).To(Equal(strings.Repeat("0123456789", 100)))
		Expect(suspended.State()).To(Equal(bits.Suspended))
	})

	It("queues jobs with other errors too when it comes back", func() {
		q, l := linked(link.Config{})
		busy := true
		q.handler = func(w http.ResponseWriter, r *http.Request) {
			if busy {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			file(10, epoch)(w, r)
		}
		j := q.add("j", bits.Normal)
		Expect(j.SetMinimumRetryDelay(time.Hour)).To(Succeed())
		Expect(q.wait(j, bits.TransientError)).To(Equal(bits.TransientError))
		busy = false
		l.Plug(false)
		Expect(q.code(j)).To(Equal(hresult.BG_E_HTTP_ERROR_503))
		l.Plug(true)
		Expect(q.wait(j)).To(Equal(bits.Transferred))
		Expect(q.clock.Now().Sub(epoch)).To(Equal(2*perRequest + reconnect))
	})

	It("refuses a job that is resumed while it is away, and gives it up after the no-progress timeout", func() {
		q, l := linked(link.Config{})
		l.Plug(false)
		j := q.add("j", bits.Normal)
		Expect(j.State()).To(Equal(bits.TransientError))
		Expect(q.code(j)).To(Equal(hresult.BG_E_NETWORK_DISCONNECTED))
		Expect(q.wait(j)).To(Equal(bits.Error))
		Expect(q.clock.Now().Sub(epoch)).To(Equal(bits.DefaultNoProgressTimeout))
		Expect(q.requests()).To(BeEmpty())
		l.Plug(true)
		q.pass(time.Hour)
		Expect(j.State()).To(Equal(bits.Error))
	})

	It("does not count as back when it goes again within the delay", func() {
		q, l := linked(link.Config{})
		l.Plug(false)
		j := q.add("j", bits.Normal)
		l.Plug(true)
		q.pass(time.Second)
		l.Plug(false)
		q.pass(time.Hour)
		Expect(j.State()).To(Equal(bits.TransientError))
		Expect(q.requests()).To(BeEmpty())
	})

	It("comes back by its schedule", func() {
		hours := link.Window{From: 9 * time.Hour, To: 12 * time.Hour} // the epoch is at nine
		q, _ := linked(link.Config{Offline: []link.Window{hours}})
		j := q.add("j", bits.Normal)
		Expect(j.State()).To(Equal(bits.TransientError))
		Expect(q.wait(j, bits.Connecting)).To(Equal(bits.Connecting))
		Expect(q.clock.Now().Sub(epoch)).To(Equal(3*time.Hour + reconnect))
	})
})

var _ = Describe("an error that ends by itself", func() {
	// failed gives a job with the error, whose owner is away so that it does not run.
	failed := func(err error) (*queue, *bits.Job) {
		q := newQueue("xp-sp2")
		Expect(q.pc.Logoff(owner)).To(Succeed())
		j := q.add("j", bits.Normal)
		j.Fail(err)
		Expect(j.State()).To(Equal(bits.TransientError))
		return q, j
	}

	It("is waited for as long as is known", func() {
		q, j := failed(&link.BlockedError{Until: epoch.Add(3 * time.Hour)})
		Expect(q.code(j)).To(Equal(hresult.BG_E_BLOCKED_BY_POLICY))
		Expect(q.wait(j, bits.Queued)).To(Equal(bits.Queued))
		Expect(q.clock.Now().Sub(epoch)).To(Equal(3 * time.Hour))
	})

	DescribeTable("is not tried by time", func(err error) {
		q, j := failed(err)
		Expect(q.wait(j, bits.Queued)).To(Equal(bits.Error))
		Expect(q.clock.Now().Sub(epoch)).To(Equal(bits.DefaultNoProgressTimeout))
		Expect(j.ErrorCount()).To(Equal(1))
	},
		Entry("the policy", &link.BlockedError{}),
		Entry("a disk lock", &hresult.Error{Code: hresult.BG_E_DESTINATION_LOCKED, Cause: errors.New("chkdsk runs")}),
	)

	It("is tried by Resume", func() {
		_, j := failed(&link.BlockedError{})
		Expect(j.Resume()).To(Succeed())
		Expect(j.State()).To(Equal(bits.Queued))
	})
})

var _ = Describe("the no-progress timeout", func() {
	busy := func() (*bench, *bits.Job) {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = status(http.StatusServiceUnavailable)
		return b, b.job("j", "/f")
	}

	It("ends between two tries", func() {
		b, j := busy()
		Expect(j.SetMinimumRetryDelay(40 * time.Minute)).To(Succeed())
		Expect(j.SetNoProgressTimeout(time.Hour)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(time.Hour))
		Expect(b.requests()).To(HaveLen(2))
		Expect((&queue{b}).code(j)).To(Equal(hresult.BG_E_HTTP_ERROR_503))
	})

	// breaking has the server give another file of 100 bytes each time, and no more of
	// it than that.
	breaking := func(b *bench, sent int) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-Unmodified-Since") != "" {
				w.WriteHeader(http.StatusPreconditionFailed)
				return
			}
			w.Header().Set("Content-Length", "100")
			w.Header().Set("Last-Modified", b.clock.Now().UTC().Format(http.TimeFormat))
			_, _ = w.Write(make([]byte, sent))
		}
	}

	It("knows over a restart how far the file had come", func() {
		b, restart := stored("xp-sp2")
		j := b.job("j", "/f")
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(j.SetMinimumRetryDelay(10 * time.Hour)).To(Succeed())
		breaking(b, 50)
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		breaking(b, 30)
		Expect(b.hold.Sleep(GinkgoT().Context(), 15*time.Hour)).To(Succeed())
		restart()
		breaking(b, 40)
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(b.wait(j)).To(Equal(bits.Error))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(bits.DefaultNoProgressTimeout))
	})

	It("does not begin anew with bytes that had come before", func() {
		b, j := busy()
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(j.SetMinimumRetryDelay(10 * time.Hour)).To(Succeed())
		breaking(b, 50)
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.hold.Sleep(GinkgoT().Context(), 165*time.Hour)).To(Succeed())
		Expect(j.State()).To(Equal(bits.TransientError))
		breaking(b, 51)
		Expect(b.wait(j)).To(Equal(bits.Error))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(170*time.Hour + bits.DefaultNoProgressTimeout))
	})

	It("begins anew with Resume", func() {
		b, j := busy()
		Expect(j.SetNoProgressTimeout(time.Hour)).To(Succeed())
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.hold.Sleep(GinkgoT().Context(), 50*time.Minute)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(110 * time.Minute))
	})

	It("counts on over a restart, also when nothing is tried meanwhile", func() {
		b, restart := stored("xp-sp2")
		l, err := link.New(b.clock, link.Config{})
		Expect(err).NotTo(HaveOccurred())
		b.config.Link = l
		restart()
		l.Plug(false)
		Expect(b.run(b.job("j", "/f"), bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.hold.Sleep(GinkgoT().Context(), 24*time.Hour)).To(Succeed())
		restart()
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(b.wait(j)).To(Equal(bits.Error))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(bits.DefaultNoProgressTimeout))
	})

	It("counts as it is set at once", func() {
		b, j := busy()
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(j.SetNoProgressTimeout(time.Minute)).To(Succeed())
		Expect(b.wait(j)).To(Equal(bits.Error))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(time.Minute))
	})
})
