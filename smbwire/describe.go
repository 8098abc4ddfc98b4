package smbwire

import "fmt"

// describeRequest says in words what a request asks for beside its command, "" for
// nothing. What cannot be read is left out: the server judges it, not the record.
func describeRequest(h Header, message []byte) string {
	body := message[HeaderSize:]
	switch h.Command {
	case TreeConnect:
		if len(body) >= 8 {
			return nameAt(message, body[4:])
		}
	case Create:
		if len(body) >= 48 {
			return nameAt(message, body[44:])
		}
	case Read:
		if len(body) >= 16 {
			return fmt.Sprintf("offset %d length %d", le.Uint64(body[8:]), le.Uint32(body[4:]))
		}
	}
	return ""
}

// nameAt reads a name by the offset and length that a request gives for it.
func nameAt(message, where []byte) string {
	name, err := Slice(message, int(le.Uint16(where)), int(le.Uint16(where[2:])))
	if err != nil {
		return ""
	}
	return Text(name)
}

// describeAnswer says what an answer tells beside its status.
func describeAnswer(h Header, message []byte) string {
	body := message[HeaderSize:]
	switch {
	case h.Status != StatusSuccess:
		return ""
	case h.Command == Negotiate && len(body) >= 6:
		return fmt.Sprintf("dialect 0x%04x", le.Uint16(body[4:]))
	case h.Command == Read && len(body) >= 8:
		return fmt.Sprintf("%d bytes", le.Uint32(body[4:]))
	case h.Command == Create && len(body) >= 56:
		return fmt.Sprintf("%d bytes long", le.Uint64(body[48:]))
	}
	return ""
}
