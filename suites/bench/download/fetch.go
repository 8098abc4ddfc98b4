//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/wualab/wualab/agent"
	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/transcript"
)

// way is one way for the agent to download.
type way struct {
	name     string // that -fetch takes
	title    string
	priority bits.Priority
	discard  bool
	record   bool // with the SHA-256 of each body
}

// ways are those that are measured.
func ways() []way {
	return []way{
		{name: "nowhere", title: "foreground, to nowhere", priority: bits.Foreground, discard: true},
		{name: "file", title: "foreground, to a file", priority: bits.Foreground},
		{name: "background", title: "background, in blocks, to a file", priority: bits.Normal},
		{name: "recorded", title: "foreground, to a file, hashed", priority: bits.Foreground, record: true},
	}
}

// fetch is one download by the agent, as a program would do it.
func fetch(ctx context.Context, name, url, dir string, size int64) error {
	i := slices.IndexFunc(ways(), func(w way) bool { return w.name == name })
	if i < 0 {
		return fmt.Errorf("no way %q", name)
	}
	w := ways()[i]
	setup := []agent.Option{agent.WithDir(dir)}
	if w.discard {
		setup = append(setup, agent.WithDisk(nowhere{}))
	}
	if w.record {
		setup = append(setup, agent.WithRecorder(transcript.New(transcript.Options{Now: time.Now})))
	}
	pc, err := agent.New("xp-sp2", setup...)
	if err != nil {
		return err
	}
	defer pc.Close()
	job, err := pc.BITS.CreateJob("bench", bits.Download, pc.Owner())
	if err != nil {
		return err
	}
	if err := job.AddFile(url, `C:\big.bin`); err != nil {
		return err
	}
	if err := job.SetPriority(w.priority); err != nil {
		return err
	}
	if err := job.Resume(); err != nil {
		return err
	}
	state, err := job.Wait(ctx, clock.Wall{}.Hold(""), bits.Transferred, bits.Error, bits.TransientError)
	if err != nil {
		return err
	}
	if why, err := job.GetError(); err == nil {
		return fmt.Errorf("the job is %v: %w", state, why)
	}
	if n := job.Progress().BytesTransferred; n != size {
		return fmt.Errorf("%d bytes have arrived, not %d", n, size)
	}
	_, err = job.Complete()
	return err
}

// nowhere is a disk that forgets what it is given.
type nowhere struct{ bits.Disk }

func (nowhere) MkdirAll(string) error           { return nil }
func (nowhere) Rename(string, string) error     { return nil }
func (nowhere) Remove(string) error             { return nil }
func (nowhere) SetTime(string, time.Time) error { return nil }
func (nowhere) Close() error                    { return nil }
func (nowhere) Size(name string) (int64, error) {
	return 0, &os.PathError{Op: "stat", Path: name, Err: os.ErrNotExist}
}
func (nowhere) Open(string) (bits.DiskFile, error) {
	f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	return null{f}, err
}

// null is /dev/null, which has no length to be cut to.
type null struct{ *os.File }

func (null) Truncate(int64) error { return nil }
