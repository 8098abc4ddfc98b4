package wua

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/agent/wua/applicability"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
	"github.com/wualab/wualab/xpress"
)

// layout is the order of the head of the agent's calls; what stands between is given as
// fields. Source: public captures of Windows 10 and 11. Assumed: earlier agents do the
// same, and credentials come last.
var layout = winhttp.HeaderLayout{ID: "wua", Request: []winhttp.Slot{winhttp.SlotFields, winhttp.SlotContentLength, winhttp.SlotHost,
	winhttp.SlotProxyAuthorization, winhttp.SlotAuthorization}, Connect: winhttp.LayoutWinHTTP51().Connect}

func (a *Agent) fields(o wusp.Operation) []winhttp.Field {
	list := []winhttp.Field{
		{Name: "Cache-Control", Value: "no-cache"}, {Name: "Connection", Value: "Keep-Alive"}, {Name: "Pragma", Value: "no-cache"},
		{Name: "Content-Type", Value: "text/xml; charset=utf-8"},
	}
	if o.Service != wusp.ReportingService && !a.cfg.Tuning.NoCompression { // MS-WUSP 2.1 names the other two
		list = append(list, winhttp.Field{Name: "Accept-Encoding", Value: xpress.Name})
	}
	return append(list, winhttp.Field{Name: "User-Agent", Value: a.cfg.Release.UserAgent}, winhttp.Field{Name: "SOAPAction", Value: `"` + o.Action() + `"`})
}

// round is one scan, or another piece of work that calls the server.
type round struct {
	*Agent
	ctx        context.Context
	hold       clock.Hold
	server     Server
	recoveries int
	trips      int
	updates    []*Update
	judged     map[*metadata.Core]applicability.State // what the rules say of the PC, in this scan
	app        string                                 // that the events name; "" is caller

	filter []wusp.CategoryIdentifier // that the scan is limited to

	driversNotNeeded bool
	auto             winhttp.AutoProxy // what was found of the network's configuration
}

// call does one web method. An answer that can't be decompressed is one that can't be
// read; assumed, no document tells the code. The error is an [*Error]; one beneath it is a [*wusp.Fault]
// when the server answered with one.
func (r *round) call(path string, message, response any) error {
	o, _ := wusp.OperationOf(reflect.TypeOf(message).Name())
	answer, err := r.cfg.HTTP.Do(r.ctx, r.hold, &winhttp.Request{
		Method: "POST", URL: r.server.URL + path, Header: r.fields(o), Layout: layout,
		Body: wusp.WriteRequest(message, r.cfg.Release.Style), Proxy: r.proxy(), AutoProxy: &r.auto, Auth: r.cfg.Auth, Session: "LocalSystem",
	})
	if err != nil {
		return r.failed(o.Name, &Error{Code: codeOfTransport(err), What: o.Name, Err: err}, 0)
	}
	defer answer.Body.Close()
	return r.read(o.Name, answer, response)
}

// read takes the body of an answer, and what it says.
func (r *round) read(name string, answer *winhttp.Response, response any) error {
	body, err := readBody(answer, int64(r.most())+1)
	if err == nil && strings.EqualFold(answer.Header.Get("Content-Encoding"), xpress.Name) {
		body, err = xpress.Decompress(body, r.most())
	}
	if err != nil {
		return r.failed(name, &Error{Code: hresult.WU_E_PT_SOAPCLIENT_READ, What: name, Err: err}, answer.Status)
	}
	return r.judge(name, answer, body, response)
}

// readBody reads up to most bytes, into room for as many as the head tells of.
func readBody(answer *winhttp.Response, most int64) ([]byte, error) {
	room := min(max(answer.ContentLength, 0), most, 1<<20)
	body := bytes.NewBuffer(make([]byte, 0, room+bytes.MinRead))
	_, err := body.ReadFrom(io.LimitReader(answer.Body, most))
	return body.Bytes(), err
}

func (r *round) most() int {
	if size := r.cfg.Tuning.Limits.Size; size != 0 {
		return size
	}
	return 16 << 20
}

// judge takes an answer apart: by its status, its media type and its body. A SOAP fault
// comes with status 500 (SOAP 1.1 6.2).
func (r *round) judge(name string, answer *winhttp.Response, body []byte, response any) error {
	status := answer.Status
	xml := strings.HasPrefix(strings.ToLower(answer.Header.Get("Content-Type")), "text/xml")
	switch {
	case status == 500 && xml:
	case status != 200:
		return r.failed(name, &Error{Code: hresult.FromHTTPStatusWU(status), What: fmt.Sprintf("%s: status %d", name, status)}, status)
	case !xml:
		return r.failed(name, &Error{Code: hresult.WU_E_WINHTTP_INVALID_FILE, What: fmt.Sprintf("%s: the answer is %q", name, answer.Header.Get("Content-Type"))}, status)
	}
	err := wusp.ReadResponse(body, r.cfg.Tuning.Limits, response)
	var fault *wusp.Fault
	switch {
	case errors.As(err, &fault):
		return r.failed(name, &Error{Code: codeOfFault(fault), What: name, Err: fault}, status)
	case err != nil:
		return r.failed(name, &Error{Code: codeOfBody(err, status == 500), What: name, Err: err}, status)
	case status == 500:
		return r.failed(name, &Error{Code: hresult.WU_E_PT_HTTP_STATUS_SERVER_ERROR, What: name + ": status 500 without a fault"}, status)
	}
	return nil
}

// failed writes the failure into the log, as public logs show it.
func (r *round) failed(name string, e *Error, status int) error {
	var fault *wusp.Fault
	soap := 0
	switch {
	case errors.As(e.Err, &fault):
		soap = 7
	case status != 0 && status != 200:
		soap = 10
	}
	r.log.warn("PT", "%s failure, error = 0x%08X, soap client error = %d, soap error code = 0, HTTP status code = %d", name, uint32(e.Code), soap, status)
	return e
}

// faultIn gives the protocol's fault beneath an error.
func faultIn(err error) (wusp.ErrorCode, bool) {
	var fault *wusp.Fault
	if errors.As(err, &fault) && fault.ErrorCode != "" {
		return fault.ErrorCode, true
	}
	return "", false
}

// resultOf is an error for an answer without its result.
func resultOf(name string, there bool) error {
	if there {
		return nil
	}
	return &Error{Code: hresult.WU_E_PT_SOAPCLIENT_PARSE, What: name + ": the answer has no " + name + "Result"}
}
