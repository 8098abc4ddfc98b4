package link

import (
	"errors"
	"fmt"
	"time"
)

// Rate is a speed in bits per second.
type Rate int64

// Units of rates. Kbps are 1,000 bits per second, as modems count. Assumed:
// the policies count so too.
const (
	Kbps Rate = 1000
	Mbps Rate = 1000 * Kbps
	Gbps Rate = 1000 * Mbps
)

// Unlimited is the rate of a link without a speed. A transfer that is given
// Instant, 1 Tbit/s, or more takes no time.
const (
	Unlimited Rate = 1e15
	Instant   Rate = 1e12
)

// DefaultTrickle flows for background transfers however busy the link is.
// Assumed: the documentation gives no figure; this is the 2 Kbps below which
// the policy does not go.
const DefaultTrickle = 2 * Kbps

// MinSpeed is the slowest link that can be modelled.
const MinSpeed = Kbps

// String gives the rate in the largest unit that divides it: "56 Kbps".
func (r Rate) String() string {
	switch {
	case r >= Unlimited:
		return "unlimited"
	case r >= Mbps && r%Mbps == 0:
		return fmt.Sprintf("%d Mbps", r/Mbps)
	case r >= Kbps && r%Kbps == 0:
		return fmt.Sprintf("%d Kbps", r/Kbps)
	}
	return fmt.Sprintf("%d bps", int64(r))
}

// Direction is one of the two ways of a link.
type Direction int

// The directions, as the PC sees them.
const (
	Down Direction = 0
	Up   Direction = 1
)

// String gives "down" or "up".
func (d Direction) String() string {
	if d == Up {
		return "up"
	}
	return "down"
}

// Class is how a transfer stands to other traffic.
type Class int

// The classes. High, normal and low priority jobs are all Background.
const (
	Foreground Class = 0
	Background Class = 1
)

// String gives "foreground" or "background".
func (c Class) String() string {
	if c == Background {
		return "background"
	}
	return "foreground"
}

// Traffic is what other programs carry at some times, if the link lets them.
type Traffic struct {
	When     Window
	Down, Up Rate
	// Elsewhere: it is that of other machines on the same slow link, which the PC's
	// network card does not see. See [Link.ReadGateway].
	Elsewhere bool
}

// Config describes a link. The zero value is one that is always there, and on
// which nothing takes time.
type Config struct {
	Down, Up Rate          // 0: Unlimited
	Latency  time.Duration // one way
	// Traffic of other programs; where several cover an instant, the last counts.
	Traffic []Traffic
	// Offline are the times at which the link is down.
	Offline []Window
	// Location is the PC's time zone, in which the windows lie; nil: UTC.
	Location *time.Location
	// Trickle is what background transfers always get, if it is not more than
	// half of the link; 0: DefaultTrickle.
	Trickle Rate
	// Gateway: an internet gateway device on the link counts the bytes of all
	// machines, and tells (UPnP).
	Gateway bool
	// Policy limits background transfers. See [ParsePolicy].
	Policy Policy
	// Record is the shortest interval of the Series; 0: nothing is recorded.
	Record time.Duration

	readGateway bool // the Gateway's counts are asked for
}

func (c Config) validate() error {
	var errs []error
	for _, r := range []Rate{c.Down, c.Up, c.Trickle} {
		if r < 0 || r > 0 && r < MinSpeed {
			errs = append(errs, fmt.Errorf("speed of %d bit/s: want 0 or at least %s", r, MinSpeed))
		}
	}
	if c.Latency < 0 || c.Record < 0 {
		errs = append(errs, errors.New("a latency or interval below 0"))
	}
	for _, t := range c.Traffic {
		if t.Down < 0 || t.Up < 0 {
			errs = append(errs, errors.New("other traffic below 0"))
		}
		errs = append(errs, t.When.validate())
	}
	for _, w := range c.Offline {
		errs = append(errs, w.validate())
	}
	if err := errors.Join(append(errs, c.Policy.validate())...); err != nil {
		return fmt.Errorf("network link: %w", err)
	}
	return nil
}

// complete puts in what the zero values stand for.
func (c Config) complete() Config {
	if c.Down == 0 {
		c.Down = Unlimited
	}
	if c.Up == 0 {
		c.Up = Unlimited
	}
	if c.Location == nil {
		c.Location = time.UTC
	}
	if c.Trickle == 0 {
		c.Trickle = DefaultTrickle
	}
	return c
}
