package quirks

import (
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// The ways to end a connection too early.
const (
	howClose = "close"
	howReset = "reset"
)

func cutAfter() behaviour.Definition {
	return behaviour.Definition{
		Name:    "cut-after",
		Help:    "Ends the connection after so many bytes of a body that is longer.",
		Source:  "BITS documentation, About BITS: transfers go on after the network was lost",
		Example: "{cut-after: {bytes: 100kB, how: reset, times: 2}}",
		Params: []behaviour.Param{
			{Name: "bytes", Type: behaviour.Size, Required: true, Help: "Bytes of the body that still arrive."},
			{Name: "how", Type: behaviour.Enum, Enum: []string{howClose, howReset}, Default: howClose,
				Help: "close: in good order (FIN). reset: with a reset (RST)."},
			{Name: "times", Type: behaviour.Int, Help: "How many times; absent: always."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			var done atomic.Int64
			return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method == http.MethodHead {
					next.ServeHTTP(w, r)
					return
				}
				next.ServeHTTP(&cutWriter{ResponseWriter: w, r: r, left: a.Size("bytes"), how: a.String("how"), take: func() bool {
					return !a.Given("times") || done.Add(1) <= int64(a.Int("times"))
				}}, r)
			})
		},
	}
}

var errCut = errors.New("the connection was cut as told")

// cutWriter lets left bytes of a body pass and then breaks the connection off, when
// take agrees.
type cutWriter struct {
	http.ResponseWriter
	r    *http.Request
	left int64
	how  string
	take func() bool
	off  bool // take did not agree
	cut  bool
}

func (w *cutWriter) Write(b []byte) (int, error) {
	switch {
	case w.cut:
		return 0, errCut
	case w.off:
		return w.ResponseWriter.Write(b)
	case int64(len(b)) <= w.left:
		w.left -= int64(len(b))
		return w.ResponseWriter.Write(b)
	case !w.take():
		w.off = true
		return w.ResponseWriter.Write(b)
	}
	w.cut = true
	n, err := w.ResponseWriter.Write(b[:w.left])
	if err != nil {
		return n, err
	}
	note(w.r, "cut-after", "cut the connection (%s)", w.how)
	if err := fakehttp.Settle(w.ResponseWriter, w.r); err != nil {
		note(w.r, "cut-after", "%v", err)
	}
	if w.how == howReset {
		fakehttp.Reset(w.ResponseWriter, w.r)
	} else {
		fakehttp.Close(w.ResponseWriter, w.r)
	}
	return n, errCut
}

// Unwrap is for http.ResponseController.
func (w *cutWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
