package bits_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

var _ = Describe("the queue on the store", func() {
	var (
		b    *bench
		path string
	)
	// restart stops the service and starts it on the same disk and store.
	restart := func() {
		GinkgoHelper()
		if b.bits != nil {
			Expect(b.bits.Close()).To(Succeed())
		}
		client := winhttp.New(winhttp.Config{Resolver: b.pc, Clock: b.clock, Recorder: b.record})
		DeferCleanup(client.Close)
		var err error
		b.bits, err = bits.New(bits.Config{Machine: b.pc, HTTP: client, Clock: b.clock, Recorder: b.record,
			Dir: filepath.Dir(path), Store: path, Tuning: bits.Tuning{FirstBlock: 100, MaxBlock: 100}})
		Expect(err).NotTo(HaveOccurred())
	}
	BeforeEach(func() {
		b = newBench("xp-sp3", bits.Tuning{})
		Expect(b.bits.Close()).To(Succeed())
		b.bits = nil
		path = filepath.Join(GinkgoT().TempDir(), "qmgr0.dat")
		restart()
		DeferCleanup(func() { _ = b.bits.Close() })
	})

	It("keeps everything of a job", func() {
		j := b.job("j", "/f")
		Expect(j.AddFileWithRanges("http://origin/g", `C:\g`, []bits.FileRange{{InitialOffset: 5, Length: 10}})).To(Succeed())
		Expect(j.SetDescription("text")).To(Succeed())
		Expect(j.SetPriority(bits.Low)).To(Succeed())
		Expect(j.SetNotifyCmdLine(`C:\done.exe`, "-x")).To(Succeed())
		Expect(j.SetProxySettings(winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: "corp:8080", Bypass: "<local>"})).To(Succeed())
		Expect(j.SetMinimumRetryDelay(time.Minute)).To(Succeed())
		Expect(j.SetCredentials(bits.Explicit(credrule.Server, credrule.NTLM, `LAB\bob`, "secret"))).To(Succeed())
		restart()
		again, err := b.bits.GetJob(j.ID())
		Expect(err).NotTo(HaveOccurred())
		Expect(again).NotTo(BeIdenticalTo(j))
		Expect(again.Settings()).To(Equal(j.Settings()))
		Expect(again.Times()).To(Equal(j.Times()))
		Expect(again.Owner()).To(Equal(owner))
		Expect(again.Files()).To(HaveLen(2))
		Expect(again.Files()[1].Ranges()).To(Equal([]bits.FileRange{{InitialOffset: 5, Length: 10}}))
		Expect(again.RemoveCredentials(credrule.Server, credrule.NTLM)).To(Succeed())
	})

	It("goes on at the exact byte after the service was stopped", func() {
		reached, release := make(chan struct{}), make(chan struct{})
		b.handler = func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.Header.Get("Range"), "=200-299") && reached != nil {
				close(reached)
				<-release
			}
			file(450, epoch)(w, r)
		}
		j := b.job("j", "/f")
		Expect(j.Resume()).To(Succeed())
		Eventually(reached).Should(BeClosed())
		go func() { time.Sleep(10 * time.Millisecond); close(release) }()
		Expect(b.bits.Close()).To(Succeed())
		reached, b.bits = nil, nil
		restart()
		again, err := b.bits.GetJob(j.ID())
		Expect(err).NotTo(HaveOccurred())
		Expect(b.wait(again)).To(Equal(bits.Transferred))
		data, err := os.ReadFile(again.Files()[0].Path())
		Expect(err).NotTo(HaveOccurred())
		Expect(string(data)).To(Equal(strings.Repeat("0123456789", 45)))
		Expect(b.requests()).To(Equal([]string{"GET 0-99", "GET 100-199", "GET 200-299", "GET 200-299", "GET 300-399", "GET 400-449"}))
	})

	It("waits for the rest of the retry delay", func() {
		b.handler = status(http.StatusServiceUnavailable)
		j := b.job("j", "/f")
		Expect(b.run(j, bits.TransientError)).To(Equal(bits.TransientError))
		Expect(b.hold.Sleep(GinkgoT().Context(), 400*time.Second)).To(Succeed())
		restart()
		b.mu.Lock()
		b.handler = file(10, epoch)
		b.mu.Unlock()
		again, err := b.bits.GetJob(j.ID())
		Expect(err).NotTo(HaveOccurred())
		e, err := again.GetError()
		Expect(err).NotTo(HaveOccurred())
		Expect(e.Code).To(Equal(hresult.BG_E_HTTP_ERROR_503))
		Expect(b.wait(again)).To(Equal(bits.Transferred))
		Expect(b.clock.Now().Sub(epoch)).To(Equal(600 * time.Second))
	})

	It("is set aside when it is damaged, and the service starts", func() {
		b.job("j", "/f")
		Expect(b.bits.Close()).To(Succeed())
		b.bits = nil
		Expect(os.WriteFile(path, []byte("not a job queue"), 0o600)).To(Succeed())
		restart()
		Expect(b.bits.Jobs()).To(BeEmpty())
		Expect(path + ".damaged-1").To(BeAnExistingFile())
		var notes []string
		for _, e := range b.record.Events(0) {
			if e.Kind == transcript.KindNote {
				notes = append(notes, e.Text)
			}
		}
		Expect(notes).To(ContainElement(ContainSubstring(".damaged-1")))
	})
})
