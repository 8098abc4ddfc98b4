package bits

import "slices"

// edit is a call that changed a job, while it waits for the disk.
type edit struct {
	before  kept
	refused bool // the disk did not take it
}

// kept is what calls change of a job. What it refers to is replaced by calls and
// not changed.
type kept struct {
	name, owner string
	set         settings
	opts        options
	creds       credentials
	callback    Callback
	files       []*File
	reply       *File
	of          []keptFile
}

// keptFile is what calls change of one of the files.
type keptFile struct {
	remote, stored string
	valid          bool
}

// keepsake gives what to go back to when a change cannot be saved. m.mu is held,
// here and below.
func (j *Job) keepsake() kept {
	k := kept{name: j.name, owner: j.owner, set: j.set, opts: j.opts, creds: j.creds, callback: j.tells.callback,
		files: j.files, reply: j.reply, of: make([]keptFile, len(j.files))}
	for i, f := range j.files {
		k.of[i] = keptFile{f.remote.get(), f.kept, f.valid}
	}
	return k
}

// settleEdit ends a call that changed the job, with what became of its record. A call
// that fails has changed nothing. A record has all of the job, so that one that
// came later and was taken brings a change along whose own was not.
func (j *Job) settleEdit(e *edit, err error) {
	at := slices.Index(j.edits, e)
	if at < 0 {
		return
	}
	if err == nil {
		j.edits = slices.Delete(j.edits, 0, at+1)
		return
	}
	e.refused = true
	for n := len(j.edits); n > 0 && j.edits[n-1].refused; n-- {
		j.takeBack(j.edits[n-1].before)
		j.edits = j.edits[:n-1]
	}
}

// takeBack makes the job what it was.
func (j *Job) takeBack(k kept) {
	hold := j.m.cfg.Clock.Hold("take back a change of " + j.name)
	defer hold.Release()
	if j.name != k.name {
		j.m.rename(j, k.name)
	}
	moved := j.owner != k.owner
	j.owner, j.set, j.opts, j.creds, j.files, j.reply = k.owner, k.set, k.opts, k.creds, k.files, k.reply
	j.tells.callback = k.callback
	for i, f := range j.files {
		f.remote.set(k.of[i].remote)
		f.kept, f.valid = k.of[i].stored, k.of[i].valid
	}
	if j.m.closed || j.state.Final() {
		return
	}
	if j.state == TransientError {
		j.timers.noProgress()
		j.armNoProgress()
	}
	if j.active() && moved {
		j.yield()
	} else if j.active() {
		j.armMaximum()
	}
	j.m.schedule()
}
