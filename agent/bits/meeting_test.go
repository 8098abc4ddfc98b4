package bits_test

import (
	"net/http"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

// slowDisk is a disk on which the end of a transfer takes its time: a file that
// is closed tells closing and waits for free.
type slowDisk struct {
	bits.Disk
	closing, free chan struct{}
	once          sync.Once
}

func (d *slowDisk) Open(name string) (bits.DiskFile, error)   { return d.wrap(d.Disk.Open(name)) }
func (d *slowDisk) Create(name string) (bits.DiskFile, error) { return d.wrap(d.Disk.Create(name)) }

func (d *slowDisk) wrap(f bits.DiskFile, err error) (bits.DiskFile, error) {
	if err != nil {
		return nil, err
	}
	return slowFile{f, d}, nil
}

type slowFile struct {
	bits.DiskFile
	d *slowDisk
}

func (f slowFile) Close() error {
	f.d.once.Do(func() { close(f.d.closing) })
	<-f.d.free
	return f.DiskFile.Close()
}

// result is what Complete or Cancel gave.
type result struct {
	code hresult.HRESULT
	err  error
}

func begin(call func() (hresult.HRESULT, error)) chan result {
	got := make(chan result, 1)
	go func() {
		code, err := call()
		got <- result{code, err}
	}()
	return got
}

var _ = Describe("calls that meet while a transfer comes to its end", func() {
	// stopping gives a job that has 100 of 250 bytes of its last file, of several.
	stopping := func(paths ...string) (*bench, *slowDisk, *bits.Job) {
		GinkgoHelper()
		disk := &slowDisk{closing: make(chan struct{}), free: make(chan struct{})}
		b := newBenchOf("vista", func(c *bits.Config) {
			var err error
			disk.Disk, err = bits.OpenDisk(c.Dir)
			Expect(err).NotTo(HaveOccurred())
			c.Disk, c.Tuning = disk, bits.Tuning{FirstBlock: 100, MaxBlock: 100}
		})
		reached, release := make(chan struct{}), make(chan struct{})
		var once sync.Once
		DeferCleanup(func() { close(release) })
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Range"), "=100-") {
				once.Do(func() { close(reached) })
				<-release
			}
			file(250, epoch)(w, r)
		}
		j := b.job("j", paths...)
		Expect(j.Resume()).To(Succeed())
		Eventually(reached).Should(BeClosed())
		return b, disk, j
	}

	It("Complete of a job that is cancelled meanwhile fails", func() {
		_, disk, j := stopping("/f")
		completed := begin(j.Complete)
		Eventually(disk.closing).Should(BeClosed())
		cancelled := begin(j.Cancel)
		Eventually(j.State).Should(Equal(bits.Cancelled))
		close(disk.free)
		Expect((<-completed).err).To(failWith(hresult.BG_E_INVALID_STATE))
		Expect((<-cancelled).err).NotTo(HaveOccurred())
		Expect(j.State()).To(Equal(bits.Cancelled))
	})

	It("Complete of a job that is resumed meanwhile completes it", func() {
		b, disk, j := stopping("/f")
		completed := begin(j.Complete)
		Eventually(disk.closing).Should(BeClosed())
		Expect(j.Resume()).To(Succeed())
		close(disk.free)
		Expect(<-completed).To(Equal(result{code: hresult.BG_S_PARTIAL_COMPLETE}))
		Expect(j.State()).To(Equal(bits.Acknowledged))
		asked := len(b.requests())
		b.settle()
		Expect(b.requests()).To(HaveLen(asked))
		Expect(j.Files()[0].Path()).NotTo(BeAnExistingFile())
	})
})

var _ = Describe("the name of a reply that is on its way", func() {
	It("stays, also before its first byte", func() {
		s := newSender("server-2003", bits.UploadReply, bitsupload.Config{}) // asks for the size first
		handler, reached, release := s.handler, make(chan struct{}), make(chan struct{})
		var once sync.Once
		s.handler = func(w http.ResponseWriter, r *http.Request) {
			if r.Method != bitsupload.Verb {
				once.Do(func() { close(reached) })
				<-release
				file(1000, epoch)(w, r)
				return
			}
			handler(with{w, r}, r)
		}
		Expect(s.job.Resume()).To(Succeed())
		Eventually(reached).Should(BeClosed())
		late := s.job.SetReplyFileName(`C:\late.xml`)
		close(release)
		Expect(late).To(failWith(hresult.BG_E_INVALID_STATE))
		Expect(s.wait(s.job)).To(Equal(bits.Transferred))
		data, _, err := s.job.ReplyData()
		Expect(err).NotTo(HaveOccurred())
		Expect(data).To(HaveLen(1000))
	})
})
