package transport

import (
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
)

func cutAfter() behaviour.Definition {
	return behaviour.Definition{
		Name:    "cut-after",
		Help:    "Ends the connection after so many bytes of a body that is longer.",
		Source:  "BITS documentation, About BITS: transfers go on after the network was lost; RFC 9112 8",
		Example: "{cut-after: {bytes: 100kB, how: reset, times: 2}}",
		Params: []behaviour.Param{
			{Name: "bytes", Type: behaviour.Size, Required: true, Help: "Bytes of the body that still arrive."},
			answers.HowParam(),
			{Name: "times", Type: behaviour.Int, Help: "How many times; absent: always."},
		},
		New: newCutAfter,
	}
}

var errCut = errors.New("the connection was cut as told")

func newCutAfter(a behaviour.Args) (behaviour.Middleware, error) {
	var cuts atomic.Int64
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(&afterWriter{ResponseWriter: w, left: a.Size("bytes"), then: func() error {
			if a.Given("times") && cuts.Add(1) > int64(a.Int("times")) {
				return nil
			}
			note(r, "cut-after", "cut the connection (%s)", a.String("how"))
			if err := fakehttp.Settle(w, r); err != nil {
				note(r, "cut-after", "%v", err)
			}
			answers.End(a.String("how"))(w, r)
			return errCut
		}}, r)
	})
}
