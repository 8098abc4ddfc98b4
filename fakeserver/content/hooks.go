package content

import (
	"context"
	"net/http"
)

// hooks are what the behaviours around the handler want to change in this request's
// answer.
type hooks struct {
	resources []func(*Resource)
	answers   []func(*Answer)
}

type hooksKey struct{}

func hooksOf(r *http.Request) *hooks {
	h, _ := r.Context().Value(hooksKey{}).(*hooks)
	return h
}

func withHooks(r *http.Request) (*http.Request, *hooks) {
	if h := hooksOf(r); h != nil {
		return r, h
	}
	h := &hooks{}
	return r.WithContext(context.WithValue(r.Context(), hooksKey{}, h)), h
}

// OnResource returns r such that f may change the file before conditions are judged
// and ranges resolved. Of several, that of the innermost behaviour comes first.
func OnResource(r *http.Request, f func(*Resource)) *http.Request {
	r, h := withHooks(r)
	h.resources = append(h.resources, f)
	return r
}

// OnAnswer returns r such that f may change the answer before it is sent: 200, 206
// or 416, not those of failed conditions. Of several, that of the innermost
// behaviour comes first.
func OnAnswer(r *http.Request, f func(*Answer)) *http.Request {
	r, h := withHooks(r)
	h.answers = append(h.answers, f)
	return r
}

func (h *hooks) resource(r *Resource) {
	if h == nil {
		return
	}
	for i := len(h.resources) - 1; i >= 0; i-- {
		h.resources[i](r)
	}
}

func (h *hooks) answer(a *Answer) {
	if h == nil {
		return
	}
	for i := len(h.answers) - 1; i >= 0; i-- {
		h.answers[i](a)
	}
}
