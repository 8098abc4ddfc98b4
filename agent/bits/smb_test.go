package bits_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/auth/ntlm"
	fakecontent "github.com/wualab/wualab/fakeserver/content"
	fakesmb "github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smbwire"
	"github.com/wualab/wualab/transcript"
)

// shareBench is a bench with a file server dp1 and its share packages.
type shareBench struct {
	*bench
	server *fakesmb.Server

	mu    sync.Mutex
	files map[string]fakecontent.File
}

const setup = `\\dp1\packages\setup.exe`

func newShareBench(profile string, tuning bits.Tuning, faults ...fakesmb.Fault) *shareBench {
	GinkgoHelper()
	return newShareBenchOf(profile, tuning, func(s *fakesmb.Share) { s.Faults = faults })
}

// newShareBenchOf is newShareBench with a share that configure, if not nil, sets up.
func newShareBenchOf(profile string, tuning bits.Tuning, configure func(*fakesmb.Share)) *shareBench {
	GinkgoHelper()
	b := &shareBench{bench: newBench(profile, tuning), files: map[string]fakecontent.File{"setup.exe": {Size: 300_000, Seed: 7}, "empty.bin": {}}}
	packages, packages2 := b.share(), b.share()
	if configure != nil {
		configure(&packages)
		packages2.Writable = packages.Writable
	}
	var err error
	b.server, err = fakesmb.New(fakesmb.Config{Name: "dp1", Clock: b.clock, Recorder: b.record, Domain: "LAB",
		Accounts: ntlm.NewAccounts(ntlm.Account{Domain: "LAB", User: "alice", Password: "pw"}),
		Shares:   map[string]fakesmb.Share{"packages": packages, "packages2": packages2}})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { Expect(b.server.Close()).To(Succeed()) })
	Expect(b.pc.SetHost("dp1", 445, b.server.Addr())).To(Succeed())
	return b
}

func (b *shareBench) share() fakesmb.Share {
	return fakesmb.Share{Files: func() map[string]fakecontent.File {
		b.mu.Lock()
		defer b.mu.Unlock()
		return maps.Clone(b.files)
	}}
}

func (b *shareBench) set(name string, f fakecontent.File) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.files[name] = f
}

// get makes a job with remote names, not resumed.
func (b *shareBench) get(name string, remotes ...string) *bits.Job {
	GinkgoHelper()
	j, err := b.bits.CreateJob(name, bits.Download, owner)
	Expect(err).NotTo(HaveOccurred())
	for i, remote := range remotes {
		Expect(j.AddFile(remote, fmt.Sprintf(`C:\%s\%d.bin`, name, i))).To(Succeed())
	}
	return j
}

// reads gives the READs at the file server, as "offset length".
func (b *shareBench) reads() []string {
	var out []string
	for _, e := range b.record.Events(0) {
		if e.Kind == transcript.KindSMB && e.Node == "dp1" && e.Data["command"] == "READ" {
			text, _, _ := strings.Cut(strings.TrimPrefix(e.Text, "SMB2 READ offset "), ":")
			out = append(out, strings.Replace(text, " length", "", 1))
		}
	}
	return out
}

func generated(size, seed int64) string {
	out := make([]byte, size)
	_, _ = fakecontent.Generated(size, seed).ReadAt(out, 0)
	return string(out)
}

func bytesOf(f *bits.File) string {
	GinkgoHelper()
	data, err := os.ReadFile(f.Path())
	Expect(err).NotTo(HaveOccurred())
	return string(data)
}

var _ = Describe("a remote name on a file share", func() {
	blocks := bits.Tuning{FirstBlock: 100_000, MaxBlock: 100_000}

	It("is downloaded in blocks, with the time of the server's file", func() {
		b := newShareBench("xp-sp2", blocks)
		stamp := time.Date(2004, 7, 1, 22, 8, 0, 0, time.UTC)
		b.set("setup.exe", fakecontent.File{Size: 300_000, Seed: 7, LastModified: stamp})
		j := b.get("j", setup, "file://dp1/packages/empty.bin")
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(j.Complete()).To(Equal(hresult.S_OK))
		Expect(bytesOf(j.Files()[0]) == generated(300_000, 7)).To(BeTrue())
		Expect(bytesOf(j.Files()[1])).To(BeEmpty())
		info, err := os.Stat(j.Files()[0].Path())
		Expect(err).NotTo(HaveOccurred())
		Expect(info.ModTime().UTC()).To(Equal(stamp))
		Expect(b.reads()).To(Equal([]string{"0 100000", "100000 100000", "200000 100000"}))
		Expect(b.requests()).To(BeEmpty())
	})

	It("is read as fast as can be by a foreground job", func() {
		b := newShareBench("xp-sp2", blocks)
		j := b.get("j", setup)
		Expect(j.SetPriority(bits.Foreground)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.reads()).To(Equal([]string{"0 300000"}))
	})

	It("may have ranges in 2.0", func() {
		b := newShareBench("xp-sp2", blocks)
		j, err := b.bits.CreateJob("j", bits.Download, owner)
		Expect(err).NotTo(HaveOccurred())
		ranges := []bits.FileRange{{InitialOffset: 200_000, Length: 1000}, {InitialOffset: 10, Length: 150_000}, {InitialOffset: 299_000, Length: bits.LengthToEOF}}
		Expect(j.AddFileWithRanges(setup, `C:\r.bin`, ranges)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(j.Complete()).To(Equal(hresult.S_OK))
		all := generated(300_000, 7)
		Expect(bytesOf(j.Files()[0]) == all[200_000:201_000]+all[10:150_010]+all[299_000:]).To(BeTrue())
		Expect(b.reads()).To(Equal([]string{"200000 1000", "10 100000", "100010 50000", "299000 1000"}))
	})

	It("fails with a range outside the file", func() {
		b := newShareBench("xp-sp2", blocks)
		j, err := b.bits.CreateJob("j", bits.Download, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.AddFileWithRanges(setup, `C:\r.bin`, []bits.FileRange{{InitialOffset: 300_000, Length: 1}})).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Error))
		Expect(errorOf(j)).To(Equal(hresult.BG_E_INVALID_RANGE))
	})

	It("goes on at the exact byte after the connection broke", func() {
		b := newShareBench("xp-sp2", blocks, fakesmb.Fault{On: fakesmb.OnRead, After: 123_456, Cut: true, Times: 1})
		j := b.get("j", setup)
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.ERROR_NETNAME_DELETED))
		Expect(e.Context).To(Equal(hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT))
		Expect(j.Progress().BytesTransferred).To(BeEquivalentTo(123_456))
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(b.clock.Now()).To(Equal(epoch.Add(10 * time.Minute)))
		Expect(j.Complete()).To(Equal(hresult.S_OK))
		Expect(bytesOf(j.Files()[0]) == generated(300_000, 7)).To(BeTrue())
		Expect(b.reads()).To(Equal([]string{"0 100000", "100000 100000", "123456 100000", "223456 76544"}))
	})

	DescribeTable("begins anew when the file is another one on going on", func(f fakecontent.File) {
		b := newShareBench("xp-sp2", blocks, fakesmb.Fault{On: fakesmb.OnRead, After: 100_000, Cut: true, Times: 1})
		j := b.get("j", setup)
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		b.set("setup.exe", f)
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(j.Complete()).To(Equal(hresult.S_OK))
		Expect(bytesOf(j.Files()[0]) == generated(f.Size, f.Seed)).To(BeTrue())
	},
		Entry("by its time", fakecontent.File{Size: 300_000, Seed: 8, LastModified: epoch}),
		Entry("by its size", fakecontent.File{Size: 200_000, Seed: 8}),
	)

	It("changes between HTTP and SMB without losing a byte of the same file", func() {
		b := newShareBench("xp-sp2", blocks, fakesmb.Fault{On: fakesmb.OnRead, After: 100_000, Cut: true, Times: 1})
		stamp := fakecontent.DefaultModified()
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, "setup.exe", stamp, strings.NewReader(generated(300_000, 7)))
		}
		j := b.get("j", setup)
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(j.ReplaceRemotePrefix(`\\dp1\packages\`, "http://origin/p/")).To(BeTrue())
		Expect(b.wait(j)).To(Equal(bits.Transferred))
		Expect(j.Complete()).To(Equal(hresult.S_OK))
		Expect(bytesOf(j.Files()[0]) == generated(300_000, 7)).To(BeTrue())
		Expect(b.requests()).NotTo(ContainElement(ContainSubstring(" 0-")))

		b.handler = func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
		j = b.job("k", "/p/setup.exe")
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(j.ReplaceRemotePrefix("http://origin/p", `\\dp1\packages2`)).To(BeTrue())
		Expect(b.wait(j)).To(Equal(bits.Transferred))
	})

	DescribeTable("fails", func(remote string, fault *fakesmb.Fault, state bits.State, code hresult.HRESULT, context hresult.ErrorContext) {
		var faults []fakesmb.Fault
		if fault != nil {
			faults = append(faults, *fault)
		}
		b := newShareBench("xp-sp2", blocks, faults...)
		j := b.get("j", remote)
		Expect(b.run(j, bits.TransientError)).To(Equal(state))
		e, err := j.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect([]any{e.Code, e.Context, e.URL}).To(Equal([]any{code, context, remote}), "%v", e)
	},
		Entry("at an unknown server", `\\nowhere\packages\x`, nil, bits.TransientError, hresult.ERROR_BAD_NETPATH, hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT),
		Entry("at an unknown share", `\\dp1\other\x`, nil, bits.Error, hresult.ERROR_BAD_NET_NAME, hresult.BG_ERROR_CONTEXT_REMOTE_FILE),
		Entry("without the file", `\\dp1\packages\other.exe`, nil, bits.Error, hresult.ERROR_FILE_NOT_FOUND, hresult.BG_ERROR_CONTEXT_REMOTE_FILE),
		Entry("without the folder", `\\dp1\packages\a\b.exe`, nil, bits.Error, hresult.ERROR_PATH_NOT_FOUND, hresult.BG_ERROR_CONTEXT_REMOTE_FILE),
		Entry("without the right", setup, &fakesmb.Fault{Status: smbwire.StatusAccessDenied}, bits.Error, hresult.E_ACCESSDENIED, hresult.BG_ERROR_CONTEXT_REMOTE_FILE),
		Entry("while another program has the file", setup, &fakesmb.Fault{Status: smbwire.StatusSharingViolation}, bits.TransientError, hresult.ERROR_SHARING_VIOLATION, hresult.BG_ERROR_CONTEXT_REMOTE_FILE),
		Entry("when the server is too slow", setup, &fakesmb.Fault{On: fakesmb.OnRead, Delay: 2 * time.Minute}, bits.TransientError, hresult.ERROR_SEM_TIMEOUT, hresult.BG_ERROR_CONTEXT_GENERAL_TRANSPORT),
	)

	It("logs on as the job's owner, whatever SetCredentials says", func() {
		b := newShareBench("xp-sp2", blocks)
		j := b.get("j", setup)
		Expect(j.SetCredentials(bits.Explicit(credrule.Server, credrule.NTLM, `LAB\bob`, "other"))).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(b.record.Events(0)).To(ContainElement(HaveField("Text", HavePrefix(`lets LAB\alice (`))))
	})

	It("keeps owner, group and DACL, also over a restart; the SACL needs a privilege", func() {
		b := newShareBench("xp-sp2", blocks)
		j := b.get("j", setup)
		Expect(j.SetFileACLFlags(bits.ACLOwner | bits.ACLGroup | bits.ACLDACL)).To(Succeed())
		Expect(b.run(j)).To(Equal(bits.Transferred))
		Expect(j.Files()[0].SecurityDescriptor()).To(HaveLen(20 + 16 + 16 + 28))
		Expect(j.SetFileACLFlags(0)).To(haveCode(hresult.BG_E_INVALID_STATE))

		j = b.get("k", setup)
		Expect(j.SetFileACLFlags(bits.ACLAll)).To(Succeed())
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(errorOf(j)).To(Equal(hresult.E_ACCESSDENIED))
	})

	DescribeTable("is refused", func(profile string, kind bits.Type, remote string, ranged bool, code hresult.HRESULT) {
		b := newShareBench(profile, blocks)
		j, err := b.bits.CreateJob("j", kind, owner)
		Expect(err).NotTo(HaveOccurred())
		if ranged {
			err = j.AddFileWithRanges(remote, `C:\x`, []bits.FileRange{{Length: 1}})
		} else {
			err = j.AddFile(remote, `C:\x`)
		}
		Expect(err).To(haveCode(code))
	},
		Entry("before 2.0", "server-2003", bits.Download, setup, false, hresult.E_INVALIDARG),
		Entry("as file: before 2.0", "server-2003", bits.Download, "file://dp1/packages/x", false, hresult.E_INVALIDARG),
		Entry("by an upload-reply job", "xp-sp2", bits.UploadReply, setup, false, hresult.E_INVALIDARG),
		Entry("by an upload job before 2.0", "server-2003", bits.Upload, setup, false, hresult.E_INVALIDARG),
		Entry("with ranges from 3.0 on", "vista", bits.Download, setup, true, hresult.E_INVALIDARG),
		Entry("without a file", "xp-sp2", bits.Download, `\\dp1\packages`, false, hresult.E_INVALIDARG),
		Entry("as a pipe", "xp-sp2", bits.Download, `\\dp1\pipe\x`, false, hresult.E_INVALIDARG),
		Entry("on a local drive", "xp-sp2", bits.Download, `file:///c:/x`, false, hresult.E_INVALIDARG),
	)

	It("cannot come to a file with ranges in 3.0", func() {
		b := newShareBench("vista", blocks)
		j, err := b.bits.CreateJob("j", bits.Download, owner)
		Expect(err).NotTo(HaveOccurred())
		Expect(j.AddFileWithRanges("http://origin/x", `C:\x`, []bits.FileRange{{Length: 1}})).To(Succeed())
		Expect(j.Files()[0].SetRemoteName(setup)).To(haveCode(hresult.E_INVALIDARG))
		_, err = j.ReplaceRemotePrefix("http://origin", `\\dp1\packages`)
		Expect(err).To(haveCode(hresult.E_INVALIDARG))
	})
})

func errorOf(j *bits.Job) hresult.HRESULT {
	GinkgoHelper()
	e, err := j.GetError()
	Expect(err).NotTo(HaveOccurred())
	return e.Code
}

// haveCode holds for the error of a call that failed with the code.
func haveCode(code hresult.HRESULT) types.GomegaMatcher {
	return WithTransform(func(err error) hresult.HRESULT {
		got, _ := hresult.Of(err)
		return got
	}, Equal(code))
}
