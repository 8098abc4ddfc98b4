package bits

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

// Limits of texts (BITS documentation: the Set methods of the job interfaces).
const (
	maxDisplayName = 256
	maxDescription = 1024
	maxCmdLine     = 4000
	maxProxyList   = 4000
)

// NotifyFlags are the BG_NOTIFY flags of SetNotifyFlags.
type NotifyFlags uint32

// The flags (BITS documentation: IBackgroundCopyJob::SetNotifyFlags).
// FileTransferred came with 3.0.
const (
	NotifyJobTransferred  NotifyFlags = 0x1
	NotifyJobError        NotifyFlags = 0x2
	NotifyDisable         NotifyFlags = 0x4
	NotifyJobModification NotifyFlags = 0x8
	NotifyFileTransferred NotifyFlags = 0x10
)

// ACLFlags are the BG_COPY_FILE flags of SetFileACLFlags; they are for SMB.
type ACLFlags uint32

// The flags (BITS documentation: IBackgroundCopyJob3::SetFileACLFlags).
const (
	ACLOwner ACLFlags = 0x1
	ACLGroup ACLFlags = 0x2
	ACLDACL  ACLFlags = 0x4
	ACLSACL  ACLFlags = 0x8
	ACLAll   ACLFlags = 0xF
)

// settings are the properties of a job that programs set and read.
type settings struct {
	description string
	notify      NotifyFlags
	program     string // of SetNotifyCmdLine
	parameters  string
	replyFile   string
	acl         ACLFlags
	priority    Priority
	proxy       winhttp.ProxySettings

	retryDelay, noProgress time.Duration
	maximum                *time.Duration // of SetMaximumDownloadTime; nil: by policy
}

// Settings is a copy of what the Get methods of the interfaces return.
type Settings struct {
	DisplayName, Description string
	Priority                 Priority
	NotifyFlags              NotifyFlags
	NotifyProgram            string // of the command line; empty for none
	NotifyParameters         string
	MinimumRetryDelay        time.Duration
	NoProgressTimeout        time.Duration
	Proxy                    winhttp.ProxySettings
	ReplyFileName            string
	FileACLFlags             ACLFlags
}

// Settings returns the job's properties.
func (j *Job) Settings() Settings {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.settings()
}

func (j *Job) settings() Settings {
	s := j.set
	return Settings{DisplayName: j.name, Description: s.description, Priority: s.priority, NotifyFlags: s.notify,
		NotifyProgram: s.program, NotifyParameters: s.parameters, MinimumRetryDelay: s.retryDelay,
		NoProgressTimeout: s.noProgress, Proxy: s.proxy, ReplyFileName: s.replyFile, FileACLFlags: s.acl}
}

// tooLong refuses a text beyond its documented length.
func tooLong(c Call, text string, most int) error {
	if n := len([]rune(text)); n > most {
		return called(hresult.BG_E_STRING_TOO_LONG, "%s: %d characters, at most %d are allowed", c.Name, n, most)
	}
	return nil
}

// SetDisplayName renames the job; names need not be unique.
func (j *Job) SetDisplayName(name string) error {
	if err := tooLong(callSetDisplayName, name, maxDisplayName); err != nil {
		return err
	}
	return j.do(callSetDisplayName, func() error { j.m.rename(j, name); return nil })
}

// SetDescription sets the description.
func (j *Job) SetDescription(text string) error {
	if err := tooLong(callSetDescription, text, maxDescription); err != nil {
		return err
	}
	return j.do(callSetDescription, func() error { j.set.description = text; return nil })
}

// SetPriority changes the priority. It takes effect at once: the job runs if it
// is its turn now, or makes room. A transfer that goes on asks for what comes
// next as its new priority does. Assumed: the request under way is not broken
// off for that.
func (j *Job) SetPriority(p Priority) error {
	if p < Foreground || p > Low {
		return called(hresult.E_NOTIMPL, "SetPriority: unknown %v", p)
	}
	return j.do(callSetPriority, func() error {
		if j.opts.Method != "" && p != Foreground {
			return called(hresult.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD, "SetPriority: the job has the method %s", j.opts.Method)
		}
		j.set.priority = p
		hold := j.m.cfg.Clock.Hold("priority of " + j.name)
		defer hold.Release()
		j.m.schedule()
		return nil
	})
}

// SetNotifyFlags says which events the program and the command line are told
// of. The default is job transferred and job error; unknown flags give
// E_NOTIMPL (BITS documentation: SetNotifyFlags).
func (j *Job) SetNotifyFlags(f NotifyFlags) error {
	known := NotifyJobTransferred | NotifyJobError | NotifyDisable | NotifyJobModification
	if j.m.version().Compare(version30) >= 0 {
		known |= NotifyFileTransferred
	}
	if f&^known != 0 {
		return called(hresult.E_NOTIMPL, "SetNotifyFlags: unknown flags %#x", uint32(f&^known))
	}
	return j.do(callSetNotifyFlags, func() error { j.set.notify = f; return nil })
}

// SetNotifyCmdLine sets the program that is started when the job is
// TRANSFERRED or comes into ERROR, unless a Callback takes the news; an empty
// program takes it back. BG_E_STRING_TOO_LONG beyond MAX_PATH characters of the
// program or 4,000 of the parameters.
func (j *Job) SetNotifyCmdLine(program, parameters string) error {
	if err := checkCmdLine(program, parameters); err != nil {
		return err
	}
	return j.do(callSetNotifyCmdLine, func() error { j.set.program, j.set.parameters = program, parameters; return nil })
}

// SetMinimumRetryDelay sets how long a job rests in TRANSIENT_ERROR before it
// is tried again. Less than 5 s is taken as 5 s (BITS documentation).
func (j *Job) SetMinimumRetryDelay(d time.Duration) error {
	return j.do(callSetRetryDelay, func() error {
		j.set.retryDelay = max(d, MinMinimumRetryDelay)
		return nil
	})
}

// SetNoProgressTimeout sets after how long without progress a transient error
// becomes fatal; 0 makes every error fatal at once (BITS documentation). Assumed:
// a job that is in TRANSIENT_ERROR is measured by the new value at once.
func (j *Job) SetNoProgressTimeout(d time.Duration) error {
	return j.do(callSetNoProgress, func() error {
		j.set.noProgress = max(d, 0)
		if j.state == TransientError && !j.m.closed {
			j.timers.noProgress()
			j.armNoProgress()
		}
		return nil
	})
}

// SetProxySettings replaces the settings of the job; by default they are the
// owner's Internet Explorer settings. E_NOTIMPL for an unknown usage, and for
// ProxyAutodetect before BITS 2.0. List and Bypass are for override only:
// E_INVALIDARG if one is given otherwise; BG_E_PROXY_LIST_TOO_LARGE and
// BG_E_PROXY_BYPASS_LIST_TOO_LARGE beyond 4,000 characters. A list that cannot
// be read shows when the job runs.
func (j *Job) SetProxySettings(s winhttp.ProxySettings) error {
	switch {
	case s.Usage < winhttp.ProxyPreconfig || s.Usage > winhttp.ProxyAutodetect:
		return called(hresult.E_NOTIMPL, "SetProxySettings: unknown usage %d", s.Usage)
	case s.Usage == winhttp.ProxyAutodetect && j.m.version().Compare(version20) < 0:
		return called(hresult.E_NOTIMPL, "SetProxySettings: BG_JOB_PROXY_USAGE_AUTODETECT came with BITS 2.0")
	case s.Usage != winhttp.ProxyOverride && (s.List != "" || s.Bypass != ""):
		return called(hresult.E_INVALIDARG, "SetProxySettings: a list goes with BG_JOB_PROXY_USAGE_OVERRIDE only")
	case len(s.List) > maxProxyList:
		return called(hresult.BG_E_PROXY_LIST_TOO_LARGE, "SetProxySettings: %d characters", len(s.List))
	case len(s.Bypass) > maxProxyList:
		return called(hresult.BG_E_PROXY_BYPASS_LIST_TOO_LARGE, "SetProxySettings: %d characters", len(s.Bypass))
	}
	return j.do(callSetProxySettings, func() error { j.set.proxy = s; return nil })
}

// SetFileACLFlags says which parts of a file's security come along; it
// concerns SMB names only. BG_E_INVALID_STATE once the job is TRANSFERRED.
func (j *Job) SetFileACLFlags(f ACLFlags) error {
	if f&^ACLAll != 0 {
		return called(hresult.E_INVALIDARG, "SetFileACLFlags: unknown flags %#x", uint32(f&^ACLAll))
	}
	return j.do(callSetACLFlags, func() error {
		if j.state == Transferred {
			return called(hresult.BG_E_INVALID_STATE, "SetFileACLFlags: job %q is %v", j.name, j.state)
		}
		j.set.acl = f
		return nil
	})
}

// ReplaceRemotePrefix replaces the beginning of the remote names of all files
// that have it, in the same case, and tells whether any had: S_FALSE in the
// real interface when none. Bytes that were transferred stay; if the new file
// is another one, it begins anew when it is asked for.
func (j *Job) ReplaceRemotePrefix(old, replacement string) (changed bool, err error) {
	if old == "" || replacement == "" || !smb.IsName(replacement) && j.checkRemote(replacement+"x", false) != nil {
		return false, called(hresult.E_INVALIDARG, "ReplaceRemotePrefix: %q by %q", old, replacement)
	}
	err = j.do(callReplacePrefix, func() error {
		names := make([]string, len(j.files))
		for i, f := range j.files {
			rest, ok := strings.CutPrefix(f.remote.get(), old)
			names[i] = f.remote.get()
			if ok {
				names[i], changed = replacement+rest, true
			}
			if err := j.checkRemote(names[i], f.ranges != nil); err != nil {
				return fmt.Errorf("ReplaceRemotePrefix: %w", err)
			}
		}
		for i, f := range j.files {
			f.remote.set(names[i])
		}
		return nil
	})
	return changed && err == nil, err
}

// SetRemoteName gives a file another URL, as ReplaceRemotePrefix does for all.
// The change gets to the store with the next Resume of the job, and is gone when
// the service ends before.
//
// Source: BITS documentation, IBackgroundCopyFile2::SetRemoteName.
func (f *File) SetRemoteName(remote string) error {
	if err := f.job.checkRemote(remote, f.ranges != nil); err != nil {
		return fmt.Errorf("SetRemoteName: %w", err)
	}
	return f.job.do(callSetRemoteName, func() error {
		if f.kept == "" {
			f.kept = f.remote.get()
		}
		f.remote.set(remote)
		return nil
	})
}

// keepRemotes lets the store have the names that SetRemoteName gave.
func (j *Job) keepRemotes() error {
	before := map[*File]string{}
	for _, f := range j.files {
		if f.kept != "" {
			before[f], f.kept = f.kept, ""
		}
	}
	if len(before) == 0 {
		return nil
	}
	err := j.save()
	if err != nil {
		for f, name := range before {
			f.kept = name
		}
	}
	return err
}

// AddFileSet adds several files, or none of them if one is not right. Each
// pair is a remote and a local name.
func (j *Job) AddFileSet(pairs ...[2]string) error {
	var files []*File
	for _, p := range pairs {
		f, err := j.newFile(callAddFileSet, p[0], p[1], nil)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	return j.do(callAddFileSet, func() error { return j.append(files...) })
}

// append adds files; an upload has only one. The lock is held.
func (j *Job) append(files ...*File) error {
	if j.kind != Download && len(j.files)+len(files) > 1 {
		return called(hresult.BG_E_TOO_MANY_FILES, "an upload job has one file")
	}
	if err := j.checkFiles(files); err != nil {
		return err
	}
	if j.kind == Download {
		if err := j.m.checkFolder(files); err != nil {
			return err
		}
	}
	j.files = slices.Concat(j.files, files)
	return nil
}
