package quirks_test

import (
	"io"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/internal/rawhttp"
	"github.com/wualab/wualab/transcript"
)

var start = time.Date(2004, 8, 6, 12, 0, 0, 0, time.UTC)

// Every server of these specs serves /a, which is size bytes of seed.
const size, seed = 200_000, 3

const stamp = "Thu, 01 Jul 2004 22:08:00 GMT"

type params = map[string]any

type world struct {
	*fakeserver.Server
	clk *clock.Virtual
	rec *transcript.Recorder
}

// with starts a server with one behaviour.
func with(name string, p params) *world { return withAll(fakeserver.Use{Name: name, Params: p}) }

func withAll(uses ...fakeserver.Use) *world {
	clk := clock.NewVirtual(start)
	w := &world{clk: clk, rec: transcript.New(transcript.Options{Now: clk.Now})}
	s, err := fakeserver.New(fakeserver.Config{
		Files:      map[string]fakeserver.File{"/a": {Size: size, Seed: seed}, "/b/c": {Size: size, Seed: seed}},
		Behaviours: uses, Clock: w.clk, Recorder: w.rec,
	})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(s.Close)
	w.Server = s
	return w
}

func refusal(name string, p params) error {
	s, err := fakeserver.New(fakeserver.Config{Behaviours: []fakeserver.Use{{Name: name, Params: p}}})
	if err == nil {
		_ = s.Close()
	}
	return err
}

func (w *world) dial() *rawhttp.Conn {
	c, err := rawhttp.Dial(w.Addr(), w.clk.Track)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { _ = c.Close() })
	return c
}

func (w *world) get(lines ...string) rawhttp.Answer { return w.dial().Get("/a", lines...) }

// notes returns what the behaviours said of the last exchange.
func (w *world) notes() []string {
	all := w.rec.Exchanges(0)
	Expect(all).NotTo(BeEmpty())
	return all[len(all)-1].Notes
}

// sent returns the bytes of the file from first to last.
func sent(first, last int64) []byte { return generated(size, seed, first, last) }

func generated(size, seed, first, last int64) []byte {
	b := make([]byte, last-first+1)
	_, err := fakeserver.Content(size, seed).ReadAt(b, first)
	if err != io.EOF {
		Expect(err).NotTo(HaveOccurred())
	}
	return b
}
