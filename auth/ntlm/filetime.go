package ntlm

import (
	"math"
	"time"
)

// FileTime is a FILETIME: 100-nanosecond steps since 1601-01-01 UTC. The zero value
// is that instant.
type FileTime uint64

const (
	stepsPerSecond = 10_000_000
	epochSeconds   = 11_644_473_600 // 1601-01-01 to 1970-01-01
)

// NewFileTime converts a time; earlier than 1601 gives 0.
func NewFileTime(t time.Time) FileTime {
	seconds := t.Unix() + epochSeconds
	if seconds < 0 {
		return 0
	}
	return FileTime(uint64(seconds)*stepsPerSecond + uint64(t.Nanosecond()/100))
}

// Time converts to UTC.
func (f FileTime) Time() time.Time {
	seconds := int64(f/stepsPerSecond) - epochSeconds
	return time.Unix(seconds, int64(f%stepsPerSecond)*100).UTC()
}

// distance is the time between two instants, never negative, at most what a
// Duration can hold.
func (f FileTime) distance(g FileTime) time.Duration {
	steps := max(f, g) - min(f, g)
	if steps > math.MaxInt64/100 {
		return math.MaxInt64
	}
	return time.Duration(steps) * 100
}
