package sms

import (
	"fmt"
	"io"
	"strings"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// userAgent is that of messages and listings. Assumed: after public captures of its
// successor.
const userAgent = "SMS CCM 2.50"

// session keeps the connections of the client's service apart from those of users.
const session = "LocalSystem"

// defaultSize bounds an answer.
const defaultSize = 16 << 20

// request does one HTTP request and reads its answer. A status is no error.
func (r *round) request(method, url string, header []winhttp.Field, body []byte) (*winhttp.Response, []byte, error) {
	answer, err := r.cfg.HTTP.Do(r.ctx, r.hold, &winhttp.Request{Method: method, URL: url, Header: header, Body: body, UserAgent: userAgent,
		Proxy: r.cfg.Proxy(), Auth: r.cfg.Auth, Session: session, Redirects: winhttp.RedirectNever})
	if err != nil {
		return nil, nil, &Error{Code: codeOf(err), What: method + " " + url, Err: err}
	}
	defer answer.Body.Close()
	most := int64(r.cfg.Tuning.Limits.Size)
	if most == 0 {
		most = defaultSize
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	if err != nil {
		return nil, nil, &Error{Code: codeOf(err), What: "answer of " + url, Err: err}
	}
	if int64(len(text)) > most {
		return nil, nil, &Error{Code: hresult.ERROR_INVALID_DATA, What: fmt.Sprintf("answer of %s: more than %d bytes", url, most)}
	}
	return answer, text, nil
}

// post sends a message to an endpoint of the management point. The body of the answer
// is nil when there is none.
func (r *round) post(endpoint, replyTo string, body []byte) ([]byte, error) {
	host := r.cfg.Machine.Hostname()
	r.mu.Lock()
	r.count++
	id := "{" + idOf(fmt.Sprintf("%s message %d", host, r.count)) + "}"
	m := smswire.Message{ID: id, SourceID: r.state.ClientID, SourceHost: host, TargetHost: hostOf(r.cfg.ManagementPoint), TargetEndpoint: endpoint,
		ReplyTo: "direct:" + host + ":" + replyTo, SentTime: r.cfg.Clock.Now().UTC().Format("2006-01-02T15:04:05Z"), Body: body}
	r.mu.Unlock()
	contentType, text := smswire.Write(m)
	url := r.cfg.ManagementPoint + smswire.RequestPath
	answer, reply, err := r.request(smswire.Method, url, []winhttp.Field{{Name: "Content-Type", Value: contentType}}, text)
	switch {
	case err != nil:
		return nil, err
	case answer.Status != 200:
		return nil, &Error{Code: hresult.FromHTTPStatus(answer.Status), What: fmt.Sprintf("message to %s: status %d", endpoint, answer.Status)}
	case len(reply) == 0:
		return nil, nil
	}
	got, err := smswire.Read(answer.Header.Get("Content-Type"), reply, r.cfg.Tuning.Limits)
	if err != nil {
		return nil, &Error{Code: hresult.ERROR_INVALID_DATA, What: "answer of " + endpoint, Err: err}
	}
	if got.CorrelationID != id {
		return nil, &Error{Code: hresult.ERROR_INVALID_DATA, What: fmt.Sprintf("answer of %s: it is for message %q, not for %q", endpoint, got.CorrelationID, id)}
	}
	return got.Body, nil
}

// hostOf gives the host of scheme://host:port.
func hostOf(url string) string {
	_, host, _ := strings.Cut(url, "://")
	host, _, _ = strings.Cut(host, "/")
	return host
}
