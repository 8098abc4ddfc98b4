package wua

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
	"github.com/wualab/wualab/xpress"
)

// What a server or a proxy answers the agent reads without harm, and a call that it ends
// has a code with a name.
func FuzzAnswer(f *testing.F) {
	fault := wusp.WriteFault(&wusp.Fault{Code: wusp.FaultClient, ErrorCode: wusp.ServerChanged})
	good := wusp.WriteResponse(wusp.GetCookieResponse{Result: &wusp.Cookie{EncryptedData: []byte("x")}})
	f.Add(500, "text/xml", "", fault)
	f.Add(200, "text/xml; charset=utf-8", "", good)
	f.Add(200, "text/xml", "xpress", xpress.Compress(good))
	f.Add(200, "text/html", "", []byte("<html>"))
	f.Fuzz(func(t *testing.T, status int, media, coding string, body []byte) {
		if status < 100 || status > 999 || len(body) > 1<<16 {
			return
		}
		a := &Agent{log: &Log{now: func() time.Time { return time.Time{} }}}
		a.cfg.Tuning.Limits = boundedxml.Limits{Size: 1 << 16}
		r := &round{Agent: a}
		answer := &winhttp.Response{Status: status, Header: http.Header{"Content-Type": {media}, "Content-Encoding": {coding}}, ContentLength: int64(len(body)),
			Body: io.NopCloser(bytes.NewReader(body))}
		err := r.read("GetCookie", answer, &wusp.GetCookieResponse{})
		if err == nil {
			return
		}
		if code, ok := hresult.Of(err); !ok || code.Name() == "" {
			t.Fatalf("no code: %v", err)
		}
	})
}
