//go:build interop && linux

package interop_test

import (
	"fmt"
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/suites/interop/peer"
)

// path is a way in which BITS comes to send credentials to a proxy.
type path struct {
	name        string
	useLMCompat *uint32 // in the registry
	credentials *bits.Credentials
	from        uint32 // the lowest LmCompatibilityLevel at which they are sent
}

func paths() []path {
	implicit := bits.Implicit(credrule.Proxy, credrule.NTLM)
	explicit := bits.Explicit(credrule.Proxy, credrule.NTLM, peer.SambaDomain+`\`+alice.User, alice.Password)
	return []path{
		{name: "the defaults", from: 2},
		{name: "UseLMCompat 0", useLMCompat: new(uint32)},
		{name: "SetCredentials with NULL name and password", credentials: &implicit},
		{name: "SetCredentials with name and password", credentials: &explicit},
	}
}

// logons makes an entry for each path and client level.
func logons() []TableEntry {
	var entries []TableEntry
	for _, p := range paths() {
		for level := range uint32(6) {
			entries = append(entries, Entry(fmt.Sprintf("by %s at LmCompatibilityLevel %d", p.name, level), p, level))
		}
	}
	return entries
}

// pc makes a PC of alice's on the real network.
func pc(profile string, options ...agent.Option) *agent.Agent {
	GinkgoHelper()
	options = append(options,
		agent.WithMachine(machine.WithDomain(peer.SambaDomain)),
		agent.WithOwner(machine.Account{Domain: peer.SambaDomain, User: alice.User, Password: machine.Secret(alice.Password)}))
	a, err := agent.New(profile, options...)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(a.Close)
	return a
}

// behind makes a Windows XP SP2 of alice's at an LmCompatibilityLevel, whose
// Internet Explorer settings name a proxy.
func behind(proxy string, level uint32, options ...agent.Option) *agent.Agent {
	GinkgoHelper()
	a := pc("xp-sp2", options...)
	set(a, machine.LsaKey, machine.LmCompatibilityLevelValue, level)
	Expect(a.Machine.SetIEProxy(a.Owner(), machine.ProxySettings{Enable: true, Server: proxy})).To(Succeed())
	return a
}

func set(a *agent.Agent, key, name string, n uint32) {
	GinkgoHelper()
	Expect(a.Machine.Registry().Set(key, name, machine.DWORD(n))).To(Succeed())
}

// download runs a job until it is transferred or in error.
func download(ctx SpecContext, a *agent.Agent, url string, credentials *bits.Credentials) *bits.Job {
	GinkgoHelper()
	job, err := a.BITS.CreateJob("update", bits.Download, a.Owner())
	Expect(err).NotTo(HaveOccurred())
	Expect(job.AddFile(url, `C:\update.cab`)).To(Succeed())
	if credentials != nil {
		Expect(job.SetCredentials(*credentials)).To(Succeed())
	}
	Expect(job.Resume()).To(Succeed())
	h := clock.Wall{}.Hold("interop")
	defer h.Release()
	_, err = job.Wait(ctx, h, bits.Transferred, bits.Error)
	Expect(err).NotTo(HaveOccurred())
	return job
}

// haveArrived checks that the job has handed over exactly these bytes.
func haveArrived(job *bits.Job, want []byte) {
	GinkgoHelper()
	if failure, err := job.GetError(); err == nil {
		Fail("the job is in error: " + failure.Error())
	}
	Expect(job.State()).To(Equal(bits.Transferred))
	Expect(job.Complete()).To(Equal(hresult.S_OK))
	Expect(os.ReadFile(job.Files()[0].Path())).To(Equal(want))
}

// haveFailed checks that the job has ended in an error.
func haveFailed(job *bits.Job, code hresult.HRESULT) {
	GinkgoHelper()
	Expect(job.State()).To(Equal(bits.Error))
	failure, err := job.GetError()
	Expect(err).NotTo(HaveOccurred())
	Expect(failure.Code).To(Equal(code))
}
