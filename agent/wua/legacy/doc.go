// Package legacy is the client of Software Update Services 1.0, the Automatic Updates of
// Windows XP SP1 and Windows 2000 SP3: it asks the server that policy names for
// /iuident.cab, brings itself up to date, gets the list of approved updates, tells by
// their rules which of them the PC lacks, downloads these by BITS, installs them as
// AUOptions says, and tells the server by status pings.
//
//	c, err := legacy.New(wua.Config{Machine: pc, HTTP: client, Clock: clk, BITS: manager})
//	done, err := c.Cycle(ctx, hold)
//
// What is public of the protocol and what is made up here tells package wuv4. Assumed,
// beside that: all codes of errors are those that later agents have; the signatures of
// files are not modelled, their digests are.
package legacy
