package machine

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
)

// Hosts says where host names lie on the real network: the simulated machine's
// hosts file, with ports. It makes http://origin/ reach a fake server on a
// loopback port. It may be used from several goroutines at once.
type Hosts struct {
	mu    sync.RWMutex
	addrs map[string]string
	world map[string]string // IPv4 addresses of names, as the PC sees them
}

func newHosts() *Hosts { return &Hosts{addrs: map[string]string{}, world: map[string]string{}} }

// Set makes a name and port lie at addr, "127.0.0.1:49152"; port 0 stands for
// all ports that have no entry of their own, and addr without a port keeps the
// port asked for. Names compare without regard to case and to a final dot.
func (h *Hosts) Set(name string, port int, addr string) error {
	if name == "" || port < 0 || port > 65535 {
		return fmt.Errorf("host %q port %d: want a name and a port from 0 to 65535", name, port)
	}
	if _, _, err := net.SplitHostPort(addr); err != nil && net.ParseIP(addr) == nil {
		return fmt.Errorf("host %q: address %q is neither host:port nor an IP address", name, addr)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.addrs[hostKey(name, port)] = addr
	return nil
}

// Remove takes an entry away; an absent one is no error.
func (h *Hosts) Remove(name string, port int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.addrs, hostKey(name, port))
}

// Resolve gives the address, host:port, at which a name and port lie; false
// when there is no entry.
func (h *Hosts) Resolve(name string, port int) (string, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, p := range []int{port, 0} {
		if addr, ok := h.addrs[hostKey(name, p)]; ok {
			if net.ParseIP(addr) != nil {
				addr = net.JoinHostPort(addr, strconv.Itoa(port))
			}
			return addr, true
		}
	}
	return "", false
}

func hostKey(name string, port int) string {
	return nameKey(name) + ":" + strconv.Itoa(port)
}

func (h *Hosts) setAddress(name, address string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.world[nameKey(name)] = address
}

func (h *Hosts) address(name string) (string, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if address, ok := h.world[nameKey(name)]; ok {
		return address, true
	}
	for key := range h.addrs {
		if known := key[:strings.LastIndexByte(key, ':')]; known == nameKey(name) {
			return "127.0.0.1", true
		}
	}
	return "", false
}

func nameKey(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }
