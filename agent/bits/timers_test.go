package bits_test

import (
	"net/http"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

const day = 24 * time.Hour

// stored gives a bench whose queue outlives the service, and what starts the
// service again.
func stored(profile string) (b *bench, restart func()) {
	GinkgoHelper()
	b = newBenchOf(profile, func(c *bits.Config) {
		c.Store = filepath.Join(c.Dir, "queue.db")
		c.StoreOptions = store.Options{NoSync: true}
	})
	return b, func() {
		GinkgoHelper()
		Expect(b.bits.Close()).To(Succeed())
		b.start(b.config)
	}
}

// scavenged gives the names of the jobs that were cancelled for inactivity.
func (b *bench) scavenged() (names []string) {
	for _, e := range b.record.Events(0) {
		if e.Kind == transcript.KindJob && e.Data["code"] == hresult.MC_JOB_SCAVENGED.String() {
			names = append(names, e.Subject)
		}
	}
	return names
}

var _ = Describe("the inactivity timeout", func() {
	It("cancels a job after 90 days, with its files, and tells so", func() {
		q := newQueue("xp-sp2")
		j := q.add("j", bits.Normal)
		q.pass(2*perRequest + time.Second)
		Expect(j.Suspend()).To(Succeed())
		path := j.Files()[0].Path()
		Expect(path).To(BeAnExistingFile())
		q.pass(90*day - time.Second)
		Expect(j.State()).To(Equal(bits.Suspended))
		q.pass(2 * time.Second)
		Expect(j.State()).To(Equal(bits.Cancelled))
		Expect(q.scavenged()).To(Equal([]string{"j"}))
		Expect(path).NotTo(BeAnExistingFile())
		Expect(q.bits.Jobs()).To(BeEmpty())
	})

	It("begins anew with a change of properties and with progress, and is a policy in days", func() {
		b := several("xp-sp2")
		q := &queue{b}
		b.setLimit("JobInactivityTimeout", 10)
		changed, forgotten, done := b.job("changed", "/f"), b.job("forgotten", "/f"), b.job("done", "/f")
		b.handler = file(10, epoch)
		q.pass(9 * day)
		Expect(changed.SetDescription("still wanted")).To(Succeed())
		Expect(b.run(done)).To(Equal(bits.Transferred))
		q.pass(2 * day)
		Expect(b.scavenged()).To(Equal([]string{"forgotten"}))
		Expect(forgotten.State()).To(Equal(bits.Cancelled))
		q.pass(9 * day)
		Expect(b.scavenged()).To(ConsistOf("forgotten", "changed", "done"))
		Expect(done.State()).To(Equal(bits.Cancelled))
	})

	It("begins anew with each byte that arrives, and not with tries in vain", func() {
		b := several("xp-sp2")
		b.setLimit("JobInactivityTimeout", 10)
		tries := 0
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if tries++; tries != 2 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.Header().Set("Content-Length", "100")
			w.Header().Set("Content-Range", "bytes 0-99/1000")
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write([]byte("0123456789")) // and the connection breaks
		}
		j := b.job("j", "/f")
		Expect(j.SetNoProgressTimeout(366 * day)).To(Succeed())
		Expect(j.SetMinimumRetryDelay(6 * day)).To(Succeed())
		Expect(b.run(j, bits.Cancelled)).To(Equal(bits.Cancelled))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(6*day + 10*day))
		Expect(b.requests()).To(HaveLen(3))
	})

	It("is shorter than the no-progress timeout if it is set so", func() {
		b := several("xp-sp2")
		b.setLimit("JobInactivityTimeout", 2)
		b.handler = status(http.StatusServiceUnavailable)
		j := b.job("j", "/f")
		Expect(b.run(j, bits.Cancelled)).To(Equal(bits.Cancelled))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(2 * day))
	})

	It("goes on over a restart", func() {
		b, restart := stored("xp-sp2")
		b.job("j", "/f")
		(&queue{b}).pass(50 * day)
		restart()
		(&queue{b}).pass(39 * day)
		Expect(b.bits.Jobs()).To(HaveLen(1))
		(&queue{b}).pass(2 * day)
		Expect(b.bits.Jobs()).To(BeEmpty())
	})

	It("does not let a wait for something else take 90 days", func() {
		b := several("xp-sp2")
		j := b.job("j", "/f")
		_, err := j.Wait(GinkgoT().Context(), b.hold, bits.Transferred)
		Expect(err).To(MatchError(bits.ErrIdle))
		Expect(b.clock.Now()).To(Equal(epoch))
	})
})

var _ = Describe("the maximum download time", func() {
	// Of ten requests of 70 seconds.
	total := 10 * perRequest

	It("is 90 days, or the policy's seconds, from 3.0 on", func() {
		b := several("vista")
		j := b.job("j")
		Expect(j.MaximumDownloadTime()).To(Equal(90 * day))
		b.setLimit("MaxDownloadTime", 3600)
		Expect(j.MaximumDownloadTime()).To(Equal(time.Hour))
		Expect(j.SetMaximumDownloadTime(2 * time.Hour)).To(Succeed())
		Expect(j.MaximumDownloadTime()).To(Equal(2 * time.Hour))
		old := several("xp-sp3").job("j")
		Expect(old.MaximumDownloadTime()).To(BeZero())
		Expect(old.SetMaximumDownloadTime(time.Hour)).To(failWith(hresult.E_NOINTERFACE))
	})

	It("ends a job that transfers for longer, whatever lies between", func() {
		q := newQueue("vista")
		j := q.add("j", bits.Low)
		Expect(j.SetMaximumDownloadTime(5 * time.Minute)).To(Succeed())
		q.pass(2 * time.Minute)
		other := q.add("other", bits.High) // the job waits meanwhile, which does not count
		Expect(q.wait(other)).To(Equal(bits.Transferred))
		Expect(q.wait(j)).To(Equal(bits.Error))
		Expect(q.code(j)).To(Equal(hresult.BG_E_MAXDOWNLOAD_TIMEOUT))
		Expect(q.clock.Now().Sub(epoch)).To(Equal(5*time.Minute + total))
		had := j.Progress().BytesTransferred
		Expect(had).To(BeNumerically(">", 0))

		Expect(j.Resume()).To(Succeed(), "and the time begins anew")
		q.pass(4 * time.Minute)
		Expect(j.State()).To(Equal(bits.Transferring))
		Expect(j.Progress().BytesTransferred).To(BeNumerically(">", had))
		Expect(j.Resume()).To(Succeed(), "of a job that runs, too")
		q.pass(2 * time.Minute)
		Expect(j.State()).To(Equal(bits.Transferring))
	})

	It("does not count the rest in TRANSIENT_ERROR", func() {
		b := several("vista")
		b.handler = status(http.StatusServiceUnavailable)
		j := b.job("j", "/f")
		Expect(j.SetMaximumDownloadTime(time.Second)).To(Succeed())
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		b.handler = file(10, epoch)
		Expect(b.wait(j)).To(Equal(bits.Transferred))
	})

	It("is kept over a restart", func() {
		b, restart := stored("vista")
		Expect(b.job("j", "/f").SetMaximumDownloadTime(time.Hour)).To(Succeed())
		restart()
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(j.MaximumDownloadTime()).To(Equal(time.Hour))
	})

	It("does not hold before 3.0", func() {
		q := newQueue("xp-sp3")
		Expect(q.pc.Registry()).NotTo(BeNil())
		q.setLimit("MaxDownloadTime", 60)
		Expect(q.wait(q.add("j", bits.Normal))).To(Equal(bits.Transferred))
	})
})

var _ = Describe("the PC's clock", func() {
	It("moves no timer while the service runs, and does when it starts again", func() {
		b, restart := stored("xp-sp2")
		b.handler = status(http.StatusServiceUnavailable)
		j := b.job("j", "/f")
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		b.pc.SetClockSkew(30 * time.Minute)
		(&queue{b}).pass(9 * time.Minute)
		Expect(j.ErrorCount()).To(Equal(1))
		(&queue{b}).pass(2 * time.Minute)
		Expect(j.ErrorCount()).To(Equal(2))
		restart()
		b.settle()
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(j.ErrorCount()).To(Equal(3), "the next try was due by the clock")
	})
})
