package bits_test

import (
	"path/filepath"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
)

// counting is a disk that counts how often a file waits for it, and the bytes
// that are written from the memory of the process.
type counting struct {
	bits.Disk
	syncs, byHand *atomic.Int64
}

func (d counting) Create(name string) (bits.DiskFile, error) { return d.of(d.Disk.Create(name)) }
func (d counting) Open(name string) (bits.DiskFile, error)   { return d.of(d.Disk.Open(name)) }

func (d counting) of(f bits.DiskFile, err error) (bits.DiskFile, error) {
	if err != nil {
		return nil, err
	}
	return &countingFile{f, d}, nil
}

type countingFile struct {
	bits.DiskFile
	d counting
}

func (f *countingFile) Sync() error { f.d.syncs.Add(1); return f.DiskFile.Sync() }

func (f *countingFile) Write(p []byte) (int, error) {
	f.d.byHand.Add(int64(len(p)))
	return f.DiskFile.Write(p)
}

var _ = Describe("a foreground download of 9 MiB in one answer", func() {
	const size = 9 << 20
	var d counting
	start := func(configure func(*bits.Config)) *bench {
		GinkgoHelper()
		d = counting{syncs: new(atomic.Int64), byHand: new(atomic.Int64)}
		b := newBenchOf("xp-sp2", func(cfg *bits.Config) {
			disk, err := bits.OpenDisk(cfg.Dir)
			Expect(err).NotTo(HaveOccurred())
			d.Disk = disk
			cfg.Disk = d
			configure(cfg)
		})
		b.handler = file(size, time.Time{})
		j := b.job("big", "/big.bin")
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.requests()).To(Equal([]string{"GET"}))
		return b
	}

	It("never waits for the disk when the queue is in memory", func() {
		start(func(*bits.Config) {})
		Expect(d.syncs.Load()).To(BeZero())
		Expect(d.byHand.Load()).To(BeEquivalentTo(size), "the record wants to see the bytes")
	})

	It("makes every 4 MiB durable when the queue is", func() {
		start(func(cfg *bits.Config) { cfg.Store = filepath.Join(cfg.Dir, "queue") })
		Expect(d.syncs.Load()).To(BeNumerically(">=", 3))
	})
})
