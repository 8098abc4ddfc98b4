package bits

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
)

// part is what an answer to a GET holds.
type part struct {
	length int64 // of the body
	total  int64 // of the file
}

// accept checks an answer to a GET against what was asked.
//
// Sources: BITS documentation, "HTTP Requirements for BITS Downloads" and
// "BITS Return Values"; MC-BUP 3.6.5. Assumed where no document names the
// code: a 206 that does not fit gives BG_E_INVALID_SERVER_RESPONSE; an
// HTTP/1.0 server that ignores the range gives BG_E_INSUFFICIENT_HTTP_SUPPORT.
func (d *download) accept(resp *winhttp.Response, ask span) (part, error) {
	switch resp.Status {
	case http.StatusOK:
		return d.acceptWhole(resp, ask)
	case http.StatusPartialContent:
		return d.acceptPart(resp, ask)
	case http.StatusPreconditionFailed:
		if d.conditional() {
			return part{}, errChanged
		}
	case http.StatusRequestedRangeNotSatisfiable:
		if ask.from == 0 && resp.Header.Get("Content-Range") == "bytes */0" {
			return part{}, nil // an empty file has no first byte (assumed)
		}
	}
	return part{}, d.statusError(resp)
}

func (d *download) acceptWhole(resp *winhttp.Response, ask span) (part, error) {
	switch {
	case ask.from == 0 && resp.ContentLength == 0: // an empty file has no ranges (assumed)
	case !ask.whole && resp.HTTP10:
		return part{}, d.refuse(resp, hresult.BG_E_INSUFFICIENT_HTTP_SUPPORT, "an HTTP/1.0 server answered 200 with the whole file to Range: %s", ask.header())
	case !ask.whole:
		return part{}, d.refuse(resp, hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT, "the server answered 200 with the whole file to Range: %s", ask.header())
	case resp.ContentLength < 0:
		return part{}, d.refuse(resp, hresult.BG_E_MISSING_FILE_SIZE, "the answer has no Content-Length")
	}
	return part{length: resp.ContentLength, total: resp.ContentLength}, nil
}

func (d *download) acceptPart(resp *winhttp.Response, ask span) (part, error) {
	if ask.whole {
		return part{}, d.refuse(resp, hresult.BG_E_INVALID_SERVER_RESPONSE, "the server answered 206 to a request without Range")
	}
	value := resp.Header.Get("Content-Range")
	if value == "" || resp.ContentLength < 0 {
		return part{}, d.refuse(resp, hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT, "the 206 has no Content-Range or no Content-Length")
	}
	got, err := parseContentRange(value)
	if err != nil {
		return part{}, d.refuse(resp, hresult.BG_E_INVALID_SERVER_RESPONSE, "%v", err)
	}
	if got.total == sizeUnknown {
		got.total = d.file.size
	}
	if wrong := got.mismatch(ask, resp.ContentLength); wrong != "" {
		return part{}, d.refuse(resp, hresult.BG_E_INVALID_SERVER_RESPONSE, "Content-Range: %s does not fit Range: %s: %s", value, ask.header(), wrong)
	}
	return part{length: resp.ContentLength, total: got.total}, nil
}

// mismatch says in words what is wrong with a part, or "".
func (c contentRange) mismatch(ask span, length int64) string {
	switch {
	case c.total == sizeUnknown:
		return "the file's size stays unknown"
	case c.first != ask.from:
		return fmt.Sprintf("it begins at %d", c.first)
	case c.last >= c.total:
		return fmt.Sprintf("it ends at or past the total %d", c.total)
	case c.last >= ask.to:
		return "it ends past what was asked for"
	case c.last-c.first+1 != length:
		return fmt.Sprintf("Content-Length is %d", length)
	}
	return ""
}

// contentRange is a Content-Range of a 206 (RFC 9110 14.4).
type contentRange struct{ first, last, total int64 }

func parseContentRange(value string) (contentRange, error) {
	bad := fmt.Errorf("malformed Content-Range: %q", value)
	spec, ok := strings.CutPrefix(value, "bytes ")
	if !ok {
		return contentRange{}, bad
	}
	span, size, ok := strings.Cut(strings.TrimSpace(spec), "/")
	first, last, ok2 := strings.Cut(span, "-")
	if !ok || !ok2 {
		return contentRange{}, bad
	}
	c := contentRange{total: sizeUnknown}
	var err1, err2, err3 error
	c.first, err1 = strconv.ParseInt(first, 10, 63)
	c.last, err2 = strconv.ParseInt(last, 10, 63)
	if size != "*" {
		c.total, err3 = strconv.ParseInt(size, 10, 63)
	}
	if err1 != nil || err2 != nil || err3 != nil || c.first < 0 || c.last < c.first || c.total < sizeUnknown {
		return contentRange{}, bad
	}
	return c, nil
}

// statusError makes the error of a status that is no success: 0x80190000 plus
// the status (BITS documentation: BITS Return Values).
func (d *download) statusError(resp *winhttp.Response) error {
	e := d.file.failure(hresult.FromHTTPStatus(resp.Status), hresult.BG_ERROR_CONTEXT_REMOTE_FILE, resp.Exchange,
		"the server answered %d %s", resp.Status, http.StatusText(resp.Status))
	if resp.Status == http.StatusProxyAuthRequired {
		e.Err = fmt.Errorf("the proxy %s answered 407 Proxy Authentication Required", resp.ViaProxy)
	}
	if resp.LoginFailure != nil {
		e.Err = fmt.Errorf("%w: %w", e.Err, resp.LoginFailure)
	}
	return e
}

func (d *download) refuse(resp *winhttp.Response, code hresult.HRESULT, format string, args ...any) error {
	return d.file.failure(code, hresult.BG_ERROR_CONTEXT_REMOTE_FILE, resp.Exchange, format, args...)
}
