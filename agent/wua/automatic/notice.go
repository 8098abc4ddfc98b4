package automatic

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
)

// Kind is a kind of notice that users see, by the name that the log has for it. Assumed:
// the names but for that of the warning, which public logs show.
type Kind string

// The notices.
const (
	Setup            Kind = "Setup"
	DownloadApproval Kind = "Download Approval"
	InstallApproval  Kind = "Install Approval"
	RebootWarning    Kind = "Reboot Warning"  // with a countdown
	RebootRequired   Kind = "Reboot Required" // without
)

// Kinds gives all kinds of notices.
func Kinds() []Kind {
	return []Kind{Setup, DownloadApproval, InstallApproval, RebootWarning, RebootRequired}
}

// Notice is what a user sees.
type Notice struct {
	Kind    Kind
	User    string // DOMAIN\user
	Since   time.Time
	Restart time.Time // the end of the countdown; zero: none
	MayWait bool      // the user may put the restart off
}

// notice is the one that there is, whoever sees it.
type notice struct {
	kind  Kind
	since time.Time
}

// show makes a notice the one that there is; "" takes it away.
func (s *Service) show(kind Kind) {
	switch {
	case kind == "":
		s.notice, s.shown = nil, nil
		return
	case s.notice == nil || s.notice.kind != kind:
		s.notice, s.shown = &notice{kind, s.cfg.Clock.Now()}, nil
	}
	seen := map[string]bool{}
	for _, u := range s.audience() {
		if seen[u.String()] = true; !s.shown[u.String()] {
			s.log("Launched new AU client for directive '%s', session id = 0x0", kind)
		}
	}
	s.shown = seen
}

// audience gives the users who see the notice: administrators, and others where policy
// elevates them; a countdown everybody (dd939821). Without one, the notice waits.
func (s *Service) audience() []machine.Account {
	if s.notice == nil {
		return nil
	}
	return slices.DeleteFunc(s.loggedOn(), func(u machine.Account) bool {
		if s.notice.kind == RebootWarning || s.notice.kind == RebootRequired {
			return false
		}
		return s.policy.DisableWindowsUpdateAccess || !s.credentials(u)
	})
}

// credentials says whether a user may decide.
func (s *Service) credentials(u machine.Account) bool {
	return u.Administrator || s.policy.ElevateNonAdmins
}

func (s *Service) notices() (list []Notice) {
	for _, u := range s.audience() {
		n := Notice{Kind: s.notice.kind, User: u.String(), Since: s.notice.since}
		if r := s.restart; r != nil {
			n.Restart, n.MayWait = r.at, s.mayWait(u)
		}
		list = append(list, n)
	}
	return list
}

// mayWait says whether the user may put the restart off. Assumed: a countdown only who may
// decide about updates, and none that follows a deadline.
func (s *Service) mayWait(u machine.Account) bool {
	return s.notice.kind == RebootRequired || s.notice.kind == RebootWarning && !s.restart.deadline && s.credentials(u)
}

// Response is what a user answers.
type Response string

// The responses.
const (
	Download   Response = "download"
	Install    Response = "install"
	RestartNow Response = "restart now"
	Postpone   Response = "postpone" // the restart
)

// responses that a notice takes.
var responses = map[Kind][]Response{
	DownloadApproval: {Download}, InstallApproval: {Install},
	RebootWarning: {RestartNow, Postpone}, RebootRequired: {RestartNow, Postpone},
}

// Answer is a user's answer to the notice.
type Answer struct {
	User     string // DOMAIN\user
	Response Response
}

// Answer has a user answer the notice that the user sees. It returns at once; see
// [Service.Settle]. An error says that the user sees none that takes the answer.
func (s *Service) Answer(a Answer) error {
	if err := s.noService("answer"); err != nil {
		return err
	}
	account, err := s.cfg.Machine.User(a.User)
	if err != nil {
		return err
	}
	a.User = account.String()
	st := s.Status()
	i := slices.IndexFunc(st.Notices, func(n Notice) bool { return n.User == a.User })
	switch {
	case i < 0:
		return fmt.Errorf("automatic updates: %s sees no notice to answer %q", a.User, a.Response)
	case !slices.Contains(responses[st.Notices[i].Kind], a.Response):
		return fmt.Errorf("automatic updates: the notice %q of %s does not take the answer %q", st.Notices[i].Kind, a.User, a.Response)
	case a.Response == Postpone && !st.Notices[i].MayWait:
		return fmt.Errorf("automatic updates: %s cannot put the restart off", a.User)
	}
	s.ask(func(q *asks) { q.answers = append(q.answers, a) })
	return nil
}

// answer does what a user answered; what the notice of now does not take is dropped.
func (s *Service) answer(ctx context.Context, h clock.Hold) bool {
	answers := wants(s, func(a *asks) []Answer { old := a.answers; a.answers = nil; return old })
	for _, a := range answers {
		if s.notice == nil || !slices.Contains(responses[s.notice.kind], a.Response) {
			continue
		}
		s.log("AU received the answer '%s'", a.Response)
		switch a.Response {
		case Download:
			for _, i := range s.items {
				i.agreed = true
			}
			s.proceed(ctx, h)
		case Install:
			s.setSchedule(time.Time{})
			s.install(ctx, h, s.ready(), wua.ByUser, restart{})
		case RestartNow:
			s.reboot(ctx, h)
		case Postpone:
			s.postpone()
		}
	}
	return len(answers) > 0
}
