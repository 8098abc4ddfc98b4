package transcript

import "strings"

// packetOf gives BITS-Packet-Type of a request of the BITS Upload Protocol, whose
// verb is BITS_POST (MC-BUP 2.2.1), and nothing of another one.
func packetOf(m *Message) string {
	if m == nil || m.Method != "BITS_POST" {
		return ""
	}
	return strings.TrimSpace(m.Get("BITS-Packet-Type"))
}
