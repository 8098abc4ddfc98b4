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

	listen string // the address of the listener
}

// key is how names write the place.
func (p place) key() string { return net.JoinHostPort(p.host, strconv.Itoa(p.port)) }

// name lets a host name and port of a node lead to its address.
func (f *fakes) name(node, host string, port int, listen string) {
	addr := nearby(listen)
	f.places[node] = append(f.places[node], place{host, port, addr, listen})
	f.names[net.JoinHostPort(host, strconv.Itoa(port))] = addr
}

// setDown takes a node off the network or brings it back.
func (f *fakes) setDown(node string, down plan.Opt[bool]) error {
	if !down.Set {
		return nil
	}
	for _, p := range f.places[node] {
		addr := p.addr
		if down.Value {
			addr = refusing
		}
		f.mu.Lock()
		f.names[p.key()] = addr
		f.mu.Unlock()
		if f.follow == nil {
			continue
		}
		if err := f.follow(p.host, p.port, addr); err != nil {
			return err
		}
	}
	if err := f.doors.set(node, down.Value); err != nil {
		return err
	}
	if down.Value {
		f.disconnect(node)
	}
	return nil
}

func (f *fakes) disconnect(node string) {
	if server := f.servers[node]; server != nil {
		server.Disconnect()
	}
	if shares := f.shares[node]; shares != nil {
		shares.Disconnect()
	}
	if proxy := f.proxies[node]; proxy != nil {
		proxy.Disconnect()
	}
}

// noteDown puts a change of a node into the record.
func (f *fakes) noteDown(c plan.Change) {
	text := "changed by the scenario"
	switch {
	case c.Down.Set && c.Down.Value:
		text = "goes down"
	case c.Down.Set:
		text = "comes back"
	}
	f.record.Add(transcript.Event{Kind: transcript.KindMachine, Node: c.Node, Text: text})
}

// lookup gives the address of host:port as it is now.
func (f *fakes) lookup(addr string) (target string, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	target, known = f.names[addr]
	return target, known
}
