package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"

	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

// fault is a Problem in the making.
type fault struct{ *client.Problem }

// problem makes an error answer (RFC 9457); code is for programs and stays the same.
func problem(status int, code, format string, args ...any) fault {
	return fault{&client.Problem{Title: http.StatusText(status), Status: status, Code: code, Detail: fmt.Sprintf(format, args...)}}
}

func (f fault) hint(text string) *client.Problem {
	f.Hint = text
	return f.Problem
}

// at says where in the body it is wrong.
func (f fault) at(pointer string) fault {
	f.Pointer = &pointer
	return f
}

// asProblem gives an error of the fakes its answer.
func asProblem(err error) *client.Problem {
	var bad *plan.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &bad):
		f := problem(http.StatusBadRequest, "bad-body", "%s", bad.Msg).at(bad.Pointer)
		f.Line, f.Column = bad.Line, bad.Column
		return f.hint(bad.Hint)
	case errors.Is(err, scenarios.ErrNoNode):
		return problem(http.StatusNotFound, "no-node", "%v", err).hint("GET /v1/nodes lists them")
	case errors.Is(err, scenarios.ErrNoAccount):
		return problem(http.StatusNotFound, "no-account", "%v", err).hint("GET /v1/nodes/{node}/accounts lists them")
	case errors.Is(err, scenarios.ErrNoUpdateServer):
		return problem(http.StatusConflict, "no-update-server", "%v", err).hint("it has no wsus: in the scenario file")
	case errors.Is(err, scenarios.ErrNoServer):
		return problem(http.StatusConflict, "no-server", "%v", err).Problem
	case errors.Is(err, scenarios.ErrLost):
		return problem(http.StatusConflict, "lost", "%v", err).hint("serve --keep keeps more; POST /v1/reset begins anew")
	case errors.Is(err, scenarios.ErrFull):
		return problem(http.StatusInsufficientStorage, "full", "%v", err).hint("take files away with DELETE /v1/nodes/{node}/files?path=, or all with POST /v1/reset")
	case errors.Is(err, fs.ErrNotExist):
		return problem(http.StatusNotFound, "no-file", "%v", err).Problem
	case errors.Is(err, net.ErrClosed):
		return problem(http.StatusServiceUnavailable, "ending", "the fakes are ending").Problem
	}
	return problem(http.StatusConflict, "not-possible", "%v", err).Problem
}

func answerProblem(w http.ResponseWriter, p any) {
	var one *client.Problem
	switch p := p.(type) {
	case *client.Problem:
		one = p
	case fault:
		one = p.Problem
	}
	if one.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="wualab"`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(one.Status)
	writeJSON(w, one)
}

func writeJSON(w http.ResponseWriter, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(v)
}
