package ntlm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

const (
	signature   = "NTLMSSP\x00"
	prefixSize  = 12 // signature and MessageType
	fieldsSize  = 8  // Len, MaxLen, Offset
	maxFieldLen = 0xffff
)

// ErrMalformed is wrapped by every error about the bytes of a message or of its
// parts, so that callers can tell a bad token (SEC_E_INVALID_TOKEN) from another
// failure with errors.Is.
var ErrMalformed = errors.New("malformed NTLM data")

// FormatError says which field of which message can't be read. It wraps
// ErrMalformed.
type FormatError struct {
	Message string // such as "CHALLENGE_MESSAGE"
	Field   string // such as "TargetName"
	Offset  int    // of the field in the message, in bytes
	Problem string
}

// Error gives "ntlm: MESSAGE: Field at offset n: problem".
func (e *FormatError) Error() string {
	return fmt.Sprintf("ntlm: %s: %s at offset %d: %s", e.Message, e.Field, e.Offset, e.Problem)
}

// Unwrap gives ErrMalformed.
func (e *FormatError) Unwrap() error { return ErrMalformed }

// MessageType reads the type of an NTLM message: 1 NEGOTIATE, 2 CHALLENGE,
// 3 AUTHENTICATE. Anything else is a *FormatError.
func MessageType(b []byte) (int, error) {
	const name = "NTLM message"
	if len(b) < prefixSize {
		return 0, &FormatError{name, "Signature", 0, fmt.Sprintf("message is %d bytes, shorter than the %d of signature and type", len(b), prefixSize)}
	}
	if string(b[:8]) != signature {
		return 0, &FormatError{name, "Signature", 0, fmt.Sprintf("is %q, not %q", b[:8], signature)}
	}
	t := binary.LittleEndian.Uint32(b[8:])
	if t < 1 || t > 3 {
		return 0, &FormatError{name, "MessageType", 8, fmt.Sprintf("is %d, not 1, 2 or 3", t)}
	}
	return int(t), nil
}

// reader takes fields out of one message by offset only, since payload order is
// free and padding legal (MS-NLMP 2.2.1). The first problem sticks in err.
type reader struct {
	message string
	b       []byte
	payload int // lowest offset of a field that has bytes; the fixed part ends here
	err     error
}

func newReader(message string, want int, b []byte) *reader {
	r := &reader{message: message, b: b, payload: len(b)}
	got, err := MessageType(b)
	switch {
	case err != nil:
		var fe *FormatError
		if errors.As(err, &fe) {
			fe.Message = message
		}
		r.err = err
	case got != want:
		r.fail("MessageType", 8, "is %d, not %d", got, want)
	}
	return r
}

func (r *reader) fail(field string, offset int, format string, args ...any) {
	if r.err == nil {
		r.err = &FormatError{r.message, field, offset, fmt.Sprintf(format, args...)}
	}
}

// fixed reports whether the fixed part reaches past offset+size: neither the end of
// the message nor a payload begins before.
func (r *reader) fixed(offset, size int) bool { return r.payload >= offset+size }

func (r *reader) uint32(field string, offset int) uint32 {
	if r.err != nil {
		return 0
	}
	if offset+4 > len(r.b) {
		r.fail(field, offset, "needs 4 bytes, message ends at %d", len(r.b))
		return 0
	}
	return binary.LittleEndian.Uint32(r.b[offset:])
}

func (r *reader) bytes(field string, offset, size int) []byte {
	if r.err != nil {
		return make([]byte, size)
	}
	if offset+size > len(r.b) {
		r.fail(field, offset, "needs %d bytes, message ends at %d", size, len(r.b))
		return make([]byte, size)
	}
	return r.b[offset : offset+size]
}

// field reads the Len, MaxLen, Offset triple at offset and gives a copy of what it
// points at. MaxLen is ignored on receipt, and so is the Offset of an empty field.
func (r *reader) field(name string, offset int) []byte {
	head := r.bytes(name, offset, fieldsSize)
	size := int(binary.LittleEndian.Uint16(head))
	at := uint64(binary.LittleEndian.Uint32(head[4:]))
	if r.err != nil || size == 0 {
		return nil
	}
	if at < prefixSize {
		r.fail(name, offset, "points at byte %d, inside the message's signature", at)
		return nil
	}
	if at+uint64(size) > uint64(len(r.b)) {
		r.fail(name, offset, "points at bytes %d to %d, message ends at %d", at, at+uint64(size), len(r.b))
		return nil
	}
	r.payload = min(r.payload, int(at))
	return append([]byte(nil), r.b[at:int(at)+size]...)
}

// text decodes a string field; an odd number of bytes is an error in UTF-16.
func (r *reader) text(name string, offset int, raw []byte, unicode bool) string {
	if !unicode {
		return decodeOEM(raw)
	}
	if len(raw)%2 != 0 {
		r.fail(name, offset, "has %d bytes, odd for UTF-16", len(raw))
		return ""
	}
	return decodeUTF16(raw)
}

// writer builds a message: a fixed part of known size and the payload behind it.
type writer struct {
	fixed   []byte
	payload []byte
	size    int // of the fixed part
}

func newWriter(messageType uint32, size int) *writer {
	w := &writer{size: size, fixed: make([]byte, 0, size)}
	w.fixed = append(w.fixed, signature...)
	w.uint32(messageType)
	return w
}

func (w *writer) uint32(v uint32)   { w.fixed = binary.LittleEndian.AppendUint32(w.fixed, v) }
func (w *writer) bytes(b ...byte)   { w.fixed = append(w.fixed, b...) }
func (w *writer) finish() []byte    { return append(w.fixed, w.payload...) }
func (w *writer) version(v Version) { w.fixed = v.append(w.fixed) }

// put adds payload and gives the eight header bytes that point at it. What can't
// be expressed in the 16-bit length is cut.
func (w *writer) put(b []byte) [fieldsSize]byte {
	b = b[:min(len(b), maxFieldLen)]
	var head [fieldsSize]byte
	binary.LittleEndian.PutUint16(head[0:], uint16(len(b)))
	binary.LittleEndian.PutUint16(head[2:], uint16(len(b)))
	binary.LittleEndian.PutUint32(head[4:], uint32(w.size+len(w.payload)))
	w.payload = append(w.payload, b...)
	return head
}

func encodeText(s string, unicode bool) []byte {
	if unicode {
		return encodeUTF16(s)
	}
	return encodeOEMLossy(s)
}

func encodeUTF16(s string) []byte {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func decodeUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// oem is the code page of OEM strings. Assumed: 437, the United States default; the
// document leaves it to the machine's locale.
var oem = charmap.CodePage437

func encodeOEM(s string) ([]byte, bool) {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		x, ok := oem.EncodeRune(c)
		if !ok {
			return nil, false
		}
		b = append(b, x)
	}
	return b, true
}

// encodeOEMLossy replaces what the code page lacks by "?", as Windows' conversion
// does.
func encodeOEMLossy(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		x, ok := oem.EncodeRune(c)
		if !ok {
			x = '?'
		}
		b = append(b, x)
	}
	return b
}

func decodeOEM(b []byte) string {
	var s strings.Builder
	for _, x := range b {
		s.WriteRune(oem.DecodeByte(x))
	}
	return s.String()
}
