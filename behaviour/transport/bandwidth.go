package transport

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
)

func bandwidth() behaviour.Definition {
	return behaviour.Definition{
		Name:    "bandwidth",
		Help:    "Sends an answer, its head too, no faster than so many bytes a second. Each connection has that much.",
		Source:  "BITS documentation, Network Bandwidth: what the client meets behind a slow link",
		Example: "{bandwidth: {per-second: 16kB}}",
		Params: []behaviour.Param{
			{Name: "per-second", Type: behaviour.Size, Required: true, Help: "Bytes a second, at least 1."},
		},
		New: newBandwidth,
	}
}

func newBandwidth(a behaviour.Args) (behaviour.Middleware, error) {
	rate := a.Size("per-second")
	if rate == 0 {
		return nil, errors.New(`parameter "per-second": nothing would ever be sent; "stall" does that`)
	}
	return one(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		note(r, "bandwidth", "sent %d bytes a second", rate)
		c := fakehttp.ConnOf(r)
		c.Through(func(on io.Writer) io.Writer { return &slowWriter{conn: c, on: on, rate: rate} })
		next.ServeHTTP(w, r)
	})
}

// slowWriter writes at a rate, from the first byte on.
type slowWriter struct {
	conn  *fakehttp.Conn
	on    io.Writer
	rate  int64
	began time.Time
	sent  int64
}

// piecesPerSecond is how often bytes go out.
const piecesPerSecond = 10

func (s *slowWriter) Write(b []byte) (written int, err error) {
	if s.began.IsZero() {
		s.began = s.conn.Now()
	}
	for written < len(b) {
		piece := b[written:min(int64(len(b)), int64(written)+max(s.rate/piecesPerSecond, 1))]
		n, err := s.on.Write(piece)
		written += n
		if err != nil {
			return written, err
		}
		s.sent += int64(n)
		if err := s.wait(); err != nil {
			return written, err
		}
	}
	return written, nil
}

// wait lets the time pass that the bytes sent so far take.
func (s *slowWriter) wait() error {
	due := time.Duration(s.sent/s.rate)*time.Second + time.Duration(s.sent%s.rate*int64(time.Second)/s.rate)
	if early := due - s.conn.Now().Sub(s.began); early > 0 {
		return s.conn.Pause(early)
	}
	return nil
}
