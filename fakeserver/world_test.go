package fakeserver_test

import (
	"io"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/internal/rawhttp"
	"github.com/wualab/wualab/transcript"
)

var start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

// world is a server with what watches it.
type world struct {
	*fakeserver.Server
	clk *clock.Virtual
	rec *transcript.Recorder
}

// serve starts cfg on a virtual clock, with a recorder.
func serve(cfg fakeserver.Config) *world {
	clk := clock.NewVirtual(start)
	w := &world{clk: clk, rec: transcript.New(transcript.Options{Now: clk.Now, Decode: httpauth.DecodeForTranscript})}
	cfg.Clock, cfg.Recorder = w.clk, w.rec
	s, err := fakeserver.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	w.Server = s
	return w
}

func (w *world) dial() *rawhttp.Conn {
	c, err := rawhttp.Dial(w.Addr(), w.clk.Track)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { _ = c.Close() })
	return c
}

func (w *world) get(path string, lines ...string) rawhttp.Answer { return w.dial().Get(path, lines...) }

// last returns the last exchange on record.
func (w *world) last() *transcript.Exchange {
	all := w.rec.Exchanges(0)
	Expect(all).NotTo(BeEmpty())
	return all[len(all)-1]
}

// slice returns the bytes from first to last of the generated file.
func slice(size, seed, first, last int64) []byte {
	b := make([]byte, last-first+1)
	_, err := fakeserver.Content(size, seed).ReadAt(b, first)
	if err != io.EOF {
		Expect(err).NotTo(HaveOccurred())
	}
	return b
}

// ask makes a request on a connection of its own: "GET /path Name:value", where only
// the last field may have blanks. A Host takes the place of the usual one.
func (w *world) ask(request string) (status int) {
	words := strings.SplitN(request, " ", 3)
	lines := []string{"Connection: close"}
	if len(words) > 2 {
		name, value, _ := strings.Cut(words[2], ":")
		lines = append(lines, name+": "+value)
	}
	return w.dial().Do(words[0], words[1], lines...).Status
}

// wait lets d of the world's time pass.
func (w *world) wait(d time.Duration) {
	hold := w.clk.Hold("the spec")
	defer hold.Release()
	Expect(hold.Sleep(GinkgoT().Context(), d)).To(Succeed())
}
