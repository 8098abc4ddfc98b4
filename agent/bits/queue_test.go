package bits_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("a queue of 1,000 jobs that 20 programs make at once", func() {
	const programs, each = 20, 50
	var b *bench

	BeforeEach(func() {
		b = newBenchOf("xp-sp2", func(cfg *bits.Config) { cfg.Store = filepath.Join(cfg.Dir, "queue") })
		Expect(b.pc.Logoff(owner)).To(Succeed())
		var all sync.WaitGroup
		for p := range programs {
			all.Go(func() {
				defer GinkgoRecover()
				for i := range each {
					Expect(makeJob(b.bits, p*each+i)).To(Succeed())
				}
			})
		}
		all.Wait()
	})
	// ids lists the jobs, each of which must be found by its GUID and its name.
	ids := func() []string {
		GinkgoHelper()
		var list []string
		for _, j := range b.bits.Jobs() {
			Expect(j.State()).To(Equal(bits.Queued))
			Expect(b.bits.GetJob(strings.ToLower(j.ID()))).To(BeIdenticalTo(j))
			Expect(b.bits.Job(j.Name())).To(BeIdenticalTo(j))
			list = append(list, j.ID())
		}
		return list
	}

	It("is the same after a restart, in order", func() {
		before := ids()
		Expect(before).To(HaveLen(programs * each))
		Expect(b.bits.Close()).To(Succeed())
		b.start(b.config)
		Expect(ids()).To(Equal(before))
	})

	It("forgets those that have ended, and only those", func() {
		left := ids()
		for _, id := range left[:programs*each-10] {
			j, err := b.bits.GetJob(id)
			Expect(err).NotTo(HaveOccurred())
			Expect(j.Cancel()).Error().NotTo(HaveOccurred())
			Expect(b.bits.GetJob(id)).Error().To(HaveOccurred())
			Expect(b.bits.Job(j.Name())).Error().To(HaveOccurred())
		}
		for i := range 200 { // enough that they are weeded out
			Expect(makeJob(b.bits, programs*each+i)).To(Succeed())
		}
		Expect(ids()[:10]).To(Equal(left[programs*each-10:]))
		Expect(ids()).To(HaveLen(210))
	})
})

var _ = Describe("jobs with the same display name", func() {
	It("are found in order of creation, by the name that they have now", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		var jobs []*bits.Job
		for i := range 3 {
			jobs = append(jobs, b.job(fmt.Sprint("job", i), "/f"))
		}
		named := func(name string) *bits.Job {
			j, err := b.bits.Job(name)
			if err != nil {
				found, _ := hresult.Of(err)
				Expect(found).To(Equal(hresult.BG_E_NOT_FOUND))
			}
			return j
		}
		Expect(jobs[2].SetDisplayName("job0")).To(Succeed())
		Expect(jobs[1].SetDisplayName("job0")).To(Succeed())
		Expect(named("job1")).To(BeNil())
		Expect(named("job2")).To(BeNil())
		for _, oldest := range jobs {
			Expect(named("job0")).To(BeIdenticalTo(oldest))
			Expect(oldest.Cancel()).Error().NotTo(HaveOccurred())
		}
		Expect(named("job0")).To(BeNil())
	})
})
