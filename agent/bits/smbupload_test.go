package bits_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/smb"
	fakecontent "github.com/wualab/wualab/fakeserver/content"
	fakesmb "github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smbwire"
	"github.com/wualab/wualab/transcript"
)

const inbox = `\\dp1\packages\report.xml`

var _ = Describe("an upload to a file share", func() {
	blocks := bits.Tuning{FirstBlock: 100_000, MaxBlock: 100_000}
	data := bytes.Repeat([]byte("0123456789"), 30_000)
	stamp := time.Date(2004, 7, 1, 22, 8, 0, 123_456_700, time.UTC)

	writable := func(faults ...fakesmb.Fault) func(*fakesmb.Share) {
		return func(s *fakesmb.Share) { s.Writable, s.Faults = true, faults }
	}
	newUpload := func(profile string, configure func(*fakesmb.Share)) (*shareBench, *bits.Job) {
		GinkgoHelper()
		b := newShareBenchOf(profile, blocks, configure)
		j, err := b.bits.CreateJob("up", bits.Upload, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.AddFile(inbox, `C:\report.xml`)).To(Succeed())
		write(j, data)
		Expect(os.Chtimes(j.Files()[0].Path(), stamp, stamp)).To(Succeed())
		return b, j
	}
	arrived := func(b *shareBench) {
		GinkgoHelper()
		got, modified, ok := b.server.Written("packages", "report.xml")
		Expect(ok).To(BeTrue())
		Expect(bytes.Equal(got, data)).To(BeTrue(), "%d bytes", len(got))
		Expect(modified.UTC()).To(Equal(stamp))
		Expect(b.server.Names("packages")).To(ConsistOf("report.xml", "setup.exe", "empty.bin"))
	}

	It("writes a temporary file, gives it the time and then the name, as the job's owner", func() {
		b, j := newUpload("xp-sp2", writable())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		arrived(b)
		Expect(b.commands("WRITE")).To(Equal([]string{"0 100000", "100000 100000", "200000 100000"}))
		Expect(b.record.Events(0)).To(ContainElements(
			HaveField("Text", MatchRegexp(`^SMB2 CREATE BIT[0-9A-F]{1,4}\.tmp: STATUS_SUCCESS`)),
			HaveField("Text", "SMB2 SET_INFO last write time 2004-07-01T22:08:00.1234567Z: STATUS_SUCCESS"),
			HaveField("Text", "SMB2 SET_INFO rename to report.xml: STATUS_SUCCESS"),
			HaveField("Text", HavePrefix(`lets LAB\alice (`))))
		Expect(j.Progress()).To(Equal(bits.Progress{BytesTotal: 300_000, BytesTransferred: 300_000, FilesTotal: 1, FilesTransferred: 1}))
		Expect(j.Complete()).To(Equal(hresult.S_OK))
		Expect(b.requests()).To(BeEmpty())
		arrived(b)
	})

	It("replaces a file that is there", func() {
		b, j := newUpload("xp-sp2", writable())
		b.set("report.xml", fakecontent.File{Size: 10})
		Expect(b.run(j)).To(Equal(bits.Transferred))
		arrived(b)
	})

	It("writes as much as can be in the foreground, and nothing of an empty file", func() {
		b, j := newUpload("xp-sp2", writable())
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.commands("WRITE")).To(Equal([]string{"0 300000"}))
		b, j = newUpload("xp-sp2", writable())
		write(j, nil)
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.commands("WRITE")).To(BeEmpty())
		Expect(b.server.Names("packages")).To(ContainElement("report.xml"))
	})

	It("goes on at the byte that the server lacks after the connection broke", func() {
		b, j := newUpload("xp-sp2", writable(fakesmb.Fault{On: fakesmb.OnWrite, After: 123_456, Cut: true, Times: 1}))
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(errorOf(j)).To(Equal(hresult.ERROR_NETNAME_DELETED))
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.clock.Now()).To(Equal(epoch.Add(10 * time.Minute)))
		Expect(b.commands("WRITE")).To(ContainElement("123456 100000"))
		arrived(b)
	})

	It("begins anew when the temporary file is gone", func() {
		b, j := newUpload("xp-sp2", writable(fakesmb.Fault{On: fakesmb.OnWrite, After: 123_456, Cut: true, Times: 1}))
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		for _, name := range b.server.Names("packages") {
			if strings.HasPrefix(name, "BIT") {
				b.delete(`\\dp1\packages\` + name)
			}
		}
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.commands("WRITE")[2:]).To(Equal([]string{"0 100000", "100000 100000", "200000 100000"}))
		arrived(b)
	})

	It("finds the file that got its name although the connection broke then", func() {
		b, j := newUpload("xp-sp2", writable(fakesmb.Fault{On: fakesmb.OnClose, Path: "report.xml", Cut: true, Times: 1}))
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.commands("WRITE")).To(HaveLen(3))
		arrived(b)
	})

	DescribeTable("fails", func(fault fakesmb.Fault, state bits.State, code hresult.HRESULT, left int) {
		b, j := newUpload("xp-sp2", writable(fault))
		Expect(b.run(j, bits.TransientError)).To(Equal(state))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect([]any{e.Code, e.Context, e.URL}).To(Equal([]any{code, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, inbox}), "%v", e)
		Expect(b.server.Names("packages")).To(HaveLen(2 + left))
		Expect(j.Cancel()).To(Equal(hresult.S_OK))
		b.settle()
		Expect(b.server.Names("packages")).To(HaveLen(2))
	},
		Entry("without the right to make a file", fakesmb.Fault{Status: smbwire.StatusAccessDenied}, bits.Error, hresult.E_ACCESSDENIED, 0),
		Entry("on a full disk", fakesmb.Fault{On: fakesmb.OnWrite, After: 1000, Status: smbwire.StatusDiskFull}, bits.Error, hresult.ERROR_DISK_FULL, 1),
		Entry("when another program has the file", fakesmb.Fault{On: fakesmb.OnRename, Status: smbwire.StatusSharingViolation}, bits.TransientError, hresult.ERROR_SHARING_VIOLATION, 1),
		Entry("when the file may not be replaced", fakesmb.Fault{On: fakesmb.OnRename, Status: smbwire.StatusAccessDenied}, bits.Error, hresult.E_ACCESSDENIED, 1),
	)

	It("fails on a share that is read only, and in a folder that is not there", func() {
		b, j := newUpload("xp-sp2", nil)
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(errorOf(j)).To(Equal(hresult.E_ACCESSDENIED))
		b = newShareBenchOf("xp-sp2", blocks, writable())
		j, err := b.bits.CreateJob("up", bits.Upload, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.AddFile(`\\dp1\packages\none\report.xml`, `C:\report.xml`)).To(Succeed())
		write(j, data)
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(errorOf(j)).To(Equal(hresult.ERROR_PATH_NOT_FOUND))
	})

	It("fails when the share has no more room", func() {
		b, j := newUpload("xp-sp2", func(s *fakesmb.Share) { s.Writable, s.FreeSpace = true, 250_000 })
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(errorOf(j)).To(Equal(hresult.ERROR_DISK_FULL))
		Expect(j.Progress().BytesTransferred).To(BeEquivalentTo(200_000))
	})

	It("fails when the local file changes meanwhile", func() {
		b, j := newUpload("xp-sp2", writable(fakesmb.Fault{On: fakesmb.OnWrite, After: 100_000, Cut: true, Times: 1}))
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		write(j, data[:1000])
		Expect(b.wait(j)).To(Equal(bits.Error))
		Expect(errorOf(j)).To(Equal(hresult.BG_E_LOCAL_FILE_CHANGED))
	})

	It("leaves nothing on the share when it is cancelled, also when the server is away at first", func() {
		b, j := newUpload("xp-sp2", writable(fakesmb.Fault{On: fakesmb.OnWrite, After: 100_000, Cut: true, Times: 1},
			fakesmb.Fault{On: fakesmb.OnDelete, Status: smbwire.StatusSharingViolation, Times: 1}))
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.server.Names("packages")).To(HaveLen(3))
		Expect(j.Cancel()).To(Equal(hresult.S_OK))
		b.settle()
		Expect(b.server.Names("packages")).To(ConsistOf("setup.exe", "empty.bin"))
	})

	It("goes to another share when the remote prefix is replaced, from the first byte", func() {
		b, j := newUpload("xp-sp2", writable(fakesmb.Fault{On: fakesmb.OnWrite, After: 100_000, Cut: true, Times: 1}))
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(j.ReplaceRemotePrefix(`\\dp1\packages\`, `\\dp1\packages2\`)).To(BeTrue())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		got, _, ok := b.server.Written("packages2", "report.xml")
		Expect(ok && bytes.Equal(got, data)).To(BeTrue())
	})
})

// commands gives the requests of one kind at the file server, as "offset length".
func (b *shareBench) commands(command string) []string {
	var out []string
	for _, e := range b.record.Events(0) {
		if e.Kind == transcript.KindSMB && e.Node == "dp1" && e.Data["command"] == command {
			text, _, _ := strings.Cut(strings.TrimPrefix(e.Text, "SMB2 "+command+" offset "), ":")
			out = append(out, strings.Replace(text, " length", "", 1))
		}
	}
	return out
}

// delete takes a file of a share away.
func (b *shareBench) delete(remote string) {
	GinkgoHelper()
	name, err := smb.ParseName(remote)
	Expect(err).NotTo(HaveOccurred())
	client := smb.New(smb.Config{Machine: b.pc, Clock: b.clock, Dial: func(ctx context.Context, host string, port int) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", b.server.Addr())
	}})
	to, err := client.Upload(GinkgoT().Context(), b.hold, owner, name, link.Background)
	Expect(err).NotTo(HaveOccurred())
	Expect(to.Delete(GinkgoT().Context(), b.hold)).To(Succeed())
	Expect(to.Close(GinkgoT().Context(), b.hold)).To(Succeed())
}

// settle lets all that is under way, and every timer of a minute, come to its end.
func (b *shareBench) settle() {
	GinkgoHelper()
	Expect(b.hold.Sleep(GinkgoT().Context(), time.Hour)).To(Succeed())
}
