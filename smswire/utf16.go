package smswire

import (
	"encoding/binary"
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// byteOrderMark begins the header of a message.
const byteOrderMark = 0xFEFF

// encode16 gives text as UTF-16, the low byte first.
func encode16(text []byte, mark, end bool) []byte {
	units := utf16.Encode([]rune(string(text)))
	out := make([]byte, 0, 2*len(units)+4)
	if mark {
		out = binary.LittleEndian.AppendUint16(out, byteOrderMark)
	}
	for _, u := range units {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	if end {
		out = append(out, 0, 0)
	}
	return out
}

// decode16 reads UTF-16, in the order of its mark or else the low byte first, up to a
// NUL.
func decode16(b []byte) ([]byte, error) {
	if len(b)%2 != 0 {
		return nil, errors.New("a text in UTF-16 has an odd number of bytes")
	}
	var order binary.ByteOrder = binary.LittleEndian
	if len(b) >= 2 {
		switch {
		case binary.LittleEndian.Uint16(b) == byteOrderMark:
			b = b[2:]
		case binary.BigEndian.Uint16(b) == byteOrderMark:
			order, b = binary.BigEndian, b[2:]
		}
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i < len(b); i += 2 {
		u := order.Uint16(b[i:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	var out []byte
	for _, r := range utf16.Decode(units) {
		if r == utf8.RuneError {
			return nil, errors.New("a text in UTF-16 has half a character")
		}
		out = utf8.AppendRune(out, r)
	}
	return out, nil
}
