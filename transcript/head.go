package transcript

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseHead reads the head of a request or response, as far as the empty line that ends
// it. It is as lenient as the record: an error says that there is no HTTP start line.
func ParseHead(head []byte, response bool) (*Message, error) {
	m, ok := parseHead(head, response)
	if !ok {
		return nil, fmt.Errorf("transcript: %q begins with no HTTP start line", head[:min(len(head), 80)])
	}
	return m, nil
}

// parseHead cuts a head into its start line and fields. It is lenient: the
// record shows what was sent, also when that was wrong. ok is false only when
// there is no HTTP start line.
func parseHead(head []byte, response bool) (m *Message, ok bool) {
	lines := strings.Split(strings.TrimRight(string(head), "\r\n"), "\n")
	m = &Message{Head: head, Line: strings.TrimRight(lines[0], "\r")}
	if !m.parseStartLine(response) {
		return nil, false
	}
	for _, line := range lines[1:] {
		line = strings.TrimRight(line, "\r")
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") { // obs-fold
			if n := len(m.Fields); n > 0 {
				m.Fields[n-1].Value += " " + strings.TrimSpace(line)
			}
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		m.Fields = append(m.Fields, Field{Name: name, Value: strings.TrimSpace(value)})
	}
	m.Body.Declared = m.contentLength()
	return m, true
}

func (m *Message) parseStartLine(response bool) bool {
	first, rest, ok := strings.Cut(m.Line, " ")
	if !ok {
		return false
	}
	if response {
		code, _, _ := strings.Cut(rest, " ")
		status, err := strconv.Atoi(code)
		m.Proto, m.Status = first, status
		return err == nil && strings.HasPrefix(first, "HTTP/")
	}
	i := strings.LastIndexByte(rest, ' ')
	if first == "" || i < 0 || !strings.HasPrefix(rest[i+1:], "HTTP/") {
		return false
	}
	m.Method, m.URL, m.Proto = first, rest[:i], rest[i+1:]
	return true
}

// contentLength returns the declared length, or -1 without a usable one.
func (m *Message) contentLength() int64 {
	n, err := strconv.ParseInt(m.Get("Content-Length"), 10, 63)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func (m *Message) isChunked() bool {
	for _, v := range m.Values("Transfer-Encoding") {
		if strings.Contains(strings.ToLower(v), "chunked") {
			return true
		}
	}
	return false
}

// requestFraming is RFC 9112 6.3 for requests.
func requestFraming(m *Message) framing {
	switch {
	case m.isChunked():
		return framing{chunked: true}
	case m.Body.Declared > 0:
		return framing{length: m.Body.Declared}
	}
	return framing{none: true}
}

// responseFraming is RFC 9112 6.3 for the response to a request of method. After 101
// another protocol follows (RFC 9110 15.2.2), which is a tunnel here too.
func responseFraming(m *Message, method string) framing {
	switch {
	case method == "CONNECT" && m.Status/100 == 2, m.Status == 101:
		return framing{tunnel: true}
	case method == "HEAD", m.Status/100 == 1, m.Status == 204, m.Status == 304:
		return framing{none: true}
	case m.isChunked():
		return framing{chunked: true}
	case m.Body.Declared >= 0:
		return framing{length: m.Body.Declared}
	}
	return framing{toClose: true}
}
