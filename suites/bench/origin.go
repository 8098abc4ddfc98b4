//go:build linux

package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// origin answers every request with the same few bytes.
type origin struct{ net.Listener }

const answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"

func startOrigin() (*origin, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o := &origin{Listener: l}
	go o.serve()
	return o, nil
}

func (o *origin) serve() {
	for {
		c, err := o.Accept()
		if err != nil {
			return // it was closed
		}
		go talkBack(c)
	}
}

// talkBack ends when the proxy closes the connection.
func talkBack(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		if _, err := http.ReadRequest(in); err != nil { // a GET has no body
			return
		}
		if _, err := io.WriteString(c, answer); err != nil {
			return
		}
	}
}
