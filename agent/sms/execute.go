package sms

import (
	"errors"
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// FatalError is what execmgr logs for a program that will not be tried again after a
// hash mismatch (KB 907979).
const FatalError hresult.HRESULT = 0x80008602

// work brings one advertisement as far as it comes now.
func (r *round) work(id string) {
	a, ok := r.Advertisement(id)
	if !ok {
		return
	}
	if !a.Expires.IsZero() && !r.cfg.Clock.Now().Before(a.Expires) {
		r.logs.fail(executionManager, "Advertisement %s has expired", id)
		r.end(id, Failed, hresult.ERROR_CANCELLED, msgExpired)
		return
	}
	if a.State == Retrying {
		r.run(id)
		return
	}
	r.update(id, func(a *Advertisement) { a.State = Downloading })
	found, err := r.locate(a)
	if err == nil {
		err = r.provide(a, found)
	}
	switch {
	case r.ctx.Err() != nil: // the client stops; it begins here again
	case err == nil:
		r.run(id)
	case errors.Is(err, errHash):
		r.logs.fail(executionManager, "OnContentAvailable program %s NOT available, 0x%08x", a.Program, uint32(codeOf(err)))
		r.logs.fail(executionManager, "Fatal error 0x%08x encountered for program %s. This program will not retry.", uint32(FatalError), a.Program)
		r.end(id, Failed, codeOf(err), msgHashMismatch)
	default:
		r.later(id, err)
	}
}

// end leaves an advertisement in its last state.
func (r *round) end(id string, state Progress, code hresult.HRESULT, m statusMessage) {
	r.update(id, func(a *Advertisement) {
		a.State, a.HResult = state, code
		r.queue(m, a, code)
	})
}

// later has content that could not be had looked for again, or gives it up.
func (r *round) later(id string, err error) {
	t := r.cfg.Tuning
	interval := t.DownloadRetryInterval
	if errors.Is(err, errNowhere) {
		interval = t.LocationRetryInterval
	}
	over := false
	r.update(id, func(a *Advertisement) {
		a.Tries++
		a.HResult = codeOf(err)
		if over = a.Tries > t.DownloadRetries; !over {
			a.State, a.NextTry = Waiting, r.cfg.Clock.Now().Add(interval)
			if a.Tries == 1 {
				r.queue(msgWaiting, a, a.HResult)
			}
		}
	})
	if !over {
		r.logs.warn(executionManager, "Content of advertisement %s is not available (0x%08x); it is looked for again in %s", id, uint32(codeOf(err)), hours(interval))
		return
	}
	a, _ := r.Advertisement(id)
	r.cancel(a.Job)
	r.logs.fail(executionManager, "OnContentAvailable program %s NOT available, 0x%08x", a.Program, uint32(codeOf(err)))
	r.end(id, Failed, codeOf(err), msgDownloadFails)
}

// provide makes the content available: in the cache, or where it is to be run from the
// network, at a distribution point whose share opens.
func (r *round) provide(a Advertisement, found content) error {
	var last error
	var download []point
	for _, p := range found.points {
		if p.options != smswire.RunFromNet {
			download = append(download, p)
			continue
		}
		if last = r.open(a, p); last == nil {
			r.update(a.AdvertisementID, func(a *Advertisement) { a.Point = p.server })
			return nil
		}
		if r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		r.logs.warn(executionManager, "Program %s cannot be run from '%s': %v", a.Program, p.name(), last)
	}
	if len(download) == 0 {
		return last
	}
	return r.fetch(a, content{found.hash, download})
}

// errNoShare says that a program cannot be run from a distribution point.
var errNoShare = errors.New("the distribution point has no share")

// open sees that the program's file can be opened on a distribution point's share: a
// program that is run from there is always reached by SMB ("About BITS-Enabled
// Distribution Points"). Assumed: of the file only this much is read here.
func (r *round) open(a Advertisement, p point) error {
	if p.share == nil {
		return &Error{Code: hresult.ERROR_BAD_NET_NAME, What: p.server, Err: errNoShare}
	}
	name := *p.share
	name.Path += `\` + programFile(a.CommandLine)
	file, err := r.cfg.SMB.Open(r.ctx, r.hold, owner, name, link.Foreground)
	if err != nil {
		return &Error{Code: codeOf(err), What: name.String(), Err: err}
	}
	r.logs.write(executionManager, "Running program %s from '%s'", a.Program, name)
	_ = file.Close(r.ctx, r.hold) // it was there
	return r.ctx.Err()
}

// programFile gives the file that a command line starts, without its quotes.
func programFile(command string) string {
	if rest, quoted := strings.CutPrefix(command, `"`); quoted {
		file, _, _ := strings.Cut(rest, `"`)
		return file
	}
	file, _, _ := strings.Cut(command, " ")
	return file
}

// run runs the program and says what its end means.
func (r *round) run(id string) {
	a, ok := r.Advertisement(id)
	if !ok {
		return
	}
	effect, known := Effect{}, true
	if r.cfg.Programs != nil {
		effect, known = r.cfg.Programs(a.PackageID, a.Program)
	}
	if a.CommandLine == "" || !known {
		r.logs.fail(executionManager, "Failed to run program %s: the command line %q cannot be started", a.Program, a.CommandLine)
		r.end(id, Failed, hresult.ERROR_FILE_NOT_FOUND, msgNotStarted)
		return
	}
	r.logs.write(executionManager, "Running program %s of package %s: %s", a.Program, a.PackageID, a.CommandLine)
	if a.Runs == 0 {
		r.report(msgStarted, id, hresult.S_OK)
	}
	exit, err := r.wait(a, effect)
	if r.ctx.Err() != nil {
		return
	}
	r.update(id, func(a *Advertisement) { a.Runs, a.ExitCode = a.Runs+1, exit })
	if err != nil {
		r.logs.fail(executionManager, "Program %s: %v", a.Program, err)
		r.end(id, Failed, codeOf(err), msgRunFailed)
		return
	}
	r.logs.write(executionManager, "Program exit code %d", exit)
	r.ended(id, exit)
}

// wait lets the program run, and gives its exit code.
func (r *round) wait(a Advertisement, effect Effect) (int, error) {
	most := a.MaxDuration
	if most == 0 {
		most = r.cfg.Tuning.MaxRunTime
	}
	if effect.Hangs || effect.Takes > most {
		if err := r.hold.Sleep(r.ctx, most); err != nil {
			return 0, err
		}
		return 0, &Error{Code: hresult.WAIT_TIMEOUT, What: fmt.Sprintf("it runs longer than %s", hours(most))}
	}
	if err := r.hold.Sleep(r.ctx, effect.Takes); err != nil {
		return 0, err
	}
	if effect.Now != nil {
		if err := effect.Now(r.cfg.Machine); err != nil {
			return 0, err
		}
	}
	if a.Runs < len(effect.ExitCodes) {
		return effect.ExitCodes[a.Runs], nil
	}
	return effect.ExitCode, nil
}

// ended says what follows from an exit code.
func (r *round) ended(id string, exit int) {
	a, _ := r.Advertisement(id)
	failed := hresult.FromWin32(exit)
	switch meaning := MeaningOf(exit); {
	case meaning == MeansSuccess:
		r.logs.write(executionManager, "Execution is complete for program %s. The exit code is %d, the execution status is Success", a.Program, exit)
		r.end(id, Succeeded, hresult.S_OK, msgSucceeded)
	case meaning == MeansReboot:
		r.logs.write(executionManager, "Execution is complete for program %s. The exit code is %d, the program is complete when the PC has restarted", a.Program, exit)
		r.end(id, RebootPending, hresult.S_OK, msgReboot)
	case meaning == MeansRetry && a.Runs <= r.cfg.Tuning.RunRetries:
		interval := r.cfg.Tuning.RunRetryInterval
		r.logs.warn(executionManager, "Execution of program %s failed with exit code %d, which may pass; it is run again in %v", a.Program, exit, interval)
		r.update(id, func(a *Advertisement) {
			a.State, a.HResult, a.NextTry = Retrying, failed, r.cfg.Clock.Now().Add(interval)
			if a.Runs == 1 {
				r.queue(msgRunAgain, a, failed)
			}
		})
	default:
		r.logs.fail(executionManager, "Execution is complete for program %s. The exit code is %d, the execution status is FailureNonRetry", a.Program, exit)
		r.end(id, Failed, failed, msgRunFailed)
	}
}
