package bits_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
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

	It("deletes the files of a job whose Cancel was begun", func() {
		b, _ := transferred("cancel")
		left := func() int {
			entries, err := os.ReadDir(filepath.Join(b.config.Dir, "c", "j"))
			Expect(err).NotTo(HaveOccurred())
			return len(entries)
		}
		Expect(left()).To(Equal(1))
		b.start(b.config)
		Expect(b.bits.Jobs()).To(BeEmpty())
		Expect(left()).To(BeZero())
	})

	DescribeTable("asks again for bytes that are not on the disk any more", func(spoil func(path string) error, from string) {
		b, _ := stored("xp-sp3")
		n := 0
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				w.Header().Set("Content-Length", "450")
				w.Header().Set("Last-Modified", epoch.Format(http.TimeFormat))
				_, _ = w.Write([]byte(whole[:300])) // and the connection breaks
				return
			}
			file(450, epoch)(w, r)
		}
		j := b.job("j", "/f")
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		path := j.Files()[0].Path()
		Expect(b.bits.Close()).To(Succeed())
		Expect(spoil(path)).To(Succeed())
		b.start(b.config)
		j, err := b.bits.Job("j")
		Expect(err).NotTo(HaveOccurred())
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.requests()[1]).To(HavePrefix(from))
		Expect(content(j)).To(Equal(whole))
	},
		Entry("when the file is there", func(string) error { return nil }, "GET 300-449"),
		Entry("when it is shorter", func(path string) error { return os.Truncate(path, 120) }, "GET 120-449"),
		Entry("when it is gone", os.Remove, "GET"),
	)

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
