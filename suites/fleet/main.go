//go:build linux

// Command fleet lets many simulated PCs at once go through one update server behind one
// NTLM proxy, all in this process: each scans, downloads a file, checks its digests,
// installs and reports, logged in at the proxy as a computer account of its own. It
// prints how long the PCs took for each phase and the most memory that the process held,
// and fails when a PC did not get through, or when all took longer or held more than is
// allowed.
//
//	fleet [-agents 1000] [-at-once 0] [-updates 100] [-bytes 1048576] [-within 60s] [-memory 1024]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"time"
)

// options say how large the fleet is and what it may take.
type options struct {
	agents  int
	atOnce  int // PCs that work at the same time; 0 is all
	updates int // in the catalogue, of which one is needed
	size    int64
	within  time.Duration // 0 allows any
	memory  int64         // MiB; 0 allows any
	cpu     string
	heap    string
}

func main() {
	var o options
	flag.IntVar(&o.agents, "agents", 1000, "PCs")
	flag.IntVar(&o.atOnce, "at-once", 0, "PCs that work at the same time; 0 is all")
	flag.IntVar(&o.updates, "updates", 100, "updates that are approved, of which every PC needs one")
	flag.Int64Var(&o.size, "bytes", 1<<20, "of the file that every PC downloads")
	flag.DurationVar(&o.within, "within", time.Minute, "fail when it takes longer; 0 never")
	flag.Int64Var(&o.memory, "memory", 1024, "MiB; fail when the process held more; 0 never")
	flag.StringVar(&o.cpu, "cpu", "", "write a CPU profile to this file")
	flag.StringVar(&o.heap, "heap", "", "write a heap profile to this file, when all PCs are through")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

// run lets the fleet through and prints what it took.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	if o.agents < 1 || o.atOnce < 0 || o.updates < 1 || o.size < 1 {
		return fmt.Errorf("%d PCs, %d at once, %d updates of %d bytes are nothing to measure", o.agents, o.atOnce, o.updates, o.size)
	}
	stop, err := profile(o.cpu)
	if err != nil {
		return err
	}
	began := time.Now()
	f, err := start(o)
	if err != nil {
		return errors.Join(err, stop())
	}
	if o.within > 0 { // a PC that waits to try again is not waited for
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 2*o.within)
		defer cancel()
	}
	f.work(ctx)
	took := time.Since(began)
	err = errors.Join(stop(), writeHeap(o.heap))
	fmt.Fprint(out, f.text(took))
	return errors.Join(err, f.verdict(took), f.close())
}

func profile(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	to, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(to); err != nil {
		return nil, errors.Join(err, to.Close())
	}
	return func() error { pprof.StopCPUProfile(); return to.Close() }, nil
}

func writeHeap(name string) error {
	if name == "" {
		return nil
	}
	to, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(pprof.WriteHeapProfile(to), to.Close())
}
