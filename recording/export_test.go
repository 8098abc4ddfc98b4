package recording

import (
	"bufio"
	"io"
)

// PassAnswers passes answers to GET on until one is not right.
func PassAnswers(to io.Writer, from *bufio.Reader) {
	for {
		m, err := readHead(from, true)
		if err != nil {
			return
		}
		if _, err := to.Write(m.Head); err != nil {
			return
		}
		frame := responseFraming(m, "GET")
		if copyBody(to, from, frame, io.Discard) != nil || frame.toClose {
			return
		}
	}
}
