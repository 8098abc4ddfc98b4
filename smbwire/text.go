package smbwire

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// Text reads UTF-16LE, as names on the wire are; an odd last byte is left out.
func Text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// AppendText writes UTF-16LE without an end mark.
func AppendText(b []byte, s string) []byte {
	for _, u := range utf16.Encode([]rune(s)) {
		b = le.AppendUint16(b, u)
	}
	return b
}

// Slice gives length bytes at offset of a message, where both come from the message.
func Slice(message []byte, offset, length int) ([]byte, error) {
	if offset < 0 || length < 0 || offset > len(message) || length > len(message)-offset {
		return nil, fmt.Errorf("%w: bytes %d to %d of %d", ErrMalformed, offset, offset+length, len(message))
	}
	return message[offset : offset+length], nil
}
