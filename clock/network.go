package clock

import "net"

// ends names a connection as one side sees it.
type ends struct{ local, remote string }

func endsOf(c net.Conn) ends {
	return ends{local: c.LocalAddr().String(), remote: c.RemoteAddr().String()}
}

// pipe is one direction of a connection.
type pipe struct{ from, to string }

// flow counts the bytes of one direction.
type flow struct {
	written, read int64
	writer        bool // the writing end is tracked
	reader        bool // the reading end is tracked
	reading       bool // the reading end is blocked in Read
}

// quiet reports whether nothing written is still to be read and processed.
// A direction with an end that is not tracked is quiet.
func (f *flow) quiet() bool {
	return f == nil || !f.writer || !f.reader || (f.reading && f.written == f.read)
}

// network is what a virtual clock knows of the connections of its world. It
// is guarded by the clock's lock.
type network struct {
	flows    map[pipe]*flow
	bound    map[string]*hold // by the client's own address
	forwards map[string]ends  // a proxy's upstream local address: its downstream connection
	left     map[string]bool  // the client's own address, of exchanges that were given up
}

func newNetwork() network {
	return network{flows: map[pipe]*flow{}, bound: map[string]*hold{}, forwards: map[string]ends{}, left: map[string]bool{}}
}

func (n *network) flow(p pipe) *flow {
	f := n.flows[p]
	if f == nil {
		f = &flow{}
		n.flows[p] = f
	}
	return f
}

func (n *network) bind(h *hold) {
	n.bound[h.bound.local] = h
	delete(n.left, h.bound.local)
}

func (n *network) unbind(h *hold) {
	if n.bound[h.bound.local] == h {
		delete(n.bound, h.bound.local)
	}
}

// leftAt reports whether the client at the far end of a server's connection gave the
// exchange up.
func (n *network) leftAt(server ends) bool {
	for hops := 0; hops < 32; hops++ {
		if n.left[server.remote] {
			return true
		}
		next, ok := n.forwards[server.remote]
		if !ok {
			return false
		}
		server = next
	}
	return false
}

// exchangeAt follows a server's connection back through proxies to the
// client's hold. It is quiet when every reader on the way waits for more.
func (n *network) exchangeAt(server ends) (h *hold, quiet bool) {
	for hops := 0; hops < 32; hops++ {
		if !n.flows[pipe{from: server.local, to: server.remote}].quiet() {
			return nil, false
		}
		if h := n.bound[server.remote]; h != nil {
			return h, true
		}
		next, ok := n.forwards[server.remote]
		if !ok {
			return nil, true
		}
		server = next
	}
	return nil, true
}

// forget drops what is known of a connection's end.
func (n *network) forget(e ends) {
	delete(n.flows, pipe{from: e.local, to: e.remote})
	delete(n.flows, pipe{from: e.remote, to: e.local})
	delete(n.forwards, e.local)
}

// Forward ties a proxy's upstream connection to its downstream one. See [Clock].
func (v *Virtual) Forward(upstream, downstream net.Conn) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.net.forwards[upstream.LocalAddr().String()] = endsOf(downstream)
	v.advance()
}

// Track counts the bytes that cross conn. See [Clock].
func (v *Virtual) Track(conn net.Conn) net.Conn {
	e := endsOf(conn)
	v.mu.Lock()
	defer v.mu.Unlock()
	t := &tracked{Conn: conn, v: v, ends: e}
	t.out = v.net.flow(pipe{from: e.local, to: e.remote})
	t.in = v.net.flow(pipe{from: e.remote, to: e.local})
	t.out.writer, t.in.reader = true, true
	return t
}

// tracked is a connection whose bytes in flight a virtual clock counts.
type tracked struct {
	net.Conn
	v       *Virtual
	ends    ends
	in, out *flow
}

// NetConn returns the connection beneath, as tls.Conn does.
func (t *tracked) NetConn() net.Conn { return t.Conn }

func (t *tracked) Read(b []byte) (int, error) {
	t.v.mu.Lock()
	t.in.reading = true
	t.v.advance()
	t.v.mu.Unlock()
	n, err := t.Conn.Read(b)
	t.v.mu.Lock()
	t.in.reading = false
	t.in.read += int64(n)
	if n > 0 {
		t.v.progress++
	}
	t.v.mu.Unlock()
	return n, err
}

func (t *tracked) Write(b []byte) (int, error) {
	t.v.mu.Lock()
	t.out.written += int64(len(b))
	t.v.mu.Unlock()
	n, err := t.Conn.Write(b)
	if n != len(b) {
		t.v.mu.Lock()
		t.out.written -= int64(len(b) - n)
		t.v.mu.Unlock()
	}
	return n, err
}

func (t *tracked) Close() error {
	t.v.mu.Lock()
	t.v.net.forget(t.ends)
	t.v.advance()
	t.v.mu.Unlock()
	return t.Conn.Close()
}

// CloseWrite shuts the writing direction where the connection can.
func (t *tracked) CloseWrite() error {
	if c, ok := t.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return t.Conn.Close()
}
