package quirks

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func changedDuringTransfer() behaviour.Definition {
	return behaviour.Definition{
		Name: "changed-during-transfer",
		Help: "Serves another content, with another Last-Modified and ETag, once so many requests were answered or so many " +
			"bytes sent. The answer under way is finished with the old one.",
		Source:  "BITS documentation, file transfer consistency: a file is the same when size and stamp are",
		Example: "{changed-during-transfer: {bytes: 100kB, path: /update.cab}}",
		Params: []behaviour.Param{
			{Name: "requests", Type: behaviour.Int, Help: "Changes after so many requests; absent, and bytes too: 1."},
			{Name: "bytes", Type: behaviour.Size, Help: "Changes once so many bytes of bodies were sent."},
			{Name: "size", Type: behaviour.Size, Help: "The new size; absent: the old one."},
			{Name: "seed", Type: behaviour.Int, Help: "The seed of the new content; absent: the old one plus 1."},
			{Name: "later", Type: behaviour.Duration, Default: "1h", Help: "How much later the new Last-Modified is."},
			{Name: "same-stamp", Type: behaviour.Bool, Help: "Keeps Last-Modified and ETag, so that only the content differs."},
		},
		New: newChanged,
	}
}

func newChanged(a behaviour.Args) (behaviour.Middleware, error) {
	if a.Given("requests") && a.Given("bytes") {
		return nil, fmt.Errorf("only one of requests and bytes may be given")
	}
	limit := int64(1)
	if a.Given("requests") {
		limit = int64(a.Int("requests"))
	}
	var requests, sent atomic.Int64
	changed := func() bool { return requests.Add(1) > limit }
	if a.Given("bytes") {
		changed = func() bool { return sent.Load() >= a.Size("bytes") }
	}
	return middleware(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if changed() {
			r = content.OnResource(r, func(res *content.Resource) {
				note(r, "changed-during-transfer", "served the changed file")
				change(res, a)
			})
		}
		next.ServeHTTP(&countingWriter{w, &sent}, r)
	})
}

func change(r *content.Resource, a behaviour.Args) {
	size, seed, stamp, etag := r.Size, r.Seed+1, r.Modified, r.ETag
	if a.Given("size") {
		size = a.Size("size")
	}
	if a.Given("seed") {
		seed = int64(a.Int("seed"))
	}
	r.Generate(size, seed)
	r.Touch(stamp.Add(a.Duration("later").Truncate(time.Second)))
	if a.Bool("same-stamp") {
		r.Modified, r.ETag = stamp, etag
	}
}

// countingWriter adds up the bytes of bodies.
type countingWriter struct {
	http.ResponseWriter
	sent *atomic.Int64
}

func (w *countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.sent.Add(int64(n))
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
