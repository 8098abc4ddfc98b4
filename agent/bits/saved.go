package bits

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/wualab/wualab/agent/bits/store"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// savedJob is a job as the store keeps it. The store's file is readable by its
// owner only; credentials are in it as they are (the real service encrypts
// them).
type savedJob struct {
	ID, Name, Owner string
	Type            Type
	State           State
	Token           machine.Token `json:",omitzero"`
	Ending          ending        `json:",omitempty"`
	Owed            notice        `json:",omitempty"`
	Settings        Settings
	Options         options `json:",omitzero"`
	Files           []savedFile
	Reply           *savedFile        `json:",omitempty"`
	Credentials     []savedCredential `json:",omitempty"`
	Times           Times
	TransientSince  time.Time `json:",omitzero"`
	RetryAt         time.Time `json:",omitzero"`
	ActiveAt        time.Time
	Maximum         *time.Duration `json:",omitempty"` // of SetMaximumDownloadTime
	Spent           time.Duration  `json:",omitempty"`
	ErrorCount      int
	Error           *savedError `json:",omitempty"`
}

type savedFile struct {
	Remote, Local, Name, Temp string
	Ranges                    []FileRange `json:",omitempty"`
	Size, Done                int64
	Best                      int64 `json:",omitempty"` // when it is more than Done
	Stamp                     string
	Modified                  time.Time `json:",omitzero"`
	Complete, HTTP10, Valid   bool
	Upload                    session `json:",omitzero"`
	Security                  []byte  `json:",omitempty"`
}

type savedCredential struct {
	Target         credrule.Target
	Scheme         credrule.Scheme
	Set            credrule.Set
	User, Password string
}

type savedError struct {
	Code       hresult.HRESULT
	Context    hresult.ErrorContext
	URL, Local string
	Text       string
}

// ending says that a call which ends the job was begun. A service that starts
// finishes what was begun.
type ending string

const (
	completing ending = "complete"
	cancelling ending = "cancel"
)

// save puts the job on the store. m.mu is held.
func (j *Job) save() error {
	if j.m.store == nil {
		return nil
	}
	return j.put(j.m.store.Put)
}

// saveSoon puts the job on the store behind what was put there before, and gives
// what waits until it is on the disk, to be called when m.mu is given up:
// callers that wait at the same time share the wait.
func (j *Job) saveSoon() (wait func() error) {
	if j.m.store == nil {
		return func() error { return nil }
	}
	var written func() error
	err := j.put(func(r ...store.Record) error { written = j.m.store.Submit(r...); return nil })
	if err != nil {
		return func() error { return err }
	}
	return func() error { return j.unsaved(written()) }
}

// saveLazily puts progress on the store with the next change.
func (j *Job) saveLazily() {
	if j.m.store != nil {
		j.m.report(j.put(j.m.store.PutLazy))
	}
}

func (j *Job) put(put func(...store.Record) error) error {
	data, err := json.Marshal(j.saved())
	if err == nil {
		err = put(store.Record{ID: j.id, Data: data})
	}
	return j.unsaved(err)
}

// unsaved makes an error of the store one of the call.
func (j *Job) unsaved(err error) error {
	if err != nil {
		return called(hresult.E_FAIL, "job %s could not be saved: %w", j.id, err)
	}
	return nil
}

// report tells of a failure to save where no caller can be told.
func (m *Manager) report(err error) {
	if err != nil && m.cfg.Recorder != nil && !m.dead.Load() {
		m.cfg.Recorder.Add(transcript.Event{Kind: transcript.KindNote, Node: m.cfg.Node, Subject: "job store", Text: err.Error()})
	}
}

func (j *Job) saved() savedJob {
	s := savedJob{ID: j.id, Name: j.name, Owner: j.owner, Type: j.kind, State: j.state, Token: j.token, Ending: j.ending, Owed: j.tells.owed,
		Settings: j.settings(), Options: j.opts, Times: j.times, TransientSince: j.m.pcTime(j.transientSince), RetryAt: j.m.pcTime(j.timers.retryAt),
		ActiveAt: j.m.pcTime(j.activeAt), Maximum: j.set.maximum, Spent: j.spent, ErrorCount: j.errorCount}
	for _, f := range j.files {
		s.Files = append(s.Files, f.saved())
	}
	if j.reply != nil {
		reply := j.reply.saved()
		s.Reply = &reply
	}
	for entry, one := range j.creds {
		s.Credentials = append(s.Credentials, savedCredential{Target: entry.Target, Scheme: entry.Scheme, Set: one.set,
			User: string(one.user), Password: one.password.Reveal()})
	}
	if j.err != nil {
		s.Error = &savedError{Code: j.err.Code, Context: j.err.Context, URL: j.err.URL, Local: j.err.Local, Text: fmt.Sprint(j.err.Err)}
	}
	return s
}

func (f *File) saved() savedFile {
	best := f.best
	if best <= f.synced {
		best = 0
	}
	return savedFile{Best: best, Remote: cmp.Or(f.kept, f.remote.get()), Local: f.local, Name: f.name, Temp: f.temp, Ranges: f.ranges, Size: f.size, Done: f.synced,
		Stamp: f.stamp, Modified: f.modified, Complete: f.complete, Valid: f.valid, HTTP10: f.http10, Upload: f.up, Security: f.security}
}

// restore makes the queue from the store. A record that cannot be read is an
// error of the whole store.
func (m *Manager) restore() error {
	records, err := m.store.All()
	if err != nil {
		return err
	}
	for _, r := range records {
		var s savedJob
		if err := json.Unmarshal(r.Data, &s); err != nil {
			return fmt.Errorf("job %s: %w", r.ID, err)
		}
		j := m.revive(s)
		if j.ending != "" {
			ended, err := j.finishEnding()
			if err != nil {
				return fmt.Errorf("job %q: %w", j.name, err)
			}
			if ended {
				continue
			}
		}
		m.add(j)
		if j.activeAt.IsZero() { // saved by a version that did not keep it
			j.touch()
		}
		j.armLapse()
		if j.state == TransientError {
			j.rearm(m.worldTime(s.RetryAt))
		}
	}
	return nil
}

// revive makes a job as it was saved. A transfer that was under way waits for
// its turn again.
func (m *Manager) revive(s savedJob) *Job {
	j := &Job{m: m, id: s.ID, name: s.Name, kind: s.Type, owner: s.Owner, token: s.Token, state: s.State, ending: s.Ending,
		times: s.Times, transientSince: m.worldTime(s.TransientSince), activeAt: m.worldTime(s.ActiveAt), spent: s.Spent, errorCount: s.ErrorCount, tells: notices{owed: s.Owed}, changed: &clock.Gate{}}
	j.set = settings{description: s.Settings.Description, notify: s.Settings.NotifyFlags, program: s.Settings.NotifyProgram,
		parameters: s.Settings.NotifyParameters, replyFile: s.Settings.ReplyFileName, acl: s.Settings.FileACLFlags,
		priority: s.Settings.Priority, proxy: s.Settings.Proxy, retryDelay: s.Settings.MinimumRetryDelay, noProgress: s.Settings.NoProgressTimeout, maximum: s.Maximum}
	j.opts, j.random = s.Options, m.chance(s.ID)
	if j.state.running() {
		j.state = Queued
	}
	for _, f := range s.Files {
		j.files = append(j.files, m.reviveFile(j, f, j.kind != Download))
	}
	if s.Reply != nil {
		j.reply = m.reviveFile(j, *s.Reply, false)
	}
	for _, c := range s.Credentials {
		if j.creds == nil {
			j.creds = credentials{}
		}
		j.creds[credrule.Entry{Target: c.Target, Scheme: c.Scheme}] = credential{set: c.Set, user: machine.Secret(c.User), password: machine.Secret(c.Password)}
	}
	if s.Error != nil {
		j.err = &JobError{Code: s.Error.Code, Context: s.Error.Context, URL: s.Error.URL, Local: s.Error.Local, Err: errors.New(s.Error.Text)}
	}
	return j
}

// reviveFile trusts no more bytes than are on the disk.
func (m *Manager) reviveFile(j *Job, s savedFile, upload bool) *File {
	f := &File{job: j, remote: named(s.Remote), local: s.Local, name: s.Name, temp: s.Temp, ranges: s.Ranges, size: s.Size,
		stamp: s.Stamp, modified: s.Modified, complete: s.Complete, valid: s.Valid, http10: s.HTTP10, up: s.Upload, security: s.Security}
	if f.ranges != nil && f.size != sizeUnknown {
		f.sections, _ = resolve(f.ranges, f.size) // it fitted when it was saved
	}
	if upload {
		f.done, f.synced = s.Done, s.Done // the bytes are at the server
		f.best = max(s.Best, f.done)
		return f
	}
	if s.Temp != "" {
		onDisk, err := m.disk.Size(s.Temp)
		if err != nil {
			onDisk = 0
		}
		f.done = min(s.Done, onDisk)
	}
	if f.complete && s.Temp == "" { // handed over
		f.done = f.length()
	}
	f.synced, f.best = f.done, max(s.Best, f.done)
	return f
}

// finishEnding carries on with a Complete or Cancel that was begun: a file
// without its temporary one has its name already, or is gone. A disk that refuses
// leaves a file that should be deleted, and a job that should be completed, which
// then has not ended, as with the calls themselves. m.mu is held.
func (j *Job) finishEnding() (ended bool, err error) {
	unwanted := j.withReply()
	if j.ending == completing {
		unwanted = nil
		for _, f := range j.withReply() {
			if !f.complete {
				unwanted = append(unwanted, f)
			} else if err := f.handOver(); err != nil && !errors.Is(err, fs.ErrNotExist) {
				j.ending = ""
				return false, j.save()
			}
		}
	}
	j.discard(unwanted)
	if j.ending == cancelling && j.openSession() != nil {
		j.state = Cancelled
		j.m.add(j)
		j.part()
		return true, nil
	}
	return true, j.forget()
}
