package transport

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

// chunking is how a body is put into chunks (RFC 9112 7.1).
type chunking struct {
	sizeOf func(n int) string // the line of a chunk's size; nil: hexadecimal
	end    string             // after the last chunk of data; "": the last chunk
	gap    string             // between a chunk's data and what follows; "": CRLF
	after  int                // chunks that are sound before sizeOf and gap count
}

const lastChunk = "0\r\n\r\n"

func hexSize(n int) string { return strconv.FormatInt(int64(n), 16) }

var chunkErrors = []struct {
	form, help string
	chunking
}{
	{"bad-size", "the second chunk's size is no number", chunking{after: 1, sizeOf: func(int) string { return "xyz" }}},
	{"negative-size", "the second chunk's size is below zero", chunking{after: 1, sizeOf: func(n int) string { return "-" + hexSize(n) }}},
	{"huge-size", "the second chunk's size has more than 64 bits", chunking{after: 1, sizeOf: func(int) string { return "ffffffffffffffffff" }}},
	{"wrong-size", "the second chunk says one byte more than it has", chunking{after: 1, sizeOf: func(n int) string { return hexSize(n + 1) }}},
	{"no-line-end", "no CRLF after the data of the second chunk", chunking{after: 1, gap: "XX"}},
	{"no-last-chunk", "the connection ends after the data", chunking{end: "\r\n"}},
	{"extensions", "extensions of chunks, which are allowed", chunking{sizeOf: func(n int) string { return hexSize(n) + ";wualab=1" }}},
	{"trailers", "fields after the last chunk, which are allowed", chunking{end: "\r\n0\r\nX-Trailer: wualab\r\n\r\n"}},
}

func chunkError() behaviour.Definition {
	var forms, help []string
	for _, f := range chunkErrors {
		forms, help = append(forms, f.form), append(help, f.form+": "+f.help+".")
	}
	return behaviour.Definition{
		Name: "chunk-error",
		Help: "Sends bodies of known length in chunks of 4 KiB with a mistake, without Content-Length. The connection ends " +
			"after a mistake.",
		Source:  "RFC 9112 7.1 and 8",
		Example: "{chunk-error: {form: bad-size}}",
		Params:  []behaviour.Param{{Name: "form", Type: behaviour.Enum, Enum: forms, Required: true, Help: strings.Join(help, " ")}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			form := a.String("form")
			return reframed(func(r *http.Request, head []byte, n int64) ([]byte, func(io.Writer) io.Writer) {
				note(r, "chunk-error", "sent chunks (%s)", form)
				if form != "extensions" && form != "trailers" {
					fakehttp.ConnOf(r).CloseAfter()
				}
				return encode(r, replaceLength(head, []string{"Transfer-Encoding: chunked"}), n, chunkingOf(form))
			})
		},
	}
}

func chunkingOf(form string) chunking {
	for _, f := range chunkErrors {
		if f.form == form {
			return f.chunking
		}
	}
	return chunking{}
}

// encode has a body of n bytes sent in chunks.
func encode(r *http.Request, head []byte, n int64, how chunking) ([]byte, func(io.Writer) io.Writer) {
	switch {
	case r.Method == http.MethodHead:
		return head, nil
	case n == 0:
		return append(head, lastChunk...), nil
	}
	return head, func(on io.Writer) io.Writer { return &chunkWriter{on: on, left: n, chunking: how} }
}

const chunkSize = 4 << 10

// chunkWriter puts a body of known length into chunks.
type chunkWriter struct {
	chunking
	on   io.Writer
	left int64
	data []byte // of the chunk that is being filled
	sent int
}

var errBeyond = errors.New("more of a body than its Content-Length said")

func (w *chunkWriter) Write(b []byte) (int, error) {
	if int64(len(b)) > w.left {
		return 0, errBeyond
	}
	w.left -= int64(len(b))
	w.data = append(w.data, b...)
	for len(w.data) >= chunkSize || w.left == 0 && len(w.data) > 0 {
		n := min(len(w.data), chunkSize)
		if err := w.send(w.data[:n], w.left == 0 && n == len(w.data)); err != nil {
			return 0, err
		}
		w.data = w.data[n:]
	}
	return len(b), nil
}

// send writes a chunk, and the end behind the last one.
func (w *chunkWriter) send(data []byte, last bool) error {
	size, gap, end := hexSize, "\r\n", "\r\n"+lastChunk
	if w.sent >= w.after {
		if w.sizeOf != nil {
			size = w.sizeOf
		}
		if w.gap != "" {
			gap = w.gap
		}
	}
	if w.end != "" {
		end = w.end
	}
	w.sent++
	text := size(len(data)) + "\r\n" + string(data)
	switch {
	case last && gap == "\r\n":
		text += end
	case last:
		text += gap + lastChunk
	default:
		text += gap
	}
	_, err := io.WriteString(w.on, text)
	return err
}
