package smbwire

import (
	"fmt"
	"time"
)

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
	case Read, Write:
		if len(body) >= 16 {
			return fmt.Sprintf("offset %d length %d", le.Uint64(body[8:]), le.Uint32(body[4:]))
		}
	case SetInfo:
		if len(body) >= 32 && body[2] == 1 {
			return describeSetInfo(body[3], message, body)
		}
	}
	return ""
}

// Seconds between 1601, where FILETIME begins, and 1970 (MS-DTYP 2.3.3).
const epochOf1601 = 11644473600

// describeSetInfo says what a SET_INFO changes of a file (MS-FSCC 2.4).
func describeSetInfo(class byte, message, body []byte) string {
	data, err := Slice(message, int(le.Uint16(body[8:])), int(le.Uint32(body[4:])))
	if err != nil {
		return ""
	}
	switch {
	case class == 4 && len(data) >= 24:
		if t := int64(le.Uint64(data[16:])); t > 0 {
			return "last write time " + time.Unix(t/1e7-epochOf1601, t%1e7*100).UTC().Format(time.RFC3339Nano)
		}
	case class == 10 && len(data) >= 20:
		if name, err := Slice(data, 20, int(le.Uint32(data[16:]))); err == nil {
			return "rename to " + Text(name)
		}
	case class == 13:
		return "delete"
	case class == 20 && len(data) >= 8:
		return fmt.Sprintf("end of file %d", le.Uint64(data))
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
	case (h.Command == Read || h.Command == Write) && len(body) >= 8:
		return fmt.Sprintf("%d bytes", le.Uint32(body[4:]))
	case h.Command == Create && len(body) >= 56:
		return fmt.Sprintf("%d bytes long", le.Uint64(body[48:]))
	}
	return ""
}
