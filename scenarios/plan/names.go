package plan

import (
	"time"

	"github.com/wualab/wualab/hresult"
)

// Duration is a span of virtual time.
type Duration = time.Duration

// Level says what a failed expectation means.
type Level string

// The levels of a scenario.
const (
	Required Level = "required" // documented behaviour: must hold
	Expected Level = "expected" // well founded, not documented: should hold
	Observe  Level = "observe"  // nobody knows: the outcome is reported
)

// Scheme is an HTTP authentication scheme as scenario files spell it.
type Scheme string

// The schemes.
const (
	Basic     Scheme = "basic"
	Digest    Scheme = "digest"
	NTLM      Scheme = "ntlm"
	Negotiate Scheme = "negotiate"
	Passport  Scheme = "passport"
)

// Target is who asks for credentials.
type Target string

// The targets of BG_AUTH_TARGET.
const (
	TargetServer Target = "server"
	TargetProxy  Target = "proxy"
)

// State is a BITS job's state: BG_JOB_STATE without its prefix.
type State string

// The states of BG_JOB_STATE.
const (
	Queued         State = "QUEUED"
	Connecting     State = "CONNECTING"
	Transferring   State = "TRANSFERRING"
	Suspended      State = "SUSPENDED"
	JobError       State = "ERROR"
	TransientError State = "TRANSIENT_ERROR"
	Transferred    State = "TRANSFERRED"
	Acknowledged   State = "ACKNOWLEDGED"
	Cancelled      State = "CANCELLED"
)

// Priority is a BITS job's priority: BG_JOB_PRIORITY without its prefix.
type Priority string

// The priorities of BG_JOB_PRIORITY.
const (
	Foreground Priority = "FOREGROUND"
	High       Priority = "HIGH"
	Normal     Priority = "NORMAL"
	Low        Priority = "LOW"
)

// Content is how a transferred file compares with the server's.
type Content string

// The comparisons.
const (
	Identical Content = "identical"
	Different Content = "different"
	Missing   Content = "absent" // the PC has no such file
)

// Verb is what a step has the job's owner do.
type Verb string

// The verbs. NoVerb is a step that only changes things or waits.
const (
	NoVerb       Verb = ""
	VerbDownload Verb = "download"
	VerbUpload   Verb = "upload"
	VerbCreate   Verb = "create"
	VerbResume   Verb = "resume"
	VerbSuspend  Verb = "suspend"
	VerbComplete Verb = "complete"
	VerbCancel   Verb = "cancel"
)

// Words of the language with a meaning of their own.
const (
	clientNode     = "client"
	implicitWord   = "implicit"
	absentWord     = "absent"
	presentWord    = "present"
	noneWord       = "none"
	anyWord        = "?"
	localSystem    = "LocalSystem"
	localService   = "LocalService"
	networkService = "NetworkService"
)

// Code is an expected result code, with the text that the file has.
type Code struct {
	Text    string
	HRESULT hresult.HRESULT
}

// String gives the text of the file.
func (c Code) String() string { return c.Text }
