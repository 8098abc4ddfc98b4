package scenarios

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/wualab/wualab/authority"
	"github.com/wualab/wualab/scenarios/plan"
)

// Runner runs the cells of scenario files. The zero Runner runs all with seed
// 0. It may run several times, not at once.
type Runner struct {
	Seed        int64                 // of all that happens by chance; same seed, same run
	Parallel    int                   // cells at a time; 0 is twice the number of processors
	KeepRecords bool                  // keep the records of cells that pass, too
	KeepBodies  int64                 // keep message bodies up to that many bytes; 0 keeps none
	Filter      func(*plan.Cell) bool // which cells to run; nil is all
	Stuck       time.Duration         // real time without progress after which a cell is given up; 0 is 20 s

	authority *authority.Authority
}

const defaultStuck = 20 * time.Second

// Run runs the files' cells in parallel and yields their results in the order
// of files and cells. When ctx is done no further cell is started; those under
// way are given up.
func (r *Runner) Run(ctx context.Context, files ...*plan.File) iter.Seq[*Result] {
	return func(yield func(*Result) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		if r.authority == nil {
			r.authority = authority.New(authority.Config{From: certFrom, Until: certUntil})
		}
		jobs := r.jobs(files)
		var workers sync.WaitGroup
		defer workers.Wait()
		defer cancel()
		next := make(chan *job)
		for range r.parallel() {
			workers.Go(func() {
				for j := range next {
					j.done <- r.runCell(ctx, j.file, j.cell)
				}
			})
		}
		go func() {
			defer close(next)
			for _, j := range jobs {
				select {
				case next <- j:
				case <-ctx.Done():
					return
				}
			}
		}()
		for _, j := range jobs {
			select {
			case result := <-j.done:
				if !yield(result) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// job is one cell to run.
type job struct {
	file *plan.File
	cell *plan.Cell
	done chan *Result
}

func (r *Runner) jobs(files []*plan.File) []*job {
	var jobs []*job
	for _, f := range files {
		for _, c := range f.Cells {
			if r.Filter == nil || r.Filter(c) {
				jobs = append(jobs, &job{file: f, cell: c, done: make(chan *Result, 1)})
			}
		}
	}
	return jobs
}

func (r *Runner) parallel() int {
	if r.Parallel > 0 {
		return r.Parallel
	}
	return 2 * runtime.GOMAXPROCS(0)
}

// RunCell runs one cell.
func (r *Runner) RunCell(ctx context.Context, file *plan.File, cell *plan.Cell) *Result {
	for result := range (&Runner{Seed: r.Seed, Parallel: 1, KeepRecords: r.KeepRecords, KeepBodies: r.KeepBodies,
		Stuck: r.Stuck, Filter: func(c *plan.Cell) bool { return c == cell }}).Run(ctx, file) {
		return result
	}
	return &Result{File: file, Cell: cell, Seed: r.Seed, Verdict: CouldNotRun, Err: ctx.Err()}
}

func (r *Runner) runCell(ctx context.Context, file *plan.File, cell *plan.Cell) *Result {
	began := time.Now()
	result := &Result{File: file, Cell: cell, Seed: r.Seed, Verdict: Pass}
	w, err := newWorld(r, file, cell)
	if err != nil {
		return result.couldNotRun(fmt.Errorf("build the world: %w", err))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := w.watch(r.stuck(), cancel)
	// The hold lasts until the world is down: no time passes after the last step.
	hold := w.clock.Hold("scenario " + cell.ID)
	defer hold.Release()
	w.play(ctx, hold, result)
	stop()
	if cause := context.Cause(ctx); cause != nil {
		_ = result.couldNotRun(cause)
	}
	result.Link = w.recordLink()
	result.Virtual = w.clock.Now().Sub(w.start)
	if err := w.close(); err != nil && result.Verdict.Good() {
		_ = result.couldNotRun(fmt.Errorf("take the world down: %w", err))
	}
	if r.KeepRecords || !result.Verdict.Good() {
		record := w.record.Record()
		result.Record = &record
	}
	result.Wall = time.Since(began)
	return result
}

func (r *Runner) stuck() time.Duration {
	if r.Stuck > 0 {
		return r.Stuck
	}
	return defaultStuck
}

func (r *Result) couldNotRun(err error) *Result {
	r.Verdict, r.Err = CouldNotRun, err
	return r
}

// ErrStuck is the cause of a cell whose clock cannot move on.
var ErrStuck = errors.New("the world is stuck")

// watch gives the world up when its clock makes no progress for long in real
// time, and names the holds that were not given back.
func (w *world) watch(patience time.Duration, giveUp context.CancelCauseFunc) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(patience / 4)
		defer tick.Stop()
		last, since := w.virtual.Progress(), time.Now()
		for {
			select {
			case <-quit:
				return
			case now := <-tick.C:
				if p := w.virtual.Progress(); p != last {
					last, since = p, now
				} else if now.Sub(since) >= patience {
					giveUp(fmt.Errorf("%w: no progress for %v while these hold the clock: %s", ErrStuck, patience, strings.Join(w.virtual.Holders(), ", ")))
					return
				}
			}
		}
	}()
	return func() { close(quit); <-done }
}
