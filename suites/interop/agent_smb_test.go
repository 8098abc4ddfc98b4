//go:build interop && linux

package interop_test

import (
	"io"
	"math"
	"net"
	"sync/atomic"
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

// relay passes connections on to a file server, and cuts the first one after so many
// bytes of answers; relayUp does after so many of requests.
func relay(to string, cut int64) string   { return relayBoth(to, cut, math.MaxInt64) }
func relayUp(to string, cut int64) string { return relayBoth(to, math.MaxInt64, cut) }

func relayBoth(to string, down, up int64) string {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(l.Close)
	var first atomic.Bool
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				return
			}
			pass := func(to, from net.Conn, most int64) {
				_, _ = io.CopyN(to, from, most)
				_, _ = near.Close(), far.Close()
			}
			if first.CompareAndSwap(false, true) {
				go pass(far, near, up)
				go pass(near, far, down)
			} else {
				go pass(far, near, math.MaxInt64)
				go pass(near, far, math.MaxInt64)
			}
		}
	}()
	return l.Addr().String()
}

var _ = Describe("BITS with samba's file server", Ordered, ContinueOnFailure, func() {
	const big = 3_000_000
	const remote = `\\filer\packages\LAB00001\big.cab`
	want := content(big)
	var shares *peer.Shares

	start := func(policy peer.Policy) {
		GinkgoHelper()
		var err error
		shares, err = peer.StartShares(policy, alice, map[string][]byte{"LAB00001/big.cab": want})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(shares.Stop)
	}
	reader := func(profile, addr string, options ...agent.Option) *agent.Agent {
		GinkgoHelper()
		a := pc(profile, append(options, agent.WithHost("filer", 445, addr))...)
		set(a, machine.LsaKey, machine.LmCompatibilityLevelValue, 3)
		return a
	}
	BeforeAll(func() { start(peer.OnlyV2) })

	It("downloads a file byte for byte, with its time", func(ctx SpecContext) {
		a := reader("xp-sp2", shares.Addr())
		job := download(ctx, a, remote, nil)
		haveArrived(job, want)
	})

	It("downloads ranges", func(ctx SpecContext) {
		a := reader("xp-sp3", shares.Addr())
		job, err := a.BITS.CreateJob("ranges", bits.Download, a.Owner())
		Expect(err).NotTo(HaveOccurred())
		Expect(job.AddFileWithRanges(remote, `C:\r.bin`, []bits.FileRange{{InitialOffset: 2_000_000, Length: 500_000}, {InitialOffset: 10, Length: 90}})).To(Succeed())
		Expect(job.Resume()).To(Succeed())
		h := clock.Wall{}.Hold("interop")
		defer h.Release()
		_, err = job.Wait(ctx, h, bits.Transferred, bits.Error)
		Expect(err).NotTo(HaveOccurred())
		haveArrived(job, append(append([]byte(nil), want[2_000_000:2_500_000]...), want[10:100]...))
	})

	DescribeTable("goes on after a cut", func(ctx SpecContext, changed bool) {
		expected := want
		a := reader("xp-sp2", relay(shares.Addr(), big/2))
		job, err := a.BITS.CreateJob("cut", bits.Download, a.Owner())
		Expect(err).NotTo(HaveOccurred())
		Expect(job.AddFile(remote, `C:\big.cab`)).To(Succeed())
		Expect(job.Resume()).To(Succeed())
		h := clock.Wall{}.Hold("interop")
		defer h.Release()
		state, err := job.Wait(ctx, h, bits.TransientError, bits.Transferred, bits.Error)
		Expect(err).NotTo(HaveOccurred())
		Expect(state).To(Equal(bits.TransientError))
		failure, err := job.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(failure.Code).To(Equal(hresult.ERROR_NETNAME_DELETED))
		before := job.Progress().BytesTransferred
		Expect(before).To(And(BeNumerically(">", 0), BeNumerically("<", big)))
		if changed {
			expected = content(big - 1000)
			Expect(shares.Put("LAB00001/big.cab", expected, time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC))).To(Succeed())
			DeferCleanup(func() {
				Expect(shares.Put("LAB00001/big.cab", want, time.Date(2004, 7, 1, 22, 8, 0, 0, time.UTC))).To(Succeed())
			})
		}
		Expect(job.Resume()).To(Succeed())
		_, err = job.Wait(ctx, h, bits.Transferred, bits.Error)
		Expect(err).NotTo(HaveOccurred())
		haveArrived(job, expected)
	},
		Entry("at the byte that is missing", false),
		Entry("from the beginning of another file", true),
	)

	DescribeTable("fails", func(ctx SpecContext, remote, password string, code hresult.HRESULT) {
		a := reader("xp-sp2", shares.Addr())
		a.Machine.AddUser(machine.Account{Domain: peer.SambaDomain, User: alice.User, Password: machine.Secret(password)})
		haveFailed(download(ctx, a, remote, nil), code)
	},
		Entry("with a wrong password", remote, "wrong", hresult.ERROR_LOGON_FAILURE),
		Entry("at an unknown share", `\\filer\other\big.cab`, alice.Password, hresult.ERROR_BAD_NET_NAME),
		Entry("at a share for others", `\\filer\closed\big.cab`, alice.Password, hresult.E_ACCESSDENIED),
		Entry("without the file", `\\filer\packages\LAB00001\other.cab`, alice.Password, hresult.ERROR_FILE_NOT_FOUND),
		Entry("without the folder", `\\filer\packages\LAB00002\big.cab`, alice.Password, hresult.ERROR_PATH_NOT_FOUND),
	)

	It("copies owner, group and DACL", func(ctx SpecContext) {
		a := reader("xp-sp2", shares.Addr())
		job, err := a.BITS.CreateJob("acl", bits.Download, a.Owner())
		Expect(err).NotTo(HaveOccurred())
		Expect(job.AddFile(remote, `C:\big.cab`)).To(Succeed())
		Expect(job.SetFileACLFlags(bits.ACLOwner | bits.ACLGroup | bits.ACLDACL)).To(Succeed())
		Expect(job.Resume()).To(Succeed())
		h := clock.Wall{}.Hold("interop")
		defer h.Release()
		_, err = job.Wait(ctx, h, bits.Transferred, bits.Error)
		Expect(err).NotTo(HaveOccurred())
		haveArrived(job, want)
		Expect(len(job.Files()[0].SecurityDescriptor())).To(BeNumerically(">", 20))
	})

	DescribeTable("logs on with the responses of a level", func(ctx SpecContext, level uint32) {
		start(peer.PermitAll)
		a := reader("xp-sp2", shares.Addr())
		set(a, machine.LsaKey, machine.LmCompatibilityLevelValue, level)
		haveArrived(download(ctx, a, remote, nil), want)
	},
		Entry("0", uint32(0)), Entry("1", uint32(1)), Entry("2", uint32(2)), Entry("3", uint32(3)), Entry("5", uint32(5)))
})
