package automatic

import (
	"context"
	"slices"
	"time"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// item is an update that was detected and is not installed yet.
type item struct {
	update   *wua.Update
	deadline time.Time // zero: none
	ready    bool      // downloaded, or to be removed
	agreed   bool      // a user agreed to the download
	failed   bool      // not to be tried again before the next detection
	told     bool      // an event said that it is ready
}

func (i *item) expired(now time.Time) bool { return !i.deadline.IsZero() && !i.deadline.After(now) }

// detection detects when it is due or was asked for. While a restart is pending nothing
// is detected (MS-WUSP 2.2.2.3.1, event 193; dd939821).
func (s *Service) detection(ctx context.Context, h clock.Hold) bool {
	asked := wants(s, func(a *asks) bool { old := a.detect; a.detect = false; return old })
	now := s.cfg.Clock.Now()
	if s.restart != nil {
		if asked {
			s.warn("AU does not detect until the PC has been restarted")
		}
		return false
	}
	if !asked && now.Before(s.next) {
		return false
	}
	if asked {
		s.log("Triggering AU detection through DetectNow API")
	}
	for _, i := range s.items {
		i.failed = false
	}
	s.complete = false
	_ = s.search(ctx, h) // the log and the registry have it
	s.proceed(ctx, h)
	return true
}

// search asks the server, takes up what it offers and what it no longer does, and sets the
// time of the next detection.
func (s *Service) search(ctx context.Context, h clock.Hold) error {
	s.put("DetectionStartTime", s.cfg.Clock.Now().In(s.cfg.Local).Format(dotted))
	s.start("Search for updates")
	scan, err := s.agent.Detect(ctx, h)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.drop("DetectionStartTime")
	s.result("Detect", err)
	s.next = s.cfg.Clock.Now().Add(s.cfg.Tuning.Retry)
	if err != nil {
		s.log("  # WARNING: Failed to find updates with error code %08X", uint32(codeOf(err)))
	} else {
		s.merge(scan)
		s.log("  # %d updates detected", len(s.items))
		s.next = s.cfg.Clock.Now().Add(s.nextPeriod(s.policy.DetectionPeriod))
	}
	s.end("Search for updates")
	s.log("AU setting next detection timeout to %s", s.next.Format(logTime))
	s.keepDetection()
	return err
}

// merge makes the offered and assigned updates those in hand; what is not assigned is for
// users who ask for it (MS-WUSP 2.2.2.2.4, IsAssigned). What was downloaded stays so.
func (s *Service) merge(scan *wua.Scan) {
	var list []*item
	for _, u := range scan.Offered() {
		if !u.Deployment.IsAssigned {
			continue
		}
		one := &item{update: u}
		if i := slices.IndexFunc(s.items, func(old *item) bool { return old.update.Identity == u.Identity }); i >= 0 {
			one = s.items[i]
			one.update.Deployment = u.Deployment
		}
		one.ready = one.ready || u.Deployment.Action == wusp.ActionUninstall
		one.deadline = s.deadlineOf(u)
		list = append(list, one)
	}
	s.items = list
}

func (s *Service) deadlineOf(u *wua.Update) time.Time {
	if u.Deployment.Deadline == "" {
		return time.Time{}
	}
	var t wusp.Time
	if err := t.UnmarshalText([]byte(u.Deployment.Deadline)); err != nil {
		s.warn("The deadline %q of update %s is no time", u.Deployment.Deadline, u.Identity.UpdateID)
		return time.Time{}
	}
	return t.Time
}

// proceed downloads what may be downloaded without asking, and tells what is ready. After
// a download the server is asked again, so that only what is still approved is installed
// (dd939821). Assumed: when it can't be asked, what was downloaded stays.
func (s *Service) proceed(ctx context.Context, h clock.Hold) {
	for s.fetch(ctx, h) && ctx.Err() == nil {
		if s.search(ctx, h) != nil {
			break
		}
	}
	if s.policy.AutoInstallMinorUpdates && s.restart == nil {
		s.installMinor(ctx, h)
	}
	s.arrange()
	s.announce()
}

// mayDownload says whether policy, a user or the deadline lets the update be downloaded.
// Assumed: with "notify before download" one whose deadline has come is not asked about.
func (s *Service) mayDownload(i *item) bool {
	return s.policy.Options >= NotifyBeforeInstall || i.agreed || i.expired(s.cfg.Clock.Now())
}

// fetch downloads, and says whether anything came.
func (s *Service) fetch(ctx context.Context, h clock.Hold) (any bool) {
	var list []*item
	for _, i := range s.items {
		if !i.ready && !i.failed && s.mayDownload(i) {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return false
	}
	s.setWorking(true)
	defer s.setWorking(false)
	s.start("Download updates")
	s.log("  # Approved updates = %d", len(list))
	for _, i := range list {
		err := s.agent.Download(ctx, h, i.update)
		s.result("Download", err)
		if err != nil {
			i.failed = true
			s.log("  # WARNING: Download failed, update %s, error = 0x%08X", i.update.Identity.UpdateID, uint32(codeOf(err)))
			continue
		}
		i.ready, any = true, true
	}
	s.end("Download updates")
	return any
}

// setWorking shows Downloading while a download runs.
func (s *Service) setWorking(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.working = on
	s.publish()
}

func (s *Service) anyReady() bool {
	return slices.ContainsFunc(s.items, func(i *item) bool { return i.ready })
}

// awaitsDownload says whether a user has to agree to a download.
func (s *Service) awaitsDownload() bool {
	return slices.ContainsFunc(s.items, func(i *item) bool { return !i.ready && !i.failed && !s.mayDownload(i) })
}

// report sends the events that wait, some time after the first of them or when asked.
// Assumed: what could not be sent goes with the next batch, no earlier than a detection
// that failed is tried again.
func (s *Service) report(ctx context.Context, h clock.Hold) bool {
	now := s.cfg.Clock.Now()
	asked := wants(s, func(a *asks) bool { old := a.report; a.report = false; return old })
	if len(s.agent.Pending()) == 0 {
		s.reportAt = time.Time{}
		return false
	}
	if s.reportAt.IsZero() {
		s.reportAt = now.Add(s.draw(s.cfg.Tuning.ReportDelay))
	}
	if !asked && now.Before(s.reportAt) {
		return false
	}
	s.reportAt = time.Time{}
	if err := s.agent.Report(ctx, h); err != nil {
		s.agent.Log().Warn("REPORT", "Reporter failed to upload events with hr = %08x", uint32(codeOf(err)))
		s.reportAt = s.cfg.Clock.Now().Add(s.cfg.Tuning.Retry)
	}
	return true
}

func codeOf(err error) hresult.HRESULT {
	if code, ok := hresult.Of(err); ok {
		return code
	}
	return hresult.E_FAIL
}
