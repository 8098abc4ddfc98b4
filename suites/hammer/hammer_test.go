package hammer_test

import (
	"flag"
	"math/rand/v2"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/transcript"
)

var (
	span      = flag.Duration("hammer.for", 2*time.Second, "how long to hammer")
	seed      = flag.Uint64("hammer.seed", 0, "of all chance; 0 takes another each time")
	from      = flag.Uint64("hammer.burst", 0, "the burst to begin with")
	atOnce    = 24                     // connections of a burst
	patience  = 200 * time.Millisecond // of an attacker
	leftovers = 30 * time.Second       // until what a burst left behind must be gone
)

func TestHammer(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	var failed sync.Map // notes of handlers that panicked
	w := start(t, func(x *transcript.Exchange) {
		for _, note := range x.Notes {
			if strings.HasPrefix(note, fakehttp.Failed) {
				failed.Store(note, x.Request.Line)
			}
		}
	})
	t.Logf("-hammer.seed %d", *seed)
	w.serves(t, *from)
	before := runtime.NumGoroutine()
	burst, end := *from, time.Now().Add(*span)
	for ; time.Now().Before(end) || burst == *from; burst++ {
		w.attack(rand.New(rand.NewPCG(*seed, burst)))
		w.serves(t, burst)
		failed.Range(func(note, line any) bool {
			t.Errorf("-hammer.seed %d -hammer.burst %d: %q: %s", *seed, burst, line, note)
			return true
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d bursts of %d connections at %d targets", burst-*from, atOnce, len(w.targets))
	settle(t, before)
}

// attack is one burst, at all targets in no order.
func (w *world) attack(r *rand.Rand) {
	var all sync.WaitGroup
	for range atOnce {
		own, target := rand.New(rand.NewPCG(r.Uint64(), r.Uint64())), w.targets[r.IntN(len(w.targets))]
		all.Go(func() {
			c, err := target.dial(own.IntN(3) == 0)
			if err != nil {
				return // the good clients tell whether that is bad
			}
			defer c.Close()
			_ = c.SetDeadline(time.Now().Add(patience))
			attacks[own.IntN(len(attacks))](own, c)
		})
	}
	all.Wait()
}

// serves sees that each target serves a good client.
func (w *world) serves(t *testing.T, burst uint64) {
	t.Helper()
	var all sync.WaitGroup
	for _, target := range w.targets {
		all.Go(func() {
			begun := time.Now()
			if err := target.good(target); err != nil {
				t.Errorf("-hammer.seed %d -hammer.burst %d: %s does not serve a good client, after %v: %v", *seed, burst, target.name, time.Since(begun), err)
			}
		})
	}
	all.Wait()
}

// settle sees that no goroutine is left over.
func settle(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(leftovers); runtime.NumGoroutine() > before; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			var stacks strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks.String())
		}
	}
}
