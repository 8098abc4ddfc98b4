//go:build linux

package capacity_test

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeproxy"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/transcript"
)

var (
	turns  = flag.Int("capacity.turns", 3000, "connections one after the other")
	atOnce = flag.Int("capacity.at-once", 500, "connections at the same time, as far as file descriptors allow")
)

const (
	workers  = 16
	patience = 60 * time.Second
	stall    = time.Second
	// What may be left over: the pools of net/http and of the fakes.
	spareMemory = 8 << 20
	// What a connection may hold while nothing goes over it, all sides of it together:
	// client, proxy and origin are this one process.
	perConn = 96 << 10
)

// world is an origin and a proxy in front of it.
type world struct {
	origin *fakeserver.Server
	proxy  *fakeproxy.Server
}

func start(t *testing.T) world {
	t.Helper()
	limits := fakehttp.Limits{Conns: *atOnce + workers + 100, Body: 1 << 20, Idle: patience, Stall: stall}
	record := transcript.New(transcript.Options{Now: time.Now, Most: 1000})
	origin, err := fakeserver.New(fakeserver.Config{Limits: limits, Recorder: record, Files: map[string]fakeserver.File{"/f": {Size: 64 << 20, Seed: 7}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = origin.Close() })
	proxy, err := fakeproxy.New(fakeproxy.Config{Name: "corp", Limits: limits, MaxConns: limits.Conns, Recorder: record})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	return world{origin, proxy}
}

// route is a way to the origin's file.
type route struct{ name, addr, target string }

func (w world) routes() []route {
	return []route{{"origin", w.origin.Addr(), "/f"}, {"proxy", w.proxy.Addr(), "http://" + w.origin.Addr() + "/f"}}
}

// open connects from one of many addresses of loopback, which have ports of their own.
func (r route) open(i int) (net.Conn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i%200))}, Timeout: patience}
	c, err := d.Dial("tcp", r.addr)
	if err == nil {
		_ = c.SetDeadline(time.Now().Add(patience))
	}
	return c, err
}

// ask gets a range on a connection.
func (r route) ask(c net.Conn) error {
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nRange: bytes=10-1009\r\n\r\n", r.target); err != nil {
		return err
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil || n != 1000 || resp.StatusCode != http.StatusPartialContent {
		return fmt.Errorf("%s with %d bytes: %v", resp.Status, n, err)
	}
	return nil
}

// holdings are what a process can lose.
type holdings struct {
	goroutines, files int
	memory            int64
}

func hold(t *testing.T) holdings {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatalf("what is open can't be seen: %v", err)
	}
	for range 2 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return holdings{runtime.NumGoroutine(), len(open), int64(m.HeapAlloc + m.StackInuse)}
}

// settle waits until there is no more than before.
func settle(t *testing.T, before holdings) {
	t.Helper()
	var now holdings
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		now = hold(t)
		if now.goroutines <= before.goroutines && now.files <= before.files && now.memory <= before.memory+spareMemory {
			return
		}
	}
	t.Errorf("left over: %+v, before %+v", now, before)
}

func TestConnectionsInTurn(t *testing.T) {
	for _, r := range start(t).routes() {
		t.Run(r.name, func(t *testing.T) {
			inTurn(t, r, workers*4) // pools fill
			before := hold(t)
			begun := time.Now()
			inTurn(t, r, *turns)
			t.Logf("%d connections in %v", *turns, time.Since(begun).Round(time.Millisecond))
			settle(t, before)
		})
	}
}

// inTurn opens n connections, as many at a time as there are workers. A third of them
// ends with a reset, a third asks nothing.
func inTurn(t *testing.T, r route, n int) {
	t.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := int(next.Add(1)); i <= n && !t.Failed(); i = int(next.Add(1)) {
				c, err := r.open(i)
				if err == nil && i%3 != 0 {
					err = r.ask(c)
				}
				if err != nil {
					t.Errorf("connection %d: %v", i, err)
					return
				}
				if i%3 == 1 {
					_ = c.(*net.TCPConn).SetLinger(0)
				}
				_ = c.Close()
			}
		})
	}
	all.Wait()
}

func TestConnectionsAtOnce(t *testing.T) {
	for _, r := range start(t).routes() {
		t.Run(r.name, func(t *testing.T) {
			inTurn(t, r, workers*4)
			before := hold(t)
			n := affordable(t)
			conns := make([]net.Conn, n)
			var all sync.WaitGroup
			for w := range workers {
				all.Go(func() {
					for i := w; i < n && !t.Failed(); i += workers {
						c, err := r.open(i)
						if err == nil {
							conns[i] = c
							err = r.ask(c)
						}
						if err != nil {
							t.Errorf("connection %d of %d: %v", i, n, err)
						}
					}
				})
			}
			all.Wait()
			full := hold(t)
			each := (full.memory - before.memory) / int64(n)
			t.Logf("%d connections, %d bytes each", n, each)
			if each > perConn {
				t.Errorf("each connection holds %d bytes, more than %d", each, perConn)
			}
			inTurn(t, r, workers)
			for _, c := range conns {
				if c != nil {
					_ = c.Close()
				}
			}
			settle(t, before)
		})
	}
}

// affordable is how many connections there can be: through the proxy one takes four
// file descriptors of this process.
func affordable(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	return min(*atOnce, int(min(limit.Cur, 1<<20)-300)/4)
}

// A client that sends a byte now and then, or takes one, is cut off.
func TestSlowClients(t *testing.T) {
	const slow = 50
	for _, r := range start(t).routes() {
		for name, text := range map[string]string{
			"of the head": "GET " + r.target + " HTTP/1.1\r\nX: ",
			"of the body": "POST " + r.target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
		} {
			t.Run(r.name+" "+name, func(t *testing.T) {
				inTurn(t, r, workers)
				before := hold(t)
				var all sync.WaitGroup
				for i := range slow {
					all.Go(func() {
						c, err := r.open(i)
						if err != nil {
							t.Error(err)
							return
						}
						defer c.Close()
						_, _ = io.WriteString(c, text)
						if drips(c) > 20 {
							t.Error("it may go on for ever")
						}
					})
				}
				inTurn(t, r, workers) // others are served meanwhile
				all.Wait()
				inTurn(t, r, workers)
				settle(t, before)
			})
		}
	}
}

// drips sends bytes until the connection ends, and gives how many stalls that took.
func drips(c net.Conn) (stalls int) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, c)
	}()
	tick := time.NewTicker(stall / 4)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ended:
			return n / 4
		case <-tick.C:
			_, _ = io.WriteString(c, "x")
		}
	}
}
