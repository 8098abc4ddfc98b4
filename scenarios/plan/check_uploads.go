package plan

import (
	"fmt"
	"strings"
)

// UploadDir gives the upload directory of that path, or nil.
func (s *Server) UploadDir(path string) *UploadDir {
	for i := range s.Uploads {
		if s.Uploads[i].Path == path {
			return &s.Uploads[i]
		}
	}
	return nil
}

func (c *checker) checkUploadDirs(s *Server) {
	for i := range s.Uploads {
		d := &s.Uploads[i]
		told := d.NotificationType.Value != 0
		switch {
		case told && !d.NotificationURL.Set:
			c.fail(d.NotificationType.Pos, fmt.Sprintf("%s: BITSServerNotificationURL is not set", d.Path), "write where the server application is, such as http://origin/handle.asp")
		case !told && d.NotificationURL.Set:
			c.fail(d.NotificationURL.Pos, fmt.Sprintf("%s: nobody is told at BITSServerNotificationURL", d.Path), "set BITSServerNotificationType to 1 or 2")
		case d.NotificationType.Value == 1 && len(d.Files) > 0:
			c.fail(d.Files[0].Pos, fmt.Sprintf("%s: files with BITSServerNotificationType 1", d.Path), "have them uploaded: the directory is one of the disk then, and empty")
		case d.HostIDFallbackTimeout.Set && !d.HostID.Set:
			c.fail(d.HostIDFallbackTimeout.Pos, fmt.Sprintf("%s: BITSHostIdFallbackTimeout without BITSHostId", d.Path), "set the host, too")
		}
		c.checkUploadFaults(d.Faults)
	}
	for _, a := range s.Applications {
		for _, one := range a.Answers {
			c.checkAnswer(&one)
		}
	}
}

func (c *checker) checkAnswer(a *ApplicationAnswer) {
	switch {
	case a.Reply != nil && a.Static.Set:
		c.fail(a.Static.Pos, "answers: both reply and BITS-Static-Response-URL", "the reply is one of them")
	case a.Status.Set && a.Status.Value != 200 && (a.Reply != nil || a.Static.Set || a.Copy.Set):
		c.fail(a.Pos, fmt.Sprintf("answers: status %d with a reply or with fields", a.Status.Value), "they count with 200 only")
	}
}

func (c *checker) checkUploadFaults(faults []UploadFault) {
	for i := range faults {
		f := &faults[i]
		kind := f.Kind.Value
		wantsStatus := kind == "status" || kind == "application-error"
		switch {
		case wantsStatus && !f.Status.Set:
			c.fail(f.Pos, fmt.Sprintf("fault %s: the status is missing", kind), "add status: 503")
		case f.Status.Set && kind == "wrong-offset" && f.Status.Value != 200 && f.Status.Value != 416:
			c.fail(f.Status.Pos, fmt.Sprintf("fault %s: status %d is neither 200 nor 416", kind, f.Status.Value), "leave it out for 416")
		case kind == "application-error" && f.Status.Value == 200:
			c.fail(f.Status.Pos, "fault application-error: status 200 is no error", "write another one")
		case f.Always.Value && f.Times.Set:
			c.fail(f.Times.Pos, fmt.Sprintf("fault %s: both times and always", kind), "write one of them")
		}
		c.checkFaultKeys(f, kind)
	}
}

// checkFaultKeys refuses what a kind of fault has no use for.
func (c *checker) checkFaultKeys(f *UploadFault, kind string) {
	for _, one := range []struct {
		set   bool
		pos   Pos
		name  string
		kinds string
	}{
		{f.Status.Set, f.Status.Pos, "status", "status application-error wrong-offset"},
		{f.Code.Set, f.Code.Pos, "code", "status application-error"},
		{f.Context.Set, f.Context.Pos, "context", "status"},
		{f.Bytes.Set, f.Bytes.Pos, "bytes", "drop-connection"},
		{f.Offset.Set, f.Offset.Pos, "offset", "wrong-offset"},
		{f.Delay.Set, f.Delay.Pos, "delay", "slow-ack"},
	} {
		kinds := strings.Fields(one.kinds)
		if one.set && !contains(kinds, kind) {
			c.fail(one.pos, fmt.Sprintf("fault %s: %s has no meaning", kind, one.name), "it belongs to "+strings.Join(kinds, ", "))
		}
	}
	if f.Context.Set && !f.Code.Set {
		c.fail(f.Context.Pos, fmt.Sprintf("fault %s: a context without code", kind), "add code:, such as E_FAIL")
	}
}

func (c *checker) checkUploadChanges(change Change, isServer bool) {
	for _, u := range change.Uploads {
		if !isServer {
			c.fail(u.Pos, fmt.Sprintf("change: %s is a proxy, which takes no uploads", change.Node), "change the server")
			return
		}
		c.checkUploadPath(u.Pos, change.Node, u.Path)
		c.checkUploadFaults(u.Faults.Value)
		if !u.Faults.Set && !u.LoseSessions.Set {
			c.fail(u.Pos, fmt.Sprintf("change: nothing changes in %s", u.Path), "add faults or lose-sessions")
		}
	}
}

func (c *checker) checkUploadPath(pos Pos, server, path string) {
	s := c.s.Server(server)
	if s == nil {
		c.failName(pos, fmt.Sprintf("unknown server %s", quote(server)), server, func() []string { return keysOf(c.servers) })
		return
	}
	if s.UploadDir(path) == nil {
		c.failName(pos, fmt.Sprintf("%s has no upload directory %s", server, quote(path)), path, func() []string {
			var paths []string
			for _, d := range s.Uploads {
				paths = append(paths, d.Path)
			}
			return paths
		})
	}
}

// checkUpload sees to the verb upload.
func (c *checker) checkUpload(u *Upload) {
	to := DownloadFile{Pos: u.To.Pos, URL: u.To}
	c.checkDownload(&Download{Job: u.Job, Files: []DownloadFile{to}, Credentials: u.Credentials})
	c.checkUploadURL(&to)
}

func (c *checker) checkLocalFile(f *LocalFile) {
	c.checkJob("local-file", f.Job)
	switch {
	case f.Absent.Value && (f.Size.Set || f.Seed.Set):
		c.fail(f.Absent.Pos, "local-file: both absent and size", "a file that is deleted has none")
	case !f.Absent.Value && !f.Size.Set:
		c.fail(f.Pos, "local-file: neither size nor absent", "write {job: j1, size: 10kB, seed: 2}, or {job: j1, absent: true}")
	}
}

func (c *checker) checkExpectUploads(e *ExpectUploads) {
	c.checkUploadPath(e.On.Pos, e.On.Value, e.Path.Value)
	if !e.Sessions.Set && !e.Files.Set && !e.Received.Set {
		c.fail(e.Pos, "uploads: nothing is expected", "add sessions, files or received")
	}
}
