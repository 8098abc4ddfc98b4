package bits

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"
)

// Limits of a multipart/byteranges answer (BITS documentation: HTTP
// Requirements for BITS Downloads).
const (
	maxLeadingCRLF  = 2   // between the head and the first boundary
	maxOtherHeaders = 180 // bytes of part headers besides Content-Range and Content-Type
	maxPartLine     = 8 << 10
)

// errMultipart wraps everything that makes a multipart answer unusable; the
// client then goes over to one range at a time (MC-BUP 3.6.5).
var errMultipart = errors.New("unusable multipart/byteranges answer")

// partReader reads the parts of a multipart/byteranges body in order
// (RFC 9110 14.6).
type partReader struct {
	r        *bufio.Reader
	boundary string
	started  bool
}

// newPartReader begins to read a body with that Content-Type.
func newPartReader(contentType string, body io.Reader) (*partReader, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.EqualFold(kind, "multipart/byteranges") || params["boundary"] == "" {
		return nil, fmt.Errorf("%w: Content-Type is %q", errMultipart, contentType)
	}
	return &partReader{r: bufio.NewReaderSize(body, maxPartLine), boundary: "--" + params["boundary"]}, nil
}

// next reads to the body of the next part, of which exactly last-first+1 bytes
// must then be read from it, and end be called. io.EOF says that there is no further
// part.
func (p *partReader) next() (contentRange, error) {
	if err := p.skipToBoundary(); err != nil {
		return contentRange{}, err
	}
	var found *contentRange
	other := 0
	for {
		line, err := p.line()
		if err != nil {
			return contentRange{}, err
		}
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "content-range":
			c, err := parseContentRange(strings.TrimSpace(value))
			if err != nil {
				return contentRange{}, fmt.Errorf("%w: %w", errMultipart, err)
			}
			found = &c
		case "content-type":
		default:
			other += len(line) + 2
		}
		if other > maxOtherHeaders {
			return contentRange{}, fmt.Errorf("%w: more than %d bytes of part headers", errMultipart, maxOtherHeaders)
		}
	}
	if found == nil {
		return contentRange{}, fmt.Errorf("%w: a part has no Content-Range", errMultipart)
	}
	return *found, nil
}

// Read reads from the body of the part; io.EOF where the next boundary stands, or the
// answer ends. Of an answer that breaks off it gives no bytes that may be the beginning
// of a boundary.
func (p *partReader) Read(b []byte) (int, error) {
	delimiter := "\n" + p.boundary
	_, err := p.r.Peek(len("\r") + len(delimiter))
	here, _ := p.r.Peek(p.r.Buffered())
	n := len(here)
	switch i := bytes.Index(here, []byte(delimiter)); {
	case i >= 0:
		n, err = len(bytes.TrimSuffix(here[:i], []byte("\r"))), io.EOF
	case err == nil:
		n -= len(delimiter)
	case !errors.Is(err, io.EOF):
		n -= unsure(here, "\r"+delimiter)
	}
	if n = min(n, len(b)); n > 0 {
		return p.r.Read(b[:n])
	}
	return 0, err
}

// unsure counts the bytes at the end of data that may be the beginning of a delimiter.
func unsure(data []byte, delimiter string) int {
	for n := min(len(data), len(delimiter)); n > 0; n-- {
		if bytes.HasSuffix(data, []byte(delimiter[:n])) {
			return n
		}
	}
	return 0
}

// end checks that the body of the part ends here: with the next boundary, or the answer.
func (p *partReader) end() error {
	var more [1]byte
	switch n, err := p.Read(more[:]); {
	case n > 0:
		return fmt.Errorf("%w: a part is longer than its Content-Range says", errMultipart)
	case err != nil && !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

func (p *partReader) skipToBoundary() error {
	allowed := 1 // the CRLF that belongs to the boundary
	if !p.started {
		allowed = maxLeadingCRLF
	}
	p.started = true
	for empty := 0; ; empty++ {
		line, err := p.line()
		switch {
		case err != nil:
			return err
		case line == p.boundary+"--":
			return io.EOF
		case line == p.boundary:
			return nil
		case line != "" || empty >= allowed:
			return fmt.Errorf("%w: no boundary where one was due", errMultipart)
		}
	}
}

// line reads one line of bounded length without its end.
func (p *partReader) line() (string, error) {
	text, err := p.r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", fmt.Errorf("%w: a line of more than %d bytes", errMultipart, maxPartLine)
	case errors.Is(err, io.EOF) && len(text) == 0:
		return "", fmt.Errorf("%w: it ends too early", errMultipart)
	case errors.Is(err, io.EOF): // the last line needs no end
	case err != nil:
		return "", err
	}
	return strings.TrimRight(string(text), " \t\r\n"), nil
}
