package bits_test

import (
	"net/http"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
)

var _ = Describe("logoff and logon", func() {
	// stopped gives a job that has 100 of 250 bytes and waits for more.
	stopped := func() (*bench, *bits.Job) {
		b := newBench("xp-sp3", bits.Tuning{FirstBlock: 100, MaxBlock: 100},
			machine.WithUser(machine.Account{Domain: "LAB", User: "bob"}))
		second, release, asked := make(chan struct{}), make(chan struct{}), false
		DeferCleanup(func() { close(release) })
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Range"), "=100-") && !asked {
				asked = true
				close(second)
				<-release
			}
			file(250, epoch)(w, r)
		}
		j := b.job("j", "/f")
		Expect(j.Resume()).To(Succeed())
		Eventually(second).Should(BeClosed())
		return b, j
	}

	It("queue a job that runs, which goes on at the exact byte", func() {
		b, j := stopped()
		Expect(b.pc.Logoff(owner)).To(Succeed())
		Expect(j.State()).To(Equal(bits.Queued))
		b.settle()
		Expect(j.State()).To(Equal(bits.Queued))
		Expect(j.Progress().BytesTransferred).To(BeEquivalentTo(100))
		Expect(j.ErrorCount()).To(BeZero())
		_, err := j.Wait(GinkgoT().Context(), b.hold, bits.Transferred)
		Expect(err).To(MatchError(bits.ErrIdle))

		Expect(b.pc.Logon(owner, false)).To(Succeed(), "RunAs")
		b.settle()
		Expect(j.State()).To(Equal(bits.Queued))
		Expect(b.pc.Logon(owner, true)).To(Succeed())
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		data, err := os.ReadFile(j.Files()[0].Path())
		Expect(err).NotTo(HaveOccurred())
		Expect(string(data)).To(Equal(strings.Repeat("0123456789", 25)))
		Expect(b.requests()).To(Equal([]string{"GET 0-99", "GET 100-199", "GET 100-199", "GET 200-249"}))
	})

	It("do not lose a job whose owner is back at once", func() {
		b, j := stopped()
		Expect(b.pc.Logoff(owner)).To(Succeed())
		Expect(b.pc.Logon(owner, true)).To(Succeed())
		Expect(b.wait(j)).To(Equal(bits.Transferred))
	})

	It("give the turn to the job of another user", func() {
		b, _ := stopped()
		Expect(b.pc.Logon(`LAB\bob`, true)).To(Succeed())
		other, err := b.bits.CreateJob("other", bits.Download, `LAB\bob`)
		Expect(err).NotTo(HaveOccurred())
		Expect(other.AddFile("http://origin/g", `C:\g`)).To(Succeed())
		Expect(other.Resume()).To(Succeed())
		Expect(other.State()).To(Equal(bits.Queued))
		Expect(b.pc.Logoff(owner)).To(Succeed())
		Expect(b.wait(other)).To(Equal(bits.Transferred))
	})

	It("put a command line off until the owner is back", func() {
		runs := 0
		b := newBenchOf("xp-sp2", func(c *bits.Config) {
			c.Launch = func(*bits.Job, string, string) int { runs++; return 2 - runs }
		})
		b.handler = file(10, epoch)
		j := b.job("j", "/f")
		Expect(j.SetNotifyCmdLine(`C:\done.exe`, "")).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		b.settle()
		Expect(b.pc.Logoff(owner)).To(Succeed())
		Expect(b.hold.Sleep(GinkgoT().Context(), 24*time.Hour)).To(Succeed())
		Expect(runs).To(Equal(1))
		Expect(b.pc.Logon(owner, true)).To(Succeed())
		b.settle()
		Expect(runs).To(Equal(2))
	})
})
