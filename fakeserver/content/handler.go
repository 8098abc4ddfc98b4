package content

import (
	"net/http"
	"os"

	"github.com/wualab/wualab/fakehttp"
)

// Handler serves files. Lookup must be set; it is safe for concurrent use when
// Lookup is.
type Handler struct {
	Lookup func(r *http.Request) (File, bool) // by the request's path
	Root   *os.Root                           // for File.From; nil refuses those

	buffers buffers
}

// ServeHTTP answers GET and HEAD.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		Page(w, r, http.StatusMethodNotAllowed)
		return
	}
	file, ok := h.Lookup(r)
	if !ok {
		Page(w, r, http.StatusNotFound)
		return
	}
	resource, err := file.Open(h.Root)
	if err != nil {
		fakehttp.ConnOf(r).Note("%v", err)
		Page(w, r, http.StatusNotFound)
		return
	}
	defer resource.Close()
	h.serve(w, r, resource)
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request, resource *Resource) {
	hooks := hooksOf(r)
	hooks.resource(resource)
	verdict := judge(r.Method, r.Header, resource)
	switch verdict.status {
	case http.StatusNotModified:
		validators(w.Header(), resource)
		w.WriteHeader(http.StatusNotModified)
		return
	case http.StatusPreconditionFailed:
		Page(w, r, http.StatusPreconditionFailed)
		return
	}
	answer := plan(r.Header, verdict.useRange, resource)
	hooks.answer(answer)
	h.send(w, r, answer)
}
