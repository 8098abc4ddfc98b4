package scenarios

import (
	"errors"
	"net"

	"github.com/wualab/wualab/fakehttp"
)

// doors are the addresses of fakes that take the place of others without losing their
// ports. A nil one is for fakes that listen by themselves.
type doors struct {
	byNode map[string]*fakehttp.Door
}

// shareDoor names the door of a server's file shares.
func shareDoor(server string) string { return server + " shares" }

// listener gives what a fake listens with, nil when it does so by itself. addr is where
// the door is at first; "" is a free port of loopback.
func (d *doors) listener(name, addr string) (net.Listener, error) {
	if d == nil {
		return nil, nil
	}
	door := d.byNode[name]
	if door == nil {
		if addr == "" {
			addr = "127.0.0.1:0"
		}
		var err error
		if door, err = fakehttp.OpenDoor(addr); err != nil {
			return nil, err
		}
		d.byNode[name] = door
	}
	return door.Listener(), nil
}

// set shuts the doors of a node, or opens them.
func (d *doors) set(node string, shut bool) error {
	if d == nil {
		return nil
	}
	var errs []error
	for _, name := range []string{node, shareDoor(node)} {
		switch door := d.byNode[name]; {
		case door == nil:
		case shut:
			errs = append(errs, door.Shut())
		default:
			errs = append(errs, door.Open())
		}
	}
	return errors.Join(errs...)
}

// isShut reports whether a node refuses connections.
func (d *doors) isShut(node string) bool {
	door := d.byNode[node]
	return door != nil && door.IsShut()
}

// openAll opens all doors.
func (d *doors) openAll() error {
	var errs []error
	for _, door := range d.byNode {
		errs = append(errs, door.Open())
	}
	return errors.Join(errs...)
}

// close shuts all doors for good.
func (d *doors) close() error {
	var errs []error
	for _, door := range d.byNode {
		errs = append(errs, door.Close())
	}
	return errors.Join(errs...)
}
