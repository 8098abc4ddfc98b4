package machine

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// ValueType is the type number of a registry value. Numbers without a name
// here are legal and are kept as they are.
//
// Source: Windows documentation, "Registry Value Types".
type ValueType uint32

// The value types that the model names; all others are carried as raw bytes.
const (
	RegNone     ValueType = 0  // REG_NONE
	RegSZ       ValueType = 1  // REG_SZ
	RegExpandSZ ValueType = 2  // REG_EXPAND_SZ
	RegBinary   ValueType = 3  // REG_BINARY
	RegDWORD    ValueType = 4  // REG_DWORD, little endian
	RegMultiSZ  ValueType = 7  // REG_MULTI_SZ
	RegQWORD    ValueType = 11 // REG_QWORD, little endian
)

// String gives the REG_ name of the type, or "type 0x..." for one without a
// name in this package.
func (t ValueType) String() string {
	switch t {
	case RegNone:
		return "REG_NONE"
	case RegSZ:
		return "REG_SZ"
	case RegExpandSZ:
		return "REG_EXPAND_SZ"
	case RegBinary:
		return "REG_BINARY"
	case RegDWORD:
		return "REG_DWORD"
	case RegMultiSZ:
		return "REG_MULTI_SZ"
	case RegQWORD:
		return "REG_QWORD"
	}
	return fmt.Sprintf("type 0x%x", uint32(t))
}

// Value is the type and the bytes of a registry value, as Windows stores them:
// text is UTF-16LE with its terminating zero. Values are immutable, compare
// with ==, and may be shared between goroutines. The zero Value is an empty
// REG_NONE.
type Value struct {
	typ  ValueType
	data string
}

// RawValue makes a value of any type from its stored bytes. It is the only way
// to make a malformed one, such as the REG_MULTI_SZ of KB 883357.
func RawValue(t ValueType, data []byte) Value { return Value{t, string(data)} }

// SZ makes a REG_SZ.
func SZ(s string) Value { return Value{RegSZ, encodeText(s + "\x00")} }

// ExpandSZ makes a REG_EXPAND_SZ; the %names% in it are kept as they are.
func ExpandSZ(s string) Value { return Value{RegExpandSZ, encodeText(s + "\x00")} }

// MultiSZ makes a REG_MULTI_SZ. An empty string would end the list early, so
// empty strings are left out.
func MultiSZ(list ...string) Value {
	var b strings.Builder
	for _, s := range list {
		if s != "" {
			b.WriteString(s + "\x00")
		}
	}
	return Value{RegMultiSZ, encodeText(b.String() + "\x00")}
}

// DWORD makes a REG_DWORD.
func DWORD(n uint32) Value {
	return RawValue(RegDWORD, binary.LittleEndian.AppendUint32(nil, n))
}

// QWORD makes a REG_QWORD.
func QWORD(n uint64) Value {
	return RawValue(RegQWORD, binary.LittleEndian.AppendUint64(nil, n))
}

// Binary makes a REG_BINARY from a copy of b.
func Binary(b []byte) Value { return RawValue(RegBinary, b) }

// Type gives the value's type.
func (v Value) Type() ValueType { return v.typ }

// Bytes gives a copy of the stored bytes.
func (v Value) Bytes() []byte { return []byte(v.data) }

// DWORD gives the number of a REG_DWORD, and an error for any other type or
// for data that is not four bytes long.
func (v Value) DWORD() (uint32, error) {
	if v.typ != RegDWORD || len(v.data) != 4 {
		return 0, v.mismatch("REG_DWORD")
	}
	return binary.LittleEndian.Uint32([]byte(v.data)), nil
}

// QWORD gives the number of a REG_QWORD, and an error for any other type or
// for data that is not eight bytes long.
func (v Value) QWORD() (uint64, error) {
	if v.typ != RegQWORD || len(v.data) != 8 {
		return 0, v.mismatch("REG_QWORD")
	}
	return binary.LittleEndian.Uint64([]byte(v.data)), nil
}

// Text gives the characters of a REG_SZ or REG_EXPAND_SZ up to the first zero
// or the end, and an error for any other type.
func (v Value) Text() (string, error) {
	if v.typ != RegSZ && v.typ != RegExpandSZ {
		return "", v.mismatch("REG_SZ or REG_EXPAND_SZ")
	}
	text, _, _ := strings.Cut(string(utf16.Decode(decodeUnits(v.data))), "\x00")
	return text, nil
}

// Strings gives the strings of a REG_MULTI_SZ. Data without its two final
// zeros is an error, as it is for the programs that KB 883357 tells of.
func (v Value) Strings() ([]string, error) {
	if v.typ != RegMultiSZ {
		return nil, v.mismatch("REG_MULTI_SZ")
	}
	text := string(utf16.Decode(decodeUnits(v.data)))
	if text == "" || text == "\x00" {
		return nil, nil
	}
	body, _, ended := strings.Cut(text, "\x00\x00")
	if !ended || len(v.data)%2 != 0 {
		return nil, fmt.Errorf("malformed REG_MULTI_SZ: the %d bytes do not end in two zero characters", len(v.data))
	}
	if body == "" {
		return nil, nil
	}
	return strings.Split(body, "\x00"), nil
}

// String shows the value for a person: its type, and its content as quoted
// text, as a number, or as bytes.
func (v Value) String() string {
	if text, ok := v.quotable(); ok {
		return fmt.Sprintf("%v %s", v.typ, quoteReg(text))
	}
	if n, err := v.DWORD(); err == nil {
		return fmt.Sprintf("%v %d", v.typ, n)
	}
	return fmt.Sprintf("%v % x", v.typ, v.data)
}

func (v Value) mismatch(want string) error {
	return fmt.Errorf("value is a %v of %d bytes, not a %s", v.typ, len(v.data), want)
}

// quotable gives the text of a REG_SZ that quotes can hold without loss: one
// final zero, no other, no line ends, and no lone surrogates.
func (v Value) quotable() (string, bool) {
	if v.typ != RegSZ {
		return "", false
	}
	text := string(utf16.Decode(decodeUnits(v.data)))
	body, ended := strings.CutSuffix(text, "\x00")
	if !ended || strings.ContainsAny(body, "\x00\r\n") || encodeText(text) != v.data {
		return "", false
	}
	return body, true
}

func encodeText(s string) string {
	b := make([]byte, 0, 2*len(s))
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// decodeUnits leaves out an odd last byte.
func decodeUnits(data string) []uint16 {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i]) | uint16(data[2*i+1])<<8
	}
	return units
}
