package bits_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver/bitsupload"
)

// Jobs of a life that are cancelled, or that upload.
const (
	sentJob      = "sent"
	askedJob     = "asked"
	unwantedJob  = "unwanted"
	withdrawnJob = "withdrawn" // refused half-way, then cancelled
)

var tortureTypes = map[string]bits.Type{sentJob: bits.Upload, askedJob: bits.UploadReply, withdrawnJob: bits.Upload}

func uploadSource(name string) string { return filepath.Join("c", name, "out.bin") }

// prepareUploads makes the files that are sent, and the server for them.
func (l *life) prepareUploads() {
	for name := range tortureTypes {
		file := filepath.Join(l.dir, uploadSource(name))
		l.check(os.MkdirAll(filepath.Dir(file), 0o755))
		l.check(os.WriteFile(file, tortureContent(name), 0o644))
		l.check(os.Chtimes(file, epoch, epoch))
	}
	var err error
	l.uploads, err = bitsupload.New(bitsupload.Config{Clock: l.clock})
	l.check(err)
}

// patience bounds how long the program waits in real time; it ends with the crash,
// so that no time passes for a service that has died.
func (l *life) patience() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	dead := l.crash.dead
	go func() {
		select {
		case <-dead:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// takePacket lets a crash come before a packet is dealt with and after it, before
// its Ack. A service that has died sends and hears nothing: its packets hang.
func (l *life) takePacket(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || l.crash.instant() != nil {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	taken := httptest.NewRecorder()
	if strings.HasSuffix(r.URL.Path, withdrawnJob) && strings.HasPrefix(r.Header.Get("Content-Range"), "bytes 8192-") {
		taken.WriteHeader(http.StatusForbidden)
	} else {
		l.uploads.ServeHTTP(taken, r)
	}
	if l.crash.instant() != nil {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	for name, values := range taken.Header() {
		w.Header()[name] = values
	}
	const received = "BITS-Received-Content-Range"
	if next := map[string][]string(w.Header())[received]; len(next) > 0 && strings.HasSuffix(r.URL.Path, askedJob) && next[0] == fmt.Sprint(len(tortureContent(askedJob))) {
		w.Header()["BITS-Reply-URL"] = []string{"http://origin/reply/" + askedJob}
	}
	w.WriteHeader(taken.Code)
}

func (l *life) addUpload(j *bits.Job, name string) bool {
	if len(j.Files()) == 0 && j.AddFile("http://origin/up/"+name, `C:\`+name+`\out.bin`) != nil {
		return false
	}
	return name != askedJob || j.Reply() != nil || j.SetReplyFileName(`C:\`+name+`\reply.bin`) == nil
}

// withdraw lets the job fail half-way and cancels it.
func (l *life) withdraw(hold clock.Hold, j *bits.Job) bool {
	if j.State() != bits.Error && j.Resume() != nil {
		return false
	}
	ctx, cancel := l.patience()
	defer cancel()
	if state, err := j.Wait(ctx, hold, bits.Error); err != nil {
		if !l.crash.isDead() {
			l.t.Errorf("job %s: %v, %v", j.Name(), state, err)
		}
		return false
	}
	_, err := j.Cancel()
	return err == nil
}

// verifyUploads looks at the server when all packets are sent: it has each file
// once and whole, and at most the session of which the crash came before the
// client knew.
func (l *life) verifyUploads() {
	hold := l.clock.Hold("verdict")
	defer hold.Release()
	l.check(hold.Sleep(context.Background(), time.Hour))
	for _, name := range []string{sentJob, askedJob} {
		got, err := l.uploads.File("up/" + name)
		if err != nil || !bytes.Equal(got, tortureContent(name)) {
			l.t.Errorf("upload %s: the server has %d bytes, %v", name, len(got), err)
		}
		sent, err := os.ReadFile(filepath.Join(l.dir, uploadSource(name)))
		if err != nil || !bytes.Equal(sent, tortureContent(name)) {
			l.t.Errorf("upload %s: its file has %d bytes, %v", name, len(sent), err)
		}
	}
	reply, err := os.ReadFile(filepath.Join(l.dir, "c", askedJob, "reply.bin"))
	if err != nil || !bytes.Equal(reply, tortureContent("/reply/"+askedJob)) {
		l.t.Errorf("the reply has %d bytes, %v", len(reply), err)
	}
	if files, _ := l.uploads.Files(); len(files) != 2 {
		l.t.Errorf("the server has %v", files)
	}
	most := 0
	if l.wasKilled {
		most = 1
	}
	if open := l.uploads.Sessions(); len(open) > most {
		l.t.Errorf("%d sessions are still open: %v", len(open), open)
	}
}
