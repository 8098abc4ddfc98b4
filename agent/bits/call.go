package bits

import (
	"slices"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

// Type is BG_JOB_TYPE, with its numbers.
type Type int

// The types of jobs (BITS documentation: BG_JOB_TYPE). Uploads came with 1.5.
const (
	Download    Type = 0
	Upload      Type = 1
	UploadReply Type = 2
)

var typeNames = [...]string{"DOWNLOAD", "UPLOAD", "UPLOAD_REPLY"}

// String gives the name without its prefix.
func (t Type) String() string {
	if t < 0 || int(t) >= len(typeNames) {
		return "unknown type"
	}
	return typeNames[t]
}

// Call names a method of the IBackgroundCopyJob interfaces that changes a job, or that a
// later version than the first brought to ask of one,
// with what the documents say of when it may be called.
type Call struct {
	Name      string
	Interface string              // that it belongs to
	Since     machine.BITSVersion // that has the interface
	Types     []Type              // of jobs that it is for; nil is all
	Reads     bool                // it changes nothing, and may be called in every state
}

var (
	version10 = machine.BITSVersion{Major: 1}
	version15 = machine.BITSVersion{Major: 1, Minor: 5}
	version20 = machine.BITSVersion{Major: 2}
	version25 = machine.BITSVersion{Major: 2, Minor: 5}
	version30 = machine.BITSVersion{Major: 3}
	version40 = machine.BITSVersion{Major: 4}
	version50 = machine.BITSVersion{Major: 5}

	version101 = machine.BITSVersion{Major: 10, Minor: 1}
)

const (
	iJob  = "IBackgroundCopyJob"
	iJob2 = "IBackgroundCopyJob2"
	iJob3 = "IBackgroundCopyJob3"
	iFil2 = "IBackgroundCopyFile2"
	iHTTP = "IBackgroundCopyJobHttpOptions"
	iJob4 = "IBackgroundCopyJob4"
	iFil3 = "IBackgroundCopyFile3"
	iJob5 = "IBackgroundCopyJob5"
	iHTT2 = "IBackgroundCopyJobHttpOptions2"
)

var (
	downloads = []Type{Download}
	replies   = []Type{UploadReply}
)

// The calls. Source: BITS documentation, the reference of each interface
// ("Requirements" for the version, "Return value" for the job types).
var (
	callAddFile                = Call{Name: "AddFile", Interface: iJob, Since: version10}
	callAddFileSet             = Call{Name: "AddFileSet", Interface: iJob, Since: version10}
	callResume                 = Call{Name: "Resume", Interface: iJob, Since: version10}
	callSuspend                = Call{Name: "Suspend", Interface: iJob, Since: version10}
	callComplete               = Call{Name: "Complete", Interface: iJob, Since: version10}
	callCancel                 = Call{Name: "Cancel", Interface: iJob, Since: version10}
	callSetDisplayName         = Call{Name: "SetDisplayName", Interface: iJob, Since: version10}
	callSetDescription         = Call{Name: "SetDescription", Interface: iJob, Since: version10}
	callSetPriority            = Call{Name: "SetPriority", Interface: iJob, Since: version10}
	callSetNotifyFlags         = Call{Name: "SetNotifyFlags", Interface: iJob, Since: version10}
	callSetNotifyInterface     = Call{Name: "SetNotifyInterface", Interface: iJob, Since: version10}
	callSetRetryDelay          = Call{Name: "SetMinimumRetryDelay", Interface: iJob, Since: version10}
	callSetNoProgress          = Call{Name: "SetNoProgressTimeout", Interface: iJob, Since: version10}
	callSetProxySettings       = Call{Name: "SetProxySettings", Interface: iJob, Since: version10}
	callTakeOwnership          = Call{Name: "TakeOwnership", Interface: iJob, Since: version10}
	callSetNotifyCmdLine       = Call{Name: "SetNotifyCmdLine", Interface: iJob2, Since: version15}
	callSetReplyFileName       = Call{Name: "SetReplyFileName", Interface: iJob2, Since: version15, Types: replies}
	callSetCredentials         = Call{Name: "SetCredentials", Interface: iJob2, Since: version15}
	callRemoveCredentials      = Call{Name: "RemoveCredentials", Interface: iJob2, Since: version15}
	callReplacePrefix          = Call{Name: "ReplaceRemotePrefix", Interface: iJob3, Since: version20}
	callAddWithRanges          = Call{Name: "AddFileWithRanges", Interface: iJob3, Since: version20, Types: downloads}
	callSetACLFlags            = Call{Name: "SetFileACLFlags", Interface: iJob3, Since: version20}
	callSetRemoteName          = Call{Name: "SetRemoteName", Interface: iFil2, Since: version20, Types: downloads}
	callSetCustomHeaders       = Call{Name: "SetCustomHeaders", Interface: iHTTP, Since: version25}
	callSetSecurityFlags       = Call{Name: "SetSecurityFlags", Interface: iHTTP, Since: version25}
	callSetCertByID            = Call{Name: "SetClientCertificateByID", Interface: iHTTP, Since: version25}
	callSetCertByName          = Call{Name: "SetClientCertificateByName", Interface: iHTTP, Since: version25}
	callRemoveCert             = Call{Name: "RemoveClientCertificate", Interface: iHTTP, Since: version25}
	callSetMaximumDownloadTime = Call{Name: "SetMaximumDownloadTime", Interface: iJob4, Since: version30}
	callSetPeerCaching         = Call{Name: "SetPeerCachingFlags", Interface: iJob4, Since: version30}
	callGetIntegrity           = Call{Name: "GetOwnerIntegrityLevel", Interface: iJob4, Since: version30, Reads: true}
	callGetElevation           = Call{Name: "GetOwnerElevationState", Interface: iJob4, Since: version30, Reads: true}
	callSetValidation          = Call{Name: "SetValidationState", Interface: iFil3, Since: version30}
	callSetProperty            = Call{Name: "SetProperty", Interface: iJob5, Since: version50}
	callSetHTTPMethod          = Call{Name: "SetHttpMethod", Interface: iHTT2, Since: version101}
)

// Calls lists the calls, in the order of the interfaces.
func Calls() []Call {
	return []Call{
		callAddFile, callAddFileSet, callResume, callSuspend, callComplete, callCancel, callSetDisplayName,
		callSetDescription, callSetPriority, callSetNotifyFlags, callSetNotifyInterface, callSetRetryDelay, callSetNoProgress,
		callSetProxySettings, callTakeOwnership, callSetNotifyCmdLine, callSetReplyFileName, callSetCredentials,
		callRemoveCredentials, callReplacePrefix, callAddWithRanges, callSetACLFlags, callSetRemoteName,
		callSetCustomHeaders, callSetSecurityFlags, callSetCertByID, callSetCertByName, callRemoveCert, callSetMaximumDownloadTime, callSetPeerCaching,
		callGetIntegrity, callGetElevation,
		callSetValidation, callSetProperty, callSetHTTPMethod,
	}
}

// check refuses a call of a service that has ended (RPC_S_SERVER_UNAVAILABLE), that
// the BITS version does not have (E_NOINTERFACE), that is not for the job's type
// (E_NOTIMPL), or that comes when the job has left the queue (BG_E_INVALID_STATE).
// The lock is held.
func (j *Job) check(c Call) error {
	if err := j.m.serves(c.Name); err != nil {
		return err
	}
	if v := j.m.version(); v.Compare(c.Since) < 0 {
		return called(hresult.E_NOINTERFACE, "%s: BITS %v has no %s; it came with %v", c.Name, v, c.Interface, c.Since)
	}
	if c.Types != nil && !slices.Contains(c.Types, j.kind) {
		return called(hresult.E_NOTIMPL, "%s is not for jobs of type %v", c.Name, j.kind)
	}
	if j.state.Final() && !c.Reads {
		return called(hresult.BG_E_INVALID_STATE, "%s: job %q is %v", c.Name, j.name, j.state)
	}
	return nil
}

// do runs f if the call is allowed, saves what it changed and tells of it. It
// returns when the change is on the disk. What cannot be saved is taken back.
func (j *Job) do(c Call, f func() error) error {
	e, saved, err := j.change(c, f)
	if err != nil {
		return err
	}
	err = saved()
	if e != nil {
		j.m.mu.Lock()
		defer j.m.mu.Unlock()
		j.settleEdit(e, err)
	}
	return err
}

// change is do under the lock; it gives what waits for the disk.
func (j *Job) change(c Call, f func() error) (e *edit, saved func() error, err error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if err := j.check(c); err != nil {
		return nil, nil, err
	}
	if j.m.store != nil {
		e = &edit{before: j.keepsake()}
	}
	if err := f(); err != nil {
		return nil, nil, err
	}
	if e != nil {
		j.edits = append(j.edits, e)
	}
	j.touch()
	j.tellModified()
	return e, j.saveSoon(), nil
}
