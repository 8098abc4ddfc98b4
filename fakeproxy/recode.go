package fakeproxy

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"

	"github.com/wualab/wualab/behaviour"
)

// recode changes the content coding without being asked, which RFC 9110 12.5.3 and 7.7
// forbid.
func recode() behaviour.Definition {
	return behaviour.Definition{
		Name:    "recode",
		Help:    "Compresses answers with gzip although the request forbids it (Accept-Encoding: identity), or unpacks those that came compressed. Longer answers than limit pass as they are.",
		Source:  "RFC 9110 7.7, 8.4 and 12.5.3, from which it departs",
		Assumed: true,
		Example: "{recode: {to: gzip, length: new}}",
		Params: []behaviour.Param{
			{Name: "to", Type: behaviour.Enum, Enum: []string{"gzip", "identity"}, Default: "gzip", Help: "The coding that the client gets."},
			{Name: "length", Type: behaviour.Enum, Enum: []string{"drop", "new"}, Default: "drop",
				Help: "drop: the answer has no Content-Length. new: that of the recoded body; to HEAD that of the file."},
			{Name: "parts", Type: behaviour.Bool, Help: "Answers with 206 are recoded, too, each part by itself."},
			memory("Memory for one answer."),
		},
		New: newRecode,
	}
}

func newRecode(a behaviour.Args) (behaviour.Middleware, error) {
	limit, parts := a.Size("limit"), a.Bool("parts")
	if err := checkMemory("limit", limit); err != nil {
		return nil, err
	}
	c := coder{to: a.String("to"), drop: a.String("length") == "drop"}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodConnect {
				next.ServeHTTP(w, r)
				return
			}
			h := &holdback{ResponseWriter: w, limit: limit}
			if !h.fetch(next, r, "recode") {
				return
			}
			if h.status == http.StatusOK || parts && h.status == http.StatusPartialContent {
				c.recode(h, r, limit)
			}
			h.release()
		})
	}, nil
}

type coder struct {
	to   string
	drop bool
}

// recode changes the answer that h keeps.
func (c coder) recode(h *holdback, r *http.Request, limit int64) {
	head := h.Header()
	coding := head.Get("Content-Encoding")
	var body []byte
	switch {
	case c.to == "gzip" && coding == "":
		body = pack(h.body)
		head.Set("Content-Encoding", "gzip")
	case c.to == "identity" && coding == "gzip":
		if body = unpack(h.body, limit); body == nil && r.Method != http.MethodHead {
			hopOf(r).note(r, "recode: the body could not be unpacked")
			return
		}
		head.Del("Content-Encoding")
	default:
		return
	}
	hopOf(r).note(r, "recode: %d bytes became %d (%s)", len(h.body), len(body), c.to)
	h.body = body
	switch {
	case c.drop:
		head.Del("Content-Length")
		head.Set("Transfer-Encoding", "chunked")
	case r.Method != http.MethodHead:
		head.Set("Content-Length", strconv.Itoa(len(body)))
	}
}

func pack(body []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out) // writes to memory, which can't fail
	_, _ = z.Write(body)
	_ = z.Close()
	return out.Bytes()
}

// unpack gives nil for what is no gzip, or more than limit bytes.
func unpack(body []byte, limit int64) []byte {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	plain, err := io.ReadAll(io.LimitReader(z, limit+1))
	if err != nil || int64(len(plain)) > limit {
		return nil
	}
	return plain
}
