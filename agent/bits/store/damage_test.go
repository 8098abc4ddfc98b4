package store_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	bolt "go.etcd.io/bbolt"

	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/hresult"
)

// copyOf copies a file as it is on the disk now.
func copyOf(path string) string {
	GinkgoHelper()
	data, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	return fileOf(data)
}

func fileOf(data []byte) string {
	GinkgoHelper()
	path := queuePath()
	Expect(os.WriteFile(path, data, 0o600)).To(Succeed())
	return path
}

// database makes a bbolt file.
func database(fill func(*bolt.Tx) error) string {
	GinkgoHelper()
	path := queuePath()
	db, err := bolt.Open(path, 0o600, nil)
	Expect(err).NotTo(HaveOccurred())
	Expect(db.Update(fill)).To(Succeed())
	Expect(db.Close()).To(Succeed())
	return path
}

// bucket fills a bucket from pairs of key and value.
func bucket(name string, pairs ...string) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(name))
		for i := 0; i+1 < len(pairs) && err == nil; i += 2 {
			err = b.Put([]byte(pairs[i]), []byte(pairs[i+1]))
		}
		return err
	}
}

func both(a, b func(*bolt.Tx) error) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error { return errors.Join(a(tx), b(tx)) }
}

func version(n uint32) string { return string(binary.BigEndian.AppendUint32(nil, n)) }

const magic = "wualab BITS job queue"

// filled is the content of a store large enough to have a tree and free pages.
func filled() []byte {
	GinkgoHelper()
	s := open(queuePath())
	var records []store.Record
	for i := range 300 {
		records = append(records, job(fmt.Sprintf("job-%d", i), strings.Repeat("x", 200)))
	}
	Expect(s.Put(records...)).To(Succeed())
	Expect(s.Delete("job-5", "job-6", "job-7")).To(Succeed())
	Expect(s.Close()).To(Succeed())
	data, err := os.ReadFile(s.Path())
	Expect(err).NotTo(HaveOccurred())
	return data
}

var _ = Describe("a store that cannot be read", func() {
	expectAnew := func(path, suffix, why string) {
		GinkgoHelper()
		s := open(path)
		Expect(jobs(s)).To(BeEmpty())
		Expect(s.SetAside()).To(Equal(path + suffix))
		Expect(path + suffix).To(BeAnExistingFile())
		Expect(s.Damage()).To(MatchError(ContainSubstring(why)))
		Expect(s.Damage().Error()).To(ContainSubstring("set aside as " + path + suffix))
		code, _ := hresult.Of(s.Damage())
		Expect(code).To(Equal(hresult.MC_STATE_FILE_CORRUPT))
		Expect(s.Put(job("a", "1"))).To(Succeed())
		Expect(jobs(reopen(s))).To(Equal([]string{"a=1"}))
	}

	DescribeTable("is set aside, and an empty one is made", func(make func() string, why string) {
		expectAnew(make(), ".damaged-1", why)
	},
		Entry("empty", func() string { return fileOf(nil) }, "does not begin as a database"),
		Entry("text", func() string { return fileOf([]byte("[jobs]\r\n")) }, "does not begin as a database"),
		Entry("zeros", func() string { return fileOf(make([]byte, 1<<16)) }, "does not begin as a database"),
		Entry("cut short", func() string { d := filled(); return fileOf(d[:len(d)/2]) }, "cut short"),
		Entry("cut within the first pages", func() string { return fileOf(filled()[:5000]) }, "pages of 4096 bytes"),
		Entry("another program's", func() string { return database(bucket("settings", "a", "1")) }, "another program"),
		Entry("another magic", func() string {
			return database(both(bucket("format", "magic", "wuaslab"), bucket("jobs")))
		}, "another program"),
		Entry("without jobs", func() string { return database(bucket("format", "magic", magic)) }, "no list of jobs"),
		Entry("with an odd version", func() string {
			return database(both(bucket("format", "magic", magic, "version", "1"), bucket("jobs")))
		}, "version number has 1 bytes"),
		Entry("with a record that is no record", func() string {
			return database(both(bucket("format", "magic", magic, "version", version(1)), bucket("jobs", "12345678", "x")))
		}, "too short"),
		Entry("with a changed record", func() string {
			d := filled()
			at := strings.LastIndex(string(d), "job-200xxx")
			d[at+30] = 'y'
			return fileOf(d)
		}, "checksum"),
		Entry("a folder", func() string {
			path := queuePath()
			Expect(os.MkdirAll(filepath.Join(path, "x"), 0o700)).To(Succeed())
			return path
		}, "it is no file"),
	)

	It("is set aside under the next free number", func() {
		path := queuePath()
		for n := range 3 {
			Expect(os.WriteFile(path, fmt.Append(nil, "garbage ", n), 0o600)).To(Succeed())
			s := open(path)
			Expect(s.SetAside()).To(Equal(fmt.Sprintf("%s.damaged-%d", path, n+1)))
			Expect(os.ReadFile(s.SetAside())).To(Equal(fmt.Append(nil, "garbage ", n)))
			Expect(s.Close()).To(Succeed())
		}
	})

	It("is set aside with words of its own when it is newer", func() {
		path := database(both(bucket("format", "magic", magic, "version", version(store.Version+1)), bucket("jobs", "a", "1")))
		expectAnew(path, ".newer-1", "format version 2, newer than version 1")
	})

	It("is not set aside when the system is at fault", func() {
		Expect(store.Open(filepath.Join(queuePath(), "missing", "q"), store.Options{})).Error().To(MatchError(os.ErrNotExist))
	})

	It("starts the service whatever single byte is wrong, with all jobs or none", func() {
		whole, r := filled(), rand.New(rand.NewPCG(5, 10))
		set := 0
		for range 400 {
			d := append([]byte{}, whole...)
			at := r.IntN(len(d))
			d[at] ^= byte(1 + r.IntN(255))
			s, err := store.Open(fileOf(d), store.Options{NoSync: true})
			Expect(err).NotTo(HaveOccurred(), "byte %d", at)
			if s.SetAside() != "" {
				set++
				Expect(s.Len()).To(BeZero())
			} else {
				// the byte lies in a free page, or the spare first page stood in:
				// then the last change is undone, as after a crash
				Expect(s.Len()).To(Or(Equal(297), Equal(300)), "byte %d", at)
			}
			Expect(s.Close()).To(Succeed())
		}
		Expect(set).To(BeNumerically(">", 100))
	})

	It("survives any cut", func() {
		whole := filled()
		for size := 0; size < len(whole); size += 1777 {
			Expect(jobs(open(fileOf(whole[:size])))).To(Or(BeEmpty(), HaveLen(297)))
		}
	})

	It("does not take the process down when the file is cut while it is open", func() {
		path := fileOf(filled())
		s := open(path)
		Expect(os.Truncate(path, 8192)).To(Succeed())
		Expect(s.All()).Error().To(MatchError(ContainSubstring("the database failed")))
		Expect(s.Put(job("a", "1"))).NotTo(Succeed())
		Expect(s.Close()).To(Succeed())
		Expect(open(path).SetAside()).NotTo(BeEmpty())
	})
})

var _ = Describe("a store of version 0", func() {
	fixture := func() string {
		return database(both(bucket("format", "magic", magic), bucket("jobs", "b", "2", "a", "1")))
	}

	It("is brought to the present version, once", func() {
		s := open(fixture())
		Expect(s.Damage()).To(BeNil())
		Expect(jobs(s)).To(Equal([]string{"a=1", "b=2"}))
		Expect(s.Put(job("0", "3"))).To(Succeed())
		Expect(jobs(reopen(s))).To(Equal([]string{"a=1", "b=2", "0=3"}))
	})

	It("is old or new after a crash, and then brought over", func() {
		for _, p := range []store.Point{store.BeforeCommit, store.MidCommit, store.TornCommit, store.AfterCommit} {
			path := fixture()
			_, err := store.Open(path, store.Options{NoSync: true, Hook: dieAt(p, 1)})
			Expect(err).To(MatchError(errPower))
			Expect(jobs(open(path))).To(Equal([]string{"a=1", "b=2"}))
		}
	})

	It("is set aside when it cannot be brought over", func() {
		path := database(both(bucket("format", "magic", magic), bucket("jobs", strings.Repeat("a", 256), "1")))
		Expect(open(path).Damage()).To(MatchError(ContainSubstring("job ID of 256 bytes")))
	})
})
