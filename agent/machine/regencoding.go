package machine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// RegFormat is the format of a .reg file, told by its first line.
//
// Source: KB 310516, "How to add, modify, or delete registry subkeys and
// values by using a .reg file".
type RegFormat int

// The two formats of .reg files.
const (
	RegVersion5 RegFormat = iota // Windows 2000 and later, Unicode
	RegEdit4                     // Windows NT 4.0 and Windows 98, ANSI
)

// String gives the first line of a file of the format.
func (f RegFormat) String() string {
	if f == RegEdit4 {
		return "REGEDIT4"
	}
	return "Windows Registry Editor Version 5.00"
}

// Encoding is the encoding of a .reg file's characters.
type Encoding int

// The encodings of .reg files. AutoEncoding is for writing only: UTF-16LE for
// version 5.00 and ANSI for REGEDIT4.
//
// Assumed: ANSI is code page 1252, that of a Western European Windows.
const (
	AutoEncoding Encoding = iota
	UTF16LE               // with byte order mark, as regedit writes version 5.00
	UTF8                  // without byte order mark
	UTF8BOM               // with byte order mark
	ANSI                  // code page 1252
)

// String names the encoding.
func (e Encoding) String() string {
	switch e {
	case UTF16LE:
		return "UTF-16LE"
	case UTF8:
		return "UTF-8"
	case UTF8BOM:
		return "UTF-8 with BOM"
	case ANSI:
		return "ANSI"
	}
	return "automatic"
}

// errUndecodable carries its hint to the SyntaxError made of it, and the text
// before the place.
type errUndecodable struct{ before, msg, hint string }

func (e *errUndecodable) Error() string { return e.msg }

// decodeReg turns a file's bytes into text. Without a byte order mark, a
// REGEDIT4 file is ANSI as on Windows. Assumed: a version 5.00 file is UTF-8
// when its bytes are valid UTF-8, and ANSI otherwise.
func decodeReg(data []byte) (string, Encoding, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		text, err := decodeUTF16(data[2:])
		return text, UTF16LE, err
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return "", 0, &errUndecodable{"", "the file is in UTF-16 big endian", "save it as UTF-16LE or UTF-8"}
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		text, err := decodeUTF8(data[3:])
		return text, UTF8BOM, err
	case len(data) > 1 && data[1] == 0:
		return "", 0, &errUndecodable{"", "the file looks like UTF-16 without a byte order mark", "save it with one, or as UTF-8"}
	case bytes.HasPrefix(data, []byte("REGEDIT4")) || !utf8.Valid(data):
		return decodeANSI(data), ANSI, nil
	}
	return string(data), UTF8, nil
}

func decodeUTF8(data []byte) (string, error) {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return "", &errUndecodable{string(data[:i]), fmt.Sprintf("byte 0x%02x is not UTF-8", data[i]),
				"save the file as UTF-8 or UTF-16LE"}
		}
		i += size
	}
	return string(data), nil
}

// decodeUTF16 refuses lone surrogates, which a Go string cannot hold: silently
// changed names and values would be worse than an error.
func decodeUTF16(data []byte) (string, error) {
	units := decodeUnits(string(data))
	var b strings.Builder
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i++; i < len(units) {
				low = rune(units[i])
			}
			pair := utf16.DecodeRune(r, low)
			if pair == utf8.RuneError {
				return "", &errUndecodable{b.String(), fmt.Sprintf("lone surrogate 0x%04x", r),
					"write such a value as hex(1)"}
			}
			r = pair
		}
		b.WriteRune(r)
	}
	if len(data)%2 != 0 {
		return "", &errUndecodable{b.String(), "half a UTF-16 character at the end of the file", "the file is cut off"}
	}
	return b.String(), nil
}

func decodeANSI(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		b.WriteRune(ansiRune(c))
	}
	return b.String()
}

// ansiRune maps the five bytes that code page 1252 leaves undefined to the C1
// controls of the same number, as Windows does, so that no byte is lost.
func ansiRune(c byte) rune {
	if r := charmap.Windows1252.DecodeByte(c); r != utf8.RuneError {
		return r
	}
	return rune(c)
}

func ansiByte(r rune) (byte, bool) {
	if c, ok := charmap.Windows1252.EncodeRune(r); ok {
		return c, true
	}
	if r >= 0x80 && r < 0xA0 && ansiRune(byte(r)) == r {
		return byte(r), true
	}
	return 0, false
}

// encodeReg turns text into a file's bytes.
func encodeReg(text string, e Encoding) ([]byte, error) {
	switch e {
	case UTF8:
		return []byte(text), nil
	case UTF8BOM:
		return append([]byte{0xEF, 0xBB, 0xBF}, text...), nil
	case UTF16LE:
		return append([]byte{0xFF, 0xFE}, encodeText(text)...), nil
	}
	return encodeANSI(text)
}

func encodeANSI(text string) ([]byte, error) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		c, ok := ansiByte(r)
		if !ok {
			return nil, fmt.Errorf("character %q is not in code page 1252, use version 5.00", r)
		}
		out = append(out, c)
	}
	return out, nil
}

// ansiToStored and storedToANSI convert the bytes of hex(1), hex(2) and hex(7),
// which are ANSI text in a REGEDIT4 file and UTF-16LE in the registry.
func ansiToStored(data []byte) []byte {
	var out []byte
	for _, c := range data {
		out = binary.LittleEndian.AppendUint16(out, uint16(ansiRune(c)))
	}
	return out
}

func storedToANSI(data string) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, errors.New("text of an odd number of bytes has no ANSI form, use version 5.00")
	}
	return encodeANSI(string(utf16.Decode(decodeUnits(data))))
}

func isText(t ValueType) bool { return t == RegSZ || t == RegExpandSZ || t == RegMultiSZ }
