package scenarios

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
)

// createUpload makes an upload job and its file, and leaves it suspended.
func (w *world) createUpload(u *plan.Upload) (*bits.Job, error) {
	kind := bits.Upload
	if u.Reply != nil {
		kind = bits.UploadReply
	}
	job, err := w.pc.BITS.CreateJob(u.Job.Value, kind, w.pc.Owner())
	if err != nil {
		return nil, err
	}
	w.jobs[u.Job.Value] = job
	file := plan.DownloadFile{URL: u.To, Local: u.File.Local}
	if !file.Local.Set {
		to, _, _ := strings.Cut(u.To.Value, "?")
		file.Local.Set, file.Local.Value = true, fmt.Sprintf(`C:\%s\%s`, u.Job.Value, path.Base(strings.ReplaceAll(to, `\`, "/")))
	}
	if err := w.addFile(job, 0, file, u.HTTPS.Value); err != nil {
		return job, err
	}
	if u.Reply != nil && u.Reply.Local.Set {
		if err := job.SetReplyFileName(localName(u.Reply.Local.Value)); err != nil {
			return job, err
		}
	}
	if err := w.writeLocal(job, u.File.Size.Value, u.File.Seed.Value); err != nil {
		return job, err
	}
	return job, w.configure(job, &plan.Download{JobProperties: u.JobProperties, Proxy: u.Proxy, Credentials: u.Credentials})
}

// writeLocal makes the file that a job uploads. Its time is that of the world.
func (w *world) writeLocal(job *bits.Job, size, seed int64) (err error) {
	name := job.Files()[0].Path()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, io.NewSectionReader(fakeserver.Content(size, seed), 0, size))
	now := w.clock.Now()
	return errors.Join(err, file.Close(), os.Chtimes(name, now, now))
}

// changeLocal plays the key local-file.
func (w *world) changeLocal(f *plan.LocalFile) error {
	if f == nil {
		return nil
	}
	job, err := w.job(f.Job.Value)
	if err != nil {
		return err
	}
	if f.Absent.Value {
		return os.Remove(job.Files()[0].Path())
	}
	return w.writeLocal(job, f.Size.Value, f.Seed.Value)
}

// uploaded finds where a file of an upload job goes, by its URL.
func (w *world) uploaded(f *bits.File) (*bitsupload.Server, string, error) {
	to := w.sources[f]
	var found string
	for dir := range w.uploads {
		if dir.server == to.server && strings.HasPrefix(to.path, dir.path) && len(dir.path) > len(found) {
			found = dir.path
		}
	}
	if found == "" {
		return nil, "", fmt.Errorf("%s takes no uploads at %s", to.server, to.path)
	}
	return w.uploads[uploadDir{to.server, found}], strings.TrimPrefix(to.path, found), nil
}

// compareUpload tells how the file at the server compares with the PC's.
func (w *world) compareUpload(f *bits.File) (plan.Content, string) {
	if smb.IsName(f.RemoteName()) {
		return w.compareOnShare(f)
	}
	server, name, err := w.uploaded(f)
	if err != nil {
		return plan.Missing, err.Error()
	}
	got, err := server.File(name)
	if errors.Is(err, fs.ErrNotExist) {
		return plan.Missing, "the server has no file " + name
	}
	if err != nil {
		return plan.Missing, err.Error()
	}
	sent, err := os.ReadFile(f.Path())
	if err != nil {
		return plan.Different, err.Error()
	}
	return compareBytes("the server's "+name, got, sent)
}

func compareBytes(what string, got, want []byte) (plan.Content, string) {
	if len(got) != len(want) {
		return plan.Different, fmt.Sprintf("%s has %d bytes and should have %d", what, len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			return plan.Different, fmt.Sprintf("%s differs at byte %d", what, i)
		}
	}
	return plan.Identical, "identical"
}

// compareReply tells how a job's reply compares with what was answered.
func (w *world) compareReply(job *bits.Job) (plan.Content, string) {
	reply := job.Reply()
	if reply == nil || !reply.Progress().Completed {
		return plan.Missing, "the job has no reply"
	}
	got, err := os.ReadFile(reply.Path())
	if err != nil {
		return plan.Missing, err.Error()
	}
	want, err := w.wantedReply(job, reply)
	if err != nil {
		return plan.Different, err.Error()
	}
	return compareBytes("the reply", got, want)
}

func (w *world) wantedReply(job *bits.Job, reply *bits.File) ([]byte, error) {
	if original, size, err := w.original(w.source(reply.RemoteName())); err == nil {
		return io.ReadAll(io.NewSectionReader(original, 0, size))
	}
	spec := w.answers.get(job.Files()[0].RemoteName())
	if spec == nil {
		return nil, errors.New("no server application answered with a reply")
	}
	return generated(spec.Size.Value, spec.Seed.Value)
}

// reply judges the reply of an upload-reply job.
func (j *judge) reply(e *plan.ExpectJob, job *bits.Job, about string) {
	if e.Reply.Set {
		got, detail := j.w.compareReply(job)
		check(j, e.Reply, about+"reply", detail, func(want plan.Content) bool { return want == got })
	}
	if e.ReplyData.Set {
		_, _, err := job.ReplyData()
		code := hresult.S_OK
		if failed, ok := hresult.Of(err); ok {
			code = failed
		}
		check(j, e.ReplyData, about+"result of GetReplyData", code.Describe(), func(c plan.Code) bool { return c.HRESULT == code })
	}
}

// uploads judges an upload directory.
func (j *judge) uploads(e *plan.ExpectUploads) {
	up := j.w.uploads[uploadDir{e.On.Value, e.Path.Value}]
	about := "uploads to " + e.On.Value + e.Path.Value + ": "
	sessions := up.Sessions()
	var received int64
	for _, one := range sessions {
		received += one.Received
	}
	bound(j, e.Sessions, about+"sessions", len(sessions))
	bound(j, e.Received, about+"bytes received", received)
	if files, err := up.Files(); err != nil {
		j.fail(e.Pos, about+"files", "they can be listed", err.Error())
	} else {
		bound(j, e.Files, about+"files", len(files))
	}
}
