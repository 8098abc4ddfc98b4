package smb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	smb2 "github.com/cloudsoda/go-smb2"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smbwire"
)

// Error is a failure of the redirector.
type Error struct {
	Op     string          // "connect", "log on", "open the share", "open", "read", ...
	Code   hresult.HRESULT // HRESULT_FROM_WIN32 of what a program sees
	Status smbwire.Status  // that the server answered; success when none did
	Err    error
}

// Error says what failed and why.
func (e *Error) Error() string {
	if e.Status != smbwire.StatusSuccess {
		return fmt.Sprintf("%s: the server answered %v", e.Op, e.Status)
	}
	return fmt.Sprintf("%s: %v", e.Op, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// answered reports whether an error of the library is a status of the server.
func answered(err error) bool {
	var status *smb2.ResponseError
	return errors.As(err, &status) || errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) ||
		errors.Is(err, os.ErrExist) || errors.Is(err, smb2.ErrRequestNotAccepted)
}

// failure gives an error of the library its code.
//
// Sources: MS-ERREF 2.2 and 2.3.1 for statuses; "System Error Codes" for the others:
// ERROR_BAD_NETPATH when no connection comes about, ERROR_NETNAME_DELETED when one
// breaks. Assumed: a server that does not answer in SessTimeout is
// ERROR_SEM_TIMEOUT, an answer that cannot be read ERROR_BAD_NET_RESP.
func failure(op string, status smbwire.Status, err error) *Error {
	e := &Error{Op: op, Err: err}
	if code, ok := hresult.Of(err); ok {
		e.Code = code
		return e
	}
	var transport *smb2.TransportError
	var network net.Error
	switch {
	case answered(err):
		e.Status = status
		win32, known := status.Win32()
		if e.Code = hresult.FromWin32(int(win32)); !known {
			e.Code = hresult.ERROR_UNEXP_NET_ERR
		}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		e.Code = hresult.ERROR_CANCELLED
	case errors.Is(err, clock.ErrTimeout):
		e.Code = hresult.ERROR_SEM_TIMEOUT
	case op == opConnect:
		e.Code = hresult.ERROR_BAD_NETPATH
	case errors.As(err, &transport), errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		e.Code = hresult.ERROR_NETNAME_DELETED
	default:
		e.Code = hresult.ERROR_BAD_NET_RESP
	}
	return e
}
