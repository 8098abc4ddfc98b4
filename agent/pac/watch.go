package pac

import (
	"runtime/metrics"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/wualab/wualab/clock"
)

// maxHeap is by how much the program's memory may grow while a script runs. It is looked
// at now and then, so that a script can take more for a moment.
const maxHeap = 512 << 20

// pulse is how often the watch looks.
const pulse = 20 * time.Millisecond

// watching stops a script that costs too much.
type watching struct {
	vm    *goja.Runtime
	heap  uint64
	looks time.Duration // how often it may still look, times pulse

	mu   sync.Mutex
	stop func() bool
	over bool
}

// watch begins; the function returned ends it.
func watch(vm *goja.Runtime) (end func()) {
	w := &watching{vm: vm, heap: heap(), looks: maxReal}
	w.arm()
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.over = true
		w.stop()
	}
}

func (w *watching) arm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.over {
		w.stop = clock.Wall{}.AfterFunc(pulse, "a script", w.look)
	}
}

func (w *watching) look() {
	w.looks -= pulse
	if now := heap(); w.looks <= 0 || now > w.heap+maxHeap {
		w.vm.Interrupt(ErrTooLong)
		return
	}
	w.arm()
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
