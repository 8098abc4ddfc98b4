package transport

import (
	"bytes"
	"errors"
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

func largeHead() behaviour.Definition {
	return behaviour.Definition{
		Name:    "large-head",
		Help:    "Adds fields to an answer's head that make it longer by so many bytes.",
		Source:  "WinHTTP documentation, Option Flags (WINHTTP_OPTION_MAX_RESPONSE_HEADER_SIZE, 64 KiB); RFC 9110 5.4",
		Example: "{large-head: {bytes: 100kB, fields: 10}}",
		Params: []behaviour.Param{
			{Name: "bytes", Type: behaviour.Size, Required: true, Help: "Bytes of the lines that are added, with their ends; at most 16 MiB."},
			{Name: "fields", Type: behaviour.Int, Default: 1, Help: "In how many lines; each has at least 16 bytes."},
		},
		New: newLargeHead,
	}
}

const (
	mostPadding = 16 << 20
	paddingName = "X-Padding: "
	leastLine   = len(paddingName) + len("xxx\r\n")
)

func newLargeHead(a behaviour.Args) (behaviour.Middleware, error) {
	size, fields := a.Size("bytes"), int64(a.Int("fields"))
	switch {
	case fields == 0 || size/fields < int64(leastLine):
		return nil, errors.New(`parameter "fields": each line has at least 16 bytes`)
	case size > mostPadding:
		return nil, errors.New(`parameter "bytes": at most 16MiB`)
	}
	var padding strings.Builder
	for left := size; fields > 0; fields-- {
		line := left / fields
		padding.WriteString(paddingName + strings.Repeat("x", int(line)-len(paddingName)-2) + "\r\n")
		left -= line
	}
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		note(r, "large-head", "added %d bytes", size)
		fakehttp.ConnOf(r).EditHead(func(head []byte) []byte {
			end := bytes.LastIndex(head[:len(head)-2], []byte("\r\n")) + 2
			return append([]byte(string(head[:end])+padding.String()), head[end:]...)
		})
		next.ServeHTTP(w, r)
	})
}
