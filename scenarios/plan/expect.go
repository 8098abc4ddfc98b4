package plan

import "regexp"

// Expect is what must hold after a step. In a Cell, When has been applied and is
// empty.
type Expect struct {
	Pos       Pos              `yaml:"-"`
	When      When             `yaml:"when" help:"The entry is only checked in cells whose axes have these values."`
	Result    Want[Code]       `yaml:"result" help:"HRESULT that the verb, set-credentials or remove-credentials gives."`
	Job       *ExpectJob       `yaml:"job" help:"The job after the step."`
	Decision  []ExpectDecision `yaml:"decision" one:"true" help:"Whether a challenge was answered in this step; the last decision for the target."`
	Exposure  Exposures        `yaml:"exposure" help:"The worst that anybody but the PC learned in this step, by all credentials that it sent: a word exactly, or min and max. From the least: nothing, ticket, ntlmv2, digest, ntlm2-session, ntlmv1, lm, clear-password."`
	Elapsed   Bound[Duration]  `yaml:"elapsed" format:"duration" help:"Virtual time that the step took: exactly, or at-least and at-most."`
	Notified  []Notified       `yaml:"notified" one:"true" help:"Who was told of which events in this step. They are told when the work of the instant has ended: give the step a wait."`
	Noted     []Pattern        `yaml:"noted" one:"true" help:"Texts that were put on the record in this step, such as that a damaged queue was set aside, or SMB2 messages and logons at file shares; between slashes a regular expression."`
	Uploads   []ExpectUploads  `yaml:"uploads" one:"true" help:"What an upload directory has after the step."`
	PC        *ExpectPC        `yaml:"pc" help:"The PC itself after the step: the BITS that runs, files, updates that are verified."`
	Updates   *ExpectUpdates   `yaml:"updates" help:"The Windows Update agent of the PC after the step."`
	Automatic *ExpectAutomatic `yaml:"automatic-updates" help:"Automatic Updates of the PC after the step."`
	WSUS      []ExpectWSUS     `yaml:"wsus" one:"true" help:"What an update server knows after the step."`
	Log       []Pattern        `yaml:"log" one:"true" help:"Lines that the agent wrote into WindowsUpdate.log in this step, each by its text; between slashes a regular expression."`
	Shares    []ExpectShare    `yaml:"shares" one:"true" help:"What a file share has after the step."`
	Order     []JobEvent       `yaml:"order" format:"job state" help:"States that jobs came into in this step, in this order; others may lie between."`
	Link      []ExpectLink     `yaml:"link" one:"true" help:"What crossed the PC's link in this step."`
	SMS       *ExpectSMS       `yaml:"sms" help:"The Advanced Client of SMS 2003 and its site."`
	SUS       *ExpectSUS       `yaml:"sus" help:"The PC's client of Software Update Services 1.0 and its server."`
	Wire      []ExpectWire     `yaml:"wire" help:"What crossed the wire in this step."`
}

// ExpectJob is the expected state of a job.
type ExpectJob struct {
	Pos       Pos           `yaml:"-"`
	Name      Opt[string]   `yaml:"name" help:"Name of the job; absent: the job of the step's verb."`
	State     Want[State]   `yaml:"state" enum:"QUEUED|CONNECTING|TRANSFERRING|SUSPENDED|ERROR|TRANSIENT_ERROR|TRANSFERRED|ACKNOWLEDGED|CANCELLED" help:"BG_JOB_STATE."`
	Error     Want[Code]    `yaml:"error" help:"Result code of the job's error."`
	Context   Want[string]  `yaml:"context" enum:"NONE|UNKNOWN|GENERAL_QUEUE_MANAGER|QUEUE_MANAGER_NOTIFICATION|LOCAL_FILE|REMOTE_FILE|GENERAL_TRANSPORT|REMOTE_APPLICATION" help:"BG_ERROR_CONTEXT of the job's error."`
	Bytes     Bound[int64]  `yaml:"bytes" format:"size" help:"Bytes transferred: exactly, or at-least and at-most."`
	Content   Want[Content] `yaml:"content" enum:"identical|different|absent" help:"The PC's files compared with the server's; of an upload the server's with the PC's."`
	Reply     Want[Content] `yaml:"reply" enum:"identical|different|absent" help:"The reply of an upload-reply job, compared with what the server application answered or the static URL has."`
	ReplyData Want[Code]    `yaml:"reply-data" help:"Result of GetReplyData."`
	Integrity Want[string]  `yaml:"owner-integrity" enum:"low|medium|high|system" help:"GetOwnerIntegrityLevel, from BITS 3.0 on."`
	Elevated  Want[bool]    `yaml:"owner-elevated" help:"GetOwnerElevationState, from BITS 3.0 on."`
	Remote    Want[string]  `yaml:"remote" help:"Remote name of the first file."`
	SHA256    Want[string]  `yaml:"sha256" format:"sha256" help:"SHA-256 of the first file."`
	Exchange  *Match        `yaml:"exchange" help:"The exchange that caused the error."`
}

// ExpectDecision is an expected decision about credentials.
type ExpectDecision struct {
	Pos    Pos          `yaml:"-"`
	Target Opt[Target]  `yaml:"target" required:"true" enum:"server|proxy" help:"Who asked."`
	Send   Want[bool]   `yaml:"send" help:"The challenge is answered."`
	Rule   Want[string] `yaml:"rule" format:"rule" help:"Id of the rule that decided."`
	Kind   Want[string] `yaml:"kind" enum:"nothing|implicit|explicit|url-embedded" help:"Whose credentials are sent."`
	Scheme Want[Scheme] `yaml:"scheme" enum:"basic|digest|ntlm|negotiate|passport" help:"Scheme that is answered."`
}

// ExpectWire is what is expected of one node's exchanges in a step.
type ExpectWire struct {
	Pos         Pos          `yaml:"-"`
	On          Opt[string]  `yaml:"on" required:"true" help:"Name of a server or proxy, or client: all that the PC sent itself."`
	Count       Bound[int]   `yaml:"count" min:"0" help:"Number of exchanges."`
	Connections Bound[int]   `yaml:"connections" min:"0" help:"Number of connections."`
	Every       *Match       `yaml:"every" help:"Each exchange matches."`
	Some        *Match       `yaml:"some" help:"At least one exchange matches."`
	None        *Match       `yaml:"none" help:"No exchange matches."`
	Matching    []ExpectSome `yaml:"matching" one:"true" help:"How many exchanges match."`
	Sequence    []Match      `yaml:"sequence" help:"Exchanges in this order on one connection; others may lie between."`
	Exposure    Exposures    `yaml:"exposure" help:"The worst that this node learned in this step: a word exactly, or min and max."`
	Verified    Want[string] `yaml:"verified" help:"Account that logged in, DOMAIN\\user; none: nobody."`
	Refused     Pattern      `yaml:"refused" format:"regexp" help:"Regular expression for the reason for which credentials were refused."`
}

// ExpectSome is how many exchanges of a node match.
type ExpectSome struct {
	Pos   Pos        `yaml:"-"`
	Count Bound[int] `yaml:"count" required:"true" min:"0" help:"Number of exchanges that match."`
	Of    Match      `yaml:"of" required:"true" help:"What they are like."`
}

// Match describes an exchange; what is not set matches all.
type Match struct {
	Pos       Pos           `yaml:"-"`
	Method    Want[string]  `yaml:"method" help:"Request method."`
	Packet    Want[string]  `yaml:"packet" enum:"Create-Session|Ping|Fragment|Close-Session|Cancel-Session|none" help:"Packet of the BITS Upload Protocol."`
	Operation Want[string]  `yaml:"operation" enum:"GetConfig|GetAuthorizationCookie|GetCookie|RegisterComputer|StartCategoryScan|SyncUpdates|SyncPrinterCatalog|RefreshCache|GetExtendedUpdateInfo|GetExtendedUpdateInfo2|GetFileLocations|ReportEventBatch|none" help:"Web method of MS-WUSP that is called, by SOAPAction."`
	BITSError Want[Code]    `yaml:"bits-error" help:"Result code in BITS-Error or BITS-Error-Code of the answer."`
	URL       Pattern       `yaml:"url" help:"Path or full URL; between slashes a regular expression."`
	Status    Want[int]     `yaml:"status" min:"100" max:"999" help:"Status of the answer."`
	Header    []HeaderMatch `yaml:"header" keyed:"true" help:"Headers of the request: a value, absent, present, or /regular expression/."`
	Answer    []HeaderMatch `yaml:"answer" keyed:"true" help:"Headers of the answer."`
	NTLM      Want[string]  `yaml:"ntlm" enum:"type1|type2|type3|none" help:"NTLM message in the exchange."`
	Response  Want[string]  `yaml:"response" enum:"none|anonymous|LM|NTLMv1|LM and NTLMv1|NTLM2 session|LMv2|NTLMv2" help:"Form of the response in the type 3 message."`
	NTStatus  Want[string]  `yaml:"ntstatus" format:"ntstatus" help:"NTSTATUS of the logon that the node judged."`
	Scheme    Want[Scheme]  `yaml:"scheme" enum:"basic|digest|ntlm|negotiate|passport" help:"Scheme of the request's credentials."`
	Mechanism Want[string]  `yaml:"mechanism" enum:"kerberos|ntlm|raw-ntlm" help:"What is inside a token under negotiate, the request's before the answer's: Kerberos, NTLM wrapped in SPNEGO, or NTLM without it."`
	Range     Pattern       `yaml:"range" help:"Header Range of the request."`
	Body      Want[int64]   `yaml:"body" format:"size" help:"Bytes of the answer's body that crossed the wire."`
	Complete  Want[bool]    `yaml:"complete" help:"The answer's body came whole."`
	Proto     Want[string]  `yaml:"proto" enum:"HTTP/1.0|HTTP/1.1" help:"Protocol version of the answer."`
	ReqProto  Want[string]  `yaml:"request-proto" enum:"HTTP/1.0|HTTP/1.1" help:"Protocol version of the request."`
}

// HeaderMatch is what is expected of one header field.
type HeaderMatch struct {
	Pos     Pos     `yaml:"-"`
	Name    string  `yaml:"$key" format:"header"`
	Pattern Pattern `yaml:"$value"`
}

// Pattern is an expected text. The zero value expects nothing. At most one of
// Any ("?"), Absent, Present and Regexp is set; without them Text is compared
// exactly.
type Pattern struct {
	Pos     Pos
	Set     bool
	Any     bool
	Absent  bool
	Present bool
	Regexp  *regexp.Regexp
	// Text is what the file has.
	Text string
}

// Matches reports whether the values of a field, none if it is absent, have one
// that the pattern accepts. A pattern that is not set, or "?", accepts all.
func (p Pattern) Matches(values ...string) bool {
	switch {
	case !p.Set || p.Any:
		return true
	case p.Absent:
		return len(values) == 0
	case p.Present:
		return len(values) > 0
	}
	for _, v := range values {
		if p.Regexp != nil && p.Regexp.MatchString(v) || p.Regexp == nil && v == p.Text {
			return true
		}
	}
	return false
}
