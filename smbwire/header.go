// Package smbwire is the part of the SMB2 protocol that both ends of a simulated
// file share need: framing, the header, the names of commands and statuses, and a
// tap that puts what crosses a connection into the transcript, one event for each
// answer, such as "SMB2 READ offset 0 length 65536: STATUS_SUCCESS, 65536 bytes".
//
// It stands beside transcript, which does the same for HTTP. agent/smb and
// fakeserver/smb use it. It models MS-SMB2 2.1 and 2.2 and MS-ERREF 2.3.
//
// Most users need NewTap.
package smbwire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// HeaderSize is the length of an SMB2 header (MS-SMB2 2.2.1).
const HeaderSize = 64

// ErrMalformed is wrapped by every error about the bytes of a message.
var ErrMalformed = errors.New("malformed SMB2 message")

// Command is the Command field of a header (MS-SMB2 2.2.1.2).
type Command uint16

// The commands.
const (
	Negotiate      Command = 0
	SessionSetup   Command = 1
	Logoff         Command = 2
	TreeConnect    Command = 3
	TreeDisconnect Command = 4
	Create         Command = 5
	Close          Command = 6
	Flush          Command = 7
	Read           Command = 8
	Write          Command = 9
	Lock           Command = 10
	Ioctl          Command = 11
	Cancel         Command = 12
	Echo           Command = 13
	QueryDirectory Command = 14
	ChangeNotify   Command = 15
	QueryInfo      Command = 16
	SetInfo        Command = 17
	OplockBreak    Command = 18
)

var commandNames = [...]string{"NEGOTIATE", "SESSION_SETUP", "LOGOFF", "TREE_CONNECT", "TREE_DISCONNECT", "CREATE", "CLOSE", "FLUSH",
	"READ", "WRITE", "LOCK", "IOCTL", "CANCEL", "ECHO", "QUERY_DIRECTORY", "CHANGE_NOTIFY", "QUERY_INFO", "SET_INFO", "OPLOCK_BREAK"}

// String gives the document's name without its prefix, "READ".
func (c Command) String() string {
	if int(c) < len(commandNames) {
		return commandNames[c]
	}
	return fmt.Sprintf("command %d", uint16(c))
}

// Flags of a header (MS-SMB2 2.2.1.2).
const (
	FlagResponse uint32 = 0x1 // SMB2_FLAGS_SERVER_TO_REDIR
	FlagAsync    uint32 = 0x2 // SMB2_FLAGS_ASYNC_COMMAND
	FlagRelated  uint32 = 0x4 // SMB2_FLAGS_RELATED_OPERATIONS
	FlagSigned   uint32 = 0x8 // SMB2_FLAGS_SIGNED
)

// Header is the fixed part of every message (MS-SMB2 2.2.1.2). The zero value is a
// request to negotiate.
type Header struct {
	CreditCharge uint16
	Status       Status
	Command      Command
	Credits      uint16 // asked for, or granted
	Flags        uint32
	NextCommand  uint32 // offset of the next message of a compound; 0 for the last
	MessageID    uint64
	TreeID       uint32
	SessionID    uint64
	Signature    [16]byte
}

var protocolID = [4]byte{0xFE, 'S', 'M', 'B'}

// ParseHeader reads the header at the beginning of a message. Another protocol than
// SMB2, a wrong structure size and fewer than HeaderSize bytes are errors.
func ParseHeader(b []byte) (Header, error) {
	switch {
	case len(b) < HeaderSize:
		return Header{}, fmt.Errorf("%w: %d bytes, a header has %d", ErrMalformed, len(b), HeaderSize)
	case [4]byte(b[:4]) != protocolID:
		return Header{}, fmt.Errorf("%w: it begins with % x", ErrMalformed, b[:4])
	case le.Uint16(b[4:]) != HeaderSize:
		return Header{}, fmt.Errorf("%w: structure size %d", ErrMalformed, le.Uint16(b[4:]))
	}
	h := Header{
		CreditCharge: le.Uint16(b[6:]), Status: Status(le.Uint32(b[8:])), Command: Command(le.Uint16(b[12:])), Credits: le.Uint16(b[14:]),
		Flags: le.Uint32(b[16:]), NextCommand: le.Uint32(b[20:]), MessageID: le.Uint64(b[24:]), TreeID: le.Uint32(b[36:]), SessionID: le.Uint64(b[40:]),
	}
	copy(h.Signature[:], b[48:])
	return h, nil
}

// Append writes the header. A message that has FlagAsync is written as if it had not.
func (h Header) Append(b []byte) []byte {
	b = append(b, protocolID[:]...)
	b = le.AppendUint16(b, HeaderSize)
	b = le.AppendUint16(b, h.CreditCharge)
	b = le.AppendUint32(b, uint32(h.Status))
	b = le.AppendUint16(b, uint16(h.Command))
	b = le.AppendUint16(b, h.Credits)
	b = le.AppendUint32(b, h.Flags&^FlagAsync)
	b = le.AppendUint32(b, h.NextCommand)
	b = le.AppendUint64(b, h.MessageID)
	b = le.AppendUint32(b, 0) // reserved
	b = le.AppendUint32(b, h.TreeID)
	b = le.AppendUint64(b, h.SessionID)
	return append(b, h.Signature[:]...)
}

var le = binary.LittleEndian
