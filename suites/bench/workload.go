//go:build linux

package main

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wualab/wualab/auth/ntlm"
)

// Who logs in at both proxies.
const (
	domain   = "LAB"
	user     = "alice"
	password = "Wonder4land"
)

// workload is many clients that log in at a proxy, over and over.
type workload struct {
	proxy, origin string // host:port
	workers       int
}

// run logs in for a while, and gives the number of logins and how long they took.
// The first failure ends it.
func (w workload) run(span time.Duration) (int, time.Duration, error) {
	var (
		count  atomic.Int64
		begun  = time.Now()
		end    = begun.Add(span)
		errs   = make([]error, w.workers)
		active sync.WaitGroup
	)
	for i := range w.workers {
		active.Go(func() {
			for errs[i] == nil && time.Now().Before(end) {
				if errs[i] = w.login(password); errs[i] == nil {
					count.Add(1)
				}
			}
		})
	}
	active.Wait()
	return int(count.Load()), time.Since(begun), errors.Join(errs...)
}

// login is one connection: a request without credentials, with Type 1 and with
// Type 3, which must be answered with 407, 407 and 200.
func (w workload) login(password string) error {
	c, err := net.Dial("tcp", w.proxy)
	if err != nil {
		return err
	}
	defer c.Close()
	client, err := ntlm.NewClient(ntlm.ClientConfig{
		Level: 3, Domain: domain, User: user, Password: password, Workstation: "PC",
		OS: ntlm.WindowsXPSP2(), Rand: rand.Reader, Now: time.Now,
	})
	if err != nil {
		return err
	}
	t := talk{conn: c, in: bufio.NewReader(c), origin: w.origin}
	if _, err := t.ask("", http.StatusProxyAuthRequired); err != nil {
		return fmt.Errorf("without credentials: %w", err)
	}
	type2, err := t.ask(credentials(client.Negotiate()), http.StatusProxyAuthRequired)
	if err != nil {
		return fmt.Errorf("type 1: %w", err)
	}
	type3, err := client.Authenticate(type2)
	if err != nil {
		return err
	}
	if _, err := t.ask(credentials(type3), http.StatusOK); err != nil {
		return fmt.Errorf("type 3: %w", err)
	}
	return nil
}

func credentials(token []byte) string {
	return "Proxy-Authorization: NTLM " + base64.StdEncoding.EncodeToString(token) + "\r\n"
}

// talk is a connection to the proxy.
type talk struct {
	conn   io.Writer
	in     *bufio.Reader
	origin string
}

// ask sends a request with a header line and gives the challenge of its answer.
func (t talk) ask(line string, status int) ([]byte, error) {
	request := "GET http://" + t.origin + "/ HTTP/1.1\r\nHost: " + t.origin + "\r\n" + line + "\r\n"
	if _, err := io.WriteString(t.conn, request); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(t.in, nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return nil, err
	}
	if resp.StatusCode != status {
		return nil, fmt.Errorf("answered with %s, not %d", resp.Status, status)
	}
	token := strings.TrimPrefix(resp.Header.Get("Proxy-Authenticate"), "NTLM")
	return base64.StdEncoding.DecodeString(strings.TrimSpace(token))
}
