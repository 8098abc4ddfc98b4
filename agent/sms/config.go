package sms

import (
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/smswire"
)

// Config says what a client is made of. Machine, HTTP, BITS, SMB, Disk, Dir, Clock and
// ManagementPoint must be set.
type Config struct {
	Machine *machine.Machine
	HTTP    *winhttp.Client
	BITS    *bits.Manager
	SMB     *smb.Client
	Disk    bits.Disk // of the PC
	Dir     string    // that Disk is, on the host
	Clock   clock.Clock

	SiteCode        string                // that the client is assigned to; "" is "LAB"
	ManagementPoint string                // scheme and host, "http://mp"
	ADSite          string                // that the PC is in
	Address         smswire.IPAddress     // of the PC
	Programs        Programs              // what programs do; nil: they end at once with code 0
	Auth            winhttp.Authenticator // answers 401 and 407 of messages and listings; nil answers none
	Proxy           func() winhttp.ProxySettings
	Tuning          Tuning
	State           *State // what a client kept from before; nil begins with nothing
	Logs            *Logs  // that are written on; nil begins new ones
}

// Programs knows what the programs of packages do. False: the command line cannot be
// started.
type Programs func(packageID, program string) (Effect, bool)

// Effect is what a program does to the PC. The zero value ends at once with code 0 and
// leaves everything as it was.
type Effect struct {
	ExitCode  int           // of every run that ExitCodes does not tell of
	ExitCodes []int         // of the first runs, in order
	Takes     time.Duration // of the PC's time
	Hangs     bool          // it does not end by itself
	Now       func(*machine.Machine) error
}

// Tuning is what documents leave to the client, or to the site's settings. The zero
// value of a field is its default.
type Tuning struct {
	// PollInterval is how often policy is asked for: an hour ("Policy polling
	// interval" of the site's client agent settings).
	PollInterval time.Duration
	// PointTimeout is how long a distribution point is tried without progress before the
	// next: 8 hours ("Retry Behavior for Distribution Points").
	PointTimeout time.Duration
	// DownloadRetryInterval and DownloadRetries say when a download is tried again that
	// no distribution point could give, and how often. Assumed: an hour, 24 times.
	DownloadRetryInterval time.Duration
	DownloadRetries       int
	// LocationRetryInterval is when content that was nowhere is looked for again.
	// Assumed: an hour, as often as a download is tried.
	LocationRetryInterval time.Duration
	// RunRetryInterval and RunRetries are for programs whose exit code is one of those
	// to be tried again: 600 s and 1008 times (ExecutionFailureRetryInterval,
	// ExecutionFailureRetryCount).
	RunRetryInterval time.Duration
	RunRetries       int
	// MaxRunTime is how long a program that says nothing else may run. Assumed: 12 hours.
	MaxRunTime time.Duration
	// ListByFolder asks for the listing of one folder at a time (Depth: 1) and not for
	// all at once (infinity). No document tells which one SMS 2003 does; its successor
	// needs the latter to be allowed.
	ListByFolder bool
	// FallBackToShare copies from the share of a distribution point that is enabled for
	// BITS and could not give its content that way. No document tells that the client
	// does so; by default it goes on to the next distribution point.
	FallBackToShare bool
	// Priority is that of jobs for packages. Assumed: NORMAL.
	Priority bits.Priority
	Limits   boundedxml.Limits // on what servers send
}

func (t Tuning) withDefaults() Tuning {
	for _, d := range []struct {
		value *time.Duration
		is    time.Duration
	}{
		{&t.PollInterval, time.Hour}, {&t.PointTimeout, 8 * time.Hour}, {&t.DownloadRetryInterval, time.Hour},
		{&t.LocationRetryInterval, time.Hour}, {&t.RunRetryInterval, 600 * time.Second}, {&t.MaxRunTime, 12 * time.Hour},
	} {
		if *d.value == 0 {
			*d.value = d.is
		}
	}
	if t.DownloadRetries == 0 {
		t.DownloadRetries = 24
	}
	if t.RunRetries == 0 {
		t.RunRetries = 1008
	}
	if t.Priority == 0 {
		t.Priority = bits.Normal
	}
	return t
}
