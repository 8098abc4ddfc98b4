// Package link is the network link of the simulated PC: how fast it is, how far
// away the other end lies, what other programs carry over it in the course of
// the day, and when it is down. agent/winhttp and agent/smb pace their connections
// with it, agent/bits its blocks; bytes themselves go over real sockets, and the link
// says how much time they take.
//
// It models the BITS documentation, "Network Bandwidth": foreground transfers
// compete with other programs, background transfers take only what is idle, and
// a trickle always flows; and the policy MaxInternetBandwidth ("Group Policies").
//
// All is computed from one change to the next, not packet by packet: a download
// of a week costs an event for each Take and for each change of the schedule.
//
// Assumed, since no document says: shares follow a change at once; transfers of
// one class get equal shares; foreground transfers and the other traffic as one
// get equal shares of what is short; the two directions do not disturb each
// other, and a limit of the policy holds for each.
//
// The calls most users need:
//
//	l, err := link.New(clk, link.Config{Down: 56 * link.Kbps, Up: 33600})
//	m := l.Meter(link.Down, link.Background)
//	moved, err := m.Take(ctx, hold, 16<<10) // takes the time of 16 KiB
package link
