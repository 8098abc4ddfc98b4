package bits_test

import (
	"encoding/json"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/bits/store"
)

// editQueue changes the records of a service that is stopped.
func editQueue(path string, edit func(*store.Store, []store.Record)) {
	GinkgoHelper()
	s, err := store.Open(path, store.Options{})
	Expect(err).NotTo(HaveOccurred())
	records, err := s.All()
	Expect(err).NotTo(HaveOccurred())
	edit(s, records)
	Expect(s.Close()).To(Succeed())
}

// endingBegun has the queue say that an end of the job was begun when the service died.
func endingBegun(ending string) func(*store.Store, []store.Record) {
	return func(s *store.Store, records []store.Record) {
		GinkgoHelper()
		fields := map[string]any{}
		Expect(json.Unmarshal(records[0].Data, &fields)).To(Succeed())
		fields["Ending"] = ending
		data, err := json.Marshal(fields)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Put(store.Record{ID: records[0].ID, Data: data})).To(Succeed())
	}
}

var _ = Describe("a service that starts on a disk that refuses", func() {
	// transferred gives a stopped service with a job that is TRANSFERRED.
	transferred := func(ending string) (*bench, *bits.Volume) {
		GinkgoHelper()
		b, _ := stored("xp-sp3")
		b.handler = file(450, epoch)
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.bits.Close()).To(Succeed())
		editQueue(b.config.Store, endingBegun(ending))
		volume, err := bits.OpenVolume(b.config.Dir)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(volume.Close)
		b.config.Disk = volume.Mount()
		return b, volume
	}

	It("has ended a job whose file cannot be deleted, as Cancel does", func() {
		b, volume := transferred("cancel")
		Expect(volume.Fail(bits.DiskKeepsFiles, 0)).To(Succeed())
		b.start(b.config)
		Expect(b.bits.Jobs()).To(BeEmpty())
	})

	It("has a job whose file cannot be renamed as it was, as Complete leaves it", func() {
		b, volume := transferred("complete")
		Expect(volume.Fail(bits.DiskKeepsNames, 0)).To(Succeed())
		b.start(b.config)
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(j.State()).To(Equal(bits.Transferred))
		Expect(volume.Fail("", 0)).To(Succeed())
		Expect(j.Complete()).To(BeZero())
		Expect(content(j)).To(Equal(whole))
	})
})

var _ = Describe("a service that cannot start", func() {
	It("leaves no timers behind", func() {
		b, _ := stored("xp-sp3")
		b.handler = status(http.StatusServiceUnavailable)
		Expect(b.run(b.job("j", "/f"), bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.bits.Close()).To(Succeed())
		editQueue(b.config.Store, func(s *store.Store, _ []store.Record) {
			Expect(s.Put(store.Record{ID: "other", Data: []byte("[]")})).To(Succeed())
		})
		_, err := bits.New(b.config)
		Expect(err).To(MatchError(ContainSubstring("other")))
		told := len(b.record.Events(0))
		Expect(b.hold.Sleep(GinkgoT().Context(), 30*24*time.Hour)).To(Succeed())
		Expect(b.record.Events(0)).To(HaveLen(told))
	})
})

var _ = Describe("the maximum download time of a job that runs when the service stops", func() {
	It("counts on from there", func() {
		q := newQueue("vista")
		Expect(q.bits.Close()).To(Succeed())
		q.config.Store = q.config.Dir + "/queue.db"
		q.start(q.config)
		j := q.add("j", bits.Normal)
		Expect(j.SetMaximumDownloadTime(5 * time.Minute)).To(Succeed())
		q.pass(3 * time.Minute)
		Expect(q.bits.Close()).To(Succeed())
		q.start(q.config)
		j, err := q.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(q.wait(j)).To(Equal(bits.Error))
		Expect(q.clock.Now().Sub(epoch)).To(BeNumerically("<=", 5*time.Minute+perRequest))
	})
})
