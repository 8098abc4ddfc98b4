package scenarios

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// ErrNoNode is the cause of the error when a name is that of no server or proxy, and
// ErrNoServer when it is that of a proxy and a server is needed.
var (
	ErrNoNode   = errors.New("no such server or proxy")
	ErrNoServer = errors.New("not a server")
	// ErrFull is that of files for which there is no room any more.
	ErrFull = errors.New("no room for more files")
	// ErrNoAccount is that of an account which a node does not know.
	ErrNoAccount = errors.New("no such account")
)

// Cell gives the cell that is served.
func (s *Served) Cell() *plan.Cell { return s.cfg.Cell }

// Seed gives the seed of what happens by chance.
func (s *Served) Seed() int64 { return s.cfg.Seed }

// Clock gives the clock that the fakes wait on, real time that can be put forward.
func (s *Served) Clock() *clock.Adjustable { return s.clock }

// Recorder gives the record as it grows. Nothing in it is redacted.
func (s *Served) Recorder() *transcript.Recorder { return s.record }

// Mark gives the place in the record where the fakes were as at the start the last time.
func (s *Served) Mark() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.mark
}

// Behaviours gives what a node is told to do, outermost first.
func (s *Served) Behaviours(node string) ([]plan.Behaviour, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.has(node); err != nil {
		return nil, err
	}
	return slices.Clone(s.fakes.behave[node]), nil
}

// ChangeBehaviours replaces what a node is told to do by what change makes of it;
// counters begin anew. An error of change is returned, and nothing changes.
func (s *Served) ChangeBehaviours(node string, change func([]plan.Behaviour) ([]plan.Behaviour, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.has(node); err != nil {
		return err
	}
	list, err := change(slices.Clone(s.fakes.behave[node]))
	if err != nil {
		return err
	}
	return s.change(plan.Change{Node: node, Behaviours: plan.Opt[[]plan.Behaviour]{Set: true, Value: list}}, "behaves otherwise")
}

// SetDown takes a node off the network, or brings it back to the same port.
func (s *Served) SetDown(node string, down bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.has(node); err != nil {
		return err
	}
	text := "comes back"
	if down {
		text = "goes down"
	}
	return s.change(plan.Change{Node: node, Down: plan.Opt[bool]{Set: true, Value: down}}, text)
}

// change makes a change and notes it; s.mu is held.
func (s *Served) change(c plan.Change, text string) error {
	if s.closed {
		return fmt.Errorf("changing %s: %w", c.Node, net.ErrClosed)
	}
	if err := s.room(c.Node, files(c.Files)); err != nil {
		return err
	}
	if err := s.fakes.change([]plan.Change{c}); err != nil {
		return err
	}
	clear(s.fakes.changed) // which is for those who compare what a simulated PC has got
	s.note(c.Node, text)
	return nil
}

// Change does what a step's change does, one node after the other. After an error those
// before the one that it is about are changed.
func (s *Served) Change(list []plan.Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range list {
		if err := s.has(c.Node); err != nil {
			return err
		}
		if err := s.change(c, "is changed"); err != nil {
			return err
		}
	}
	return nil
}

// MostContents is what files put on served fakes may take in memory, all together, unless
// another bound is asked for.
const MostContents = 512 << 20

// fileOverhead is what a file takes besides its bytes, at most roughly.
const fileOverhead = 4 << 10

// room sees that a server's files still fit into memory with these; s.mu is held.
func (s *Served) room(node string, added map[string]fakeserver.File) error {
	if len(added) == 0 {
		return nil
	}
	var sum int64
	for name, server := range s.fakes.servers {
		for path, file := range server.Files() {
			if _, replaced := added[path]; !replaced || name != node {
				sum += cost(path, file)
			}
		}
	}
	for path, file := range added {
		sum += cost(path, file)
	}
	if sum > s.cfg.Contents {
		return fmt.Errorf("%w: they may take %d MiB of memory in all", ErrFull, s.cfg.Contents>>20)
	}
	return nil
}

func cost(path string, file fakeserver.File) int64 {
	return int64(len(path)+len(file.Body)) + fileOverhead
}

// note puts into the record what was done from outside.
func (s *Served) note(node, text string) {
	s.record.Add(transcript.Event{Kind: transcript.KindMachine, Node: node, Text: text})
}

// has sees that there is such a node; s.mu is held.
func (s *Served) has(node string) error {
	if s.fakes.servers[node] == nil && s.fakes.proxies[node] == nil {
		return fmt.Errorf("%w: %q", ErrNoNode, node)
	}
	return nil
}

// server gives a server; s.mu is held.
func (s *Served) server(node string) (*fakeserver.Server, error) {
	if err := s.has(node); err != nil {
		return nil, err
	}
	if server := s.fakes.servers[node]; server != nil {
		return server, nil
	}
	return nil, fmt.Errorf("%w: %q is a proxy, which has no files", ErrNoServer, node)
}

// Files gives the files of a server, by path.
func (s *Served) Files(node string) (map[string]fakeserver.File, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	server, err := s.server(node)
	if err != nil {
		return nil, err
	}
	return server.Files(), nil
}

// SetFiles adds files to a server, or replaces those at the same paths; with alone the
// server has these and no others then.
func (s *Served) SetFiles(node string, list []plan.FileSpec, alone bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	server, err := s.server(node)
	if err != nil {
		return err
	}
	if err := s.change(plan.Change{Node: node, Files: list}, fmt.Sprintf("gets %d files", len(list))); err != nil || !alone {
		return err
	}
	keep := files(list)
	others := slices.DeleteFunc(slices.Collect(maps.Keys(server.Files())), func(path string) bool { _, ok := keep[path]; return ok })
	return server.RemoveFiles(others...)
}

// SetContent puts a file with these bytes on a server, and reports whether there was
// none at its path. body must not be changed any more; contentType "" is
// application/octet-stream.
func (s *Served) SetContent(node, path string, body []byte, contentType string) (made bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	server, err := s.server(node)
	if err != nil {
		return false, err
	}
	if body == nil {
		body = []byte{}
	}
	_, there := server.Files()[path]
	file := fakeserver.File{Body: body, ContentType: contentType, LastModified: s.clock.Now().Truncate(time.Second)}
	added := map[string]fakeserver.File{path: file}
	if err := s.room(node, added); err != nil {
		return false, err
	}
	if err := server.SetFiles(added); err != nil {
		return false, err
	}
	s.note(node, "gets the file "+path)
	return !there, nil
}

// RemoveFile takes a file of a server away. The error of one that is not there wraps
// fs.ErrNotExist.
func (s *Served) RemoveFile(node, path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	server, err := s.server(node)
	if err != nil {
		return err
	}
	if _, ok := server.Files()[path]; !ok {
		return fmt.Errorf("file %s of %s: %w", path, node, fs.ErrNotExist)
	}
	s.note(node, "loses the file "+path)
	return server.RemoveFiles(path)
}

// State gives the named values that behaviours of a node set and ask for.
func (s *Served) State(node string) (map[string]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.has(node); err != nil {
		return nil, err
	}
	if proxy := s.fakes.proxies[node]; proxy != nil {
		return proxy.State(), nil
	}
	return s.fakes.servers[node].State(), nil
}

// SetState gives a name a value that behaviours of a node can ask for with when; the
// empty value takes the name away.
func (s *Served) SetState(node, name, value string) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.has(node); err != nil {
		return err
	}
	s.note(node, fmt.Sprintf("the state %q becomes %q", name, value))
	if proxy := s.fakes.proxies[node]; proxy != nil {
		return proxy.SetState(name, value)
	}
	return s.fakes.servers[node].SetState(name, value)
}

// Accounts gives the accounts that a node knows, by itself and by its domain controller.
func (s *Served) Accounts(node string) ([]ntlm.Account, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.has(node); err != nil {
		return nil, err
	}
	var list []ntlm.Account
	for _, db := range s.fakes.accounts[node] {
		list = append(list, db.All()...)
	}
	return list, nil
}

// SetLocked locks an account of a node out, as too many wrong passwords do, or lets it in
// again. Of a domain's account all nodes see it that ask the same domain controller.
func (s *Served) SetLocked(node, domain, user string, locked bool) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.has(node); err != nil {
		return err
	}
	found := false
	for _, db := range s.fakes.accounts[node] {
		found = db.SetLocked(domain, user, locked) || found
	}
	if !found {
		return fmt.Errorf("%w: %q of %s", ErrNoAccount, ntlm.Account{Domain: domain, User: user}, node)
	}
	s.note(node, fmt.Sprintf("the account %s is locked: %v", ntlm.Account{Domain: domain, User: user}, locked))
	return nil
}

// Reset makes all fakes anew, as they were at the start: behaviours, files, accounts,
// uploads. They keep their ports, connections are closed. The clock goes on as it is.
// What was received before is not judged any more; with clear it is also forgotten.
func (s *Served) Reset(clear bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("resetting: %w", net.ErrClosed)
	}
	err := errors.Join(s.fakes.close(), s.doors.openAll(), s.start())
	if clear {
		s.record.Clear()
	}
	s.note("", "all is as at the start")
	s.mark = s.record.Mark()
	return err
}

// Expect holds what was received after mark against expectations of the wire. An error
// wraps ErrLost.
func (s *Served) Expect(wire []plan.ExpectWire, mark int) (*Judgement, error) {
	return s.judgeStep(&plan.Step{Expect: []plan.Expect{{Wire: wire}}}, "expectation", mark)
}

// Await waits, in real time, until expectations of the wire hold for what was received
// after mark, or until ctx is done, and gives the last judgement. An error wraps ErrLost.
func (s *Served) Await(ctx context.Context, wire []plan.ExpectWire, mark int) (*Judgement, error) {
	for {
		changed := s.record.Changed()
		began := clock.Wall{}.Now()
		judgement, err := s.Expect(wire, mark)
		if err != nil || judgement.Result.Verdict.Good() || judgement.Result.Verdict == CouldNotRun {
			return judgement, err
		}
		// Many changes are judged together, so that waiting leaves the fakes their time.
		pause := max(5*time.Millisecond, 4*clock.Wall{}.Now().Sub(began))
		select {
		case <-changed:
			if (clock.Wall{}).SleepFor(ctx, nil, pause) == nil {
				continue
			}
		case <-ctx.Done():
		}
		return s.Expect(wire, mark)
	}
}
