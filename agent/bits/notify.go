package bits

import (
	"fmt"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/transcript"
)

// Callback is IBackgroundCopyCallback: what a program wants to be told of a
// job. An error is a result other than S_OK: the job's command line is run in
// its place, and without one the method is called again. Assumed: after the
// job's minimum retry delay; the documents call the interval arbitrary.
//
// The methods are called one after another for each job, without a lock and
// while the world's time stands still; they may call the job's methods, and
// must neither wait on the clock nor close the Manager. A job may be in a later
// state than the one told of. Source: BITS documentation,
// IBackgroundCopyCallback.
type Callback interface {
	JobTransferred(*Job) error
	JobError(*Job, *JobError) error
	JobModification(*Job) error
}

// Callback2 is IBackgroundCopyCallback2, for a program that wants to be told of
// each file as well. A Callback that has the method, too, is told when the flag
// NotifyFileTransferred is set. It is called again as long as it fails, after
// the job's minimum retry delay (assumed). Source: BITS documentation,
// IBackgroundCopyCallback2::FileTransferred.
type Callback2 interface {
	Callback
	FileTransferred(*Job, *File) error
}

// KindNotify is the kind of the events that record notifications. Data has
// "event" (job-transferred, job-error, job-modification or file-transferred) and "by" (callback
// or command-line); for a command line "program", "parameters" and "exit", for
// a callback that failed "error".
const KindNotify transcript.Kind = "notify"

// Launcher runs the program of SetNotifyCmdLine as the job's owner and gives
// its exit code. It is called as the methods of a Callback are.
type Launcher func(j *Job, program, parameters string) (exit int)

// notice is what a program is to be told of.
type notice string

const (
	jobTransferred  notice = "job-transferred"
	jobFailed       notice = "job-error"
	jobModification notice = "job-modification"
	fileTransferred notice = "file-transferred"
)

// noticeFlags are the flags that ask for each notice.
var noticeFlags = map[notice]NotifyFlags{
	jobTransferred: NotifyJobTransferred, jobFailed: NotifyJobError, jobModification: NotifyJobModification, fileTransferred: NotifyFileTransferred,
}

// pending is a notice on its way, with what held when it came up.
type pending struct {
	notice   notice
	callback Callback
	err      *JobError
	file     *File // of file-transferred
}

// notices is what a job has to tell.
type notices struct {
	callback Callback
	owed     notice // of the job's state, until somebody was told; it is saved
	queue    []pending
	telling  bool // the queue is being told
	stop     func() bool
	again    map[*pending]func() bool // stop the calls that are due for files
}

// SetNotifyInterface sets who is told of the job's events, in place of the one
// before; nil takes it back. It is not kept over a restart of the service. It
// is told at once when the job is TRANSFERRED or in ERROR already.
//
// Source: BITS documentation, SetNotifyInterface.
func (j *Job) SetNotifyInterface(cb Callback) error {
	return j.do(callSetNotifyInterface, func() error {
		j.tells.callback = cb
		if n := j.state.notice(); cb != nil && n != "" && j.wants(n) {
			j.tell(n)
		}
		return nil
	})
}

// NotifyInterface is IBackgroundCopyJob::GetNotifyInterface; nil when none is
// set.
func (j *Job) NotifyInterface() Callback {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.tells.callback
}

// notice gives what is told of a job that comes into the state.
func (s State) notice() notice {
	switch s {
	case Transferred:
		return jobTransferred
	case Error:
		return jobFailed
	}
	return ""
}

// wants reports whether the flags ask for n: BG_NOTIFY_DISABLE outdoes the
// others. m.mu is held, as in all of the methods that follow down to tell.
func (j *Job) wants(n notice) bool {
	return n != "" && j.set.notify&NotifyDisable == 0 && j.set.notify&noticeFlags[n] != 0
}

// owe notes what has to be told of the state that the job comes into; what was
// owed of the one before is off. Assumed: an event that the flags do not ask
// for when it happens is not told when they do later.
func (j *Job) owe() {
	j.stopNotices()
	j.tells.owed = ""
	if n := j.state.notice(); j.wants(n) {
		j.tells.owed = n
	}
}

func (j *Job) stopNotices() {
	if j.tells.stop != nil {
		j.tells.stop()
		j.tells.stop = nil
	}
}

// tellState tells of a change of state. Assumed: coming into TRANSFERRED or
// ERROR is told as that and not as a modification.
func (j *Job) tellState() {
	switch {
	case j.state.notice() == "":
		j.tellModified()
	case j.tells.owed != "":
		j.tell(j.tells.owed)
	}
}

// tellModified tells of a modification, which is for callbacks only. Assumed:
// changes that come before the callback was told of the last are told once.
func (j *Job) tellModified() {
	waiting := len(j.tells.queue)
	if j.tells.callback == nil || !j.wants(jobModification) || j.state.Final() ||
		waiting > 0 && j.tells.queue[waiting-1].notice == jobModification {
		return
	}
	j.tell(jobModification)
}

// tell puts a notice on its way, if there is one to tell.
func (j *Job) tell(n notice) {
	if j.m.closed || j.tells.callback == nil && j.set.program == "" {
		return
	}
	j.push(pending{notice: n, callback: j.tells.callback, err: j.err})
}

func (j *Job) tellAgain() {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if j.tells.owed != "" && j.wants(j.tells.owed) {
		j.tell(j.tells.owed)
	}
}

// deliver ends the telling of a notice, of which a callback said err, and reports
// whether it need not be told again. The callback goes first; the command line is
// run when there is none or it fails (BITS documentation:
// IBackgroundCopyCallback::JobTransferred). The lock is given up meanwhile.
func (j *Job) deliver(p pending, err error) bool {
	program, parameters := j.set.program, j.set.parameters
	if p.callback != nil {
		data := map[string]string{"by": "callback"}
		if err != nil {
			data["error"] = err.Error()
		}
		if p.file != nil {
			data["file"] = p.file.local
		}
		j.recordNotice(p.notice, data)
		if err == nil || p.notice == jobModification {
			return true
		}
	}
	if program == "" || p.file != nil {
		return false
	}
	return j.launch(p.notice, program, parameters)
}

func (p pending) call(j *Job) error {
	switch p.notice {
	case jobTransferred:
		return p.callback.JobTransferred(j)
	case jobFailed:
		return p.callback.JobError(j, p.err)
	case fileTransferred:
		return p.callback.(Callback2).FileTransferred(j, p.file)
	}
	return p.callback.JobModification(j)
}

// launch runs the command line. One that gives an exit code other than 0 and
// neither completes nor cancels the job is run again after the minimum retry
// delay, save in BITS 1.5 (BITS documentation: SetNotifyCmdLine). Assumed: an
// owner who is not logged on has it run at the next logon. For a service account
// it is not run at all.
func (j *Job) launch(n notice, program, parameters string) bool {
	account, err := j.m.cfg.Machine.User(j.owner)
	switch {
	case err == nil && account.Kind.Service():
		return true
	case !j.m.cfg.Machine.Interactive(j.owner):
		return false
	}
	exit := 0
	if run := j.m.cfg.Launch; run != nil {
		j.m.mu.Unlock()
		exit = run(j, program, parameters)
		j.m.mu.Lock()
	}
	j.recordNotice(n, map[string]string{"by": "command-line", "program": program, "parameters": parameters, "exit": fmt.Sprint(exit)})
	return exit == 0 || j.state.Final() || j.m.version().Compare(version20) < 0
}

// recordNotice puts a notice that was told on the record.
func (j *Job) recordNotice(n notice, data map[string]string) {
	if j.m.cfg.Recorder == nil {
		return
	}
	data["event"] = string(n)
	text := fmt.Sprintf("%s told by %s", n, data["by"])
	for _, name := range []string{"program", "parameters", "file", "error"} {
		if data[name] != "" {
			text += " " + data[name]
		}
	}
	j.m.cfg.Recorder.Add(transcript.Event{Kind: KindNotify, Node: j.m.cfg.Node, Subject: j.name, Text: text, Data: data})
}

// checkCmdLine refuses what SetNotifyCmdLine does not take.
func checkCmdLine(program, parameters string) error {
	if program == "" && parameters != "" {
		return called(hresult.E_INVALIDARG, "SetNotifyCmdLine: parameters without a program")
	}
	if err := tooLong(callSetNotifyCmdLine, program, maxLocal); err != nil {
		return err
	}
	return tooLong(callSetNotifyCmdLine, parameters, maxCmdLine)
}

// tellOwed goes on with what was owed when the service ended or the owner was
// away. Assumed: a service that dies after a program was told and before that
// was saved tells again: each event is told at least once.
func (m *Manager) tellOwed() {
	for _, j := range m.jobs {
		if j.tells.owed != "" && !j.tells.telling && j.wants(j.tells.owed) {
			j.stopNotices()
			j.tell(j.tells.owed)
		}
	}
}
