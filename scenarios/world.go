package scenarios

import (
	"crypto/tls"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/wua/legacy"
	"github.com/wualab/wualab/auth/httpauth"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// epoch is when worlds begin: in the weeks after the files of KB 842773
// were built. Nothing depends on the day.
var epoch = time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)

// The certificates of worlds are good for the time that they play in.
var (
	certFrom  = epoch.AddDate(-1, 0, 0)
	certUntil = epoch.AddDate(50, 0, 0)
)

// world is one cell come to life: a PC, fakes, one clock, one record.
type world struct {
	*fakes
	cell    *plan.Cell
	start   time.Time      // of the world's clock
	virtual *clock.Virtual // the clock of the fakes, too
	pc      *agent.Agent
	jobs    map[string]*bits.Job
	sources map[*bits.File]source // where a job's file should come from

	certificates map[string]tls.Certificate // of the PC, by their names in the file
	dir          string                     // the PC's disk
	store        string                     // folder of the job queue; empty keeps it in memory
	exits        exits                      // of programs that are told of jobs
	updates      updating
	listed       []legacy.Item // by the last detection of the client of SUS 1.0
	fetched      []legacy.Item // of these, what it has downloaded and not installed
	restarts     int           // of the PC by Automatic Updates, that the jobs were found after
}

// source says which file of which server a URL names.
type source struct{ server, path string }

// newWorld builds the world of a cell. On an error everything built is gone.
func newWorld(r *Runner, file *plan.File, cell *plan.Cell) (w *world, err error) {
	start := startOf(cell.Scenario)
	virtual := clock.NewVirtual(start)
	w = &world{
		fakes: newFakes(cell.Scenario, virtual, folderOf(file), r.authority),
		cell:  cell, start: start, virtual: virtual, jobs: map[string]*bits.Job{}, sources: map[*bits.File]source{}, updates: newUpdating(cell.Scenario),
	}
	w.record = transcript.New(transcript.Options{Now: w.clock.Now, Decode: httpauth.DecodeForTranscript, KeepBodies: r.KeepBodies})
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if w.dir, err = os.MkdirTemp("", "wualab-"); err != nil {
		return w, err
	}
	if w.plan.Durable() {
		if w.store, err = os.MkdirTemp("", "wualab-queue-"); err != nil {
			return w, err
		}
	}
	if err = w.fakes.start(r.Seed); err != nil {
		return w, err
	}
	return w, w.addClient(r.Seed)
}

// startOf is when a world begins: at the epoch, or now for one with tickets of a real
// KDC, which are good for now.
func startOf(s *plan.Scenario) time.Time {
	if k := s.Client.Kerberos; k != nil && k.Config.Set {
		return clock.Wall{}.Now().Truncate(time.Second)
	}
	return epoch
}

// folderOf gives the folder that a file's paths are beneath; an embedded file
// has none.
func folderOf(file *plan.File) string {
	dir := filepath.Dir(file.Path)
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// close ends everything, the PC first.
func (w *world) close() error {
	var errs []error
	if w.pc != nil {
		errs = append(errs, w.pc.Close())
	}
	errs = append(errs, w.fakes.close())
	if w.dir != "" {
		errs = append(errs, os.RemoveAll(w.dir))
	}
	if w.store != "" {
		errs = append(errs, os.RemoveAll(w.store))
	}
	return errors.Join(errs...)
}
