//go:build linux

// Command bench counts full NTLM logins per second through the fake proxy and,
// in the same run and with the same client and origin, through squid with
// ntlm_fake_auth, and prints both side by side with the processor time of each.
//
// A login is a new connection with 407, Type 1, 407 with Type 2, Type 3 and 200
// from the origin. Each proxy is a process of its own; the client and the origin
// are this one. The fake proxy verifies the NTLMv2 response and keeps no record;
// ntlm_fake_auth believes every name, and squid keeps no log either. It is no
// test: nothing fails for being slow.
//
//	bench [-for 6s] [-rounds 3] [-connections 1,8,32] [-profile cpu.out]
//
// squid must be installed, which suites/interop/install.sh does.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	var o options
	flag.DurationVar(&o.span, "for", 6*time.Second, "how long each proxy is measured at each number of connections")
	flag.IntVar(&o.rounds, "rounds", 3, "in how many turns")
	connections := flag.String("connections", "1,8,32", "how many logins go on at a time")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile of the fake proxy to this file")
	serve := flag.Bool("serve", false, "be the fake proxy, until standard input ends")
	flag.Parse()
	err := o.parseConnections(*connections)
	switch {
	case err != nil:
	case *serve:
		err = serveProxy(o.profile)
	default:
		err = compare(o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	connections []int
	span        time.Duration
	rounds      int
	profile     string
}

func (o *options) parseConnections(list string) error {
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return fmt.Errorf("connections: %q is not a number from 1", word)
		}
		o.connections = append(o.connections, n)
	}
	if o.rounds < 1 || o.span <= 0 {
		return fmt.Errorf("%d rounds in %s are nothing to measure", o.rounds, o.span)
	}
	return nil
}
