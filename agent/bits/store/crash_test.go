package store_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/clock"
)

var errPower = errors.New("power lost")

// dieAt ends a store when it passes a point for the nth time.
func dieAt(p store.Point, n int) func(store.Point) error {
	return func(at store.Point) error {
		if at == p {
			n--
		}
		if n == 0 && at == p {
			return errPower
		}
		return nil
	}
}

// model is what a store should hold: the jobs in order.
type model struct {
	order []string
	data  map[string]string
}

func (m model) clone() model {
	return model{slices.Clone(m.order), maps.Clone(m.data)}
}

func (m *model) put(id, data string) {
	if _, known := m.data[id]; !known {
		m.order = append(m.order, id)
	}
	m.data[id] = data
}

func (m *model) drop(id string) {
	delete(m.data, id)
	m.order = slices.DeleteFunc(m.order, func(o string) bool { return o == id })
}

func (m model) list() []string {
	l := []string{}
	for _, id := range m.order {
		l = append(l, id+"="+short(m.data[id]))
	}
	return l
}

// together has several callers change a job each at the same time.
func together(r *rand.Rand, s *store.Store, m *model, n int) error {
	var waits []func() error
	for range 1 + r.IntN(5) {
		id, data := fmt.Sprintf("job-%02d", r.IntN(30)), fmt.Sprintf("%d.%0*d", n, 1+r.IntN(3000), 0)
		m.put(id, data)
		waits = append(waits, s.Submit(store.Record{ID: id, Data: []byte(data)}))
	}
	var err error
	for _, wait := range waits {
		err = wait()
	}
	return err
}

// round makes one random change of several jobs in store and model.
func round(r *rand.Rand, s *store.Store, m *model, n int) error {
	pick := func() string { return fmt.Sprintf("job-%02d", r.IntN(30)) }
	if r.IntN(4) == 0 {
		id := pick()
		m.drop(id)
		return s.Delete(id)
	}
	if r.IntN(3) == 0 {
		return together(r, s, m, n)
	}
	return s.Update(func(tx *store.Tx) error {
		for range 1 + r.IntN(6) {
			id := pick()
			if r.IntN(5) == 0 {
				m.drop(id)
				tx.Delete(id)
				continue
			}
			data := fmt.Sprintf("%d.%0*d", n, 1+r.IntN(3000), 0)
			m.put(id, data)
			if err := tx.Put(job(id, data)); err != nil {
				return err
			}
		}
		return nil
	})
}

var _ = Describe("a crash", func() {
	commitPoints := []store.Point{store.BeforeDelete, store.BeforeCommit, store.MidCommit, store.TornCommit, store.AfterCommit}

	It("leaves the state before or after a change, at 200 seeded instants", func() {
		seed := uint64(20040701)
		after := map[store.Point]int{}
		for trial := range 200 {
			r := rand.New(rand.NewPCG(seed, uint64(trial)))
			point := commitPoints[r.IntN(len(commitPoints))]
			nth := 1 + r.IntN(12)
			path := queuePath()
			s, err := store.Open(path, store.Options{NoSync: true, Hook: dieAt(point, nth)})
			Expect(err).NotTo(HaveOccurred())
			before, now := model{data: map[string]string{}}, model{data: map[string]string{}}
			for n := 0; err == nil; n++ {
				Expect(n).To(BeNumerically("<", 500), "no crash at %s", point)
				before = now.clone()
				err = round(r, s, &now, n)
			}
			Expect(err).To(MatchError(errPower))
			Expect(s.Put(job("late", "1"))).To(MatchError(errPower), "a dead store writes nothing")
			Expect(s.Close()).To(Succeed())

			s, err = store.Open(path, store.Options{NoSync: true})
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Damage()).NotTo(HaveOccurred(), "seed %d trial %d: %s", seed, trial, point)
			want := before
			if point == store.AfterCommit {
				want = now
			}
			Expect(jobs(s)).To(Equal(want.list()), "seed %d trial %d: %s", seed, trial, point)
			Expect(round(r, s, &want, 999)).To(Succeed())
			Expect(jobs(reopen(s))).To(Equal(want.list()))
			after[point]++
		}
		Expect(after).To(HaveLen(len(commitPoints)))
	})

	It("leaves one or the other when the disk writes a change's pages in any order", func() {
		seen := map[bool]int{}
		for trial := range 150 {
			r := rand.New(rand.NewPCG(7, uint64(trial)))
			s := open(queuePath())
			now := model{data: map[string]string{}}
			for n := range 8 {
				Expect(round(r, s, &now, n)).To(Succeed())
			}
			old, err := os.ReadFile(s.Path())
			Expect(err).NotTo(HaveOccurred())
			before := now.clone()
			Expect(round(r, s, &now, 8)).To(Succeed())
			changed, err := os.ReadFile(s.Path())
			Expect(err).NotTo(HaveOccurred())
			disk, whole := mixed(r, old, changed)
			t := open(fileOf(disk))
			Expect(t.Damage()).NotTo(HaveOccurred())
			want := before
			if whole {
				want = now
			}
			Expect(jobs(t)).To(Equal(want.list()))
			seen[whole]++
		}
		Expect(seen).To(HaveLen(2))
	})

	It("while a store is made leaves a store", func() {
		for _, p := range []store.Point{store.BeforeCreate, store.AfterCreate} {
			path := queuePath()
			Expect(store.Open(path, store.Options{Hook: dieAt(p, 1)})).Error().To(MatchError(errPower))
			s := open(path)
			Expect(s.Damage()).NotTo(HaveOccurred())
			Expect(jobs(s)).To(BeEmpty())
		}
	})

	It("while a damaged store is set aside loses neither it nor the service", func() {
		for _, p := range []store.Point{store.BeforeSetAside, store.AfterSetAside, store.BeforeCreate, store.AfterCreate} {
			path := fileOf([]byte("garbage"))
			Expect(store.Open(path, store.Options{Hook: dieAt(p, 1)})).Error().To(MatchError(errPower))
			Expect(jobs(open(path))).To(BeEmpty())
			Expect(os.ReadFile(path + ".damaged-1")).To(Equal([]byte("garbage")))
		}
	})

	It("loses lazy records and nothing else", func(ctx SpecContext) {
		v := clock.NewVirtual(time.Date(2004, 7, 1, 0, 0, 0, 0, time.UTC))
		h := v.Hold("spec")
		defer h.Release()
		for _, p := range []store.Point{store.BeforeLazy, store.BeforeClose} {
			s := open(queuePath(), func(o *store.Options) { o.Clock, o.Hook = v, dieAt(p, 1) })
			Expect(s.Put(job("a", "1"))).To(Succeed())
			Expect(s.PutLazy(job("a", "2"))).To(Succeed())
			if p == store.BeforeLazy {
				Expect(h.Sleep(ctx, store.DefaultLazyInterval+time.Second)).To(Succeed())
				Expect(s.All()).Error().To(MatchError(errPower))
			} else {
				Expect(s.Close()).To(MatchError(errPower))
			}
			Expect(jobs(open(s.Path()))).To(Equal([]string{"a=1"}))
		}
	})

	It("names its point", func() {
		s := open(queuePath(), func(o *store.Options) { o.Hook = dieAt(store.MidCommit, 1) })
		Expect(s.Put(job("a", "1"))).To(MatchError(ContainSubstring("crashed at mid-commit: power lost")))
		Expect(store.Points()).To(ContainElements(commitPoints))
	})
})

// mixed is a disk that lost power while it wrote the pages of a change in any
// order, and either did or did not come to the first two pages, written last.
func mixed(r *rand.Rand, old, changed []byte) (disk []byte, whole bool) {
	size := os.Getpagesize()
	disk = append([]byte{}, old...)
	disk = append(disk, make([]byte, max(0, len(changed)-len(old)))...)
	if r.IntN(3) == 0 {
		return append(disk[:0], changed...), true
	}
	for at := 2 * size; at < len(changed); at += size {
		switch r.IntN(3) {
		case 0:
			copy(disk[at:at+size], changed[at:])
		case 1:
			copy(disk[at:at+512*r.IntN(size/512)], changed[at:])
		}
	}
	return disk, false
}
