package store_test

import (
	"errors"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/clock"
)

// queuePath is the file of a new store.
func queuePath() string { return filepath.Join(GinkgoT().TempDir(), "qmgr.db") }

// open opens a store without waiting for the disk, and closes it at the end.
func open(path string, change ...func(*store.Options)) *store.Store {
	GinkgoHelper()
	o := store.Options{NoSync: true}
	for _, c := range change {
		c(&o)
	}
	s, err := store.Open(path, o)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	return s
}

func reopen(s *store.Store) *store.Store {
	GinkgoHelper()
	Expect(s.Close()).To(Succeed())
	return open(s.Path())
}

func job(id, data string) store.Record { return store.Record{ID: id, Data: []byte(data)} }

// short keeps failure messages readable.
func short(data string) string {
	if len(data) < 20 {
		return data
	}
	return fmt.Sprintf("%.10s... %d bytes %08x", data, len(data), crc32.ChecksumIEEE([]byte(data)))
}

// jobs gives the store's content as "id=data", in order.
func jobs(s *store.Store) []string {
	GinkgoHelper()
	records, err := s.All()
	Expect(err).NotTo(HaveOccurred())
	list := []string{}
	for _, r := range records {
		list = append(list, r.ID+"="+short(string(r.Data)))
	}
	return list
}

var _ = Describe("the job queue", func() {
	It("keeps jobs in the order of creation, across changes and a restart", func() {
		s := open(queuePath())
		Expect(s.Put(job("z", "1"), job("a", "2"))).To(Succeed())
		Expect(s.Put(job("m", ""))).To(Succeed())
		Expect(s.Put(job("z", "3"))).To(Succeed())
		s = reopen(s)
		Expect(jobs(s)).To(Equal([]string{"z=3", "a=2", "m="}))
		Expect(s.Len()).To(Equal(3))
		Expect(s.Damage()).To(BeNil())
		Expect(s.SetAside()).To(BeEmpty())
	})

	It("forgets deleted jobs, and gives a job of the same ID a new place", func() {
		s := open(queuePath())
		Expect(s.Put(job("a", "1"), job("b", "2"), job("c", "3"))).To(Succeed())
		Expect(s.Delete("a", "nobody")).To(Succeed())
		Expect(s.Put(job("a", "4"))).To(Succeed())
		Expect(jobs(reopen(s))).To(Equal([]string{"b=2", "c=3", "a=4"}))
	})

	It("gives one job", func() {
		s := open(queuePath())
		Expect(s.Put(job("a", "1"))).To(Succeed())
		data, ok, err := s.Get("a")
		Expect(string(data), ok, err).Error().NotTo(HaveOccurred())
		Expect(string(data)).To(Equal("1"))
		_, ok, err = s.Get("b")
		Expect(err).NotTo(HaveOccurred())
		Expect(ok).To(BeFalse())
	})

	It("changes several jobs at once, or none", func() {
		s := open(queuePath())
		Expect(s.Put(job("a", "1"), job("b", "2"))).To(Succeed())
		refused := errors.New("refused")
		move := func(end error) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				tx.Delete("a")
				if _, there, _ := tx.Get("a"); there {
					return errors.New("a is still there")
				}
				if err := tx.Put(job("c", "3")); err != nil {
					return err
				}
				data, _, err := tx.Get("b")
				return errors.Join(err, tx.Put(job("b", string(data)+"+")), end)
			}
		}
		Expect(s.Update(move(refused))).To(MatchError(refused))
		Expect(jobs(s)).To(Equal([]string{"a=1", "b=2"}))
		Expect(s.Update(move(nil))).To(Succeed())
		Expect(jobs(reopen(s))).To(Equal([]string{"b=2+", "c=3"}))
	})

	It("refuses IDs that it cannot store, with all that comes along", func() {
		s := open(queuePath())
		Expect(s.Put(job("a", "1"), job("", "2"))).To(MatchError(ContainSubstring("want 1 to 255 bytes")))
		Expect(s.Put(job(fmt.Sprintf("%0256d", 1), "2"))).NotTo(Succeed())
		Expect(jobs(s)).To(BeEmpty())
	})

	It("keeps what it was given, whatever the caller does with it afterwards", func() {
		s := open(queuePath())
		data := []byte("1")
		Expect(s.Put(store.Record{ID: "a", Data: data})).To(Succeed())
		Expect(s.PutLazy(store.Record{ID: "a", Data: data})).To(Succeed())
		data[0] = 'x'
		records, err := s.All()
		Expect(err).NotTo(HaveOccurred())
		records[0].Data[0] = 'y'
		Expect(jobs(s)).To(Equal([]string{"a=1"}))
	})

	It("does nothing after Close", func() {
		s := open(queuePath())
		Expect(s.Close()).To(Succeed())
		Expect(s.Close()).To(Succeed())
		Expect(s.Put(job("a", "1"))).To(MatchError(store.ErrClosed))
		Expect(s.PutLazy(job("a", "1"))).To(MatchError(store.ErrClosed))
		Expect(s.Delete("a")).To(MatchError(store.ErrClosed))
		Expect(s.All()).Error().To(MatchError(store.ErrClosed))
		Expect(s.Len()).To(BeZero())
	})

	It("is one service's at a time", func() {
		s := open(queuePath())
		Expect(s.Put(job("a", "1"))).To(Succeed())
		Expect(store.Open(s.Path(), store.Options{})).Error().To(MatchError(store.ErrInUse))
		Expect(jobs(s)).To(Equal([]string{"a=1"}))
	})

	It("serves several goroutines", func() {
		s := open(queuePath())
		var all sync.WaitGroup
		for g := range 8 {
			all.Go(func() {
				defer GinkgoRecover()
				for i := range 20 {
					id := fmt.Sprintf("%d-%d", g, i)
					Expect(s.Put(job(id, "1"))).To(Succeed())
					Expect(s.PutLazy(job(id, "2"))).To(Succeed())
					Expect(s.All()).NotTo(BeEmpty())
				}
			})
		}
		all.Wait()
		s = reopen(s)
		Expect(s.Len()).To(Equal(160))
		Expect(jobs(s)).To(HaveEach(HaveSuffix("=2")))
	})
})

var _ = Describe("lazy records", func() {
	var (
		v *clock.Virtual
		s *store.Store
		h clock.Hold
	)

	BeforeEach(func() {
		v = clock.NewVirtual(time.Date(2004, 7, 1, 0, 0, 0, 0, time.UTC))
		h = v.Hold("spec")
		DeferCleanup(h.Release)
		s = open(queuePath(), func(o *store.Options) { o.Clock, o.LazyInterval = v, time.Minute })
		Expect(s.Put(job("a", "1"), job("b", "1"))).To(Succeed())
	})

	// onDisk gives what a crash now would leave.
	onDisk := func() []string {
		GinkgoHelper()
		return jobs(open(copyOf(s.Path())))
	}

	It("are read at once and written when the interval is over", func(ctx SpecContext) {
		Expect(s.PutLazy(job("a", "2"))).To(Succeed())
		Expect(s.PutLazy(job("a", "3"))).To(Succeed())
		Expect(jobs(s)).To(Equal([]string{"a=3", "b=1"}))
		data, _, err := s.Get("a")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(data)).To(Equal("3"))
		Expect(h.Sleep(ctx, time.Minute-time.Second)).To(Succeed())
		Expect(onDisk()).To(Equal([]string{"a=1", "b=1"}))
		Expect(h.Sleep(ctx, 2*time.Second)).To(Succeed())
		Expect(onDisk()).To(Equal([]string{"a=3", "b=1"}))
	})

	It("go with the next change", func() {
		Expect(s.PutLazy(job("a", "2"))).To(Succeed())
		Expect(s.Put(job("b", "2"))).To(Succeed())
		Expect(onDisk()).To(Equal([]string{"a=2", "b=2"}))
	})

	It("give way to a change of their job", func() {
		Expect(s.PutLazy(job("a", "2"), job("b", "2"))).To(Succeed())
		Expect(s.Put(job("a", "3"))).To(Succeed())
		Expect(jobs(s)).To(Equal([]string{"a=3", "b=2"}))
		Expect(onDisk()).To(Equal([]string{"a=3", "b=2"}))
	})

	It("do not bring a deleted job back", func() {
		Expect(s.PutLazy(job("a", "2"))).To(Succeed())
		Expect(s.Delete("a")).To(Succeed())
		Expect(s.PutLazy(job("b", "2"), job("a", "3"))).To(MatchError(store.ErrUnknownJob))
		Expect(jobs(reopen(s))).To(Equal([]string{"b=1"}))
	})

	It("are written by Flush and by Close", func() {
		Expect(s.PutLazy(job("a", "2"))).To(Succeed())
		Expect(s.Flush()).To(Succeed())
		Expect(onDisk()).To(Equal([]string{"a=2", "b=1"}))
		Expect(s.PutLazy(job("b", "3"))).To(Succeed())
		Expect(jobs(reopen(s))).To(Equal([]string{"a=2", "b=3"}))
	})

	It("cost one write for many", func(ctx SpecContext) {
		commits := 0
		path := queuePath()
		t := open(path, func(o *store.Options) {
			o.Clock, o.LazyInterval = v, time.Minute
			o.Hook = func(p store.Point) error {
				if p == store.AfterCommit {
					commits++
				}
				return nil
			}
		})
		Expect(t.Put(job("a", "0"))).To(Succeed())
		for i := range 600 {
			Expect(t.PutLazy(job("a", fmt.Sprint(i)))).To(Succeed())
			Expect(h.Sleep(ctx, time.Second)).To(Succeed())
		}
		Expect(commits).To(BeNumerically("~", 11, 1))
	})
})
