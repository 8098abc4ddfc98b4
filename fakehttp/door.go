package fakehttp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/wualab/wualab/clock"
)

// Door is an address where fakes listen one after the other: a fake that takes
// another's place keeps its port, and no client in between is refused. It can be shut,
// so that connections are refused, and opened again. Make one with [OpenDoor] and end
// it with Close. It is safe for concurrent use.
type Door struct {
	addr  net.Addr
	conns chan net.Conn

	mu     sync.Mutex
	tcp    net.Listener  // nil while the door is shut
	shut   chan struct{} // closed when it is shut
	ended  chan struct{} // closed when nobody accepts any more
	closed bool
}

// OpenDoor listens at a TCP address, "127.0.0.1:0" for any free port of loopback.
func OpenDoor(addr string) (*Door, error) {
	tcp, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listening at %s: %w", addr, err)
	}
	d := &Door{addr: tcp.Addr(), conns: make(chan net.Conn)}
	d.start(tcp)
	return d, nil
}

func (d *Door) start(tcp net.Listener) {
	d.tcp, d.shut, d.ended = tcp, make(chan struct{}), make(chan struct{})
	go d.accept(tcp, d.shut, d.ended)
}

// accept hands connections to whoever listens; while nobody does they wait.
func (d *Door) accept(tcp net.Listener, shut, ended chan struct{}) {
	defer close(ended)
	for {
		conn, err := tcp.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			_ = clock.Wall{}.SleepFor(context.Background(), nil, breath)
			continue
		}
		select {
		case d.conns <- conn:
		case <-shut:
			_ = conn.Close()
		}
	}
}

// breath is the real time until the next try when no connection could be taken, such as
// for want of file descriptors.
const breath = 5 * time.Millisecond

// Addr returns the address, also while the door is shut.
func (d *Door) Addr() net.Addr { return d.addr }

// IsShut reports whether connections are refused.
func (d *Door) IsShut() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tcp == nil
}

// Shut stops listening, so that connections are refused. Those that there are stay.
// Shutting twice does nothing.
func (d *Door) Shut() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tcp == nil {
		return nil
	}
	close(d.shut)
	err := d.tcp.Close()
	<-d.ended
	d.tcp = nil
	return err
}

// Open listens at the same address again. Opening twice does nothing. It is an error
// when another program has taken the port meanwhile.
func (d *Door) Open() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return fmt.Errorf("opening the door %s: %w", d.addr, net.ErrClosed)
	}
	if d.tcp != nil {
		return nil
	}
	tcp, err := net.Listen("tcp", d.addr.String())
	if err != nil {
		return fmt.Errorf("opening the door %s again: %w", d.addr, err)
	}
	d.start(tcp)
	return nil
}

// Close shuts the door for good.
func (d *Door) Close() error {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	return d.Shut()
}

// Listener gives what a fake listens with. Closing it leaves the door open to the next.
func (d *Door) Listener() net.Listener { return &doorway{door: d, gone: make(chan struct{})} }

// doorway is a fake's stay at a door.
type doorway struct {
	door *Door
	once sync.Once
	gone chan struct{}
}

// Accept waits for a connection, also while the door is shut.
func (w *doorway) Accept() (net.Conn, error) {
	select {
	case <-w.gone:
		return nil, net.ErrClosed
	default:
	}
	select {
	case conn := <-w.door.conns:
		return conn, nil
	case <-w.gone:
		return nil, net.ErrClosed
	}
}

// Close ends the stay.
func (w *doorway) Close() error {
	w.once.Do(func() { close(w.gone) })
	return nil
}

// Addr returns the door's address.
func (w *doorway) Addr() net.Addr { return w.door.addr }
