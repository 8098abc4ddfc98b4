package bits_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/hresult"
)

const (
	bob  = `LAB\bob`
	root = `LAB\root`
)

// several gives a PC with users beside the owner: bob, and root, who is an
// administrator.
func several(profile string) *bench {
	GinkgoHelper()
	return newBench(profile, bits.Tuning{},
		machine.WithUser(machine.Account{Domain: "LAB", User: "bob"}),
		machine.WithUser(machine.Account{Domain: "LAB", User: "root", Administrator: true}))
}

func (b *bench) setLimit(name string, n uint32) {
	GinkgoHelper()
	Expect(b.pc.Registry().Set(link.PolicyKey, name, machine.DWORD(n))).To(Succeed())
}

// create makes n jobs of a user and gives the error of the last.
func (b *bench) create(user string, n int) (last error) {
	for i := range n {
		_, last = b.bits.CreateJob(fmt.Sprintf("%s %d", user, i), bits.Download, user)
	}
	return last
}

func ranges(n int) (list []bits.FileRange) {
	for i := range n {
		list = append(list, bits.FileRange{InitialOffset: uint64(2 * i), Length: 1})
	}
	return list
}

var _ = Describe("the limits of BITS 3.0", func() {
	It("are 60 jobs of a user and 300 of all", func() {
		b := several("vista")
		Expect(b.create(owner, 60)).To(Succeed())
		Expect(b.create(owner, 1)).To(failWith(hresult.BG_E_TOO_MANY_JOBS_PER_USER))
		b.setLimit("MaxJobsPerUser", 1000)
		Expect(b.create(bob, 240)).To(Succeed())
		Expect(b.create(bob, 1)).To(failWith(hresult.BG_E_TOO_MANY_JOBS_PER_MACHINE))
		Expect(b.create(root, 400)).To(Succeed(), "an administrator")
		Expect(b.create("LocalService", 1)).To(Succeed())
		first, err := b.bits.Job(bob + " 0")
		Expect(err).NotTo(HaveOccurred())
		_, err = first.Cancel()
		Expect(err).NotTo(HaveOccurred())
		Expect(b.create(bob, 1)).To(Succeed(), "jobs of administrators and services do not count")
	})

	It("are 200 files of a job, or none of those that are added at once", func() {
		b := several("vista")
		j := b.job("j")
		var pairs [][2]string
		for i := range 200 {
			pairs = append(pairs, [2]string{"http://origin/f", fmt.Sprintf(`C:\%d`, i)})
		}
		Expect(j.AddFile("http://origin/f", `C:\f`)).To(Succeed())
		Expect(j.AddFileSet(pairs...)).To(failWith(hresult.BG_E_TOO_MANY_FILES_IN_JOB))
		Expect(j.Files()).To(HaveLen(1))
		Expect(j.AddFileSet(pairs[1:]...)).To(Succeed())
		Expect(j.AddFile("http://origin/f", `C:\g`)).To(failWith(hresult.BG_E_TOO_MANY_FILES_IN_JOB))
	})

	It("are 500 ranges of a file", func() {
		j := several("vista").job("j")
		Expect(j.AddFileWithRanges("http://origin/f", `C:\f`, ranges(500))).To(Succeed())
		Expect(j.AddFileWithRanges("http://origin/f", `C:\g`, ranges(501))).To(failWith(hresult.BG_E_TOO_MANY_RANGES_IN_FILE))
	})

	DescribeTable("follow the policies", func(policy string, code hresult.HRESULT, more func(b *bench, j *bits.Job) error) {
		b := several("vista")
		j := b.job("j", "/f")
		b.setLimit(policy, 1)
		Expect(more(b, j)).To(failWith(code))
		b.setLimit(policy, 2)
		Expect(more(b, j)).To(Succeed())
	},
		Entry("jobs of a user", "MaxJobsPerUser", hresult.BG_E_TOO_MANY_JOBS_PER_USER, func(b *bench, _ *bits.Job) error { return b.create(owner, 1) }),
		Entry("jobs of all", "MaxJobsPerMachine", hresult.BG_E_TOO_MANY_JOBS_PER_MACHINE, func(b *bench, _ *bits.Job) error { return b.create(bob, 1) }),
		Entry("files", "MaxFilesPerJob", hresult.BG_E_TOO_MANY_FILES_IN_JOB, func(_ *bench, j *bits.Job) error { return j.AddFile("http://origin/g", `C:\g`) }),
		Entry("ranges", "MaxRangesPerFile", hresult.BG_E_TOO_MANY_RANGES_IN_FILE, func(_ *bench, j *bits.Job) error {
			return j.AddFileWithRanges("http://origin/g", `C:\g`, ranges(2))
		}),
	)

	DescribeTable("do not hold", func(profile, user string) {
		b := several(profile)
		for _, p := range strings.Fields("MaxJobsPerUser MaxJobsPerMachine MaxFilesPerJob MaxRangesPerFile") {
			b.setLimit(p, 1)
		}
		Expect(b.create(user, 3)).To(Succeed())
		j := b.bits.Jobs()[0]
		Expect(j.AddFile("http://origin/f", `C:\f`)).To(Succeed())
		Expect(j.AddFileWithRanges("http://origin/f", `C:\g`, ranges(3))).To(Succeed())
	},
		Entry("before 3.0", "xp-sp3", owner),
		Entry("for an administrator", "vista", root),
		Entry("for LocalSystem", "vista", "LocalSystem"),
		Entry("for NetworkService", "vista", "NetworkService"),
	)

	It("count a value of another type as none", func() {
		b := several("vista")
		Expect(b.pc.Registry().Set(link.PolicyKey, "MaxJobsPerUser", machine.SZ("1"))).To(Succeed())
		Expect(b.create(owner, 60)).To(Succeed())
		Expect(b.create(owner, 1)).To(failWith(hresult.BG_E_TOO_MANY_JOBS_PER_USER))
	})
})

var _ = Describe("limits of names", func() {
	It("are told by CreateJob as E_INVALIDARG", func() {
		b := several("xp-sp2")
		_, err := b.bits.CreateJob(strings.Repeat("x", 256), bits.Download, owner)
		Expect(err).NotTo(HaveOccurred())
		_, err = b.bits.CreateJob(strings.Repeat("x", 257), bits.Download, owner)
		Expect(err).To(failWith(hresult.E_INVALIDARG))
	})

	It("hold for each part of a URL", func() {
		j := several("xp-sp2").job("j")
		Expect(j.AddFile("http://origin/"+strings.Repeat("x", 260)+"/y", `C:\f`)).To(Succeed())
		Expect(j.AddFile("http://origin/"+strings.Repeat("x", 261)+"/y", `C:\g`)).To(failWith(hresult.E_INVALIDARG))
		Expect(j.AddFile("http://origin/f?"+strings.Repeat("x", 300), `C:\h`)).To(Succeed(), "a query is no part of the path")
	})
})

var _ = Describe("TakeOwnership", func() {
	It("is for administrators", func() {
		b := several("xp-sp2")
		j := b.job("j", "/f")
		Expect(j.TakeOwnership(bob)).To(failWith(hresult.E_ACCESSDENIED))
		Expect(j.TakeOwnership("NetworkService")).To(failWith(hresult.E_ACCESSDENIED))
		Expect(j.Owner()).To(Equal(owner))
		Expect(j.TakeOwnership(root)).To(Succeed())
		Expect(j.Owner()).To(Equal(root))
	})

	It("takes credentials and the command line off", func() {
		b := several("xp-sp2")
		j := b.job("j", "/f")
		Expect(j.SetCredentials(bits.Implicit(credrule.Server, credrule.NTLM))).To(Succeed())
		Expect(j.SetNotifyCmdLine(`C:\done.exe`, "/x")).To(Succeed())
		Expect(j.TakeOwnership(root)).To(Succeed())
		Expect(j.Settings().NotifyProgram).To(BeEmpty())
		Expect(j.Settings().NotifyParameters).To(BeEmpty())
		Expect(j.RemoveCredentials(credrule.Server, credrule.NTLM)).To(failWith(hresult.BG_E_NOT_FOUND))
	})

	It("lets the job wait for the new owner, and go on at the exact byte", func() {
		q := newQueue("xp-sp3")
		q.pc.AddUser(machine.Account{Domain: "LAB", User: "root", Administrator: true})
		j := q.add("j", bits.Normal)
		q.pass(2*perRequest + time.Second)
		Expect(j.TakeOwnership(root)).To(Succeed())
		Expect(j.State()).To(Equal(bits.Queued))
		q.pass(time.Hour)
		Expect(j.State()).To(Equal(bits.Queued))
		Expect(j.Progress().BytesTransferred).To(BeEquivalentTo(200))
		Expect(q.pc.Logoff(owner)).To(Succeed())
		Expect(q.pc.Logon(root, true)).To(Succeed())
		Expect(q.wait(j)).To(Equal(bits.Transferred))
		Expect(q.requests()).NotTo(ContainElement("GET 0-999"))
	})

	It("lets a job of a user who has left run for one who is there", func() {
		q := newQueue("xp-sp2")
		q.handler = func(w http.ResponseWriter, r *http.Request) { file(10, epoch)(w, r) }
		q.pc.AddUser(machine.Account{Domain: "LAB", User: "root", Administrator: true})
		Expect(q.pc.Logon(root, true)).To(Succeed())
		Expect(q.pc.Logoff(owner)).To(Succeed())
		j := q.add("j", bits.Normal)
		Expect(j.State()).To(Equal(bits.Queued))
		Expect(j.TakeOwnership(root)).To(Succeed())
		Expect(q.wait(j)).To(Equal(bits.Transferred))
	})
})
