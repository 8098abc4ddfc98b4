package winhttp

import (
	"bufio"
	"io"
	"net/http"
)

// sized is a body of known length (RFC 9112 6.3), which net/http's own hides: it
// can also be taken from the connection beneath.
type sized struct {
	br   *bufio.Reader
	left int64
}

// withSize puts a sized body in place of the one that net/http made, if that is
// one of known length.
func withSize(resp *http.Response, br *bufio.Reader) {
	if resp.ContentLength > 0 && resp.Body != http.NoBody && len(resp.TransferEncoding) == 0 {
		resp.Body = &sized{br: br, left: resp.ContentLength}
	}
}

// Read gives io.EOF with the last bytes.
func (s *sized) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n, err := s.br.Read(p[:min(int64(len(p)), s.left)])
	return n, s.took(n, err)
}

// took counts n bytes that were taken of the body.
func (s *sized) took(n int, err error) error {
	s.left -= int64(n)
	switch {
	case s.left == 0:
		return io.EOF
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	}
	return err
}

// Close does nothing: the connection has an owner.
func (s *sized) Close() error { return nil }
