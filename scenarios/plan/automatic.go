package plan

import (
	"fmt"
	"strings"
)

// AutomaticEngine is Automatic Updates of the PC, and what documents leave open about its
// times. Unset means the service's own default.
type AutomaticEngine struct {
	Pos         Pos           `yaml:"-"`
	Running     Opt[bool]     `yaml:"running" short:"true" help:"The service runs when the first step begins. Default: false."`
	StartDelay  Opt[Duration] `yaml:"start-delay" format:"duration" help:"From the start of the service to a detection that is due; absent: 5 to 10 minutes by chance."`
	ReportDelay Opt[Duration] `yaml:"report-delay" format:"duration" help:"From an event to the batch that it is sent with; absent: up to 5 minutes by chance."`
	Retry       Opt[Duration] `yaml:"retry" format:"duration" help:"From a detection that failed to the next; absent: 5 hours."`
	Wizard      Opt[Duration] `yaml:"wizard" format:"duration" help:"Until a user who never chose is asked to; absent: 24 hours."`
}

// AutomaticSteps is what befalls Automatic Updates in a step, in the order of its fields.
// What is due then is done before the step's wait begins.
type AutomaticSteps struct {
	AutomaticUpdates  Opt[string] `yaml:"automatic-updates" enum:"start|stop" help:"Starts or stops the service; it stops and starts with the PC and with update-service, too. While it runs it reads policy anew whenever a step has changed the registry."`
	DetectNow         Opt[bool]   `yaml:"detect-now" help:"wuauclt /detectnow: Automatic Updates detects at once, and goes on by policy."`
	Answer            *Answer     `yaml:"answer" help:"A user answers the notice of Automatic Updates."`
	InstallAtShutdown Opt[bool]   `yaml:"install-at-shutdown" help:"A user chooses Install Updates and Shut Down; then the PC is started again."`
	ReportNow         Opt[bool]   `yaml:"report-now" help:"wuauclt /reportnow: the events that wait are sent at once."`
}

// Answer is what a user answers to a notice.
type Answer struct {
	Pos      Pos         `yaml:"-"`
	Response Opt[string] `yaml:"response" required:"true" short:"true" enum:"download|install|restart now|postpone" help:"What the user chooses."`
	User     Opt[string] `yaml:"user" help:"Who: owner, or a name from accounts. Default: owner."`
}

// Acts reports whether something befalls Automatic Updates.
func (s *AutomaticSteps) Acts() bool {
	return s.AutomaticUpdates.Set || s.DetectNow.Set || s.ReportNow.Set || s.Answer != nil || s.InstallAtShutdown.Set
}

// ExpectAutomatic is what is expected of Automatic Updates after a step. Times count from
// its end.
type ExpectAutomatic struct {
	Pos              Pos             `yaml:"-"`
	State            Want[string]    `yaml:"state" short:"true" enum:"waiting-for-wizard|wizard-pending|detect-pending|download-pending|downloading|install-pending|install-complete|disabled|reboot-pending" help:"AUState."`
	NextDetection    Bound[Duration] `yaml:"next-detection" format:"duration" help:"How long it is until the next detection; 0s: none is set."`
	Report           Bound[Duration] `yaml:"report" format:"duration" help:"How long it is until events are sent; 0s: none wait."`
	ScheduledInstall Pattern         `yaml:"scheduled-install" help:"When ready updates are installed, such as Saturday 2004-08-07 03:00; absent: nothing is scheduled."`
	Restart          Bound[Duration] `yaml:"restart" format:"duration" help:"How long the countdown to the restart of the PC goes on; 0s: there is none."`
	Restarts         Bound[int]      `yaml:"restarts" min:"0" help:"How often Automatic Updates has restarted the PC."`
	Pending          Want[Names]     `yaml:"pending" help:"Updates that it has in hand, ready or not; all of them, in any order."`
	Ready            Want[Names]     `yaml:"ready" help:"Updates of these that are ready to be installed or removed."`
	Notice           Pattern         `yaml:"notice" help:"The notice that users see: Setup, Download Approval, Install Approval, Reboot Warning or Reboot Required; absent: nobody sees one."`
	SeenBy           Want[Names]     `yaml:"seen-by" help:"Users who see the notice: owner, or names from accounts."`
	MayPostpone      Want[Names]     `yaml:"may-postpone" help:"Users of these who can put the restart off."`
	OfferedShutdown  Want[bool]      `yaml:"offered-at-shutdown" help:"Shutting the PC down offers to install updates."`
	Values           []LocalValue    `yaml:"values" keyed:"true" help:"Texts and numbers that it has written below its key in the registry, such as NextDetectionTime or Results\\Detect\\LastError; absent: there is none."`
}

// LocalValue is a value that Automatic Updates writes.
type LocalValue struct {
	Pos  Pos     `yaml:"-"`
	Name string  `yaml:"$key"`
	Text Pattern `yaml:"$value"`
}

// Split gives the key below that of Automatic Updates, with a backslash before it or
// empty, and the name.
func (v *LocalValue) Split() (key, name string) {
	i := strings.LastIndexByte(v.Name, '\\')
	if i < 0 {
		return "", v.Name
	}
	return `\` + v.Name[:i], v.Name[i+1:]
}

// beginAutomatic notes what is so before the first step.
func (c *checker) beginAutomatic(cl *Client) {
	if cl.Automatic.Running.Value {
		c.runAutomatic()
	}
}

// runAutomatic: what a service that runs does by itself may be spoken of.
func (c *checker) runAutomatic() {
	c.automatic, c.detected = true, true
	c.addUpdateJobs(c.allUpdates())
}

// checkAutomatic sees that there is a service that runs where one is needed.
func (c *checker) checkAutomatic(s *Step) {
	a := &s.AutomaticSteps
	switch {
	case !a.AutomaticUpdates.Set:
	case (a.AutomaticUpdates.Value == "start") == c.automatic:
		c.fail(a.AutomaticUpdates.Pos, "automatic-updates: "+a.AutomaticUpdates.Value+": so it is already", "leave the key out")
	case c.automatic:
		c.automatic = false
	default:
		c.runAutomatic()
	}
	flags := []struct {
		key string
		set Opt[bool]
	}{{"detect-now", a.DetectNow}, {"report-now", a.ReportNow}, {"install-at-shutdown", a.InstallAtShutdown}}
	for _, f := range flags {
		if f.set.Set && !f.set.Value {
			c.fail(f.set.Pos, f.key+": false does nothing", "leave the key out")
		}
		c.needAutomatic(f.key, f.set.Set, f.set.Pos)
	}
	if n := a.Answer; n != nil {
		c.needAutomatic("answer", true, n.Pos)
		if n.User.Set {
			c.checkUser("answer", n.User.Pos, n.User.Value)
		}
	}
}

func (c *checker) needAutomatic(key string, set bool, pos Pos) {
	if set && !c.automatic {
		c.fail(pos, key+": Automatic Updates does not run", "add automatic-updates: start to this step or to one before")
	}
}

func (c *checker) checkUser(key string, pos Pos, name string) {
	if name != OwnerWord && c.accounts[name] == nil {
		c.failName(pos, fmt.Sprintf("%s: unknown account %s", key, quote(name)), name, func() []string { return append(keysOf(c.accounts), OwnerWord) })
	}
}

func (c *checker) checkExpectAutomatic(e *ExpectAutomatic) {
	for _, w := range []struct {
		key  string
		want Want[Names]
	}{{"seen-by", e.SeenBy}, {"may-postpone", e.MayPostpone}} {
		for _, name := range w.want.Value {
			c.checkUser(w.key, w.want.Pos, name)
		}
	}
	for _, w := range []struct {
		key  string
		want Want[Names]
	}{{"pending", e.Pending}, {"ready", e.Ready}} {
		for _, name := range w.want.Value {
			c.checkUpdateName(w.key, w.want.Pos, name)
		}
	}
	if p := e.Notice; p.Set && !p.Any && !p.Absent && !p.Present && p.Regexp == nil {
		for _, kind := range noticeKinds {
			if p.Text == kind {
				return
			}
		}
		c.failName(p.Pos, "notice: there is no notice "+quote(p.Text), p.Text, func() []string { return noticeKinds })
	}
}

// noticeKinds are the notices of Automatic Updates.
var noticeKinds = []string{"Setup", "Download Approval", "Install Approval", "Reboot Warning", "Reboot Required"}
