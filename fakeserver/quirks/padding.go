package quirks

import (
	"net/http"
	"strings"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakeserver/content"
)

const paddingField = "X-Padding: "

func paddedParts() behaviour.Definition {
	return behaviour.Definition{
		Name: "padded-parts",
		Help: "Makes multipart answers larger than they need be: line ends before the first boundary and a further header " +
			"field in each part. BITS reads at most two such line ends and 180 bytes of part headers other than Content-Range and Content-Type.",
		Source:  "BITS documentation, HTTP Requirements for BITS Downloads",
		Example: "{padded-parts: {line-ends: 3, fields: 181B}}",
		Params: []behaviour.Param{
			{Name: "line-ends", Type: behaviour.Int, Help: "CRLFs before the first boundary."},
			{Name: "fields", Type: behaviour.Size, Help: "Bytes of header lines added to each part, with their CRLF; at least 14, or 0."},
		},
		New: func(args behaviour.Args) (behaviour.Middleware, error) {
			preamble := strings.Repeat("\r\n", min(args.Int("line-ends"), maxPadding))
			fields := padding(min(args.Size("fields"), maxPadding))
			return onRanges("padded-parts", func(_ *http.Request, a *content.Answer) bool {
				a.Preamble, a.PartFields = preamble, fields
				return a.Multipart
			})
		},
	}
}

const maxPadding = 1 << 20

// padding returns a header line of n bytes.
func padding(n int64) string {
	if n == 0 {
		return ""
	}
	return paddingField + strings.Repeat("x", int(max(n-int64(len(paddingField+"\r\n")), 1))) + "\r\n"
}
