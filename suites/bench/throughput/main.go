//go:build linux

// Command throughput measures with wrk how many ranges a second our origin serves
// beside nginx, with a transcript and without, and how many go through our proxy beside
// squid: forwarded, and through tunnels. Each line has both sides with requests per
// second and processor time per request, measured in turns, so that what else the
// machine does falls on both.
//
// Every server is a process of its own: ours is what "wualab serve" runs, with its
// limits; nginx has one worker and no log, squid no cache and no log. Behind both
// proxies stands the same nginx. wrk knows no CONNECT, so tunnels are driven by this
// program. It is no test: nothing fails for being slow.
//
//	throughput [-for 6s] [-rounds 3] [-connections 8] [-only origin] [-profile cpu.out]
//
// wrk, nginx and squid must be installed, which suites/interop/install.sh does.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	var o options
	var serve string
	flag.DurationVar(&o.span, "for", 6*time.Second, "how long each side of a line is measured")
	flag.IntVar(&o.rounds, "rounds", 3, "in how many turns")
	flag.IntVar(&o.connections, "connections", 8, "connections at a time")
	flag.StringVar(&o.only, "only", "", "measure only lines with this in their name")
	flag.StringVar(&o.profile, "profile", "", "write CPU profiles of our servers to this file, with .record and .proxy")
	flag.StringVar(&serve, "serve", "", "be our servers, with the files of this folder, until standard input ends")
	record := flag.Bool("record", false, "with -serve, keep a transcript")
	flag.Parse()
	var err error
	switch {
	case o.rounds < 1 || o.span < time.Duration(o.rounds)*time.Second || o.connections < 1:
		err = fmt.Errorf("%d rounds in %s on %d connections are nothing to measure; wrk wants a second a round", o.rounds, o.span, o.connections)
	case serve != "":
		err = serveOurs(serve, o.profile, *record)
	default:
		err = compare(o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "throughput:", err)
		os.Exit(1)
	}
}

type options struct {
	span        time.Duration
	rounds      int
	connections int
	only        string
	profile     string
}
