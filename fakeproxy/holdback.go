package fakeproxy

import (
	"fmt"
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// holdback keeps an answer in memory instead of sending it, up to a limit: a longer
// one passes through from there on.
type holdback struct {
	http.ResponseWriter
	limit   int64
	status  int // 0: there is no answer yet
	body    []byte
	sent    int64  // bytes of body that the client has, and then the head, too
	passing bool   // the answer goes to the client as it comes
	arrived func() // called when more is kept; may be nil
	over    func() // called before the answer passes because it is too long
}

// Unwrap is for http.ResponseController.
func (h *holdback) Unwrap() http.ResponseWriter { return h.ResponseWriter }

// FlushError is for http.ResponseController: what is kept stays.
func (h *holdback) FlushError() error {
	if !h.passing {
		return nil
	}
	return http.NewResponseController(h.ResponseWriter).Flush()
}

func (h *holdback) WriteHeader(status int) {
	if status < http.StatusOK {
		h.ResponseWriter.WriteHeader(status)
		return
	}
	h.status = status
}

func (h *holdback) Write(p []byte) (int, error) {
	if h.status == 0 {
		h.status = http.StatusOK
	}
	if h.passing {
		return h.ResponseWriter.Write(p)
	}
	if int64(len(h.body)+len(p)) > h.limit {
		h.over()
		if err := h.pass(); err != nil {
			return 0, err
		}
		return h.ResponseWriter.Write(p)
	}
	h.body = append(h.body, p...)
	if h.arrived != nil {
		h.arrived()
	}
	return len(p), nil
}

// pass sends what was kept and the client has not; from then on nothing is kept.
func (h *holdback) pass() error {
	h.passing = true
	if h.sent == 0 {
		h.ResponseWriter.WriteHeader(h.status)
	}
	_, err := h.ResponseWriter.Write(h.body[h.sent:])
	return err
}

// release sends what was kept, unless it has passed already.
func (h *holdback) release() {
	if !h.passing {
		_ = h.pass() // a client that is gone is nobody to tell
	}
}

// onGET has serve answer requests with GET, and lets all others pass.
func onGET(serve func(w http.ResponseWriter, r *http.Request, next http.Handler)) behaviour.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				serve(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// fetch lets next answer r and reports whether the whole answer is kept. When it ended
// early and nothing of it was sent, the client gets 502.
func (h *holdback) fetch(next http.Handler, r *http.Request, name string) (whole bool) {
	defer func() {
		e := recover()
		switch {
		case e == nil:
		case e != http.ErrAbortHandler || h.passing || h.sent > 0 || unwanted(r):
			panic(e)
		default:
			hopOf(r).note(r, "%s: the next hop's body ended early", name)
			drop(h.Header())
			refuse(h.ResponseWriter, http.StatusBadGateway, "the file could not be fetched as a whole\n")
			h.passing, whole = true, false
		}
	}()
	h.over = func() {
		hopOf(r).note(r, "%s: the answer is longer than %d bytes and passes as it comes", name, h.limit)
	}
	next.ServeHTTP(h, r)
	if h.status == 0 {
		h.status = http.StatusOK
	}
	return !h.passing
}

// drop takes away what the head of a withheld answer said, but not what says who is
// logged in.
func drop(h http.Header) {
	for name := range h {
		switch name {
		case "Proxy-Authentication-Info", "Persistent-Auth", "Date":
		default:
			delete(h, name)
		}
	}
}

// field gives a field of a head in which names may be spelled as net/http has them, or
// as they are registered.
func field(h http.Header, name string) string {
	if v := h.Get(name); v != "" {
		return v
	}
	for _, v := range map[string][]string(h)[spellings()[http.CanonicalHeaderKey(name)]] {
		return v
	}
	return ""
}

// setField sets a field, or with "" drops it, however it is spelled.
func setField(h http.Header, name, value string) {
	h.Del(name)
	proper, ok := spellings()[http.CanonicalHeaderKey(name)]
	if !ok {
		proper = http.CanonicalHeaderKey(name)
	}
	delete(h, proper)
	if value != "" {
		map[string][]string(h)[proper] = []string{value}
	}
}

// memory is the parameter of behaviours that keep whole files.
func memory(what string) behaviour.Param {
	return behaviour.Param{Name: "limit", Type: behaviour.Size, Default: "64MB", Help: what}
}

// maxMemory bounds that parameter: the fakes keep files in memory.
const maxMemory = 1 << 30

func checkMemory(name string, size int64) error {
	if size > maxMemory {
		return fmt.Errorf("parameter %q: %d bytes are more than the proxy keeps in memory (%d)", name, size, int64(maxMemory))
	}
	return nil
}
