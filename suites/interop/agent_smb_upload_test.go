//go:build interop && linux

package interop_test

import (
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/suites/interop/peer"
)

var _ = Describe("BITS uploads to samba's file server", Ordered, ContinueOnFailure, func() {
	const big = 3_000_000
	want := content(big)
	stamp := time.Date(2004, 7, 1, 22, 8, 0, 123_456_700, time.UTC)
	var shares *peer.Shares
	BeforeAll(func() {
		var err error
		shares, err = peer.StartShares(peer.OnlyV2, alice, nil)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(shares.Stop)
	})

	// upload makes a job that sends want to a remote name; it is not resumed.
	upload := func(addr, remote string) *bits.Job {
		GinkgoHelper()
		a := pc("xp-sp2", agent.WithHost("filer", 445, addr))
		set(a, machine.LsaKey, machine.LmCompatibilityLevelValue, 3)
		job, err := a.BITS.CreateJob("up", bits.Upload, a.Owner())
		Expect(err).NotTo(HaveOccurred())
		Expect(job.AddFile(remote, `C:\report.xml`)).To(Succeed())
		local := job.Files()[0].Path()
		Expect(os.MkdirAll(filepath.Dir(local), 0o755)).To(Succeed())
		Expect(os.WriteFile(local, want, 0o644)).To(Succeed())
		Expect(os.Chtimes(local, stamp, stamp)).To(Succeed())
		return job
	}
	run := func(ctx SpecContext, job *bits.Job) bits.State {
		GinkgoHelper()
		h := clock.Wall{}.Hold("interop")
		defer h.Release()
		Expect(job.Resume()).To(Succeed())
		state, err := job.Wait(ctx, h, bits.Transferred, bits.TransientError, bits.Error)
		Expect(err).NotTo(HaveOccurred())
		return state
	}
	lies := func(names ...string) {
		GinkgoHelper()
		entries, err := os.ReadDir(shares.Inbox())
		Expect(err).NotTo(HaveOccurred())
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		Expect(got).To(ConsistOf(names))
	}
	arrived := func(name string) {
		GinkgoHelper()
		got := filepath.Join(shares.Inbox(), name)
		Expect(os.ReadFile(got)).To(Equal(want))
		info, err := os.Stat(got)
		Expect(err).NotTo(HaveOccurred())
		Expect(info.ModTime().UTC()).To(Equal(stamp))
		Expect(os.Remove(got)).To(Succeed())
	}

	It("sends a file byte for byte, with its time, over one that is there", func(ctx SpecContext) {
		Expect(os.WriteFile(filepath.Join(shares.Inbox(), "report.xml"), []byte("old"), 0o644)).To(Succeed())
		Expect(run(ctx, upload(shares.Addr(), `\\filer\inbox\report.xml`))).To(Equal(bits.Transferred))
		lies("report.xml")
		arrived("report.xml")
	})

	It("goes on after a cut", func(ctx SpecContext) {
		job := upload(relayUp(shares.Addr(), big/2), `\\filer\inbox\cut.xml`)
		Expect(run(ctx, job)).To(Equal(bits.TransientError))
		failure, err := job.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(failure.Code).To(Equal(hresult.ERROR_NETNAME_DELETED))
		Expect(run(ctx, job)).To(Equal(bits.Transferred))
		lies("cut.xml")
		arrived("cut.xml")
	})

	It("leaves nothing when it is cancelled", func(ctx SpecContext) {
		job := upload(relayUp(shares.Addr(), big/2), `\\filer\inbox\cancel.xml`)
		Expect(run(ctx, job)).To(Equal(bits.TransientError))
		Expect(job.Cancel()).To(Equal(hresult.S_OK))
		Eventually(func() ([]os.DirEntry, error) { return os.ReadDir(shares.Inbox()) }).WithTimeout(20 * time.Second).Should(BeEmpty())
	})

	DescribeTable("fails", func(ctx SpecContext, remote string, code hresult.HRESULT) {
		job := upload(shares.Addr(), remote)
		Expect(run(ctx, job)).To(Equal(bits.Error))
		failure, err := job.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(failure.Code).To(Equal(code))
		lies()
	},
		Entry("on a share that is read only", `\\filer\packages\report.xml`, hresult.E_ACCESSDENIED),
		Entry("in a folder that is not there", `\\filer\inbox\none\report.xml`, hresult.ERROR_PATH_NOT_FOUND),
	)
})
