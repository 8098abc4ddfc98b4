package bits_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/hresult"
)

// breakable gives a service whose store fails from the moment that broken is set.
func breakable(profile string) (b *bench, broken *atomic.Bool) {
	GinkgoHelper()
	b, _ = stored(profile)
	Expect(b.bits.Close()).To(Succeed())
	broken = new(atomic.Bool)
	cfg := b.config
	cfg.StoreOptions.Hook = func(p store.Point) error {
		if broken.Load() && p == store.BeforeCommit {
			return errors.New("the disk of the queue is gone")
		}
		return nil
	}
	b.start(cfg)
	return b, broken
}

var _ = Describe("a call whose change cannot be saved", func() {
	DescribeTable("fails with E_FAIL and changes nothing", func(call func(*bits.Job) error) {
		b, broken := breakable("windows-10")
		b.pc.AddUser(machine.Account{Domain: "LAB", User: "root", Administrator: true})
		b.handler = status(http.StatusServiceUnavailable)
		j := b.job("j", "/f")
		Expect(j.SetProperty(bits.PropertyMinimumNotification, bits.PropertyValue{Dword: 700})).To(Succeed())
		Expect(j.SetCustomHeaders("X-A: 1\r\n")).To(Succeed())
		Expect(j.SetCredentials(bits.Explicit(credrule.Proxy, credrule.Basic, "u", "p"))).To(Succeed())
		look := func() []any {
			var files []string
			for _, f := range j.Files() {
				files = append(files, f.RemoteName()+" "+f.LocalName())
			}
			interval, err := j.Property(bits.PropertyMinimumNotification)
			Expect(err).NotTo(HaveOccurred())
			return []any{j.Settings(), j.Owner(), files, interval, j.HTTPOptions(), j.NotifyInterface(), j.State(), j.MaximumDownloadTime()}
		}
		before := look()
		broken.Store(true)
		Expect(call(j)).To(failWith(hresult.E_FAIL))
		Expect(look()).To(Equal(before))
		Expect(b.bits.Job("j")).To(BeIdenticalTo(j))
	},
		Entry("SetDisplayName", func(j *bits.Job) error { return j.SetDisplayName("other") }),
		Entry("SetDescription", func(j *bits.Job) error { return j.SetDescription("other") }),
		Entry("SetPriority", func(j *bits.Job) error { return j.SetPriority(bits.Foreground) }),
		Entry("SetNotifyFlags", func(j *bits.Job) error { return j.SetNotifyFlags(bits.NotifyDisable) }),
		Entry("SetNotifyInterface", func(j *bits.Job) error { return j.SetNotifyInterface(&listener{}) }),
		Entry("SetNotifyCmdLine", func(j *bits.Job) error { return j.SetNotifyCmdLine(`C:\x.exe`, "") }),
		Entry("SetMinimumRetryDelay", func(j *bits.Job) error { return j.SetMinimumRetryDelay(time.Minute) }),
		Entry("SetNoProgressTimeout", func(j *bits.Job) error { return j.SetNoProgressTimeout(time.Hour) }),
		Entry("SetMaximumDownloadTime", func(j *bits.Job) error { return j.SetMaximumDownloadTime(time.Hour) }),
		Entry("SetCustomHeaders", func(j *bits.Job) error { return j.SetCustomHeaders("X-B: 2\r\n") }),
		Entry("SetProperty", func(j *bits.Job) error {
			return j.SetProperty(bits.PropertyMinimumNotification, bits.PropertyValue{Dword: 900})
		}),
		Entry("AddFile", func(j *bits.Job) error { return j.AddFile("http://origin/g", `C:\g`) }),
		Entry("AddFileSet", func(j *bits.Job) error { return j.AddFileSet([2]string{"http://origin/g", `C:\g`}) }),
		Entry("ReplaceRemotePrefix", func(j *bits.Job) error {
			_, err := j.ReplaceRemotePrefix("http://origin/", "http://other/")
			return err
		}),
		Entry("SetRemoteName", func(j *bits.Job) error { return j.Files()[0].SetRemoteName("http://other/f") }),
		Entry("TakeOwnership", func(j *bits.Job) error { return j.TakeOwnership(`LAB\root`) }),
	)

	It("keeps credentials as they were", func() {
		b, broken := breakable("xp-sp3")
		j := b.job("j", "/f")
		broken.Store(true)
		Expect(j.SetCredentials(bits.Implicit(credrule.Server, credrule.NTLM))).To(failWith(hresult.E_FAIL))
		Expect(j.RemoveCredentials(credrule.Server, credrule.NTLM)).To(failWith(hresult.BG_E_NOT_FOUND))
	})

	It("lets a job go on that Complete would have ended early", func() {
		b, broken := breakable("xp-sp3")
		j := b.job("j", "/f")
		b.handler = status(http.StatusServiceUnavailable)
		Expect(b.pc.Logoff(owner)).To(Succeed()) // so that it waits for its turn
		Expect(j.Resume()).To(Succeed())
		Expect(j.State()).To(Equal(bits.Queued))
		broken.Store(true)
		_, err := j.Complete()
		Expect(err).To(failWith(hresult.E_FAIL))
		Expect(j.State()).To(Equal(bits.Queued))
	})

	It("is a job that is not there when it is CreateJob", func() {
		b, broken := breakable("xp-sp3")
		broken.Store(true)
		_, err := b.bits.CreateJob("j", bits.Download, owner)
		Expect(err).To(failWith(hresult.E_FAIL))
		Expect(b.bits.Jobs()).To(BeEmpty())
	})
})

var _ = Describe("a service that has been closed", func() {
	DescribeTable("refuses every call in one way, and tells what it knew last", func(handler http.HandlerFunc, state bits.State, bytes int64) {
		b, _ := stored("windows-10")
		b.handler = handler
		j := b.job("j", "/f")
		Expect(b.run(j, state)).To(Equal(state))
		Expect(b.bits.Close()).To(Succeed())
		for name, call := range calls(b) {
			err := call(j)
			Expect(err).To(failWith(hresult.RPC_S_SERVER_UNAVAILABLE), name)
			Expect(err).To(MatchError(bits.ErrStopped), name)
		}
		_, err := b.bits.CreateJob("k", bits.Download, owner)
		Expect(err).To(failWith(hresult.RPC_S_SERVER_UNAVAILABLE))
		_, err = b.bits.GetJob(j.ID())
		Expect(err).To(failWith(hresult.RPC_S_SERVER_UNAVAILABLE))
		_, err = b.bits.Job("j")
		Expect(err).To(failWith(hresult.RPC_S_SERVER_UNAVAILABLE))
		Expect(j.State()).To(Equal(state))
		Expect(j.Progress().BytesTransferred).To(Equal(bytes))
		Expect(b.hold.Sleep(GinkgoT().Context(), 100*24*time.Hour)).To(Succeed())
		Expect(j.State()).To(Equal(state), "no timer is left")
	},
		Entry("of a job that is TRANSFERRED", file(10, epoch), bits.Transferred, int64(10)),
		Entry("of a job in TRANSIENT_ERROR", status(http.StatusServiceUnavailable), bits.TransientError, int64(0)),
	)
})

var _ = Describe("a job that waits for the network when the service starts", func() {
	It("goes on waiting, without a try, and goes on when the network is back", func() {
		b, restart := stored("xp-sp3")
		l, err := link.New(b.clock, link.Config{})
		Expect(err).NotTo(HaveOccurred())
		b.config.Link = l
		restart()
		b.handler = file(10, epoch)
		l.Plug(false)
		Expect(b.run(b.job("j", "/f"), bits.TransientError)).To(Equal(bits.TransientError))
		for range 3 {
			restart()
			b.settle()
		}
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(j.ErrorCount()).To(Equal(1))
		Expect(b.requests()).To(BeEmpty())
		l.Plug(true)
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.clock.Now().Sub(epoch)).To(BeNumerically("<", time.Minute))
	})

	It("is tried at once when the network came back meanwhile", func() {
		b, _ := stored("xp-sp3")
		l, err := link.New(b.clock, link.Config{})
		Expect(err).NotTo(HaveOccurred())
		b.config.Link = l
		Expect(b.bits.Close()).To(Succeed())
		b.start(b.config)
		b.handler = file(10, epoch)
		l.Plug(false)
		Expect(b.run(b.job("j", "/f"), bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.bits.Close()).To(Succeed())
		l.Plug(true)
		b.start(b.config)
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.clock.Now().Sub(epoch)).To(BeNumerically("<", time.Minute))
	})
})
