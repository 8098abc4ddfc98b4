//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/metadata"
)

// fleet is the PCs with what they go through.
type fleet struct {
	*servers
	options
	pcs   []*pc
	times []durations // by phase
	made  made

	mu   sync.Mutex
	errs []error
}

func start(o options) (*fleet, error) {
	s, err := startServers(o)
	if err != nil {
		return nil, err
	}
	f := &fleet{servers: s, options: o, times: make([]durations, len(phases))}
	began, before := time.Now(), holding()
	var shared metadata.Cores
	for i := range o.agents {
		p, err := newPC(i, s.proxy.Addr(), &shared)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("PC %d: %w", i, err), f.close())
		}
		f.pcs = append(f.pcs, p)
	}
	f.made = made{time.Since(began), holding().less(before)}
	return f, nil
}

// work lets every PC go through all phases, as many at a time as the options say. A PC
// that fails goes no further.
func (f *fleet) work(ctx context.Context) {
	atOnce := f.atOnce
	if atOnce == 0 {
		atOnce = len(f.pcs)
	}
	for i := range f.times {
		f.times[i] = make(durations, 0, len(f.pcs))
	}
	next := make(chan *pc)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for p := range next {
				f.round(ctx, p)
			}
		})
	}
	for _, p := range f.pcs {
		next <- p
	}
	close(next)
	all.Wait()
}

func (f *fleet) round(ctx context.Context, p *pc) {
	h := clock.Wall{}.Hold("PC")
	defer h.Release()
	for i, phase := range phases {
		began := time.Now()
		err := phase.do(p, ctx, h)
		took := time.Since(began)
		f.mu.Lock()
		f.times[i] = append(f.times[i], took)
		if err != nil {
			f.errs = append(f.errs, fmt.Errorf("%s: %s: %w", p.Machine.Hostname(), phase.name, err))
		}
		f.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// verdict is an error for what is not as it should be: on the PCs, at the servers, in
// time and memory.
func (f *fleet) verdict(took time.Duration) error {
	errs := f.errs
	if most := 5; len(errs) > most {
		errs = append(errs[:most:most], fmt.Errorf("and %d more", len(f.errs)-most))
	}
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	installed := map[string]int{}
	for _, e := range f.wsus.Events() {
		if e.BasicData.EventID == wua.EventInstallSucceeded {
			installed[e.BasicData.TargetID.Sid]++
		}
	}
	if n := len(installed); n != f.agents {
		bad("%d PCs reported that the update is installed, not %d", n, f.agents)
	}
	if n := len(f.verified); n != f.agents {
		bad("%d accounts came through the proxy, not %d", n, f.agents)
	}
	for why, n := range f.refused {
		bad("the proxy refused %d logins: %s", n, why)
	}
	if f.within > 0 && took > f.within {
		bad("it took %v, more than %v", took.Round(time.Millisecond), f.within)
	}
	if most := peak(); f.memory > 0 && most > f.memory<<20 {
		bad("the process held %d MiB, more than %d", most>>20, f.memory)
	}
	return errors.Join(errs...)
}

func (f *fleet) close() error {
	var errs []error
	for _, p := range f.pcs {
		errs = append(errs, p.Close())
	}
	return errors.Join(append(errs, f.servers.close())...)
}
