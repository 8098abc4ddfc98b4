// Package clock is the one time that a simulated PC and the fakes around it
// wait on. It stands below everything else: agent, fakeserver, fakeproxy and
// scenarios all take a [Clock] and none of them calls time.Now or time.Sleep.
//
// Two clocks exist. [Wall] is real time, for use against real peers. [NewVirtual]
// makes a clock whose time stands still while work is in flight and jumps to
// the next timer when nothing runs, so that a 600 s retry delay or a 14-day
// time-out passes in microseconds and always in the same order, although the
// sockets in between are real.
//
// The call most users need is Hold: code of the modelled system that runs
// holds the clock, and waits only through its [Hold]:
//
//	h := clk.Hold("job j1")
//	defer h.Release()
//	...                       // time stands still here
//	err := h.Sleep(ctx, d)    // time may pass here
package clock

import (
	"context"
	"errors"
	"net"
	"time"
)

// ErrAbandoned is returned by SleepFor when the exchange on whose behalf a
// fake slept was given up by its client.
var ErrAbandoned = errors.New("the client gave the exchange up")

// Clock is the time of one simulated world. Implementations are safe for
// concurrent use.
type Clock interface {
	// Now returns the current time of the world, in UTC.
	Now() time.Time

	// Hold says that work named what is in flight; a virtual clock stands
	// still until every hold is released or waiting. The name appears in the
	// report of a run that got stuck.
	Hold(what string) Hold

	// AfterFunc runs f in its own goroutine after d; the clock is held while
	// f runs. The returned function stops the timer and reports whether it
	// did so before f was started.
	AfterFunc(d time.Duration, what string, f func()) (stop func() bool)

	// Lapse is AfterFunc for what happens only after long neglect, such as the
	// expiry of something that was forgotten. It fires in its order when time
	// passes, but time does not pass for its sake: a world that has only lapses
	// left is idle.
	Lapse(d time.Duration, what string, f func()) (stop func() bool)

	// Track returns conn watched for bytes in flight, which SleepFor needs to
	// order a fake's delays against the client's timers. Both ends of a
	// connection should be tracked.
	Track(conn net.Conn) net.Conn

	// SleepFor lets a fake wait d on behalf of the exchange that it is
	// serving on conn: the exchange lends the hold that its client has. It
	// returns ErrAbandoned when the client stops waiting first. The fake must
	// have flushed what it has written.
	SleepFor(ctx context.Context, conn net.Conn, d time.Duration) error

	// Forward says that what arrives on upstream, a proxy's connection to
	// the next hop, is fetched on behalf of the client of downstream.
	Forward(upstream, downstream net.Conn)
}

// Hold is one piece of work in flight. It belongs to one goroutine at a time;
// only Reclaim may be called from another.
type Hold interface {
	// Sleep waits for d of the world's time, or until ctx is done.
	Sleep(ctx context.Context, d time.Duration) error

	// Wait waits until the gate is opened or ctx is done. On a virtual clock
	// the gate's opener hands the hold over: time cannot pass between Open
	// and the return of Wait.
	Wait(ctx context.Context, g *Gate) error

	// WaitIdle is Wait that also ends, with idle true, when the gate is shut
	// and nothing in the world runs and no timer is set, so that it would
	// never open. On a wall clock idle is never true.
	WaitIdle(ctx context.Context, g *Gate) (idle bool, err error)

	// Bind says that the work waits for its answer on conn; a fake at the
	// other end may then SleepFor it. Binding another conn replaces the first.
	Bind(conn net.Conn)

	// Reclaim takes the hold back from a fake that sleeps for it, whose
	// SleepFor returns ErrAbandoned. Without such a fake it does nothing.
	Reclaim()

	// Release ends the work. Releasing twice does nothing.
	Release()
}
