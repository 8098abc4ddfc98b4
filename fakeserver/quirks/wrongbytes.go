package quirks

import (
	"io"
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

func wrongBytes() behaviour.Definition {
	return behaviour.Definition{
		Name: "wrong-bytes",
		Help: "Answers ranges with a sound head and other bytes than the file has there, as a cache that has mixed up its parts " +
			"does. Nothing in HTTP tells that to a client.",
		Source:  "RFC 9110 14.2 and 15.3.7; BITS documentation, file transfer consistency: the content is not compared",
		Example: "{wrong-bytes: {what: from-beginning}}",
		Params: []behaviour.Param{{
			Name: "what", Type: behaviour.Enum, Default: "from-beginning", Enum: []string{"from-beginning", "shifted", "zeros"},
			Help: "from-beginning: the file's first bytes, whatever the range. shifted: those one byte further on. zeros: zeros.",
		}},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			what := args.String("what")
			return onRanges("wrong-bytes", func(_ *http.Request, a *content.Answer) bool {
				if len(a.Parts) == 0 {
					return false
				}
				a.Resource.Replace(func(body io.ReaderAt) io.ReaderAt {
					return &mixedUp{body: body, what: what, first: a.Parts[0].First, size: a.Resource.Size}
				})
				return true
			})
		},
	}
}

// mixedUp gives the wrong bytes of a file.
type mixedUp struct {
	body  io.ReaderAt
	what  string
	first int64 // of the range
	size  int64
}

// ReadAt reads somewhere else; what lies outside the file is zeros.
func (m *mixedUp) ReadAt(b []byte, offset int64) (int, error) {
	clear(b)
	switch m.what {
	case "zeros":
		return len(b), nil
	case "shifted":
		offset++
	default:
		offset = max(offset-m.first, 0)
	}
	if _, err := m.body.ReadAt(b[:min(int64(len(b)), max(m.size-offset, 0))], offset); err != nil && err != io.EOF {
		return 0, err
	}
	return len(b), nil
}
