package bitsupload

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/wualab/wualab/fakeserver/content"
)

// finish is done once the server has all bytes: the file is put in its place or the
// application told, once or, as long as it fails, with every fragment that comes
// again (BITS documentation: Preventing Multiple Uploads).
func (c *call) finish(one *session) error {
	switch f, ok := c.fault(ApplicationError); {
	case one.State == WaitForClose:
		return nil
	case one.refused != nil:
		return one.refused
	case ok:
		c.note("%s: %d", ApplicationError, f.Status)
		return c.backToReceiving(one, failed(f.Status, f.Code))
	case c.cfg.Properties.NotificationType == NotifyNone:
		return c.settle(one, outcome{copy: true})
	}
	c.locked(func() { one.State = Notify; one.Notified++ })
	told, err := c.tell(one)
	if err == nil && c.has(ForgetNotification) {
		c.note("%s", ForgetNotification)
		c.locked(func() { one.State = ReceiveFragments })
		c.reset = true
		return nil
	}
	if err == nil {
		err = c.settle(one, told)
	}
	return c.backToReceiving(one, err)
}

// outcome is what the application answered with 200.
type outcome struct {
	copy   bool   // the file is to be put in its place
	static string // the reply is there, on whichever server
	reply  *content.File
}

// settle does what the application wants done with the file and its reply.
func (c *call) settle(one *session, told outcome) error {
	replyURL := told.static
	if replyURL == "" && told.reply != nil {
		replyURL = c.replyURL(one.ID)
	}
	if len(replyURL) > MaxURL {
		return refuse(ReplyURLTooLong, "%d characters", len(replyURL))
	}
	if told.copy {
		if err := c.placeFile(one); err != nil {
			return err
		}
	} else if err := one.data.dropData(); err != nil {
		return err
	}
	c.locked(func() {
		one.State, one.placed, one.reply, one.ReplyURL = WaitForClose, told.copy, told.reply, replyURL
		one.Progress = c.cfg.Clock.Now()
	})
	return nil
}

func (c *call) placeFile(one *session) error {
	switch at, err := c.store.look(one.Name); {
	case err != nil:
		return refuse(NoAccess, "%w", err)
	case at == directory:
		return refuse(IsDirectory, "%s is a directory", one.Name)
	case at == noFolder:
		return refuse(NoFolder, "%s has no folder", one.Name)
	}
	err := one.data.place(one.Name, c.cfg.Properties.AllowOverwrites)
	if errors.Is(err, errOccupied) {
		return refuse(Exists, "%s exists", one.Name)
	}
	return writing(err)
}

// backToReceiving is the state after a failure; 403 from the application is
// remembered, since it is not asked again (BITS documentation: Handling Server
// Application Errors).
func (c *call) backToReceiving(one *session, err error) error {
	if err == nil {
		return nil
	}
	var refused *Error
	c.locked(func() {
		one.State = ReceiveFragments
		if errors.As(err, &refused) && refused.Reason == ApplicationFailed && refused.Status == http.StatusForbidden {
			one.refused = refused
		}
	})
	return err
}

func (s *Server) locked(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// url is the request's URL as the client sees it.
func (c *call) url() string {
	u := url.URL{Path: c.r.URL.Path, RawPath: c.r.URL.RawPath, RawQuery: c.r.URL.RawQuery}
	return c.base() + u.String()
}

func (c *call) base() string {
	switch {
	case c.cfg.BaseURL != "":
		return strings.TrimSuffix(c.cfg.BaseURL, "/")
	case c.r.TLS != nil:
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}

// replyURL is where the reply of a session is downloaded from. Assumed: no document
// says how IIS names it.
func (c *call) replyURL(id string) string {
	u := url.URL{Path: c.replyPath(id)}
	return c.base() + u.String()
}

func (s *Server) replyPath(id string) string {
	return s.cfg.Path + sessionsFolder + "/" + id + "/" + responseFile
}

func (s *Server) isReply(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.HasPrefix(r.URL.Path, s.cfg.Path+sessionsFolder+"/")
}

// findReply looks a reply up for content.Handler, which answers ranges as for any
// download (MC-BUP 3.5).
func (s *Server) findReply(r *http.Request) (content.File, bool) {
	s.sweep()
	id := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, s.cfg.Path+sessionsFolder+"/"), "/"+responseFile)
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.sessions[id]
	if one == nil || one.reply == nil || r.URL.Path != s.replyPath(id) {
		return content.File{}, false
	}
	return *one.reply, true
}
