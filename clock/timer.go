package clock

import (
	"container/heap"
	"time"
)

// timer is one entry of a virtual clock's queue.
type timer struct {
	when  time.Time
	seq   uint64
	index int
	lapse bool // see Clock.Lapse
	fire  func()
}

// timerHeap orders timers by time, then by the order of setting.
type timerHeap []*timer

func (q timerHeap) Len() int { return len(q) }
func (q timerHeap) Less(i, j int) bool {
	if !q[i].when.Equal(q[j].when) {
		return q[i].when.Before(q[j].when)
	}
	return q[i].seq < q[j].seq
}
func (q timerHeap) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push is for container/heap.
func (q *timerHeap) Push(x any) {
	t := x.(*timer)
	t.index = len(*q)
	*q = append(*q, t)
}

// Pop is for container/heap.
func (q *timerHeap) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	t.index = -1
	return t
}

// drop removes t and reports whether it was still queued.
func (q *timerHeap) drop(t *timer) bool {
	if t.index < 0 || t.index >= len(*q) || (*q)[t.index] != t {
		return false
	}
	heap.Remove(q, t.index)
	return true
}
