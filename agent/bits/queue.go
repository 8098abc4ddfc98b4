package bits

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wualab/wualab/hresult"
)

// queue is the manager's jobs with what finds them. The manager's lock guards
// it. To find a job by its GUID or name, and to make one, takes the same time
// however many there are. The scheduler looks through those that wait for a turn
// each time that a turn ends or a job comes whose owner is logged on;
// [Manager.Jobs] and the start and end of the service go through all.
type queue struct {
	jobs  []*Job // in order of creation; final ones stay until they are weeded out
	kept  int    // how many there were after the last weeding
	made  uint64 // how many there ever were
	byID  map[string]*Job
	named map[string][]*Job // by display name, oldest first
	temps map[string]*File  // by the name of the temporary file

	line    []*Job // that are QUEUED, or were since the last look, as they came
	running []*Job // that have an activation, few
}

func newQueue() queue {
	return queue{byID: map[string]*Job{}, named: map[string][]*Job{}, temps: map[string]*File{}}
}

// add puts a job at the end.
func (q *queue) add(j *Job) {
	q.weed()
	q.made++
	j.number = q.made
	q.jobs = append(q.jobs, j)
	q.byID[idKey(j.id)] = j
	q.named[j.name] = append(q.named[j.name], j)
	for _, f := range j.withReply() {
		q.keepTemp(f)
	}
	q.lineUp(j)
}

// lineUp lets the scheduler see a job that is QUEUED.
func (q *queue) lineUp(j *Job) {
	if j.state == Queued && !j.inLine {
		j.inLine = true
		q.line = append(q.line, j)
	}
}

// inTurn gives the jobs that are QUEUED or have an activation.
func (q *queue) inTurn() []*Job {
	q.line = slices.DeleteFunc(q.line, func(j *Job) bool {
		j.inLine = j.state == Queued || j.run != nil
		return !j.inLine
	})
	return q.line
}

// weed takes out the jobs that have ended, when that halves the queue.
func (q *queue) weed() {
	const few = 64
	if len(q.jobs) < 2*q.kept+few {
		return
	}
	var left []*Job // others may be going through q.jobs
	for _, j := range q.jobs {
		if j.over() {
			q.forget(j)
		} else {
			left = append(left, j)
		}
	}
	q.jobs, q.kept = left, len(left)
}

// over reports whether nothing of the job is left to do.
func (j *Job) over() bool {
	return j.state.Final() && j.run == nil && j.parting == nil && !j.tells.telling
}

// remove takes a job out that was added and could not be saved.
func (q *queue) remove(gone *Job) {
	q.jobs = slices.DeleteFunc(slices.Clone(q.jobs), func(j *Job) bool { return j == gone })
	q.forget(gone)
}

func (q *queue) forget(j *Job) {
	delete(q.byID, idKey(j.id))
	q.unname(j)
	for _, f := range j.withReply() {
		q.freeTemp(f)
	}
}

// rename gives a job another display name.
func (q *queue) rename(j *Job, name string) {
	q.unname(j)
	j.name = name
	at, _ := slices.BinarySearchFunc(q.named[name], j, func(a, b *Job) int { return cmp.Compare(a.number, b.number) })
	q.named[name] = slices.Insert(q.named[name], at, j)
}

func (q *queue) unname(j *Job) {
	left := slices.DeleteFunc(q.named[j.name], func(other *Job) bool { return other == j })
	if q.named[j.name] = left; len(left) == 0 {
		delete(q.named, j.name)
	}
}

// idKey is how GUIDs compare: in any case.
func idKey(id string) string { return strings.ToUpper(id) }

// keepTemp notes the name of a file's temporary one.
func (q *queue) keepTemp(f *File) {
	if f.temp != "" {
		q.temps[f.temp] = f
	}
}

// dropTemp forgets the name of a file's temporary one, which is gone.
func (q *queue) dropTemp(f *File) {
	q.freeTemp(f)
	f.temp = ""
}

func (q *queue) freeTemp(f *File) {
	if q.temps[f.temp] == f {
		delete(q.temps, f.temp)
	}
}

// tempTaken reports whether a file of the queue has the name, made or not.
func (q *queue) tempTaken(name string) bool { return q.temps[name] != nil }

// Jobs returns the jobs in the queue, oldest first; completed and cancelled
// ones have left it.
func (m *Manager) Jobs() []*Job {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]*Job, 0, len(m.jobs))
	for _, j := range m.jobs {
		if !j.state.Final() {
			list = append(list, j)
		}
	}
	return list
}

// GetJob finds a job of the queue by its GUID, BG_E_NOT_FOUND when there is
// none.
func (m *Manager) GetJob(id string) (*Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.serves("GetJob"); err != nil {
		return nil, err
	}
	if j := m.byID[idKey(id)]; j != nil && !j.state.Final() {
		return j, nil
	}
	return nil, called(hresult.BG_E_NOT_FOUND, "no job %s", id)
}

// Job finds a job of the queue by its display name, the oldest of several,
// BG_E_NOT_FOUND when there is none.
func (m *Manager) Job(name string) (*Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.serves("GetJob"); err != nil {
		return nil, err
	}
	for _, j := range m.named[name] {
		if !j.state.Final() {
			return j, nil
		}
	}
	return nil, called(hresult.BG_E_NOT_FOUND, "no job named %q", name)
}
