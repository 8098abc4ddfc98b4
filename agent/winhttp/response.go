package winhttp

import (
	"io"
	"net/http"

	"github.com/wualab/wualab/auth/credrule"
	"github.com/wualab/wualab/transcript"
)

// Response is the final answer to a [Request]: after challenges and redirects.
type Response struct {
	Status        int
	Proto         string      // "HTTP/1.1"
	Header        http.Header // canonical names; the record has the spelling
	ContentLength int64       // -1 when the head does not say
	// Body must be read to its end or closed; else the connection stays taken.
	// Reads fail with an *Error, also when the body ends early. It belongs to
	// the goroutine that holds the clock, like the Hold given to Do.
	Body io.ReadCloser
	// URL is that of the last request, without credentials and fragment.
	URL string
	// Redirected counts the redirects that led to it.
	Redirected int
	HTTP10     bool   // the peer speaks HTTP/1.0
	ViaProxy   string // "proxy:8080", or "" for a direct connection
	// Exchange is the record of the last exchange as it was when the head had
	// arrived; nil without a recorder.
	Exchange *transcript.Exchange
	// Decisions are the answers of the Authenticator, in order.
	Decisions []credrule.Decision
}
