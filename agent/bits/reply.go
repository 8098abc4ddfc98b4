package bits

import (
	"errors"
	"io"
	"net/url"

	"github.com/wualab/wualab/hresult"
)

// maxReplyData is from the BITS documentation, GetReplyData.
const maxReplyData = 1 << 20

// fetchReply is the state GET_REPLY: it downloads the reply of an upload-reply
// job, if there is one, as any other download (MC-BUP 3.1.5.1.8). Assumed: a job
// of which the server told no reply has none, as GetReplyData provides for; MC-BUP
// 3.1.5.2.4 calls that an error.
func (u *upload) fetchReply() error {
	if u.job.kind != UploadReply || u.file.up.ReplyURL == "" {
		return nil
	}
	reply, err := u.makeReply()
	if err != nil || reply.complete {
		return err
	}
	return u.job.fetch(u.ctx, u.hold, reply, 1)
}

// makeReply gives the reply as a file to download.
func (u *upload) makeReply() (*File, error) {
	j := u.job
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if j.reply != nil {
		return j.reply, nil
	}
	remote, err := u.replyURL()
	if err != nil {
		return nil, u.file.failure(hresult.BG_E_INVALID_SERVER_RESPONSE, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, nil, "%s: %w", fieldReplyURL, err)
	}
	local := j.replyFileName()
	name, err := diskName(local)
	if err != nil {
		return nil, u.file.diskError(err)
	}
	j.reply = &File{job: j, remote: named(remote), local: local, name: name, size: sizeUnknown}
	return j.reply, j.save()
}

// replyURL completes what the server told by the upload's URL, if need be.
// Assumed: no document says whether it is a full URL.
func (u *upload) replyURL() (string, error) {
	base, err := url.Parse(u.file.remote.get())
	if err != nil {
		return "", err
	}
	at, err := base.Parse(u.file.up.ReplyURL)
	if err != nil {
		return "", err
	}
	return at.String(), u.file.job.checkRemote(at.String(), false)
}

// replyFileName is the name that the program gave, or one that the service makes
// up in the folder of the upload's file (BITS documentation: SetReplyFileName).
// Assumed: which one.
func (j *Job) replyFileName() string {
	if j.set.replyFile != "" || len(j.files) == 0 {
		return j.set.replyFile
	}
	return j.files[0].local + ".reply"
}

// ReplyFileName is IBackgroundCopyJob2::GetReplyFileName: the local name of the
// reply, the service's own when SetReplyFileName was not called. E_NOTIMPL for
// other jobs than upload-reply.
func (j *Job) ReplyFileName() (string, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	if j.kind != UploadReply {
		return "", called(hresult.E_NOTIMPL, "GetReplyFileName is not for jobs of type %v", j.kind)
	}
	return j.replyFileName(), nil
}

// SetReplyFileName sets the local name of the reply of an upload-reply job; an
// empty name has the service make one. BG_E_INVALID_STATE once the reply is on
// its way (BITS documentation: SetReplyFileName).
func (j *Job) SetReplyFileName(local string) error {
	if local != "" {
		if _, err := diskName(local); err != nil {
			return called(hresult.E_INVALIDARG, "SetReplyFileName: %w", err)
		}
	}
	return j.do(callSetReplyFileName, func() error {
		if j.reply != nil && (j.run != nil || j.reply.size != sizeUnknown || j.reply.temp != "") {
			return called(hresult.BG_E_INVALID_STATE, "SetReplyFileName: the reply of job %q is on its way to %s", j.name, j.reply.local)
		}
		j.set.replyFile, j.reply = local, nil
		return nil
	})
}

// ReplyProgress is IBackgroundCopyJob2::GetReplyProgress: how much of the reply
// of an upload-reply job is there.
func (j *Job) ReplyProgress() (FileProgress, error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	switch {
	case j.kind != UploadReply:
		return FileProgress{}, called(hresult.E_NOTIMPL, "GetReplyProgress is not for jobs of type %v", j.kind)
	case j.reply == nil:
		return FileProgress{BytesTotal: sizeUnknown}, nil
	}
	return FileProgress{BytesTotal: j.reply.length(), BytesTransferred: j.reply.done, Completed: j.reply.complete}, nil
}

// Reply gives the reply as a file, nil while the server has told of none.
func (j *Job) Reply() *File {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	return j.reply
}

// ReplyData is IBackgroundCopyJob2::GetReplyData: the reply of an upload-reply
// job that is TRANSFERRED or ACKNOWLEDGED, nil when the server application gave
// none. Beyond 1 MB it is BG_E_TOO_LARGE, with the reply's size; before the job is
// there BG_E_INVALID_STATE; E_NOTIMPL for other jobs.
func (j *Job) ReplyData() (data []byte, size int64, err error) {
	j.m.mu.Lock()
	defer j.m.mu.Unlock()
	switch {
	case j.kind != UploadReply:
		return nil, 0, called(hresult.E_NOTIMPL, "GetReplyData is not for jobs of type %v", j.kind)
	case j.state != Transferred && j.state != Acknowledged:
		return nil, 0, called(hresult.BG_E_INVALID_STATE, "GetReplyData: job %q is %v", j.name, j.state)
	case j.reply == nil:
		return nil, 0, nil
	case j.reply.length() > maxReplyData:
		return nil, j.reply.length(), called(hresult.BG_E_TOO_LARGE, "GetReplyData: the reply has %d bytes, at most %d are given", j.reply.length(), maxReplyData)
	}
	data, err = j.reply.read()
	if err != nil {
		return nil, 0, called(hresult.E_FAIL, "GetReplyData: %w", err)
	}
	return data, int64(len(data)), nil
}

// read gives the bytes of a file that is there whole.
func (f *File) read() (data []byte, err error) {
	name := f.name
	if f.temp != "" {
		name = f.temp
	}
	source, err := f.job.m.disk.Read(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	return io.ReadAll(io.NewSectionReader(source, 0, f.length()))
}
