package bits_test

import (
	"errors"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

func failWith(code hresult.HRESULT) OmegaMatcher { return MatchError(&hresult.Error{Code: code}) }

func status(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n) }
}

var _ = Describe("the life of a job", func() {
	It("refuses to resume without files and stays suspended", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		j := b.job("j")
		Expect(j.Resume()).To(failWith(hresult.BG_E_EMPTY))
		Expect(j.State()).To(Equal(bits.Suspended))
	})

	It("records every transition", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		_, _ = j.Complete()
		var path []string
		for _, e := range b.record.Events(0) {
			if e.Kind == transcript.KindJob {
				path = append(path, e.Data["to"])
			}
		}
		Expect(path).To(Equal([]string{"QUEUED", "CONNECTING", "TRANSFERRING", "TRANSFERRED", "ACKNOWLEDGED"}))
	})

	It("has times of its making, its last change and its end", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		pass := func() { Expect(b.hold.Sleep(GinkgoT().Context(), time.Hour)).To(Succeed()) }
		j := b.job("j", "/f")
		Expect(j.Times()).To(Equal(bits.Times{Creation: epoch, Modification: epoch}))
		pass()
		Expect(b.run(j)).To(Equal(bits.Transferred))
		done := epoch.Add(time.Hour)
		Expect(j.Times()).To(Equal(bits.Times{Creation: epoch, Modification: done, TransferCompletion: done}))
		pass()
		Expect(j.Complete()).To(Equal(hresult.S_OK))
		Expect(j.Times()).To(Equal(bits.Times{Creation: epoch, Modification: epoch.Add(2 * time.Hour), TransferCompletion: done}))
	})

	It("does not know its length before it knows that of each file", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/g" {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			file(10, epoch)(w, r)
		}
		j := b.job("j", "/f", "/g")
		Expect(j.Progress()).To(Equal(bits.Progress{BytesTotal: -1, FilesTotal: 2}))
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(j.Progress()).To(Equal(bits.Progress{BytesTotal: -1, BytesTransferred: 10, FilesTotal: 2, FilesTransferred: 1}))
		Expect(j.Files()[0].Progress()).To(Equal(bits.FileProgress{BytesTotal: 10, BytesTransferred: 10, Completed: true}))
		b.mu.Lock()
		b.handler = file(10, epoch)
		b.mu.Unlock()
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(j.Progress()).To(Equal(bits.Progress{BytesTotal: 20, BytesTransferred: 20, FilesTotal: 2, FilesTransferred: 2}))
	})

	It("tells its last error until it transfers again", func() {
		q := newQueue("xp-sp2")
		q.handler = status(http.StatusServiceUnavailable)
		unavailable := failWith(hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE)
		j := q.add("j", bits.Normal)
		_, err := j.GetError()
		Expect(err).To(unavailable)
		Expect(q.wait(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(q.code(j)).To(Equal(hresult.BG_E_HTTP_ERROR_503))
		Expect(j.Suspend()).To(Succeed())
		Expect(q.code(j)).To(Equal(hresult.BG_E_HTTP_ERROR_503))
		q.mu.Lock()
		q.handler = file(1000, epoch)
		q.mu.Unlock()
		Expect(j.Resume()).To(Succeed())
		Expect(q.wait(j, bits.Connecting)).To(Equal(bits.Connecting))
		Expect(q.code(j)).To(Equal(hresult.BG_E_HTTP_ERROR_503))
		Expect(q.wait(j, bits.Transferring)).To(Equal(bits.Transferring))
		_, err = j.GetError()
		Expect(err).To(unavailable)
		Expect(j.Suspend()).To(Succeed())
		_, err = j.GetError()
		Expect(err).To(unavailable)
	})

	It("has no error any more when it has left the queue", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = status(http.StatusNotFound)
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(j.Cancel()).To(Equal(hresult.S_OK))
		_, err := j.GetError()
		Expect(err).To(failWith(hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE))
	})

	It("is TRANSFERRED at once by Resume when all of its files are there", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(j.Suspend()).To(Succeed())
		Expect(j.State()).To(Equal(bits.Suspended))
		Expect(b.pc.Logoff(owner)).To(Succeed()) // nothing of it can run
		Expect(j.Resume()).To(Succeed())
		Expect(j.State()).To(Equal(bits.Transferred))
		Expect(b.requests()).To(HaveLen(1))
	})

	It("has an error whose text the manager tells", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		Expect(b.bits.GetErrorDescription(hresult.BG_E_HTTP_ERROR_404)).To(ContainSubstring("404"))
		_, err := b.bits.GetErrorDescription(0x8ABCDEF0)
		Expect(err).To(failWith(hresult.E_INVALIDARG))
	})

	It("has a GUID that no job of the queue has, also after a restart", func() {
		b, restart := stored("xp-sp2")
		seen := map[string]bool{}
		for range 3 {
			for range 5 {
				id := b.job("j", "/f").ID()
				Expect(seen).NotTo(HaveKey(id))
				seen[id] = true
			}
			restart()
		}
		Expect(b.bits.Jobs()).To(HaveLen(15))
	})

	DescribeTable("a job that has left the queue refuses every call",
		func(leave func(*bits.Job)) {
			b := newBench("xp-sp2", bits.Tuning{})
			b.handler = file(10, epoch)
			j := b.job("j", "/f")
			leave(j)
			refuses := failWith(hresult.BG_E_INVALID_STATE)
			Expect(j.Resume()).To(refuses)
			Expect(j.Suspend()).To(refuses)
			Expect(j.AddFile("http://origin/x", `C:\x`)).To(refuses)
			Expect(j.SetPriority(bits.High)).To(refuses)
			Expect(j.SetCredentials(bits.Implicit(credrule.Proxy, credrule.NTLM))).To(refuses)
			_, err := j.Complete()
			Expect(err).To(refuses)
			_, err = j.Cancel()
			Expect(err).To(refuses)
		},
		Entry("completed", func(j *bits.Job) { _, _ = j.Complete() }),
		Entry("cancelled", func(j *bits.Job) { _, _ = j.Cancel() }),
	)

	It("keeps the finished files when it is completed early", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/missing" {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			file(10, epoch)(w, r)
		}
		j := b.job("j", "/f", "/missing")
		Expect(b.run(j)).To(Equal(bits.Error))
		code, err := j.Complete()
		Expect(err).NotTo(HaveOccurred())
		Expect(code).To(Equal(hresult.BG_S_PARTIAL_COMPLETE))
		Expect(j.Files()[0].Path()).To(BeAnExistingFile())
		Expect(j.Files()[1].Path()).NotTo(BeAnExistingFile())
	})

	It("stops where it is when suspended, and cancel deletes what there is", func() {
		b := newBench("xp-sp3", bits.Tuning{FirstBlock: 100, MaxBlock: 100})
		second, release := make(chan struct{}), make(chan struct{})
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Range"), "=100-") {
				close(second)
				<-release
			}
			file(250, epoch)(w, r)
		}
		j := b.job("j", "/f")
		Expect(j.Resume()).To(Succeed())
		Eventually(second).Should(BeClosed())
		Expect(j.Suspend()).To(Succeed())
		close(release)
		Expect(j.State()).To(Equal(bits.Suspended))
		Expect(j.Progress().BytesTransferred).To(BeEquivalentTo(100))
		temp := j.Files()[0].Path()
		Expect(temp).To(BeAnExistingFile())
		_, err := j.Cancel()
		Expect(err).NotTo(HaveOccurred())
		Expect(temp).NotTo(BeAnExistingFile())
	})

	It("waits for its owner to be logged on", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(10, epoch)
		Expect(b.pc.Logoff(owner)).To(Succeed())
		j := b.job("j", "/f")
		Expect(j.Resume()).To(Succeed())
		Expect(j.State()).To(Equal(bits.Queued))
		_, err := j.Wait(GinkgoT().Context(), b.hold, bits.Transferred)
		Expect(err).To(MatchError(bits.ErrIdle))
	})
})

var _ = Describe("a job in trouble", func() {
	It("rests in TRANSIENT_ERROR for the retry delay, each time", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		failures := 3
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if failures--; failures >= 0 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			file(10, epoch)(w, r)
		}
		j := b.job("j", "/f")
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.BG_E_HTTP_ERROR_503))
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(3 * 600 * time.Second))
		_, err = j.GetError()
		Expect(err).To(failWith(hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE))
	})

	It("comes to ERROR after 14 days without progress", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = status(http.StatusServiceUnavailable)
		j := b.job("j", "/f")
		Expect(j.SetMinimumRetryDelay(time.Hour)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(14 * 24 * time.Hour))
		Expect(j.ErrorCount()).To(Equal(14*24 + 1))
	})

	DescribeTable("is fatal at once", func(code int, configure func(*bits.Job)) {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = status(code)
		j := b.job("j", "/f")
		configure(j)
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(b.clock.Now()).To(Equal(epoch))
		Expect(b.requests()).To(HaveLen(1))
	},
		Entry("by its code", http.StatusNotFound, func(*bits.Job) {}),
		Entry("when the retry delay is longer than the no-progress timeout", http.StatusServiceUnavailable, func(j *bits.Job) {
			Expect(j.SetNoProgressTimeout(time.Minute)).To(Succeed())
		}),
		Entry("when the no-progress timeout is 0", http.StatusServiceUnavailable, func(j *bits.Job) {
			Expect(j.SetNoProgressTimeout(0)).To(Succeed())
		}),
	)

	It("is tried again by Resume at once", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = status(http.StatusServiceUnavailable)
		j := b.job("j", "/f")
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		b.mu.Lock()
		b.handler = file(10, epoch)
		b.mu.Unlock()
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.clock.Now()).To(Equal(epoch))
	})

	It("tells that a name does not resolve", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		j, err := b.bits.CreateJob("j", bits.Download, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.AddFile("http://nowhere/f", `C:\f`)).To(Succeed())
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.ERROR_WINHTTP_NAME_NOT_RESOLVED))
		Expect(e.Context).To(Equal(hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT))
	})
})

var _ = Describe("SetCredentials", func() {
	long := func(n int) string { return strings.Repeat("x", n) }
	DescribeTable("checks what it is given", func(profile string, c bits.Credentials, code hresult.HRESULT) {
		b := newBench(profile, bits.Tuning{})
		err := b.job("j").SetCredentials(c)
		if code == hresult.S_OK {
			Expect(err).NotTo(HaveOccurred())
			return
		}
		Expect(err).To(failWith(code))
	},
		Entry("implicit NTLM", "xp-sp2", bits.Implicit(credrule.Proxy, credrule.NTLM), hresult.S_OK),
		Entry("implicit Negotiate", "xp-sp2", bits.Implicit(credrule.Server, credrule.Negotiate), hresult.S_OK),
		Entry("implicit Basic", "xp-sp2", bits.Implicit(credrule.Server, credrule.Basic), hresult.E_INVALIDARG),
		Entry("implicit Digest", "xp-sp2", bits.Implicit(credrule.Proxy, credrule.Digest), hresult.E_INVALIDARG),
		Entry("implicit Passport", "xp-sp2", bits.Implicit(credrule.Server, credrule.Passport), hresult.E_INVALIDARG),
		Entry("a name without a password", "xp-sp2", bits.Credentials{Target: credrule.Server, Scheme: credrule.NTLM, User: new(string)}, hresult.E_INVALIDARG),
		Entry("no target", "xp-sp2", bits.Explicit(0, credrule.NTLM, "u", "p"), hresult.BG_E_INVALID_AUTH_TARGET),
		Entry("no scheme", "xp-sp2", bits.Explicit(credrule.Server, 6, "u", "p"), hresult.BG_E_INVALID_AUTH_SCHEME),
		Entry("a user name of 300", "xp-sp2", bits.Explicit(credrule.Server, credrule.Basic, long(300), "p"), hresult.S_OK),
		Entry("a user name of 301", "xp-sp2", bits.Explicit(credrule.Server, credrule.Basic, long(301), "p"), hresult.BG_E_USERNAME_TOO_LARGE),
		Entry("a password of 65535", "xp-sp2", bits.Explicit(credrule.Server, credrule.Basic, "u", long(65535)), hresult.S_OK),
		Entry("a password of 65536", "xp-sp2", bits.Explicit(credrule.Server, credrule.Basic, "u", long(65536)), hresult.BG_E_PASSWORD_TOO_LARGE),
		Entry("BITS 1.2 has no such call", "xp-sp1", bits.Implicit(credrule.Proxy, credrule.NTLM), hresult.E_NOINTERFACE),
		Entry("BITS 1.5 has", "server-2003", bits.Implicit(credrule.Proxy, credrule.NTLM), hresult.S_OK),
	)

	It("can be taken back once", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		j := b.job("j")
		Expect(j.SetCredentials(bits.Implicit(credrule.Proxy, credrule.NTLM))).To(Succeed())
		Expect(j.RemoveCredentials(credrule.Proxy, credrule.NTLM)).To(Succeed())
		Expect(j.RemoveCredentials(credrule.Proxy, credrule.NTLM)).To(failWith(hresult.BG_E_NOT_FOUND))
	})

	It("wraps its cause", func() {
		Expect(errors.Unwrap(newBench("xp-sp2", bits.Tuning{}).job("j").SetCredentials(bits.Explicit(0, 1, "u", "p")))).To(HaveOccurred())
	})
})
