package wualabtest_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
	. "github.com/wualab/wualab/wualabtest"
)

var _ = Describe("a PC behind an NTLM proxy", func() {
	var (
		pc     *agent.Agent
		record *transcript.Recorder
		url    string
	)

	BeforeEach(func() {
		record = transcript.New(transcript.Options{})
		origin, err := fakeserver.New(fakeserver.Config{Files: map[string]fakeserver.File{"/a.cab": {Size: 1000}}})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(origin.Close)
		url = origin.URL("/a.cab")
		corp, err := fakeproxy.New(fakeproxy.Config{Name: "corp", Recorder: record, Auth: &fakeproxy.Auth{
			Schemes: []httpauth.Scheme{httpauth.NTLM}, NetBIOSDomain: "LAB",
			Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"})}})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(corp.Close)
		pc, err = agent.New("xp-sp2", agent.WithRecorder(record), agent.WithHost("corp", 8080, corp.Addr()),
			agent.WithOwner(machine.Account{Domain: "LAB", User: "alice", Password: "pw"}))
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(pc.Close)
		Expect(pc.Machine.SetIEProxy(pc.Owner(), machine.ProxySettings{Enable: true, Server: "corp:8080"})).To(Succeed())
	})

	download := func(ctx context.Context) *bits.Job {
		GinkgoHelper()
		job, err := pc.Download(ctx, "j1", url)
		Expect(err).NotTo(HaveOccurred())
		return job
	}

	It("fails, and sent nothing", func(ctx SpecContext) {
		job := download(ctx)
		Expect(job).To(HaveFailedWith(hresult.BG_E_HTTP_ERROR_407))
		Expect(job).NotTo(HaveFailedWith(hresult.BG_E_HTTP_ERROR_401))
		Expect(job).NotTo(BeTransferred())
		Expect(record).NotTo(HaveSentCredentials(credrule.Proxy))
		Expect(record).To(HaveDecidedBy("uselmcompat-1"))
		Expect(record).NotTo(HaveDecidedBy("uselmcompat-0"))
		Expect(record).NotTo(HaveVerified("corp", `LAB\alice`))

		Expect(BeTransferred().FailureMessage(job)).To(And(
			ContainSubstring(`Expected job "j1", which is ERROR: BG_E_HTTP_ERROR_407`), HaveSuffix(" to be TRANSFERRED")))
		Expect(HaveSentCredentials(credrule.Proxy, credrule.NTLM).FailureMessage(record)).To(And(
			ContainSubstring("client#1 1: GET "), ContainSubstring("decision for the proxy by uselmcompat-1: "),
			HaveSuffix(" to have sent credentials to the proxy by NTLM")))
	})

	It("goes through when UseLMCompat is 0", func(ctx SpecContext) {
		Expect(pc.Machine.Registry().Set(machine.BITSKey, machine.UseLMCompatValue, machine.DWORD(0))).To(Succeed())
		job := download(ctx)
		Expect(job).To(BeTransferred())
		Expect(job).NotTo(HaveFailedWith(hresult.BG_E_HTTP_ERROR_407))
		Expect(record).To(HaveSentCredentials(credrule.Proxy))
		Expect(record).To(HaveSentCredentials(credrule.Proxy, credrule.Basic, credrule.NTLM))
		Expect(record).NotTo(HaveSentCredentials(credrule.Proxy, credrule.Basic))
		Expect(record).NotTo(HaveSentCredentials(credrule.Server))
		Expect(record).To(HaveVerified("corp", `lab\ALICE`))
		Expect(record).NotTo(HaveVerified("corp", `LAB\bob`))
		Expect(record).NotTo(HaveVerified("other", `LAB\alice`))
		Expect(BeTransferred().NegatedFailureMessage(job)).To(Equal(`Expected job "j1", which is TRANSFERRED not to be TRANSFERRED`))
		Expect(HaveVerified("corp", "x").FailureMessage(record)).To(ContainSubstring(`, verified LAB\alice`))

		Expect(job.Complete()).To(Equal(hresult.S_OK))
		Expect(job).To(BeTransferred(), "ACKNOWLEDGED counts")
	})
})

var _ = Describe("a value of another type", func() {
	It("is an error", func() {
		_, err := BeTransferred().Match("job")
		Expect(err).To(MatchError("want a *bits.Job that is not nil, not string"))
		_, err = HaveFailedWith(hresult.E_FAIL).Match((*bits.Job)(nil))
		Expect(err).To(HaveOccurred())
		_, err = HaveSentCredentials(credrule.Proxy).Match(nil)
		Expect(err).To(HaveOccurred())
		Expect(BeTransferred().FailureMessage("job")).To(Equal("Expected string to be TRANSFERRED"))
	})
})
