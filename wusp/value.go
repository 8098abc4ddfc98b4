package wusp

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Time is an xs:dateTime. The zero value is year 1. What has no zone is UTC, as some
// servers write it.
type Time struct{ time.Time }

// At gives t in UTC and to 100 ns, the finest that the protocol's peers keep.
func At(t time.Time) Time { return Time{t.UTC().Truncate(100 * time.Nanosecond)} }

const dateTime = "2006-01-02T15:04:05.9999999Z"

// String writes the time as the protocol does, "2006-05-17T16:16:38Z".
func (t Time) String() string { return t.UTC().Format(dateTime) }

// UnmarshalText reads an xs:dateTime with or without a zone.
func (t *Time) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02"} {
		if v, err := time.Parse(layout, s); err == nil {
			*t = At(v)
			return nil
		}
	}
	return fmt.Errorf("%q is not a date and time; write 2006-05-17T16:16:38Z", s)
}

// GUID is an identifier in the form of MS-WUSP 2.2.4.1, in lower case and without
// braces. The zero value is no GUID, as text "".
type GUID string

// NoGUID is what stands where no update is meant, MS-WUSP 2.2.2.3.1.
const NoGUID GUID = "00000000-0000-0000-0000-000000000000"

var guidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// ParseGUID reads a GUID in any case, with or without braces.
func ParseGUID(s string) (GUID, error) {
	g := strings.ToLower(strings.TrimSpace(s))
	if inner, ok := strings.CutPrefix(g, "{"); ok {
		if g, ok = strings.CutSuffix(inner, "}"); !ok {
			g = ""
		}
	}
	if !guidForm.MatchString(g) {
		return "", fmt.Errorf("%q is not a GUID; write 00000000-0000-0000-0000-000000000000", s)
	}
	return GUID(g), nil
}

// RandomGUID makes a GUID of the fourth kind, RFC 9562 5.4, of 128 bits by chance.
func RandomGUID(a, b uint64) GUID {
	return GUID(fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", uint32(a>>32), uint16(a>>16), uint16(a)&0x0FFF|0x4000, uint16(b>>48)&0x3FFF|0x8000, b&0xFFFFFFFFFFFF))
}

// UnmarshalText reads a GUID as [ParseGUID] does; nothing at all is the zero value.
func (g *GUID) UnmarshalText(text []byte) (err error) {
	if strings.TrimSpace(string(text)) == "" {
		*g = ""
		return nil
	}
	*g, err = ParseGUID(string(text))
	return err
}

// Binary is an xs:base64Binary.
type Binary []byte

// UnmarshalText reads base64 with any white space in it.
func (b *Binary) UnmarshalText(text []byte) error {
	plain := strings.Join(strings.Fields(string(text)), "")
	v, err := base64.StdEncoding.DecodeString(plain)
	if err != nil {
		return fmt.Errorf("%q is not base64", plain[:min(len(plain), 40)])
	}
	*b = v
	return nil
}
