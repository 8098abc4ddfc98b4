package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/wualab/wualab/transcript"
)

// maxHead bounds the head of a message, and a line of chunked framing.
const maxHead = 256 << 10

var errHead = fmt.Errorf("a head has no end within %d bytes", maxHead)

// readHead reads the head of a message, byte for byte as it came. Empty lines before a
// request are left out (RFC 9112 2.2). io.EOF says that none began.
func readHead(r *bufio.Reader, response bool) (*transcript.Message, error) {
	var head []byte
	for {
		line, err := readLine(r, maxHead-len(head))
		if len(head) == 0 && err == nil && len(bytes.TrimRight(line, "\r\n")) == 0 && !response {
			continue
		}
		head = append(head, line...)
		switch {
		case err == io.EOF && len(head) > 0:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
		if s := string(line); s == "\r\n" || s == "\n" {
			return transcript.ParseHead(head, response)
		}
	}
}

// readLine reads a line with its end.
func readLine(r *bufio.Reader, most int) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > most:
			return line, errHead
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		}
		return line, err
	}
}

// framing says how a body ends (RFC 9112 6.3).
type framing struct {
	chunked, toClose bool
	length           int64
}

func (f framing) empty() bool { return !f.chunked && !f.toClose && f.length == 0 }

func isChunked(m *transcript.Message) bool {
	return strings.Contains(strings.ToLower(strings.Join(m.Values("Transfer-Encoding"), ",")), "chunked")
}

func requestFraming(m *transcript.Message) framing {
	return framing{chunked: isChunked(m), length: max(m.Body.Declared, 0)}
}

func responseFraming(m *transcript.Message, method string) framing {
	switch {
	case method == "HEAD", m.Status/100 == 1, m.Status == 204, m.Status == 304:
		return framing{}
	case isChunked(m):
		return framing{chunked: true}
	case m.Body.Declared >= 0:
		return framing{length: m.Body.Declared}
	}
	return framing{toClose: true}
}

// stays reports whether the connection goes on after a message (RFC 9112 9.3).
// Proxy-Connection is what clients of old tell proxies.
func stays(m *transcript.Message) bool {
	said := strings.ToLower(strings.Join(append(m.Values("Connection"), m.Values("Proxy-Connection")...), ","))
	if strings.Contains(said, "close") {
		return false
	}
	return m.Proto == "HTTP/1.1" || strings.Contains(said, "keep-alive")
}

// copyBody passes a body on as it came, and its content, without framing, to content.
func copyBody(to io.Writer, from *bufio.Reader, f framing, content io.Writer) error {
	switch {
	case f.chunked:
		return copyChunks(to, from, content)
	case f.toClose:
		_, err := io.Copy(io.MultiWriter(to, content), from)
		return err
	}
	_, err := io.CopyN(io.MultiWriter(to, content), from, f.length)
	return short(err)
}

// short names the end of a connection within a body.
func short(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func copyChunks(to io.Writer, from *bufio.Reader, content io.Writer) error {
	for {
		line, err := readLine(from, maxHead)
		if err != nil {
			return short(err)
		}
		if _, err := to.Write(line); err != nil {
			return err
		}
		digits, _, _ := strings.Cut(string(line), ";")
		size, err := strconv.ParseInt(strings.TrimSpace(digits), 16, 63)
		if err != nil || size < 0 {
			return fmt.Errorf("%q is no size of a chunk", bytes.TrimSpace(line))
		}
		if size == 0 {
			return copyTrailer(to, from)
		}
		if _, err := io.CopyN(io.MultiWriter(to, content), from, size); err != nil {
			return short(err)
		}
		if line, err = readLine(from, 2); err != nil {
			return short(err)
		}
		if _, err := to.Write(line); err != nil {
			return err
		}
	}
}

func copyTrailer(to io.Writer, from *bufio.Reader) error {
	for total := 0; total < maxHead; {
		line, err := readLine(from, maxHead)
		if err != nil {
			return short(err)
		}
		if _, err := to.Write(line); err != nil {
			return err
		}
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			return nil
		}
		total += len(line)
	}
	return errHead
}

// rewrite gives a request's head with another target, and each field line as edit makes
// it: nil leaves it out.
func rewrite(m *transcript.Message, target string, edit func(name string, line []byte) []byte) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s %s\r\n", m.Method, target, m.Proto)
	rest := m.Head[bytes.IndexByte(m.Head, '\n')+1:]
	for len(rest) > 0 {
		end := bytes.IndexByte(rest, '\n') + 1
		for end < len(rest) && (rest[end] == ' ' || rest[end] == '\t') { // obs-fold
			end += bytes.IndexByte(rest[end:], '\n') + 1
		}
		line := rest[:end]
		rest = rest[end:]
		name, _, isField := bytes.Cut(line, []byte(":"))
		if isField {
			line = edit(strings.ToLower(string(bytes.TrimSpace(name))), line)
		}
		out.Write(line)
	}
	return out.Bytes()
}
