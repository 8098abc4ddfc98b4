package transport

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

func drip() behaviour.Definition {
	return behaviour.Definition{
		Name: "drip",
		Help: "Sends the head of an answer, its body or both a few bytes at a time, each after a wait, so that the client " +
			"always gets something and never much.",
		Source:  "MC-BUP 3.6.2: a timer for the whole answer's head, as opposed to one for each piece; RFC 9112 9.5",
		Example: "{drip: {where: head, every: 10s}}",
		Params: []behaviour.Param{
			{Name: "where", Type: behaviour.Enum, Enum: []string{"head", "body", "both"}, Default: "both", Help: "What comes so slowly."},
			{Name: "bytes", Type: behaviour.Size, Default: "1B", Help: "How many bytes at a time, at least 1."},
			{Name: "every", Type: behaviour.Duration, Default: "1s", Help: "The wait between them."},
		},
		New: newDrip,
	}
}

func newDrip(a behaviour.Args) (behaviour.Middleware, error) {
	if a.Size("bytes") == 0 {
		return nil, errors.New(`parameter "bytes": nothing would ever be sent; "stall" does that`)
	}
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		note(r, "drip", "sent %d bytes every %v (%s)", a.Size("bytes"), a.Duration("every"), a.String("where"))
		c := fakehttp.ConnOf(r)
		c.Through(func(on io.Writer) io.Writer {
			return &dripWriter{conn: c, on: on, size: a.Size("bytes"), every: a.Duration("every"),
				head: a.String("where") != "body", body: a.String("where") != "head"}
		})
		next.ServeHTTP(w, r)
	})
}

// dripWriter writes drop by drop.
type dripWriter struct {
	conn       *fakehttp.Conn
	on         io.Writer
	size       int64
	every      time.Duration
	head, body bool // which of them drips
	tail       []byte
	inBody     bool
	begun      bool  // a drop was begun
	room       int64 // left in it
}

var headEnd = []byte("\r\n\r\n")

func (d *dripWriter) Write(b []byte) (written int, err error) {
	if !d.inBody {
		part := b[:d.headIn(b)]
		if written, err = d.send(part, d.head); err != nil || len(part) == len(b) {
			return written, err
		}
	}
	n, err := d.send(b[written:], d.body)
	return written + n, err
}

// headIn counts the bytes that still belong to the head.
func (d *dripWriter) headIn(b []byte) int {
	seen := append(d.tail, b...)
	if end := bytes.Index(seen, headEnd); end >= 0 {
		d.inBody = true
		return end + len(headEnd) - len(d.tail)
	}
	d.tail = append([]byte(nil), seen[max(0, len(seen)-len(headEnd)+1):]...)
	return len(b)
}

func (d *dripWriter) send(b []byte, slowly bool) (written int, err error) {
	if !slowly && len(b) > 0 {
		return d.on.Write(b)
	}
	for written < len(b) {
		if d.room == 0 {
			if err := d.next(); err != nil {
				return written, err
			}
		}
		n, err := d.on.Write(b[written:min(int64(len(b)), int64(written)+d.room)])
		written, d.room = written+n, d.room-int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// next waits for the next drop; the first one comes at once.
func (d *dripWriter) next() error {
	d.room = d.size
	if !d.begun {
		d.begun = true
		return nil
	}
	return d.conn.Pause(d.every)
}
