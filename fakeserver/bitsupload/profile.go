package bitsupload

import (
	"net/http"

	"github.com/wualab/wualab/hresult"
)

// Profile says how a server words its answers where documents and dumps differ. The
// zero value is the server of MC-BUP as Windows implements it. Profiles are values
// and may be changed.
type Profile struct {
	ErrorHeader   ErrorHeader
	OmitSessionID bool // in all Acks but that of Create-Session, as in the dumps of MC-BUP 4.1
	NoCache       bool // Pragma: no-cache, as in the same dumps
	Created       bool // 201 for Create-Session (BITS documentation: Ack for Create-Session)

	DisabledStatus int             // uploads are not enabled; 0 is 501
	ExistsStatus   int             // the file exists and stays; 0 is 403
	NoLengthStatus int             // no Content-Length; 0 is 400
	MismatchCode   hresult.HRESULT // no common protocol; 0 is E_INVALIDARG
	DiskFullCode   hresult.HRESULT // 0 is 0x80070112, as MC-BUP 2.2.1.2 prints it
}

// ErrorHeader is the spelling of the field that carries the HRESULT.
type ErrorHeader int

// The spellings. No captured answer settles which one IIS writes.
const (
	ErrorHeaderBUP   ErrorHeader = iota // BITS-Error (MC-BUP 2.2.1.2)
	ErrorHeaderWin32                    // BITS-Error-Code (BITS documentation)
	ErrorHeaderBoth
	ErrorHeaderNone // neither, nor the context, as behind a proxy that filters
)

// ProfileIIS6 is Windows Server 2003 as the dumps of MC-BUP 4.1 show it: only the Ack
// for Create-Session has a session identifier, and all have Pragma: no-cache.
func ProfileIIS6() Profile { return Profile{OmitSessionID: true, NoCache: true} }

// ProfileIIS7 is Windows Server 2008, where a directory without uploads is not found
// (MC-BUP 2.2.1.2, product notes).
func ProfileIIS7() Profile { return Profile{DisabledStatus: http.StatusNotFound} }

// ProfileSpecification is MC-BUP to the letter where Windows departs from it: 411
// without Content-Length.
func ProfileSpecification() Profile { return Profile{NoLengthStatus: http.StatusLengthRequired} }

// ProfileWin32 is the server of the BITS documentation: BITS-Error-Code, 201 for a
// session, 409 for a file that exists.
func ProfileWin32() Profile {
	return Profile{ErrorHeader: ErrorHeaderWin32, Created: true, ExistsStatus: http.StatusConflict}
}

func (p Profile) errorHeaders() []string {
	switch p.ErrorHeader {
	case ErrorHeaderNone:
		return nil
	case ErrorHeaderWin32:
		return []string{HeaderErrorCode}
	case ErrorHeaderBoth:
		return []string{HeaderError, HeaderErrorCode}
	}
	return []string{HeaderError}
}

// adjust words a refusal of the table.
func (p Profile) adjust(r Refusal) Refusal {
	switch r.Reason {
	case Disabled:
		r.Status = or(p.DisabledStatus, r.Status)
	case Exists:
		r.Status = or(p.ExistsStatus, r.Status)
	case NoLength:
		r.Status = or(p.NoLengthStatus, r.Status)
	case NoProtocol:
		r.Code = or(p.MismatchCode, r.Code)
	case DiskFull:
		r.Code = or(p.DiskFullCode, r.Code)
	}
	return r
}

// or gives v, or a default when v is its type's zero.
func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
