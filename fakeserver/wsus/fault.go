package wsus

import (
	"errors"
	"net/http"

	"github.com/wualab/wualab/wusp"
)

// fail makes an application-level fault.
func fail(code wusp.ErrorCode, message string) error {
	return &wusp.Fault{Code: wusp.FaultClient, ErrorCode: code, Message: message}
}

// faultOf is the fault that an error becomes.
func faultOf(err error) *wusp.Fault {
	var fault *wusp.Fault
	if errors.As(err, &fault) {
		return fault
	}
	return &wusp.Fault{Code: wusp.FaultServer, ErrorCode: wusp.InternalServerError, Message: err.Error()}
}

// codeOf is the code of SOAP for a body that can't be read, SOAP 1.1 4.4.1.
func codeOf(err error) string {
	var bad *wusp.Error
	if errors.As(err, &bad) {
		switch bad.Kind {
		case wusp.BadVersion:
			return wusp.FaultVersionMismatch
		case wusp.BadHeader:
			return wusp.FaultMustUnderstand
		}
	}
	return wusp.FaultClient
}

func orClient(code string) string {
	if code == "" {
		return wusp.FaultClient
	}
	return code
}

// refuse answers with a fault, status 500 (SOAP 1.1 6.2).
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, operation string, f *wusp.Fault) {
	answer := *f
	if answer.Actor == "" {
		answer.Actor = "http://" + r.Host + r.URL.Path
	}
	if answer.ErrorCode != "" {
		answer.ID = s.newGUID()
		if o, ok := wusp.OperationOf(operation); ok {
			answer.Method = `"` + o.Action() + `"`
		}
		if answer.String == "" {
			answer.String = "Fault occurred"
		}
	}
	note(r, "%s: %s: %v", s.cfg.Name, operation, f)
	s.write(w, r, http.StatusInternalServerError, wusp.WriteFault(&answer))
}

// newGUID makes an identifier by chance.
func (s *Server) newGUID() wusp.GUID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return wusp.RandomGUID(s.rand.Uint64(), s.rand.Uint64())
}

// faultOf counts a call and gives the fault that it is to meet.
func (s *Server) faultOf(operation string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[operation]++
	for _, f := range s.faults {
		if (f.Operation == "" || f.Operation == operation) && f.meets(s.calls[operation]) {
			return f, true
		}
	}
	return Fault{}, false
}

// meets says whether the fault meets the how many-th call.
func (f Fault) meets(call int) bool {
	first, times := max(1, f.Nth), f.Times
	if times == 0 && f.Nth == 0 {
		return true
	}
	return call >= first && call < first+max(1, times)
}
