//go:build unix

package fakeproxy

import (
	"errors"
	"net"
	"syscall"
)

// silent reports whether nothing has arrived on a connection that rests, not even its
// end. It takes nothing from the connection and does not wait.
func silent(conn net.Conn) bool {
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return true // only the next request can tell
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = errors.Is(err, syscall.EAGAIN)
		return true
	})
	return err == nil && quiet
}
