package scenarios

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/scenarios/plan"
)

// application is a server application that answers as the scenario says.
type application struct {
	fakes *fakes
	plan  *plan.Application
	mu    sync.Mutex
	asked int
}

// answers are the replies that applications gave, by the path of the upload.
type answers struct {
	mu      sync.Mutex
	replies map[string]*plan.GeneratedReply
}

func (a *answers) set(upload string, reply *plan.GeneratedReply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.replies == nil {
		a.replies = map[string]*plan.GeneratedReply{}
	}
	a.replies[pathOf(upload)] = reply
}

func (a *answers) get(upload string) *plan.GeneratedReply {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.replies[pathOf(upload)]
}

func pathOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return u.Path
}

// next gives the answer to the upload that comes now.
func (a *application) next() *plan.ApplicationAnswer {
	a.mu.Lock()
	defer a.mu.Unlock()
	one := &a.plan.Answers[min(a.asked, len(a.plan.Answers)-1)]
	a.asked++
	return one
}

// ServeHTTP takes the server's notification (BITS documentation: Notification
// Protocol for Server Applications).
func (a *application) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return // the server gave up
	}
	one := a.next()
	if one.Delay.Set && fakehttp.Sleep(r, one.Delay.Value) != nil {
		fakehttp.Close(w, r) // the server gave up
		return
	}
	if one.Static.Set {
		w.Header()[bitsupload.HeaderStaticResponseURL] = []string{one.Static.Value}
	}
	if one.Copy.Value {
		w.Header()[bitsupload.HeaderCopyToDestination] = []string{"1"}
	}
	if one.Reply != nil {
		a.fakes.answers.set(r.Header.Get(bitsupload.HeaderOriginalURL), one.Reply)
	}
	if err := a.reply(w, r, one); err != nil {
		fakehttp.ConnOf(r).Note("server application: %v", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// reply writes the reply where the server wants it.
func (a *application) reply(w http.ResponseWriter, r *http.Request, one *plan.ApplicationAnswer) error {
	status := one.Status.Or(http.StatusOK)
	if one.Reply == nil {
		w.WriteHeader(status)
		return nil
	}
	size := one.Reply.Size.Value
	content := io.NewSectionReader(fakeserver.Content(size, one.Reply.Seed.Value), 0, size)
	if name := r.Header.Get(bitsupload.HeaderResponseFile); name != "" {
		if err := a.fakes.writeBeneath(name, content); err != nil {
			return err
		}
		w.WriteHeader(status)
		return nil
	}
	w.WriteHeader(status)
	_, err := io.Copy(w, content)
	return err
}

// writeBeneath writes a file beneath one of the folders of the upload
// directories, and nowhere else.
func (f *fakes) writeBeneath(name string, content io.Reader) error {
	for _, dir := range f.folders {
		inside, ok := strings.CutPrefix(name, dir+string(filepath.Separator))
		if !ok {
			continue
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			return err
		}
		file, err := root.Create(inside)
		if err != nil {
			return errors.Join(err, root.Close())
		}
		_, err = io.Copy(file, content)
		return errors.Join(err, file.Close(), root.Close())
	}
	return errors.New("the reply belongs outside the folders of the upload directories")
}
