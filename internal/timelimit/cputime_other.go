//go:build !linux

package timelimit

import "time"

// spent is the time that has gone by, where a thread's own is not to be had.
func spent() time.Duration { return time.Since(started) }
