package scenarios

import (
	"net"
	"net/netip"
	"strconv"
)

// addressesOf lists the IP addresses under which clients from outside reach a fake that
// listens at addr, for its certificate; none for the fakes of a run.
func addressesOf(addr string) []net.IP {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil
	}
	ip := net.ParseIP(host)
	switch {
	case host == "" || ip != nil && ip.IsUnspecified():
		return interfaces()
	case ip == nil:
		return nil
	}
	return []net.IP{ip}
}

// interfaces lists the addresses of this machine.
func interfaces() (ips []net.IP) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			ips = append(ips, n.IP)
		}
	}
	return ips
}

// own reports whether addr is where one of the fakes listens, under any of the
// machine's addresses that it listens at.
func (f *fakes) own(addr string) bool {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip := net.ParseIP(host)
	for _, places := range f.places {
		for _, p := range places {
			if at, atPort, err := net.SplitHostPort(p.listen); err == nil && atPort == port && reaches(ip, at) {
				return true
			}
		}
	}
	return false
}

// reaches reports whether a listener at the address at takes connections to ip.
func reaches(ip net.IP, at string) bool {
	listening := net.ParseIP(at)
	if ip == nil || listening == nil {
		return false
	}
	if !listening.IsUnspecified() {
		return listening.Equal(ip)
	}
	for _, one := range interfaces() {
		if one.Equal(ip) {
			return true
		}
	}
	return false
}

// faraway gives the address at which other computers reach a listener: one of this
// machine's own when it listens at all of them.
func faraway(listen string) string {
	at, err := netip.ParseAddrPort(listen)
	if err != nil || !at.Addr().IsUnspecified() {
		return listen
	}
	for _, ip := range interfaces() {
		if ip.To4() != nil && ip.IsGlobalUnicast() {
			return net.JoinHostPort(ip.String(), strconv.Itoa(int(at.Port())))
		}
	}
	return nearby(listen)
}

// nearby gives the address at which this machine itself reaches a listener.
func nearby(listen string) string {
	at, err := netip.ParseAddrPort(listen)
	if err != nil || !at.Addr().IsUnspecified() {
		return listen
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(int(at.Port())))
}
