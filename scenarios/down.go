package scenarios

import (
	"net"
	"strconv"

	"github.com/wualab/wualab/scenarios/plan"
	"github.com/wualab/wualab/transcript"
)

// refusing is where the names of a node that is down lead to. A port that was
// free a moment ago could be taken by another cell's fake. Assumed: nobody listens
// on TCP port 1 (tcpmux) of this machine.
const refusing = "127.0.0.1:1"

// place is where a node is found.
type place struct {
	host string
	port int
	addr string // on loopback, while the node is up
}

// name lets a host name and port of a node lead to its address.
func (w *world) name(node, host string, port int, addr string) {
	w.places[node] = append(w.places[node], place{host, port, addr})
	w.names[net.JoinHostPort(host, strconv.Itoa(port))] = addr
}

// setDown takes a node off the network or brings it back.
func (w *world) setDown(node string, down plan.Opt[bool]) error {
	if !down.Set {
		return nil
	}
	for _, p := range w.places[node] {
		addr := p.addr
		if down.Value {
			addr = refusing
		}
		w.mu.Lock()
		w.names[net.JoinHostPort(p.host, strconv.Itoa(p.port))] = addr
		w.mu.Unlock()
		if w.pc == nil {
			continue
		}
		if err := w.pc.Machine.SetHost(p.host, p.port, addr); err != nil {
			return err
		}
	}
	if down.Value {
		w.disconnect(node)
	}
	return nil
}

func (w *world) disconnect(node string) {
	if server := w.servers[node]; server != nil {
		server.Disconnect()
	}
	if proxy := w.proxies[node]; proxy != nil {
		proxy.Disconnect()
	}
}

// noteDown puts a change of a node into the record.
func (w *world) noteDown(c plan.Change) {
	text := "changed by the scenario"
	switch {
	case c.Down.Set && c.Down.Value:
		text = "goes down"
	case c.Down.Set:
		text = "comes back"
	}
	w.record.Add(transcript.Event{Kind: transcript.KindMachine, Node: c.Node, Text: text})
}

// lookup gives the address of host:port as it is now.
func (w *world) lookup(addr string) (target string, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	target, known = w.names[addr]
	return target, known
}
