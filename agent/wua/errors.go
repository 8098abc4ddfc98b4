package wua

import (
	"errors"
	"fmt"

	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// Error is a failure of the agent, with the code that it reports.
type Error struct {
	Code hresult.HRESULT
	What string
	Err  error // beneath; may be nil
}

// Error gives what failed, with the code's name.
func (e *Error) Error() string {
	text := e.What
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return fmt.Sprintf("%s (%v)", text, e.Code)
}

// Unwrap gives an *hresult.Error with the code and what is beneath.
func (e *Error) Unwrap() error { return &hresult.Error{Code: e.Code, Cause: e.Err} }

// soapCodes are the codes of faults without the protocol's detail, by the code of SOAP.
// Source: wuerror.h.
var soapCodes = map[string]hresult.HRESULT{
	wusp.FaultVersionMismatch: hresult.WU_E_PT_SOAP_VERSION,
	wusp.FaultMustUnderstand:  hresult.WU_E_PT_SOAP_MUST_UNDERSTAND,
	wusp.FaultClient:          hresult.WU_E_PT_SOAP_CLIENT,
	wusp.FaultServer:          hresult.WU_E_PT_SOAP_SERVER,
}

// faultCodes are the codes that a scan ends with when a fault could not be recovered
// from. Source: wuerror.h for the names; assumed, which fault gives which where the name
// does not say it.
var faultCodes = map[wusp.ErrorCode]hresult.HRESULT{
	wusp.InvalidCookie:       hresult.WU_E_PT_REFRESH_CACHE_REQUIRED,
	wusp.ServerChanged:       hresult.WU_E_PT_REFRESH_CACHE_REQUIRED,
	wusp.FileLocationChanged: hresult.WU_E_PT_FILE_LOCATIONS_CHANGED,
}

// codeOfFault gives the code for a fault.
func codeOfFault(f *wusp.Fault) hresult.HRESULT {
	if f.ErrorCode == "" {
		if code, ok := soapCodes[f.Code]; ok {
			return code
		}
		return hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT
	}
	if code, ok := faultCodes[f.ErrorCode]; ok {
		return code
	}
	return hresult.WU_E_PT_SOAPCLIENT_SOAPFAULT
}

// CodeOfTransport gives the code for a request of another client of the PC that got no
// answer.
func CodeOfTransport(err error) hresult.HRESULT { return codeOfTransport(err) }

// codeOfTransport gives the code for a request that got no answer: that of WinHTTP,
// which the agent hands on, but one of its own for a name that does not resolve.
// Source: Windows Update error pages, 0x8024402C and 0x80072EE2, 0x80072EFD.
func codeOfTransport(err error) hresult.HRESULT {
	var failed *winhttp.Error
	switch {
	case errors.Is(err, winhttp.ErrNameNotResolved):
		return hresult.WU_E_PT_WINHTTP_NAME_NOT_RESOLVED
	case errors.As(err, &failed) && failed.Op == "read body":
		return hresult.WU_E_PT_SOAPCLIENT_READ
	}
	if code, ok := hresult.Of(err); ok {
		return code
	}
	return hresult.WU_E_PT_SOAPCLIENT_SEND
}

// codeOfBody gives the code for an answer that can't be read; fault says that it came
// with the status of a fault.
func codeOfBody(err error, fault bool) hresult.HRESULT {
	var bad *wusp.Error
	switch {
	case fault:
		return hresult.WU_E_PT_SOAPCLIENT_PARSEFAULT
	case errors.As(err, &bad) && bad.Kind == wusp.BadVersion:
		return hresult.WU_E_PT_SOAP_VERSION
	}
	return hresult.WU_E_PT_SOAPCLIENT_PARSE
}
