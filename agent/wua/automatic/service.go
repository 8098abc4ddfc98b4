package automatic

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// Config says what Automatic Updates is made of. Agent, Machine and Clock must be set.
type Config struct {
	// Agent gives the Windows Update agent that does the work. It is asked whenever the
	// service begins: after a restart of the PC there may be another. The agent does one
	// thing at a time: on a virtual clock, who uses it too calls [Service.Settle] before.
	Agent   func() (*wua.Agent, error)
	Machine *machine.Machine
	Clock   clock.Clock
	Seed    uint64 // of the times that are left to chance

	// Restart restarts the PC, all but this service, which begins anew afterwards. Nil
	// logs everybody off and does what installers left for the start.
	Restart func(context.Context, clock.Hold) error
	Local   *time.Location // of the PC; nil is UTC
	Tuning  Tuning
}

// Service is Automatic Updates of one PC. Make it with [New]. It is safe for concurrent
// use.
type Service struct {
	cfg  Config
	rand *rand.Rand

	// What the loop alone knows, and Start before it.
	agent    *wua.Agent
	policy   Policy
	known    bool // policy was read before
	next     time.Time
	wizard   time.Time // when the user is asked to choose
	reportAt time.Time
	sched    schedule
	items    []*item
	working  bool // a download runs
	complete bool // an installation ended, and nothing was detected since
	restart  *restart
	notice   *notice
	shown    map[string]bool // users that the notice was launched for

	mu      sync.Mutex
	running bool
	gate    *clock.Gate // that the loop waits at; nil while it works
	settled []*clock.Gate
	asked   asks
	status  Status
	count   int // restarts of the PC
	cancel  context.CancelFunc
	done    chan struct{}
	unwatch func()
}

// asks are what others want of the loop.
type asks struct {
	detect, report, reset, refresh bool
	answers                        []Answer
}

func (a asks) any() bool {
	return a.detect || a.report || a.reset || a.refresh || len(a.answers) > 0
}

// schedule is when the next scheduled installation is, and which policy said so.
type schedule struct {
	at        time.Time // zero: none
	day, hour int
}

// New makes the service; it does not run yet.
func New(cfg Config) *Service {
	if cfg.Local == nil {
		cfg.Local = time.UTC
	}
	cfg.Tuning = cfg.Tuning.withDefaults()
	s := &Service{cfg: cfg, rand: rand.New(rand.NewPCG(cfg.Seed, 0x4155))}
	if cfg.Restart == nil {
		s.cfg.Restart = s.restartAlone
	}
	return s
}

// ErrRunning is returned by Start of a service that runs.
var ErrRunning = errors.New("automatic updates: the service runs already")

// Start starts the service. A detection that is due comes after a while, an installation
// whose time was missed as policy says.
func (s *Service) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running {
		return ErrRunning
	}
	agent, err := s.cfg.Agent()
	if err != nil {
		return err
	}
	s.agent = agent
	ctx, cancel := context.WithCancel(context.Background())
	s.running, s.cancel, s.done = true, cancel, make(chan struct{})
	restarted := s.restart != nil && !s.agent.RebootRequired()
	s.begin(restarted)
	h := s.cfg.Clock.Hold("automatic updates")
	s.unwatch = s.cfg.Machine.OnSessions(func() { s.ask(func(a *asks) { a.refresh = true }) })
	go s.run(ctx, h)
	return nil
}

// Stop stops the service and waits until it has ended. What was downloaded and decided is
// kept. A service that does not run is left alone.
func (s *Service) Stop() {
	s.mu.Lock()
	if !s.running {
		s.mu.Unlock()
		return
	}
	s.running = false
	s.unwatch()
	s.cancel()
	done := s.done
	s.mu.Unlock()
	<-done
	s.log("AU initiates service shutdown")
	s.log("###########  AU: Uninitializing Automatic Updates  ###########")
}

// run is the service's one goroutine; Stop waits for it.
func (s *Service) run(ctx context.Context, h clock.Hold) {
	defer close(s.done)
	defer h.Release()
	for ctx.Err() == nil {
		for ctx.Err() == nil && s.step(ctx, h) {
		}
		if ctx.Err() == nil {
			s.rest(ctx, h)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.publish()
	s.release()
}

// step does one thing that is due; false when nothing is.
func (s *Service) step(ctx context.Context, h clock.Hold) bool {
	s.refresh()
	works := []func(context.Context, clock.Hold) bool{s.refuse, s.reset, s.report}
	if s.policy.Options != Disabled && s.policy.Options != NotConfigured {
		works = []func(context.Context, clock.Hold) bool{s.reset, s.answer, s.restarting, s.deadlines, s.scheduled, s.detection, s.report}
	}
	for _, work := range works {
		if work(ctx, h) {
			return true
		}
	}
	s.arrange()
	return false
}

// rest waits for the next time that something is due, or for somebody who asks.
func (s *Service) rest(ctx context.Context, h clock.Hold) {
	s.mu.Lock()
	s.publish()
	if s.asked.any() {
		s.mu.Unlock()
		return
	}
	gate := &clock.Gate{}
	s.gate = gate
	stop := func() bool { return true }
	if wake := s.status.Wake; !wake.IsZero() {
		stop = s.cfg.Clock.Lapse(wake.Sub(s.cfg.Clock.Now()), "automatic updates", func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.open(gate)
		})
	}
	s.release()
	s.mu.Unlock()
	_ = h.Wait(ctx, gate) // the caller looks at ctx
	stop()
}

// open lets the loop go on; s.mu is held.
func (s *Service) open(gate *clock.Gate) {
	if gate != nil && s.gate == gate {
		s.gate = nil
		gate.Open()
	}
}

// release lets those go on who wait until nothing is due; s.mu is held.
func (s *Service) release() {
	for _, g := range s.settled {
		g.Open()
	}
	s.settled = nil
}

// ask notes what somebody wants and wakes the loop.
func (s *Service) ask(change func(*asks)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.asked)
	s.open(s.gate)
}

// wants takes from what was asked.
func wants[T any](s *Service, take func(*asks) T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return take(&s.asked)
}

// Settle waits until the service has done all that is due now. Time passes while it
// downloads and installs. h is the caller's hold on the clock.
func (s *Service) Settle(ctx context.Context, h clock.Hold) error {
	for ctx.Err() == nil {
		g, due := s.settling()
		switch {
		case g != nil:
			if err := h.Wait(ctx, g); err != nil {
				return err
			}
		case !due:
			return nil
		default: // its timer has come, and wakes it as soon as the clock may go on
			if err := h.Sleep(ctx, 0); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// settling gives the gate that opens when the service, which is at work, rests; none when
// it rests, and whether something is due then.
func (s *Service) settling() (g *clock.Gate, due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch wake := s.status.Wake; {
	case !s.running:
		return nil, false
	case s.gate != nil:
		return nil, !wake.IsZero() && !wake.After(s.cfg.Clock.Now())
	}
	g = &clock.Gate{}
	s.settled = append(s.settled, g)
	return g, false
}

// ErrNotReached is returned by Await when the time was over.
var ErrNotReached = errors.New("automatic updates: it did not come to this in time")

// Await lets time pass, at most limit, until the status fits, and gives it. h is the
// caller's hold on the clock.
func (s *Service) Await(ctx context.Context, h clock.Hold, limit time.Duration, fits func(Status) bool) (Status, error) {
	end := s.cfg.Clock.Now().Add(limit)
	for {
		if err := s.Settle(ctx, h); err != nil {
			return s.Status(), err
		}
		st := s.Status()
		now := s.cfg.Clock.Now()
		switch {
		case ctx.Err() != nil:
			return st, ctx.Err()
		case fits(st):
			return st, nil
		case !now.Before(end):
			return st, ErrNotReached
		}
		until := end
		if !st.Wake.IsZero() && st.Wake.Before(end) {
			until = st.Wake
		}
		if err := h.Sleep(ctx, until.Sub(now)); err != nil {
			return st, err
		}
	}
}

// noService is the error of what needs the service.
func (s *Service) noService(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running {
		return nil
	}
	return &hresult.Error{Code: hresult.WU_E_AU_NOSERVICE, Cause: errors.New("automatic updates: " + what + ": the service does not run")}
}

// DetectNow asks for a detection, as wuauclt /detectnow and IAutomaticUpdates::DetectNow
// do. It returns at once; see [Service.Settle]. WU_E_AU_NOSERVICE when the service does
// not run.
func (s *Service) DetectNow() error {
	if err := s.noService("detect now"); err != nil {
		return err
	}
	s.ask(func(a *asks) { a.detect = true })
	return nil
}

// ReportNow has the events that wait sent at once, as wuauclt /reportnow does.
// WU_E_AU_NOSERVICE when the service does not run.
func (s *Service) ReportNow() error {
	if err := s.noService("report now"); err != nil {
		return err
	}
	s.ask(func(a *asks) { a.report = true })
	return nil
}

// ResetAuthorization has the cookie dropped, as wuauclt /resetauthorization does.
// WU_E_AU_NOSERVICE when the service does not run.
func (s *Service) ResetAuthorization() error {
	if err := s.noService("reset the authorization"); err != nil {
		return err
	}
	s.ask(func(a *asks) { a.reset = true })
	return nil
}

// PolicyChanged has the service look at the registry at once, as a refresh of Group
// Policy does; else it looks whenever it decides something. A service that does not run
// reads the policy when it starts.
func (s *Service) PolicyChanged() { s.ask(func(a *asks) { a.refresh = true }) }

// refuse drops what a service that is turned off does not do.
func (s *Service) refuse(context.Context, clock.Hold) bool {
	refused := wants(s, func(a *asks) bool { old := a.detect; a.detect, a.answers = false, nil; return old })
	if refused {
		s.warn("AU does not detect: %s", s.policy.Options)
	}
	return false
}

func (s *Service) reset(context.Context, clock.Hold) bool {
	if !wants(s, func(a *asks) bool { old := a.reset; a.reset = false; return old }) {
		return false
	}
	s.agent.ResetAuthorization()
	s.log("Authorization was reset")
	return true
}

// begin is what a service that starts does; restarted says that it is after a restart
// that Automatic Updates waited for. The detection that follows such a restart comes at
// once: in the examples of MS-WUSP section 4 it ends seven seconds after it.
func (s *Service) begin(restarted bool) {
	now := s.cfg.Clock.Now()
	s.known, s.working, s.asked = false, false, asks{}
	s.readPolicy()
	if restarted {
		s.restart, s.notice = nil, nil
	}
	s.logPolicy("Initializing Automatic Updates")
	s.next = s.storedDetection()
	switch {
	case restarted:
		s.next = now
	case !s.next.After(now):
		s.next = now.Add(s.draw(s.cfg.Tuning.StartDelay))
	}
	s.wizard = now.Add(s.cfg.Tuning.Wizard)
	if at := s.sched.at; !at.IsZero() && !at.After(now) {
		s.missed(now)
	}
	s.arrange()
	s.keepDetection()
	s.publish()
}

// missed is RescheduleWaitTime: it counts from the start of the service.
func (s *Service) missed(now time.Time) {
	at := now.Add(s.policy.Missed.Wait)
	if s.policy.Missed.NextTime {
		at = s.policy.nextTime(now, s.cfg.Local)
	}
	s.log("Scheduled install time was missed")
	s.setSchedule(at)
}

// loggedOn gives the users who are logged on, by name.
func (s *Service) loggedOn() (list []machine.Account) {
	for _, u := range s.cfg.Machine.Users() {
		if !u.Kind.Service() && u.Kind != machine.ComputerAccount && u.Kind != machine.Anonymous && s.cfg.Machine.LoggedOn(u.String()) {
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(a, b machine.Account) int {
		switch {
		case a.String() < b.String():
			return -1
		case a.String() > b.String():
			return 1
		}
		return 0
	})
	return list
}
