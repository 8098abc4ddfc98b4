package bits_test

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

// benchOn is a bench whose service has a volume as its disk.
func benchOn(profile string) (*bench, *bits.Volume) {
	GinkgoHelper()
	var volume *bits.Volume
	b := newBenchOf(profile, func(c *bits.Config) {
		var err error
		volume, err = bits.OpenVolume(c.Dir)
		Expect(err).NotTo(HaveOccurred())
		c.Disk = volume.Mount()
		c.Tuning.FirstBlock, c.Tuning.MaxBlock = 100, 100
	})
	DeferCleanup(volume.Close)
	b.handler = file(450, epoch)
	return b, volume
}

func content(j *bits.Job) string {
	GinkgoHelper()
	data, err := os.ReadFile(j.Files()[0].Path())
	Expect(err).NotTo(HaveOccurred())
	return string(data)
}

var whole = strings.Repeat("0123456789", 45)

var _ = Describe("a disk that fails", func() {
	// The whole table: what each fault gives a job that has 150 of 450 bytes.
	type row struct {
		code  hresult.HRESULT
		state bits.State
		after bool // it is met while bytes are written
	}
	table := map[bits.DiskFault]row{
		bits.DiskFull:           {hresult.ERROR_DISK_FULL, bits.Error, true},
		bits.DiskAccessDenied:   {hresult.E_ACCESSDENIED, bits.Error, false},
		bits.DiskWriteProtected: {hresult.ERROR_WRITE_PROTECT, bits.Error, true},
		bits.DiskLocked:         {hresult.BG_E_DESTINATION_LOCKED, bits.TransientError, true},
		bits.DiskVolumeChanged:  {hresult.BG_E_VOLUME_CHANGED, bits.Error, true},
		bits.DiskNotReady:       {hresult.ERROR_NOT_READY, bits.Error, true},
		bits.DiskPathMissing:    {hresult.ERROR_PATH_NOT_FOUND, bits.Error, false},
		bits.DiskInUse:          {hresult.ERROR_SHARING_VIOLATION, bits.Error, false},
		bits.DiskKeepsFiles:     {0, bits.Transferred, false},
		bits.DiskKeepsNames:     {0, bits.Transferred, false},
	}

	It("has a row for each fault", func() {
		Expect(bits.DiskFaults()).To(HaveLen(len(table)))
	})

	for _, fault := range bits.DiskFaults() {
		want := table[fault]
		It("tells of "+string(fault)+" and goes on afterwards", func() {
			b, volume := benchOn("xp-sp2")
			j := b.job("j", "/f")
			if want.after {
				Expect(volume.Fail(fault, 150)).To(Succeed())
			} else {
				Expect(volume.Fail(bits.DiskFull, 150)).To(Succeed())
				Expect(b.run(j)).To(Equal(bits.Error))
				Expect(volume.Fail(fault, 0)).To(Succeed())
			}
			Expect(b.run(j, bits.TransientError)).To(Equal(want.state))
			if want.state == bits.Transferred {
				Expect(content(j)).To(Equal(whole))
				return
			}
			e, err := j.GetError()
			Expect(err).NotTo(HaveOccurred())
			Expect(e.Code).To(Equal(want.code), "%v", e)
			Expect(e.Context).To(Equal(hresult.BG_ERROR_CONTEXT_LOCAL_FILE))
			Expect(j.Progress().BytesTransferred).To(BeEquivalentTo(150))
			asked := len(b.requests())
			Expect(volume.Fail("", 0)).To(Succeed())
			Expect(b.run(j)).To(Equal(bits.Transferred))
			Expect(content(j)).To(Equal(whole))
			Expect(b.requests()[asked]).To(Equal("GET 150-249"))
		})
	}

	It("is waited for while it is locked, without retries", func() {
		b, volume := benchOn("xp-sp2")
		j := b.job("j", "/f")
		Expect(volume.Fail(bits.DiskLocked, 100)).To(Succeed())
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		asked := len(b.requests())
		Expect(b.hold.Sleep(GinkgoT().Context(), 24*time.Hour)).To(Succeed())
		Expect(b.requests()).To(HaveLen(asked))
		Expect(volume.Fail("", 0)).To(Succeed())
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(24 * time.Hour))
		Expect(content(j)).To(Equal(whole))
	})

	DescribeTable("refuses at AddFile", func(fault bits.DiskFault, code hresult.HRESULT) {
		b, volume := benchOn("xp-sp2")
		Expect(volume.Fail(fault, 0)).To(Succeed())
		j := b.job("j")
		Expect(j.AddFile("http://origin/f", `C:\f`)).To(failWith(code))
		Expect(j.Files()).To(BeEmpty())
	},
		Entry("without the right to write", bits.DiskAccessDenied, hresult.E_ACCESSDENIED),
		Entry("without the folder", bits.DiskPathMissing, hresult.ERROR_PATH_NOT_FOUND),
	)

	It("keeps the job TRANSFERRED when Complete can't rename, and the renamed files", func() {
		b, volume := benchOn("xp-sp2")
		j := b.job("j", "/f", "/g")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(volume.Fail(bits.DiskKeepsNames, 0)).To(Succeed())
		_, err := j.Complete()
		Expect(err).To(failWith(hresult.E_ACCESSDENIED))
		Expect(j.State()).To(Equal(bits.Transferred))
		Expect(volume.Fail("", 0)).To(Succeed())
		code, err := j.Complete()
		Expect(code, err).To(Equal(hresult.S_OK))
		Expect(content(j)).To(Equal(whole))
	})

	It("gives BG_S_UNABLE_TO_DELETE_FILES when temporary files stay", func() {
		b, volume := benchOn("xp-sp2")
		Expect(volume.Fail(bits.DiskFull, 150)).To(Succeed())
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(volume.Fail(bits.DiskKeepsFiles, 0)).To(Succeed())
		code, err := j.Cancel()
		Expect(code, err).To(Equal(hresult.BG_S_UNABLE_TO_DELETE_FILES))
		Expect(filepath.Base(j.Files()[0].Path())).To(MatchRegexp(`^BIT[0-9A-F]+\.tmp$`))
	})

	It("replaces a file that has the name already", func() {
		b, _ := benchOn("xp-sp2")
		dir := filepath.Join(b.config.Dir, "c", "j")
		Expect(os.MkdirAll(dir, 0o755)).To(Succeed())
		Expect(os.WriteFile(filepath.Join(dir, "0.bin"), []byte("older"), 0o644)).To(Succeed())
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		_, err := j.Complete()
		Expect(err).NotTo(HaveOccurred())
		Expect(content(j)).To(Equal(whole))
	})

	DescribeTable("of the host has the Windows code", func(prepare func(dir string), code hresult.HRESULT) {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(450, epoch)
		prepare(b.config.Dir)
		j := b.job("j", "/f")
		Expect(b.run(j)).To(Equal(bits.Error))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(code), "%v", e)
	},
		Entry("when a file stands where a folder should be", func(dir string) {
			Expect(os.WriteFile(filepath.Join(dir, "c"), nil, 0o644)).To(Succeed())
		}, hresult.ERROR_PATH_NOT_FOUND),
		Entry("when a link leads out of the disk", func(dir string) {
			Expect(os.Mkdir(filepath.Join(dir, "c"), 0o755)).To(Succeed())
			Expect(os.Symlink("/tmp", filepath.Join(dir, "c", "j"))).To(Succeed())
		}, hresult.E_ACCESSDENIED),
	)

	It("has the code for a name that is too long for the disk", func() {
		b := newBench("xp-sp2", bits.Tuning{})
		b.handler = file(450, epoch)
		j := b.job("j")
		Expect(j.AddFile("http://origin/f", `C:\`+strings.Repeat("é", 130)+`\f`)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Error))
		e, _ := j.GetError()
		Expect(e.Code).To(Equal(hresult.ERROR_FILENAME_EXCED_RANGE))
	})

	It("has names that are told", func() {
		Expect(bits.ParseDiskFault("none")).To(BeEmpty())
		Expect(bits.ParseDiskFault("locked")).To(Equal(bits.DiskLocked))
		_, err := bits.ParseDiskFault("ful")
		Expect(err).To(MatchError(ContainSubstring(`did you mean "full"?`)))
	})
})

var _ = Describe("a service that dies", func() {
	// dying is a bench whose service has a queue and dies after n bytes.
	dying := func(n int64) (*bench, *bits.Volume, *bits.Job) {
		GinkgoHelper()
		var volume *bits.Volume
		path := filepath.Join(GinkgoT().TempDir(), "queue")
		b := newBenchOf("xp-sp3", func(c *bits.Config) {
			var err error
			volume, err = bits.OpenVolume(c.Dir)
			Expect(err).NotTo(HaveOccurred())
			c.Disk, c.Store = volume.Mount(), path
			c.Tuning.FirstBlock, c.Tuning.MaxBlock = 100, 100
		})
		DeferCleanup(volume.Close)
		b.handler = file(450, epoch)
		volume.KillAfter(n, b.bits.Crash)
		return b, volume, b.job("j", "/f")
	}

	It("wakes who waits, and tells nobody else", func() {
		b, volume, j := dying(250)
		cb := &listener{}
		Expect(j.SetNotifyInterface(cb)).To(Succeed())
		Expect(j.Resume()).To(Succeed())
		_, err := j.Wait(GinkgoT().Context(), b.hold, bits.Transferred, bits.Error)
		Expect(err).To(MatchError(bits.ErrStopped))
		Expect(b.bits.Close()).To(Succeed())
		Expect(cb.events()).To(BeEmpty())
		Expect(j.State()).NotTo(BeElementOf(bits.Error, bits.TransientError, bits.Transferred))
		data, err := os.ReadFile(j.Files()[0].Path())
		Expect(err).NotTo(HaveOccurred())
		Expect(data).To(HaveLen(250))
		Expect(volume.LosePower()).To(Succeed())
		data, err = os.ReadFile(j.Files()[0].Path())
		Expect(err).NotTo(HaveOccurred())
		Expect(data).To(BeEmpty(), "nothing had been synced")
		cfg := b.config
		cfg.Disk = volume.Mount()
		b.start(cfg)
		again, err := b.bits.GetJob(j.ID())
		Expect(err).NotTo(HaveOccurred())
		Expect(b.wait(again)).To(Equal(bits.Transferred))
		Expect(content(again)).To(Equal(whole))
	})

	It("keeps what was on its way to the queue from it", func() {
		b, volume, j := dying(5 << 20)
		b.handler = file(6<<20, epoch)
		Expect(j.SetPriority(bits.Foreground)).To(Succeed()) // one request; progress waits to be saved
		Expect(j.Resume()).To(Succeed())
		_, err := j.Wait(GinkgoT().Context(), b.hold, bits.Transferred, bits.Error)
		Expect(err).To(MatchError(bits.ErrStopped))
		Expect(b.bits.Close()).To(Succeed())
		cfg := b.config
		cfg.Disk = volume.Mount()
		b.start(cfg)
		again, err := b.bits.GetJob(j.ID())
		Expect(err).NotTo(HaveOccurred())
		Expect(again.Progress().BytesTransferred).To(BeZero())
	})

	It("does not die when that is called off", func() {
		b, volume, j := dying(250)
		volume.KillAfter(-1, nil)
		Expect(b.run(j)).To(Equal(bits.Transferred))
	})

	It("has its disk no more once another has it", func() {
		b, volume, j := dying(-1)
		Expect(volume.Mount()).NotTo(BeNil())
		Expect(b.run(j)).To(Equal(bits.Error))
	})
})
