package store_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits/store"
)

var _ = Describe("records that are submitted together", func() {
	var (
		path    string
		s       *store.Store
		commits atomic.Int64
		die     func(store.Point) error
	)
	rec := func(id, data string) store.Record { return store.Record{ID: id, Data: []byte(data)} }
	reopen := func() []string {
		GinkgoHelper()
		Expect(s.Close()).To(Succeed())
		var err error
		s, err = store.Open(path, store.Options{})
		Expect(err).NotTo(HaveOccurred())
		all, err := s.All()
		Expect(err).NotTo(HaveOccurred())
		list := []string{}
		for _, r := range all {
			list = append(list, r.ID+"="+string(r.Data))
		}
		return list
	}
	BeforeEach(func() {
		path = filepath.Join(GinkgoT().TempDir(), "q")
		commits.Store(0)
		die = func(store.Point) error { return nil }
		var err error
		s, err = store.Open(path, store.Options{Hook: func(p store.Point) error {
			if p == store.AfterCommit {
				commits.Add(1)
			}
			return die(p)
		}})
		Expect(err).NotTo(HaveOccurred())
		commits.Store(0)
		DeferCleanup(func() { _ = s.Close() })
	})

	It("share one change of the disk, in their order", func() {
		var waits []func() error
		for _, id := range []string{"b", "a", "c"} {
			waits = append(waits, s.Submit(rec(id, "1")))
		}
		waits = append(waits, s.Submit(rec("a", "2")))
		for _, wait := range waits {
			Expect(wait()).To(Succeed())
		}
		Expect(commits.Load()).To(BeEquivalentTo(1))
		Expect(reopen()).To(Equal([]string{"b=1", "a=2", "c=1"}))
	})

	It("are read before anybody waited", func() {
		wait := s.Submit(rec("a", "1"))
		data, ok, err := s.Get("a")
		Expect([]any{string(data), ok, err}).To(Equal([]any{"1", true, nil}))
		Expect(s.Len()).To(Equal(1))
		Expect(wait()).To(Succeed())
	})

	It("come before what is done after them", func() {
		first := s.Submit(rec("a", "1"), rec("b", "1"))
		Expect(s.Delete("a")).To(Succeed())
		Expect(first()).To(Succeed())
		Expect(reopen()).To(Equal([]string{"b=1"}))
	})

	It("take the place of lazy data that is older, not of newer", func() {
		Expect(s.Put(rec("a", "1"), rec("b", "1"))).To(Succeed())
		Expect(s.PutLazy(rec("a", "old"))).To(Succeed())
		wait := s.Submit(rec("a", "2"), rec("b", "2"), rec("new", "2"))
		Expect(s.PutLazy(rec("b", "newer"), rec("new", "newer"))).To(Succeed())
		Expect(wait()).To(Succeed())
		Expect(reopen()).To(Equal([]string{"a=2", "b=newer", "new=newer"}))
	})

	It("are refused alone when their ID is bad", func() {
		good := s.Submit(rec("a", "1"))
		bad := s.Submit(rec("b", "1"), rec("", "1"))
		Expect(good()).To(Succeed())
		Expect(bad()).To(MatchError(ContainSubstring("job ID")))
		Expect(reopen()).To(Equal([]string{"a=1"}))
	})

	DescribeTable("stand or fall together when the process dies",
		func(at store.Point, left []string) {
			Expect(s.Put(rec("old", "1"))).To(Succeed())
			die = dieAt(at, 1)
			one, two := s.Submit(rec("a", "1")), s.Submit(rec("old", "2"))
			Expect(one()).To(MatchError(errPower))
			Expect(two()).To(MatchError(errPower))
			Expect(reopen()).To(Equal(left))
		},
		Entry("before the commit", store.BeforeCommit, []string{"old=1"}),
		Entry("within it", store.MidCommit, []string{"old=1"}),
		Entry("in the page that makes it valid", store.TornCommit, []string{"old=1"}),
		Entry("after it", store.AfterCommit, []string{"old=2", "a=1"}),
	)

	It("are told when the store ends before they are written", func() {
		wait := s.Submit(rec("a", "1"))
		die = dieAt(store.BeforeClose, 1)
		Expect(s.Close()).To(MatchError(errPower))
		Expect(wait()).To(MatchError(errPower))
		Expect(s.Submit(rec("b", "1"))()).To(MatchError(errPower))
	})

	It("by 50 callers at a time need few changes of the disk", func() {
		const callers, each = 50, 10
		var all sync.WaitGroup
		for c := range callers {
			all.Go(func() {
				defer GinkgoRecover()
				for i := range each {
					id := fmt.Sprintf("%d.%d", c, i)
					Expect(s.Put(rec(id, "1"))).To(Succeed())
					Expect(s.PutLazy(rec(id, "2"))).To(Succeed())
				}
			})
		}
		all.Wait()
		Expect(commits.Load()).To(BeNumerically("<", callers*each/2))
		list := reopen()
		Expect(list).To(HaveLen(callers * each))
		Expect(list).To(HaveEach(HaveSuffix("=2")))
	})
})
