package bits_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// TestModel plays random sequences of calls, server faults, clock jumps and
// restarts against the service and against a small model of what the documents
// say, and compares the two after each step. A failure prints its seed and a
// sequence made as short as it can be. -rapid.checks sets the number of
// sequences; "make model" plays 10,000.
func TestModel(t *testing.T) {
	for name, value := range map[string]string{"rapid.steps": "25", "rapid.checks": "1000"} {
		if f := flag.Lookup(name); f.Value.String() == f.DefValue {
			_ = flag.Set(name, value)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		w := newModelWorld(t)
		defer w.close()
		t.Repeat(map[string]func(*rapid.T){
			"create":          w.create,
			"add file":        w.call(func(j *bits.Job, m *modelJob) error { return w.addFile(j, m) }),
			"resume":          w.call(w.resume),
			"suspend":         w.call(w.suspend),
			"complete":        w.call(w.complete),
			"cancel":          w.call(w.cancel),
			"set retry delay": w.setRetryDelay,
			"set no-progress": w.setNoProgress,
			"set priority":    w.setPriority,
			"network":         w.plug,
			"server":          w.setMode,
			"wait":            w.wait,
			"restart":         func(t *rapid.T) { w.t = t; w.restart() },
			"":                w.compare,
		})
	})
}

// modelJob is what should be true of a job.
type modelJob struct {
	name        string
	state       bits.State
	files       int
	transferred int // the first of them
	errors      int
	code        hresult.HRESULT
	delay       time.Duration
	noProgress  time.Duration
	since       time.Time // of the first transient error in a row
	retryAt     time.Time
}

// mode is how the server answers.
type mode string

const (
	modeOK      mode = "ok"
	modeMissing mode = "404"
	modeBusy    mode = "503"
	modeDown    mode = "down"
	modeOffline mode = "the PC has no network"
)

// never is later than any sequence lasts.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// fail is the life cycle's error side.
func (m *modelJob) fail(code hresult.HRESULT, transient bool, now time.Time) {
	m.errors++
	m.code = code
	if m.since.IsZero() {
		m.since = now
	}
	if !transient || m.delay > m.noProgress || now.Sub(m.since) >= m.noProgress {
		m.state = bits.Error
		return
	}
	m.state, m.retryAt = bits.TransientError, now.Add(m.delay)
	if code == hresult.BG_E_NETWORK_DISCONNECTED {
		m.retryAt = never
	}
}

// run is one activation.
func (m *modelJob) run(server mode, now time.Time) {
	switch {
	case server == modeOffline && m.transferred < m.files:
		m.fail(hresult.BG_E_NETWORK_DISCONNECTED, true, now)
	case server == modeOK || m.transferred == m.files:
		m.transferred, m.state, m.since, m.code = m.files, bits.Transferred, time.Time{}, hresult.S_OK
	case server == modeMissing:
		m.fail(hresult.BG_E_HTTP_ERROR_404, false, now)
	case server == modeBusy:
		m.fail(hresult.BG_E_HTTP_ERROR_503, true, now)
	default:
		m.fail(hresult.ERROR_WINHTTP_CANNOT_CONNECT, true, now)
	}
}

// due is when something happens to a job in TRANSIENT_ERROR: it is tried again, or
// given up since it makes no progress.
func (m *modelJob) due() time.Time {
	if end := m.since.Add(m.noProgress); end.Before(m.retryAt) {
		return end
	}
	return m.retryAt
}

func (m *modelJob) wake(server mode) {
	if due := m.due(); due.Before(m.retryAt) {
		m.state = bits.Error
	} else {
		m.run(server, due)
	}
}

// modelWorld is the service beside the model of it.
type modelWorld struct {
	t      *rapid.T
	dir    string
	pc     *machine.Machine
	clock  *clock.Virtual
	hold   clock.Hold
	http   *winhttp.Client
	bits   *bits.Manager
	link   *link.Link
	server mode
	online bool
	backAt time.Time // when jobs are queued since the network is back; zero: not to come
	jobs   []*modelJob
	done   map[string]int // files of completed jobs, by job
}

func newModelWorld(t *rapid.T) *modelWorld {
	dir, err := os.MkdirTemp("", "model-")
	if err != nil {
		t.Fatal(err)
	}
	p, err := machine.ProfileByID("xp-sp3")
	if err != nil {
		t.Fatal(err)
	}
	w := &modelWorld{t: t, dir: dir, clock: clock.NewVirtual(epoch), server: modeOK, done: map[string]int{}}
	w.pc = machine.New(p, machine.WithInteractiveUser(machine.Account{Domain: "LAB", User: "alice"}))
	if w.link, err = link.New(w.clock, link.Config{}); err != nil {
		t.Fatal(err)
	}
	w.online = true
	w.hold = w.clock.Hold("model")
	w.start()
	return w
}

func (w *modelWorld) start() {
	w.http = winhttp.New(winhttp.Config{Dial: w.dial, Clock: w.clock})
	var err error
	w.bits, err = bits.New(bits.Config{Machine: w.pc, HTTP: w.http, Clock: w.clock, Link: w.link, Dir: w.dir,
		Store: filepath.Join(w.dir, "queue.db"), StoreOptions: store.Options{NoSync: true}})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *modelWorld) stop() {
	if err := w.bits.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.http.Close()
}

func (w *modelWorld) close() {
	w.stop()
	w.hold.Release()
	_ = os.RemoveAll(w.dir)
}

func (w *modelWorld) restart() {
	w.stop()
	w.start()
	w.backAt = time.Time{}
	for _, m := range w.jobs { // whether the network is there is looked at anew
		if w.online && m.state == bits.TransientError && m.retryAt.Equal(never) {
			m.run(w.mode(), w.clock.Now())
		}
	}
	w.settle()
}

// mode is how a job fares now.
func (w *modelWorld) mode() mode {
	if !w.online {
		return modeOffline
	}
	return w.server
}

// plug pulls the PC's cable, or puts it in.
func (w *modelWorld) plug(t *rapid.T) {
	in := rapid.Bool().Draw(t, "in")
	if in && !w.online {
		w.backAt = w.clock.Now().Add(5 * time.Second)
	}
	if !in {
		w.backAt = time.Time{}
	}
	w.online = in
	w.link.Plug(in)
	w.settle()
}

func (w *modelWorld) setPriority(t *rapid.T) {
	j, _, ok := w.pick(t)
	if !ok {
		return
	}
	if err := j.SetPriority(bits.Priority(rapid.IntRange(0, 3).Draw(t, "priority"))); err != nil {
		t.Fatal(err)
	}
	w.settle()
}

// back is what happens when the network has come back for good.
func (w *modelWorld) back() {
	now := w.backAt
	w.backAt = time.Time{}
	for _, m := range w.jobs {
		if m.state == bits.TransientError {
			m.run(w.server, now)
		}
	}
}

// dial connects to a server in memory.
func (w *modelWorld) dial(context.Context, string, int) (net.Conn, error) {
	if w.server == modeDown {
		return nil, errors.New("connection refused")
	}
	client, server := net.Pipe()
	go func() {
		_ = http.Serve(&oneConn{conn: server}, http.HandlerFunc(w.serve))
	}()
	return client, nil
}

func (w *modelWorld) serve(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Connection", "close")
	switch w.server {
	case modeMissing:
		rw.WriteHeader(http.StatusNotFound)
	case modeBusy:
		rw.WriteHeader(http.StatusServiceUnavailable)
	default:
		http.ServeContent(rw, r, "f", epoch, strings.NewReader("content of "+r.URL.Path))
	}
}

// oneConn is a listener for one connection.
type oneConn struct{ conn net.Conn }

func (l *oneConn) Accept() (net.Conn, error) {
	if l.conn == nil {
		return nil, net.ErrClosed
	}
	c := l.conn
	l.conn = nil
	return c, nil
}
func (l *oneConn) Close() error   { return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// settle lets all work that is due be done.
func (w *modelWorld) settle() { w.sleep(time.Nanosecond) }

func (w *modelWorld) sleep(d time.Duration) {
	if err := w.hold.Sleep(context.Background(), d); err != nil {
		w.t.Fatal(err)
	}
}

func (w *modelWorld) create(t *rapid.T) {
	if len(w.jobs) >= 3 {
		return
	}
	name := fmt.Sprintf("job%d", len(w.jobs)+len(w.done))
	j, err := w.bits.CreateJob(name, bits.Download, owner)
	if err != nil {
		t.Fatal(err)
	}
	m := &modelJob{name: name, state: bits.Suspended, delay: bits.DefaultMinimumRetryDelay, noProgress: bits.DefaultNoProgressTimeout}
	w.jobs = append(w.jobs, m)
	if rapid.IntRange(0, 3).Draw(t, "files") > 0 { // most jobs have files
		if err := w.addFile(j, m); err != nil {
			t.Fatal(err)
		}
	}
}

// pick chooses a job of the queue; ok is false when there is none.
func (w *modelWorld) pick(t *rapid.T) (j *bits.Job, m *modelJob, ok bool) {
	if len(w.jobs) == 0 {
		return nil, nil, false
	}
	m = w.jobs[rapid.IntRange(0, len(w.jobs)-1).Draw(t, "job")]
	j, err := w.bits.Job(m.name)
	if err != nil {
		t.Fatal(err)
	}
	return j, m, true
}

func (w *modelWorld) call(f func(*bits.Job, *modelJob) error) func(*rapid.T) {
	return func(t *rapid.T) {
		w.t = t
		j, m, ok := w.pick(t)
		if !ok {
			return
		}
		if err := f(j, m); err != nil {
			t.Fatalf("%s: %v", m.name, err)
		}
		w.settle()
	}
}

func (w *modelWorld) addFile(j *bits.Job, m *modelJob) error {
	m.files++
	return j.AddFile(fmt.Sprintf("http://origin/%s/%d", m.name, m.files), fmt.Sprintf(`C:\%s\%d`, m.name, m.files))
}

func (w *modelWorld) resume(j *bits.Job, m *modelJob) error {
	err := j.Resume()
	if m.files == 0 {
		if code, _ := hresult.Of(err); code != hresult.BG_E_EMPTY {
			return fmt.Errorf("resume without files: %v", err)
		}
		return nil
	}
	m.since = time.Time{}
	m.run(w.mode(), w.clock.Now())
	return err
}

func (w *modelWorld) suspend(j *bits.Job, m *modelJob) error {
	m.state = bits.Suspended
	return j.Suspend()
}

func (w *modelWorld) cancel(j *bits.Job, m *modelJob) error {
	w.leave(m, 0)
	_, err := j.Cancel()
	return err
}

func (w *modelWorld) complete(j *bits.Job, m *modelJob) error {
	w.leave(m, m.transferred)
	code, err := j.Complete()
	want := hresult.S_OK
	if m.transferred < m.files {
		want = hresult.BG_S_PARTIAL_COMPLETE
	}
	if err == nil && code != want {
		return fmt.Errorf("complete gave %v, not %v", code, want)
	}
	return err
}

func (w *modelWorld) leave(m *modelJob, files int) {
	w.done[m.name] = files
	for i, other := range w.jobs {
		if other == m {
			w.jobs = append(w.jobs[:i:i], w.jobs[i+1:]...)
		}
	}
}

func (w *modelWorld) setRetryDelay(t *rapid.T) {
	j, m, ok := w.pick(t)
	if !ok {
		return
	}
	d := time.Duration(rapid.SampledFrom([]int{0, 600, 7200}).Draw(t, "seconds")) * time.Second
	if err := j.SetMinimumRetryDelay(d); err != nil {
		t.Fatal(err)
	}
	m.delay = max(d, bits.MinMinimumRetryDelay)
}

func (w *modelWorld) setNoProgress(t *rapid.T) {
	j, m, ok := w.pick(t)
	if !ok {
		return
	}
	d := time.Duration(rapid.SampledFrom([]int{0, 3600, 7200}).Draw(t, "seconds")) * time.Second
	if err := j.SetNoProgressTimeout(d); err != nil {
		t.Fatal(err)
	}
	m.noProgress = d
	w.settle()
	if m.state == bits.TransientError && !m.since.Add(d).After(w.clock.Now()) {
		m.state = bits.Error
	}
}

func (w *modelWorld) setMode(t *rapid.T) {
	w.server = rapid.SampledFrom([]mode{modeOK, modeMissing, modeBusy, modeDown}).Draw(t, "mode")
}

func (w *modelWorld) wait(t *rapid.T) {
	d := time.Duration(rapid.SampledFrom([]int{59, 600, 3600, 10800}).Draw(t, "seconds")) * time.Second
	until := w.clock.Now().Add(d)
	for {
		var next *modelJob
		for _, m := range w.jobs {
			if m.state == bits.TransientError && !m.due().After(until) && (next == nil || m.due().Before(next.due())) {
				next = m
			}
		}
		if !w.backAt.IsZero() && !w.backAt.After(until) && (next == nil || w.backAt.Before(next.due())) {
			w.back()
			continue
		}
		if next == nil {
			break
		}
		next.wake(w.mode())
	}
	w.t = t
	w.sleep(d)
	w.settle()
}

// compare is run after every step.
func (w *modelWorld) compare(t *rapid.T) {
	if n := len(w.bits.Jobs()); n != len(w.jobs) {
		t.Fatalf("%d jobs in the queue, %d expected", n, len(w.jobs))
	}
	for _, m := range w.jobs {
		j, err := w.bits.Job(m.name)
		if err != nil {
			t.Fatal(err)
		}
		code := hresult.S_OK
		if e, err := j.GetError(); err == nil {
			code = e.Code
		}
		want := m.code
		p := j.Progress()
		if j.State() != m.state || code != want || j.ErrorCount() != m.errors || p.FilesTotal != m.files || p.FilesTransferred != m.transferred {
			t.Fatalf("%s: %v %v, %d errors, %d of %d files; expected %v %v, %d errors, %d of %d files", m.name,
				j.State(), code, j.ErrorCount(), p.FilesTransferred, p.FilesTotal, m.state, want, m.errors, m.transferred, m.files)
		}
	}
	w.compareDisk(t)
}

// compareDisk counts the files with names of their own: those of completed
// jobs, each with the right content.
func (w *modelWorld) compareDisk(t *rapid.T) {
	for name, files := range w.done {
		for i := 1; i <= files; i++ {
			data, err := os.ReadFile(filepath.Join(w.dir, "c", name, fmt.Sprint(i)))
			if want := fmt.Sprintf("content of /%s/%d", name, i); err != nil || string(data) != want {
				t.Fatalf("file %d of %s: %q, %v", i, name, data, err)
			}
		}
		entries, err := os.ReadDir(filepath.Join(w.dir, "c", name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if len(entries) != files {
			t.Fatalf("%s left %d files, %d expected", name, len(entries), files)
		}
	}
}
