package bits_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
)

const (
	tortureKills = 1000
	tortureSeed  = 842309
)

// TestTorture kills the service at 1,000 seeded instants of a life in which
// three downloads, an upload and an upload-reply are made, transferred and
// completed, and a download and an upload are cancelled: before
// and after each touch of the disk and the store, half-way through writes,
// between a rename and the news of it, while the server answers, and in the
// middle of the NTLM handshakes with a server and a proxy. The program then starts the service again and does what it was not told was
// done. Every file is there with the server's bytes, once, and nothing else.
func TestTorture(t *testing.T) {
	const shards = 4
	for shard := range shards {
		t.Run(fmt.Sprintf("shard %d", shard), func(t *testing.T) {
			t.Parallel()
			torture(t, rand.New(rand.NewPCG(tortureSeed, uint64(shard))), tortureKills/shards)
		})
	}
}

func torture(t *testing.T, random *rand.Rand, kills int) {
	server := httptest.NewServer(nil)
	defer server.Close()
	calm := newLife(t, server, 0, false)
	calm.run()
	calm.verify()
	calm.verifyEvents(1)
	instants := calm.crash.count
	if instants < 100 {
		t.Fatalf("a life has only %d instants", instants)
	}
	logins, midLogin := calm.loginInstants(), 0
	for n := range kills {
		at, power := 1+random.IntN(instants), n%2 == 1
		if n/2 < len(logins) {
			at = logins[n/2]
		}
		life := newLife(t, server, at, power)
		life.run()
		life.restart()
		life.run()
		life.verify()
		life.verifyEvents(2)
		if life.killedInLogin() {
			midLogin++
		}
		if t.Failed() {
			t.Fatalf("kill %d: at instant %d of %d, power lost: %v (seed %d)", n, at, instants, power, tortureSeed)
		}
	}
	if midLogin == 0 { // where the instants of a life lie depends a little on the host
		t.Errorf("no kill came in the middle of a login, which has %d instants", len(logins))
	}
	t.Logf("%d kills at %d instants, %d of them in the middle of a login", kills, instants, midLogin)
}

// life is a program and the service that it uses.
type life struct {
	t         *testing.T
	dir       string
	pc        *machine.Machine
	clock     *clock.Virtual
	crash     *crasher
	launched  *clock.Gate
	http      *winhttp.Client
	bits      *bits.Manager
	uploads   *bitsupload.Server
	gates     map[httpauth.Target]*tortureGate
	wasKilled bool

	made, done map[string]bool // what the program was told
	heard      map[string]int  // job-transferred events of each job that it heard of, in all lives
	now        map[string]int  // those of this life of the service
}

// ear is the program's IBackgroundCopyCallback for a job. A program that has
// died hears nothing.
type ear struct {
	l      *life
	events *clock.Gate
}

func (e ear) JobTransferred(j *bits.Job) error {
	name := j.Name()
	e.l.crash.mu.Lock()
	defer e.l.crash.mu.Unlock()
	if !e.l.crash.crashed {
		e.l.heard[name]++
		e.l.now[name]++
	}
	e.events.Open()
	return nil
}

func (e ear) JobError(*bits.Job, *bits.JobError) error { e.events.Open(); return nil }
func (e ear) JobModification(*bits.Job) error          { return nil }

// launch is the program that the service runs for the job that has no callback.
func (l *life) launch(j *bits.Job, program, _ string) int {
	if program == byCommandLine {
		_ = ear{l, l.launched}.JobTransferred(j)
	}
	return 0
}

// The jobs of a life. The last two are cancelled.
var tortureJobs = []string{"one", "two", "three", sentJob, askedJob, unwantedJob, withdrawnJob}

// wantedJobs are those that are completed.
var wantedJobs = tortureJobs[:5]

func tortureContent(path string) []byte {
	return bytes.Repeat([]byte(path+" 0123456789 "), 2500+100*len(path))
}

func newLife(t *testing.T, server *httptest.Server, at int, power bool) *life {
	l := &life{t: t, dir: t.TempDir(), clock: clock.NewVirtual(epoch), made: map[string]bool{}, done: map[string]bool{}, heard: map[string]int{}}
	p, err := machine.ProfileByID("xp-sp3")
	l.check(err)
	l.pc = machine.New(p, machine.WithInteractiveUser(machine.Account{Domain: "LAB", User: "alice"}))
	where := server.Listener.Addr().(*net.TCPAddr).String()
	l.check(l.pc.SetHost("origin", 80, where))
	l.prepareLogins(where)
	l.crash = &crasher{at: at, power: power, files: map[string]*crashFile{}, dead: make(chan struct{})}
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.demand(w, r) {
			return
		}
		if r.Method == bitsupload.Verb {
			l.takePacket(w, r)
			return
		}
		_ = l.crash.instant() // half-way through an exchange
		http.ServeContent(w, r, "f", epoch, bytes.NewReader(tortureContent(r.URL.Path)))
	})
	l.prepareUploads()
	l.start()
	return l
}

func (l *life) check(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// start starts the service; if that crashes there is none.
func (l *life) start() {
	l.now, l.launched = map[string]int{}, &clock.Gate{}
	disk, err := bits.OpenDisk(l.dir)
	l.check(err)
	l.crash.disk = disk
	l.http = winhttp.New(winhttp.Config{Resolver: l.pc, Clock: l.clock})
	l.bits, err = bits.New(bits.Config{Machine: l.pc, HTTP: l.http, Clock: l.clock, Dir: l.dir, Disk: l.crash, Launch: l.launch,
		Store: filepath.Join(l.dir, "queue.db"), StoreOptions: store.Options{NoSync: true, Hook: l.crash.hook},
		Tuning: bits.Tuning{FirstBlock: 8 << 10, MaxBlock: 16 << 10}})
	if err != nil && !l.crash.isDead() {
		l.t.Fatal(err)
	}
}

// restart is what happens after a crash: the service dies, the disk is as it
// was left, the service starts.
func (l *life) restart() {
	l.wasKilled = true
	if l.bits != nil {
		_ = l.bits.Close()
	}
	l.http.Close()
	disk, err := bits.OpenDisk(l.dir)
	l.check(err)
	l.crash.disk = disk
	l.check(l.crash.after())
	l.check(disk.Close())
	l.crash.revive()
	l.start()
}

// run is the program. It may be cut off at any call.
func (l *life) run() {
	if l.bits == nil {
		return
	}
	hold := l.clock.Hold("program")
	defer hold.Release()
	for _, name := range tortureJobs {
		if l.crash.isDead() {
			return
		}
		if !l.done[name] {
			l.done[name] = l.runJob(hold, name)
		}
	}
}

func (l *life) runJob(hold clock.Hold, name string) bool {
	j, err := l.bits.Job(name)
	code, _ := hresult.Of(err)
	switch {
	case err == nil:
	case code == hresult.BG_E_NOT_FOUND && l.made[name]:
		return true // it was completed or cancelled, and the crash came before the news
	default:
		if j, err = l.bits.CreateJob(name, tortureTypes[name], owner); err != nil {
			return false
		}
		l.made[name] = true
	}
	if len(j.Files()) == 0 && !l.identify(j, name) {
		return false
	}
	if tortureTypes[name] != bits.Download {
		if !l.addUpload(j, name) {
			return false
		}
	}
	for i := len(j.Files()); tortureTypes[name] == bits.Download && i < 2; i++ {
		if j.AddFile(fmt.Sprintf("http://origin/%s/%d", name, i), fmt.Sprintf(`C:\%s\%d.bin`, name, i)) != nil {
			return false
		}
	}
	if name == withdrawnJob {
		return l.withdraw(hold, j)
	}
	if name == unwantedJob {
		_, err := j.Cancel()
		return err == nil
	}
	told, err := l.listen(j, name)
	if err != nil || j.State() != bits.Transferred && j.Resume() != nil {
		return false
	}
	ctx, cancel := l.patience()
	defer cancel()
	if state, err := j.Wait(ctx, hold, bits.Transferred, bits.Error); err != nil || state != bits.Transferred {
		if !l.crash.isDead() {
			l.t.Errorf("job %s: %v, %v", name, state, err)
		}
		return false
	}
	if idle, err := hold.WaitIdle(ctx, told); (err != nil || idle) && !l.crash.isDead() {
		l.t.Errorf("nobody was told that job %s is transferred: %v", name, err)
	}
	_, err = j.Complete()
	return err == nil
}

// listen asks for the events of a job; the gate opens at the first. Job two
// has its command line told.
func (l *life) listen(j *bits.Job, name string) (*clock.Gate, error) {
	if name == "two" {
		if l.heard[name] > 0 {
			l.launched.Open() // in an earlier life
		}
		return l.launched, j.SetNotifyCmdLine(byCommandLine, "")
	}
	told := &clock.Gate{}
	return told, j.SetNotifyInterface(ear{l, told})
}

const byCommandLine = `C:\told.exe`

// verifyEvents counts what the program was told: each job is told of as
// transferred once, or once more after a crash that came before the service
// knew that it had told.
func (l *life) verifyEvents(lives int) {
	for _, name := range wantedJobs {
		if n := l.heard[name]; n < 1 || n > lives || l.now[name] > 1 {
			l.t.Errorf("job %s was told of as transferred %d times in %d lives, %d times in the last", name, n, lives, l.now[name])
		}
	}
	if l.heard[unwantedJob]+l.heard[withdrawnJob] > 0 {
		l.t.Error("the cancelled job was told of as transferred")
	}
}

func (l *life) verify() {
	if l.bits == nil {
		l.t.Error("the service did not start")
		return
	}
	for _, j := range l.bits.Jobs() {
		l.t.Errorf("job %s is still in the queue, %v", j.Name(), j.State())
	}
	for _, name := range tortureJobs[:3] {
		for i := range 2 {
			got, err := os.ReadFile(filepath.Join(l.dir, "c", name, fmt.Sprintf("%d.bin", i)))
			if err != nil || !bytes.Equal(got, tortureContent(fmt.Sprintf("/%s/%d", name, i))) {
				l.t.Errorf("file %d of job %s: %d bytes, %v", i, name, len(got), err)
			}
		}
	}
	l.verifyUploads()
	l.check(filepath.WalkDir(l.dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".tmp") || strings.Contains(path, "unwanted"+string(filepath.Separator)) || strings.Contains(path, ".damaged") {
			l.t.Errorf("left behind: %s", path)
		}
		return err
	}))
	_ = l.bits.Close()
	l.http.Close()
}
