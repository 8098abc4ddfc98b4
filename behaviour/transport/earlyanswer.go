package transport

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/behaviour/answers"
	"github.com/wualab/wualab/fakehttp"
)

func earlyAnswer(page answers.Page) behaviour.Definition {
	return behaviour.Definition{
		Name: "early-answer",
		Help: "Answers a request with a body before the body was read, and ends its direction of the connection; what the " +
			"client still sends is read and dropped.",
		Source:  "RFC 9112 9.5 and 9.6: a client that sees such an answer stops sending; a server lets it have the answer before it closes",
		Example: "{early-answer: {status: 413}}",
		Params: []behaviour.Param{
			{Name: "status", Type: behaviour.Status, Default: http.StatusRequestEntityTooLarge, Help: "The status."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Body == nil || r.Body == http.NoBody {
					next.ServeHTTP(w, r)
					return
				}
				note(r, "early-answer", "answered %d and did not read the body", a.Int("status"))
				kept := &keptAnswer{header: w.Header()} // net/http would read the body first
				page(kept, r, a.Int("status"))
				answers.AnnounceClose(kept.header)
				fakehttp.Raw(w, r, kept.sendAndDrop)
			})
		},
	}
}

// keptAnswer is an answer that is not sent yet.
type keptAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header gives the fields of the answer.
func (k *keptAnswer) Header() http.Header { return k.header }

// WriteHeader sets the status.
func (k *keptAnswer) WriteHeader(status int) { k.status = status }

// Write adds to the body.
func (k *keptAnswer) Write(b []byte) (int, error) { return k.body.Write(b) }

// sendAndDrop writes the answer and then drops what comes until the client closes.
func (k *keptAnswer) sendAndDrop(conn net.Conn) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "HTTP/1.1 %d %s\r\n", k.status, http.StatusText(k.status))
	if err := k.header.Write(&text); err != nil {
		return err
	}
	text.WriteString("\r\n" + k.body.String())
	if _, err := text.WriteTo(conn); err != nil {
		return err
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err != nil {
			return err
		}
	}
	_, _ = io.Copy(io.Discard, conn) // its end is the client's business
	return nil
}
