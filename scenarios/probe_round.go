package scenarios

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
)

// detect scans, and tells what is offered.
func (p *updateProbe) detect(ctx context.Context, hold clock.Hold) (told string, err error) {
	if p.scan, err = p.agent.Detect(ctx, hold); err != nil {
		return "", err
	}
	offered := p.scan.Offered()
	told = fmt.Sprintf("%s known after %s of SyncUpdates, %d to be installed or removed",
		several(len(p.scan.Updates), "update"), several(p.scan.Trips, "call"), len(offered))
	const most = 5
	for i, u := range offered {
		if i == most {
			return fmt.Sprintf("%s; and %d more", told, len(offered)-most), nil
		}
		told += "; " + u.Title()
	}
	return told, nil
}

func several(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// download fetches the smallest of the updates that are offered, and tells what came.
func (p *updateProbe) download(ctx context.Context, hold clock.Hold) (string, error) {
	list := slices.DeleteFunc(p.scan.Offered(), func(u *wua.Update) bool { return size(u) == 0 })
	slices.SortStableFunc(list, func(a, b *wua.Update) int { return cmp.Compare(size(a), size(b)) })
	list = list[:min(len(list), p.cfg.Downloads)]
	if len(list) == 0 {
		return "nothing was to be fetched", nil
	}
	var told []string
	for _, u := range list {
		if err := p.fetch(ctx, hold, u); err != nil {
			return "", fmt.Errorf("%s: %w", u.Title(), err)
		}
		told = append(told, fmt.Sprintf("%s, %d bytes, digests right", u.Title(), size(u)))
	}
	return strings.Join(told, "; "), nil
}

// size is that of all files of an update and of what it bundles, in bytes.
func size(u *wua.Update) (n int64) {
	for _, one := range append([]*wua.Update{u}, u.Bundled...) {
		if one.Extended != nil {
			for _, f := range one.Extended.Files {
				n += f.Size
			}
		}
	}
	return n
}

// errWaits is why a download is given up that BITS would try again in ten minutes.
var errWaits = errors.New("the job is in TRANSIENT_ERROR, and BITS would try again later")

// fetch downloads an update, until it is there or its job would have to wait.
func (p *updateProbe) fetch(ctx context.Context, hold clock.Hold, u *wua.Update) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.watchJobs(ctx, cancel)
	}()
	err := p.agent.Download(ctx, hold, u)
	cause := context.Cause(ctx)
	cancel(nil)
	<-done
	if err != nil && errors.Is(cause, errWaits) {
		return fmt.Errorf("%w: %w", errWaits, err)
	}
	return err
}

// watchJobs looks now and then whether a job waits.
func (p *updateProbe) watchJobs(ctx context.Context, cancel context.CancelCauseFunc) {
	const often = 50 * time.Millisecond
	hold := p.clock.Hold("watch of the jobs")
	defer hold.Release()
	for hold.Sleep(ctx, often) == nil {
		for _, job := range p.pc.BITS.Jobs() {
			if job.State() == bits.TransientError {
				cancel(errWaits)
				return
			}
		}
	}
}

// report sends the events of the round.
func (p *updateProbe) report(ctx context.Context, hold clock.Hold) (string, error) {
	n := len(p.agent.Pending())
	if err := p.agent.Report(ctx, hold); err != nil {
		return "", err
	}
	if left := len(p.agent.Pending()); left > 0 {
		return "", fmt.Errorf("the server did not take %s", several(left, "event"))
	}
	return several(n, "event") + " taken", nil
}
