package bitsupload

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/content"
)

// tell posts the upload to the server application and reads its answer (BITS
// documentation: Notification Protocol for Server Applications).
func (c *call) tell(one *session) (outcome, error) {
	p := c.newPost()
	defer p.end()
	req, err := c.notification(p.ctx, one)
	if err != nil {
		return outcome{}, err
	}
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		return outcome{}, p.broken(err)
	}
	defer resp.Body.Close()
	told, err := c.read(one, resp)
	switch {
	case err != nil:
		return outcome{}, p.broken(err)
	case p.silent.Load(): // what a reclaimed hold let go on
		return outcome{}, p.broken(nil)
	}
	c.note("the server application at %s answered %d", req.URL, resp.StatusCode)
	if resp.StatusCode != http.StatusOK {
		return outcome{}, failed(resp.StatusCode, 0)
	}
	return told, nil
}

// notification makes the request.
func (c *call) notification(ctx context.Context, one *session) (*http.Request, error) {
	target, err := c.notificationURL(one.URL)
	if err != nil {
		return nil, refuse(ApplicationMissing, "%w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, nil)
	if err != nil {
		return nil, refuse(ApplicationMissing, "%w", err)
	}
	put(req.Header, HeaderOriginalURL, one.URL)
	if c.cfg.Properties.NotificationType == NotifyByReference {
		request, response := one.data.paths()
		put(req.Header, HeaderRequestFile, request)
		put(req.Header, HeaderResponseFile, response)
		return req, nil
	}
	if one.Received > 0 {
		body, err := one.data.open()
		if err != nil {
			return nil, refuse(Internal, "%w", err)
		}
		req.Body, req.ContentLength = body, one.Received
	}
	return req, nil
}

// notificationURL completes BITSServerNotificationURL from the upload's URL: what it
// leaves away, and the query (BITS IIS Extension Properties). Assumed: a query that
// it has itself comes first.
func (c *call) notificationURL(upload string) (string, error) {
	from, err := url.Parse(upload)
	if err != nil {
		return "", err
	}
	to, err := from.Parse(c.cfg.Properties.NotificationURL)
	switch {
	case err != nil:
		return "", err
	case to.Scheme != "http":
		return "", fmt.Errorf("%s is not http", to)
	case from.RawQuery != "" && to.RawQuery != "":
		to.RawQuery += "&"
	}
	to.RawQuery += from.RawQuery
	return to.String(), nil
}

// read takes the reply of an application that answered 200. Assumed: an empty body is no reply.
func (c *call) read(one *session, resp *http.Response) (outcome, error) {
	if resp.StatusCode != http.StatusOK {
		return outcome{}, nil
	}
	told := outcome{static: resp.Header.Get(HeaderStaticResponseURL)}
	_, told.copy = resp.Header[http.CanonicalHeaderKey(HeaderCopyToDestination)]
	var reply content.File
	found := false
	if c.cfg.Properties.NotificationType == NotifyByReference {
		reply, found = one.data.writtenReply()
	} else if body := bufio.NewReader(resp.Body); notEmpty(body) {
		var err error
		if reply, err = one.data.keepReply(body); err != nil {
			return told, err
		}
		found = true
	}
	if found {
		reply.LastModified = c.cfg.Clock.Now()
		told.reply = &reply
	}
	return told, nil
}

func notEmpty(r *bufio.Reader) bool {
	_, err := r.Peek(1)
	return !errors.Is(err, io.EOF)
}

// post is one notification under way. It holds the clock as a client does; while the
// application takes its time, the hold of the upload's client waits too, at most for
// the time that the application has.
type post struct {
	ctx       context.Context
	transport *http.Transport
	silent    atomic.Bool // nobody waits for the application any longer
	end       func()
}

func (c *call) newPost() *post {
	hold := c.cfg.Clock.Hold(c.cfg.Name + ": telling the server application")
	ctx, cancel := context.WithCancel(c.r.Context())
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	p := &post{ctx: ctx, transport: &http.Transport{DialContext: c.dial(hold), Protocols: protocols,
		DisableKeepAlives: true, DisableCompression: true}}
	stop := c.patience(func() {
		p.silent.Store(true)
		hold.Reclaim()
		cancel()
	})
	p.end = func() {
		stop()
		cancel()
		p.transport.CloseIdleConnections()
		hold.Release()
	}
	return p
}

func (c *call) dial(hold clock.Hold) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := c.cfg.Dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		conn = c.cfg.Clock.Track(conn)
		hold.Bind(conn)
		return conn, nil
	}
}

// patience calls giveUp when the application's time is over, or the client that it is
// told for waits no longer. The function returned ends the wait.
func (c *call) patience(giveUp func()) (stop func()) {
	limit := c.cfg.Properties.NotificationTimeout
	conn := fakehttp.ConnOf(c.r)
	if conn == nil {
		end := c.cfg.Clock.AfterFunc(limit, c.cfg.Name+": time-out of the server application", giveUp)
		return func() { end() }
	}
	ctx, cancel := context.WithCancel(c.r.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		err := c.cfg.Clock.SleepFor(ctx, conn.NetConn(), limit)
		if err == nil || errors.Is(err, clock.ErrAbandoned) {
			giveUp()
		}
	}()
	return func() { cancel(); <-done }
}

// broken says how the server answers when the exchange with the application failed.
func (p *post) broken(err error) error {
	if p.silent.Load() {
		return refuse(ApplicationSilent, "it did not answer in time") // how the wait then ended is chance
	}
	return refuse(ApplicationMissing, "%w", err)
}
