package transcript

import "sort"

// Finished is an entry that does not change any more, with its place in the order in
// which entries came to that. Exchanges are finished when they end, events at once.
type Finished struct {
	N int // from 1, and greater than those of all that finished before
	Entry
}

// finished is a Finished that is still the recorder's own.
type finished struct {
	n     int
	entry any // *Exchange or *Event
}

// finish notes that an entry does not change any more; r.mu is held.
func (r *Recorder) finish(entry any) {
	if !r.opt.Follow {
		return
	}
	if most := r.opt.Most; most > 0 && len(r.finished) >= most {
		drop := max(most/5, 1)
		r.finished = append(make([]finished, 0, most), r.finished[drop:]...)
	}
	r.ends++
	r.finished = append(r.finished, finished{r.ends, entry})
	r.tell()
}

// tell wakes those who wait for a change; r.mu is held.
func (r *Recorder) tell() {
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

// Changed returns a channel that is closed when an exchange begins or has its answer's
// head, when one ends, with the next event, and by Clear. It needs [Options.Follow].
func (r *Recorder) Changed() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	return r.changed
}

// Finished returns copies of at most limit entries that finished after the one numbered
// n, in that order, and the number of the last of all. missed tells how many in between
// there is no copy of, because [Options.Most] left no room or Clear took them. It needs
// [Options.Follow].
func (r *Recorder) Finished(n, limit int) (list []Finished, last, missed int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := sort.Search(len(r.finished), func(i int) bool { return r.finished[i].n > n })
	rest := r.finished[at:]
	first := r.ends + 1
	if len(rest) > 0 {
		first = rest[0].n
	}
	missed = max(first-1-max(n, 0), 0)
	for _, f := range rest[:min(max(limit, 0), len(rest))] {
		list = append(list, Finished{N: f.n, Entry: entryOf(f.entry)})
	}
	return list, r.ends, missed
}

// entryOf copies an entry of the recorder.
func entryOf(entry any) Entry {
	switch entry := entry.(type) {
	case *Exchange:
		return Entry{Exchange: entry.clone()}
	case *Event:
		e := *entry
		return Entry{Event: &e}
	}
	return Entry{}
}

// Find returns a copy of the entry with that Seq, or an empty one when the record does
// not have it (any more).
func (r *Recorder) Find(seq int) Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := sort.Search(len(r.order), func(i int) bool { return seqOf(r.order[i]) >= seq })
	if at == len(r.order) || seqOf(r.order[at]) != seq {
		return Entry{}
	}
	return entryOf(r.order[at])
}

func seqOf(entry any) int {
	switch entry := entry.(type) {
	case *Exchange:
		return entry.Seq
	case *Event:
		return entry.Seq
	}
	return 0
}

// Clear forgets all entries; those that follow are numbered on, and an exchange under
// way does not come back.
func (r *Recorder) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.order, r.finished, r.lost, r.dropped = nil, nil, 0, 0
	r.tell()
}

// LostAfter reports whether entries after mark were dropped because of Options.Most.
func (r *Recorder) LostAfter(mark int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped > mark
}

// Select returns copies of at most limit entries after mark that wanted takes, in order,
// and whether there are more. wanted must not keep or change what it is shown, nor call
// the recorder.
func (r *Recorder) Select(mark, limit int, wanted func(Entry) bool) (list []Entry, more bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := sort.Search(len(r.order), func(i int) bool { return seqOf(r.order[i]) > mark })
	for _, entry := range r.order[at:] {
		var e Entry
		switch entry := entry.(type) {
		case *Exchange:
			e.Exchange = entry
		case *Event:
			e.Event = entry
		}
		if !wanted(e) {
			continue
		}
		if len(list) >= limit {
			return list, true
		}
		list = append(list, entryOf(entry))
	}
	return list, false
}
