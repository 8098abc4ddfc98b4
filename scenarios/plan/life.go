package plan

import "fmt"

// Life is what befalls the PC and its BITS service in a step, in the order of
// its fields; a crash that comes after some bytes comes during the verb.
type Life struct {
	Disk        *Disk       `yaml:"disk" help:"The PC's disk fails from now on; none: it is good again."`
	Logoff      Opt[string] `yaml:"logoff" help:"Logs a user off the PC: owner, or a name from accounts."`
	Service     Opt[string] `yaml:"service" enum:"stop|start|restart" help:"Stops or starts the BITS service. Its jobs are known by their names again when it runs."`
	DamageStore Opt[bool]   `yaml:"damage-store" help:"Damages the file of the job queue. A service that runs is stopped before and started afterwards."`
	Reboot      Opt[bool]   `yaml:"reboot" help:"Restarts the PC: the service stops, everybody is logged off, the service starts."`
	Crash       *Crash      `yaml:"crash" help:"The BITS service dies and starts again."`
	Logon       Opt[string] `yaml:"logon" help:"Logs a user on interactively: owner, or a name from accounts."`
}

// Disk is a fault of the PC's disk.
type Disk struct {
	Pos   Pos         `yaml:"-"`
	Fault Opt[string] `yaml:"fault" required:"true" short:"true" enum:"none|full|access-denied|write-protected|locked|volume-changed|not-ready|path-missing|in-use|keeps-files|keeps-names" help:"What the disk refuses: all bytes, writing in the folder, every change, everything (chkdsk has locked it, another medium is in it, no medium is in it), the folder, open files, deleting, renaming."`
	After Opt[int64]  `yaml:"after" format:"size" help:"Bytes that are still written before; absent: none."`
}

// Crash is the death of the BITS service.
type Crash struct {
	Pos   Pos         `yaml:"-"`
	Kind  Opt[string] `yaml:"kind" required:"true" short:"true" enum:"process|power" help:"The process dies, or the PC loses power: then what the disk had not written is gone, and nobody is logged on afterwards."`
	After Opt[int64]  `yaml:"after" format:"size" help:"Bytes that are first written or, by an upload, read from its file, while the step's verb runs; absent: at once, before the verb."`
}

// OwnerWord stands for the owner of the PC's jobs in logoff and logon.
const OwnerWord = "owner"

// LayeredProvider is a layered service provider in the PC's Winsock catalog.
type LayeredProvider struct {
	Pos     Pos         `yaml:"-"`
	Name    Opt[string] `yaml:"name" required:"true" format:"line" help:"Its name in the catalog."`
	Hinders []string    `yaml:"hinders" enum:"start|stop" help:"What BITS before 2.0 can't do beside it; absent: it does no harm."`
}

// acts reports whether something befalls the PC.
func (l *Life) acts() bool {
	return l.Disk != nil || l.Logoff.Set || l.Service.Set || l.DamageStore.Set || l.Reboot.Set || l.Crash != nil || l.Logon.Set
}

// Durable reports whether the scenario needs a job queue that outlives the
// service, and a disk that can fail.
func (s *Scenario) Durable() bool {
	if s.Client.Disk != nil {
		return true
	}
	for i := range s.Servers {
		if s.Servers[i].WSUS.hasKnown() {
			return true // its installer may start the service
		}
	}
	for i := range s.Steps {
		l := &s.Steps[i].Life
		if s.Steps[i].Setup != nil || l.Disk != nil || l.Service.Set || l.DamageStore.Set || l.Reboot.Set || l.Crash != nil || s.Steps[i].InstallAtShutdown.Set {
			return true
		}
	}
	return false
}

func (c *checker) checkLife(s *Step) {
	for _, user := range []Opt[string]{s.Logoff, s.Logon} {
		if user.Set && user.Value != OwnerWord && c.accounts[user.Value] == nil {
			c.failName(user.Pos, fmt.Sprintf("unknown account %s", quote(user.Value)), user.Value, func() []string { return append(keysOf(c.accounts), OwnerWord) })
		}
	}
	ends := 0
	for _, has := range []bool{s.Service.Set, s.Reboot.Value, s.Crash != nil} {
		if has {
			ends++
		}
	}
	if ends > 1 {
		c.fail(s.Pos, "a step in which the service ends in two ways", "write one step for each of service, reboot and crash")
	}
	if k := s.Crash; k != nil && k.After.Set && s.Download == nil && s.Upload == nil && s.Resume == nil {
		c.fail(k.After.Pos, "crash: no verb of the step moves bytes", "add download, upload or resume, or leave after out")
	}
}
