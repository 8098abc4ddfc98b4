package link

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/wualab/wualab/agent/machine"
)

// PolicyKey is the registry key of the BITS policies. Only configured values
// exist in it. Source: BITS documentation, "Group Policies"; Policy CSP "BITS".
const PolicyKey = `HKLM\Software\Policies\Microsoft\Windows\BITS`

// Policy is MaxInternetBandwidth: what background transfers may use at most,
// inside a daily window and outside of it. The zero Policy limits nothing. It
// exists from BITS 2.0 on, which is for the caller to heed.
//
// Sources: BITS documentation, "Group Policies"; Policy CSP "BITS". The names
// of the values are those of the administrative template.
type Policy struct {
	Enabled bool
	// OnSchedule and OffSchedule are limits in Kbps inside and outside of the
	// window; 0 blocks, and what is below 2 counts as 2.
	OnSchedule, OffSchedule uint32
	// From and To are the hours at which the window begins and ends, 0 to 23,
	// over midnight when To is less. Assumed: the whole day when they are equal.
	From, To int
	// UseSystemMaximum lifts the limit outside of the window.
	UseSystemMaximum bool
}

// What counts where EnableBITSMaxBandwidth is set and a value is missing.
// Source: Policy CSP "BITS", which states these of the policy; that the service
// takes them for a missing registry value is assumed.
const (
	DefaultOnSchedule = 1000 // Kbps
	DefaultFrom       = 8
	DefaultTo         = 17
)

const leastLimit = 2 // Kbps

// ParsePolicy reads the policy from the registry. Values that cannot be used
// are left out, as if they were missing, and named in the error; the policy is
// good all the same. Assumed: what a bad value does, and that without
// UseSystemMaximum the limit outside of the window is that given, if any is.
func ParsePolicy(r *machine.Registry) (Policy, error) {
	v := values{registry: r}
	enabled, _ := v.number("EnableBITSMaxBandwidth", math.MaxUint32)
	if enabled == 0 {
		return Policy{}, errors.Join(v.errs...)
	}
	p := Policy{Enabled: true}
	p.OnSchedule = v.or("MaxTransferRateOnSchedule", math.MaxUint32, DefaultOnSchedule)
	p.From = int(v.or("MaxBandwidthValidFrom", 23, DefaultFrom))
	p.To = int(v.or("MaxBandwidthValidTo", 23, DefaultTo))
	off, limited := v.number("MaxTransferRateOffSchedule", math.MaxUint32)
	system, said := v.number("UseSystemMaximum", math.MaxUint32)
	p.OffSchedule = off
	p.UseSystemMaximum = !limited || said && system != 0
	return p, errors.Join(v.errs...)
}

// values reads numbers below PolicyKey and collects what is wrong with them.
type values struct {
	registry *machine.Registry
	errs     []error
}

func (v *values) number(name string, most uint32) (uint32, bool) {
	n, ok, err := v.registry.DWORD(PolicyKey, name)
	if err == nil && ok && n > most {
		err = fmt.Errorf(`%s\%s: %d is more than %d`, PolicyKey, name, n, most)
	}
	if err != nil {
		v.errs = append(v.errs, fmt.Errorf("BITS policy: %w", err))
		return 0, false
	}
	return n, ok
}

func (v *values) or(name string, most, missing uint32) uint32 {
	if n, ok := v.number(name, most); ok {
		return n
	}
	return missing
}

// String says what is limited, in a line.
func (p Policy) String() string {
	if !p.Enabled {
		return "not limited"
	}
	outside := limit(p.OffSchedule).String()
	if p.UseSystemMaximum {
		outside = "not limited"
	}
	return fmt.Sprintf("from %02d:00 to %02d:00 %s, else %s", p.From, p.To, limit(p.OnSchedule), outside)
}

func (p Policy) validate() error {
	if p.From < 0 || p.From > 23 || p.To < 0 || p.To > 23 {
		return fmt.Errorf("policy from %d to %d: want hours from 0 to 23", p.From, p.To)
	}
	return nil
}

// Limit is what the policy says at an instant. The zero Limit is none.
type Limit struct {
	Limited bool
	Blocked bool // nothing may be transferred: BG_E_BLOCKED_BY_POLICY
	Rate    Rate // while Limited and not Blocked
	// Until is when another limit begins to hold; zero: never.
	Until time.Time
}

// String gives "not limited", "nothing" or "at most 10 Kbps".
func (l Limit) String() string {
	switch {
	case l.Blocked:
		return "nothing"
	case l.Limited:
		return "at most " + l.Rate.String()
	}
	return "not limited"
}

// At gives the limit at t, whose location is the PC's time zone.
func (p Policy) At(t time.Time) Limit {
	if !p.Enabled {
		return Limit{}
	}
	on, off := limit(p.OnSchedule), limit(p.OffSchedule)
	if p.UseSystemMaximum {
		off = Limit{}
	}
	w, now := p.window(), off
	if w.covers(t) {
		now = on
	}
	if on != off {
		now.Until = w.change(t)
	}
	return now
}

func limit(kbps uint32) Limit {
	if kbps == 0 {
		return Limit{Limited: true, Blocked: true}
	}
	return Limit{Limited: true, Rate: Rate(max(kbps, leastLimit)) * Kbps}
}

func (p Policy) window() Window {
	return Window{From: time.Duration(p.From) * time.Hour, To: time.Duration(p.To) * time.Hour}
}

// change is when covers becomes other than it is at t; zero: never.
func (w Window) change(t time.Time) time.Time {
	now := w.covers(t)
	for next := w.next(t); !next.IsZero(); next = w.next(next) {
		if w.covers(next) != now {
			return next
		}
	}
	return time.Time{}
}
