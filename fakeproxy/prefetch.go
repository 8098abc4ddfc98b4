package fakeproxy

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// prefetch fetches whole files before it answers anything.
func prefetch() behaviour.Definition {
	return behaviour.Definition{
		Name: "prefetch",
		Help: "Fetches the whole file before the first byte of an answer to GET, and serves the range that was asked for from it. " +
			"Nothing is kept for the next request. Longer files than limit come as they are, whole.",
		Source:  "Squid configuration reference: range_offset_limit -1; Squid FAQ, Windows Update. Assumed: nothing is sent before the last byte has come",
		Example: "{prefetch: {ranges: strip}}",
		Params: []behaviour.Param{
			{Name: "ranges", Type: behaviour.Enum, Enum: []string{"serve", "strip"}, Default: "serve",
				Help: "serve: a range is cut out of the file. strip: the answer is the whole file with 200."},
			memory("Memory for one file."),
		},
		New: newPrefetch,
	}
}

func newPrefetch(a behaviour.Args) (behaviour.Middleware, error) {
	limit, serve := a.Size("limit"), a.String("ranges") == "serve"
	if err := checkMemory("limit", limit); err != nil {
		return nil, err
	}
	return onGET(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		h := &holdback{ResponseWriter: w, limit: limit}
		if !h.fetch(next, forWhole(r), "prefetch") {
			return
		}
		hopOf(r).note(r, "prefetch: fetched %d bytes before the first was sent", len(h.body))
		if serve && h.status == http.StatusOK {
			answerFrom(w, r, h.body)
			return
		}
		h.release()
	}), nil
}
