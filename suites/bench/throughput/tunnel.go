//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// byTunnel asks through tunnels of a proxy that stay open.
type byTunnel struct {
	proxy, origin string // host:port
	path          string
	length        int
	connections   int
}

func (b byTunnel) run(span time.Duration) (int, time.Duration, error) {
	var (
		count  atomic.Int64
		begun  = time.Now()
		errs   = make([]error, b.connections)
		active sync.WaitGroup
	)
	for i := range b.connections {
		active.Go(func() { errs[i] = b.ask(begun.Add(span), &count) })
	}
	active.Wait()
	return int(count.Load()), time.Since(begun), errors.Join(errs...)
}

// ask opens a tunnel and asks in it until the time is over.
func (b byTunnel) ask(until time.Time, count *atomic.Int64) error {
	c, err := net.Dial("tcp", b.proxy)
	if err != nil {
		return err
	}
	defer c.Close()
	in := bufio.NewReaderSize(c, 4<<10)
	if _, err := fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\n\r\n", b.origin); err != nil {
		return err
	}
	resp, err := http.ReadResponse(in, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("CONNECT was answered with %s", resp.Status)
	}
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nRange: bytes=%d-%d\r\n\r\n", b.path, b.origin, rangeStart, rangeStart+b.length-1)
	sink := make([]byte, 64<<10)
	size, err := b.first(c, in, request)
	if err != nil {
		return err
	}
	for ; time.Now().Before(until); count.Add(1) {
		if _, err := c.Write(request); err != nil {
			return err
		}
		for left := size; left > 0; {
			n, err := c.Read(sink[:min(left, len(sink))])
			if err != nil {
				return err
			}
			left -= n
		}
	}
	return nil
}

// first asks once with care, and gives the size of the answer, which is that of all.
func (b byTunnel) first(c net.Conn, in *bufio.Reader, request []byte) (int, error) {
	if _, err := c.Write(request); err != nil {
		return 0, err
	}
	counted := &counter{r: in}
	resp, err := http.ReadResponse(bufio.NewReaderSize(counted, 16), nil)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil || resp.StatusCode != http.StatusPartialContent || n != int64(b.length) {
		return 0, fmt.Errorf("through the tunnel: %s with %d bytes: %w", resp.Status, n, err)
	}
	return counted.n, nil
}

type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}
