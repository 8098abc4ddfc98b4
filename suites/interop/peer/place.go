//go:build linux

package peer

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
)

// folder makes a private folder for one peer, which other users may enter,
// since squid and nginx give up root.
func folder(name string) (string, error) {
	dir, err := os.MkdirTemp("", "wualab-"+name+"-")
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return dir, os.Chmod(dir, 0o755)
}

// freePort finds a loopback port that nobody listens on. It lies below the
// range from which the kernel gives out ports, so that nothing takes it before
// the peer does.
func freePort() (int, error) {
	const low, high, tries = 20000, 32000, 100
	for range tries {
		port := low + rand.IntN(high-low)
		l, err := net.Listen("tcp", loopback(port))
		if err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("no free port on loopback between %d and %d", low, high)
}

// answers says whether something accepts connections at addr.
func answers(network, addr string) error {
	c, err := net.Dial(network, addr)
	if err != nil {
		return err
	}
	return c.Close()
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
