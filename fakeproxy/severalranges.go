package fakeproxy

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/wualab/wualab/behaviour"
)

// severalRanges makes one range of many, as RFC 9110 14.2 lets a server ignore what it
// holds for too much; a proxy that changes the request takes the choice from it.
func severalRanges() behaviour.Definition {
	return behaviour.Definition{
		Name:    "several-ranges",
		Help:    "Rewrites a request for several ranges: to the first, to one from the first byte asked for to the last, or to the whole file; or refuses it with 416.",
		Source:  "RFC 9110 14.2 and 17.15; MC-BUP 3.6.5: what a client makes of the answer",
		Assumed: true,
		Example: "{several-ranges: {become: span}}",
		Params: []behaviour.Param{{
			Name: "become", Type: behaviour.Enum, Enum: []string{"first", "span", "whole", "416"}, Default: "first", Help: "What becomes of them.",
		}},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			become := a.String("become")
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					asked := r.Header.Get("Range")
					if !strings.Contains(asked, ",") {
						next.ServeHTTP(w, r)
						return
					}
					hopOf(r).note(r, "several-ranges: %s: %s", become, asked)
					switch now := rewriteRanges(asked, become); {
					case become == "416":
						refuse(w, http.StatusRequestedRangeNotSatisfiable, "one range at a time\n")
						return
					case now == "":
						r.Header.Del("Range")
					default:
						r.Header.Set("Range", now)
					}
					next.ServeHTTP(w, r)
				})
			}, nil
		},
	}
}

// rewriteRanges gives the Range in place of one with several spans; "" is none.
func rewriteRanges(asked, become string) string {
	spec, isBytes := strings.CutPrefix(asked, "bytes=")
	spans := strings.Split(spec, ",")
	switch {
	case !isBytes || become == "whole":
		return ""
	case become == "first":
		return "bytes=" + strings.TrimSpace(spans[0])
	}
	least, most := int64(-1), int64(-1)
	for _, span := range spans {
		first, last, _ := strings.Cut(strings.TrimSpace(span), "-")
		from, err1 := strconv.ParseInt(first, 10, 64)
		to, err2 := strconv.ParseInt(last, 10, 64)
		if err1 != nil || err2 != nil {
			return "" // open ends: no span holds them all without the file's size
		}
		if least < 0 || from < least {
			least = from
		}
		most = max(most, to)
	}
	return fmt.Sprintf("bytes=%d-%d", least, most)
}
