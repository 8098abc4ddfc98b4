package quirks

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func wrongBoundary() behaviour.Definition {
	return behaviour.Definition{
		Name:    "wrong-boundary",
		Help:    "Sends multipart answers whose boundaries are not those that Content-Type names, or lack something.",
		Source:  "RFC 2046 5.1.1; RFC 9110 14.6; MC-BUP 3.6.5",
		Example: "{wrong-boundary: {what: no-last}}",
		Params: []behaviour.Param{{
			Name: "what", Type: behaviour.Enum, Default: "other", Enum: []string{"other", "missing", "quoted", "no-last", "bare-lf"},
			Help: "other: the field names another one than the body has. missing: the field names none. " +
				"quoted: the field has it in quotes, which is allowed. no-last: the body ends without the last one. " +
				"bare-lf: lines of the body's heads end with LF alone.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			what := args.String("what")
			return onRanges("wrong-boundary", func(_ *http.Request, a *content.Answer) bool {
				switch what {
				case "other":
					a.MultipartType = "multipart/byteranges; boundary=another-one"
				case "missing":
					a.MultipartType = "multipart/byteranges"
				case "quoted":
					a.MultipartType = `multipart/byteranges; boundary="` + content.Boundary + `"`
				case "no-last":
					a.Endless = true
				case "bare-lf":
					a.BareLF = true
				}
				return a.Multipart
			})
		},
	}
}

func multipartType() behaviour.Definition {
	return behaviour.Definition{
		Name:    "multipart-type",
		Help:    "Sends multipart answers under another Content-Type than multipart/byteranges.",
		Source:  "RFC 9110 14.6; multipart/x-byteranges is what it was called before RFC 2068, for old browsers",
		Example: "{multipart-type: {type: multipart/x-byteranges}}",
		Params: []behaviour.Param{{
			Name: "type", Type: behaviour.Enum, Default: "multipart/x-byteranges",
			Enum: []string{"multipart/x-byteranges", "multipart/mixed", "application/octet-stream"},
			Help: "The type; those of multipart have the boundary.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			kind := args.String("type")
			if kind != "application/octet-stream" {
				kind += "; boundary=" + content.Boundary
			}
			return onRanges("multipart-type", func(_ *http.Request, a *content.Answer) bool {
				a.MultipartType = kind
				return a.Multipart
			})
		},
	}
}
