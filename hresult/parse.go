package hresult

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/spelling"
)

// Parse reads a code as people and logs write it: a name of the tables in any
// case (BG_E_HTTP_ERROR_407), hexadecimal with 0x (0x80190197) or as eight
// digits that begin with 8 (80190197), or decimal, signed or not (-2145844841,
// 2149122455). An unknown name's error suggests the nearest ones.
//
// Decimal numbers from 2 to 65535 are refused, since they are an HTTP status
// or a Win32 error and no HRESULT; the error says what to write instead.
func Parse(s string) (HRESULT, error) {
	text := strings.ToUpper(strings.TrimSpace(s))
	switch {
	case text == "":
		return 0, fmt.Errorf("empty result code")
	case strings.HasPrefix(text, "0X"):
		return parseHex(s, text[2:])
	case len(text) == 8 && text[0] == '8' && isHex(text):
		return parseHex(s, text)
	case text[0] == '-' || text[0] >= '0' && text[0] <= '9':
		return parseDecimal(s, text)
	}
	if h, ok := index().byName[text]; ok {
		return h, nil
	}
	return 0, unknownName(s, text)
}

func parseHex(s, digits string) (HRESULT, error) {
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return 0, fmt.Errorf("result code %q: want at most eight hexadecimal digits after 0x", s)
	}
	return HRESULT(n), nil
}

func isHex(text string) bool { return strings.Trim(text, "0123456789ABCDEF") == "" }

func parseDecimal(s, text string) (HRESULT, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < -1<<31 || n >= 1<<32 {
		return 0, fmt.Errorf("result code %q: want a number of 32 bits, 0x and hexadecimal, or a name", s)
	}
	if n < 2 || n > 0xFFFF {
		return HRESULT(uint32(n)), nil
	}
	if n >= 100 && n < 600 {
		return 0, fmt.Errorf("result code %q: an HTTP status is no HRESULT; write %s", s, FromHTTPStatus(int(n)).orName())
	}
	return 0, fmt.Errorf("result code %q: a Win32 error is no HRESULT; write %s", s, FromWin32(int(n)).orName())
}

func (h HRESULT) orName() string {
	if name := h.Name(); name != "" {
		return name
	}
	return h.String()
}

const maxSuggestions = 3

func unknownName(s, text string) error {
	near := nearest(text)
	if len(near) == 0 {
		return fmt.Errorf("unknown result code %q", s)
	}
	return fmt.Errorf("unknown result code %q: did you mean %s?", s, strings.Join(near, ", "))
}

// nearest lists the names that contain text, or differ from it by little.
func nearest(text string) []string {
	const longest = 64 // of a name; bounds the work on hostile input
	if len(text) < 3 || len(text) > longest {
		return nil
	}
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	for _, info := range index().sorted {
		d := spelling.Distance(text, strings.ToUpper(info.Name))
		if strings.Contains(strings.ToUpper(info.Name), text) {
			d = 0
		}
		if 2*d < len(text) {
			found = append(found, candidate{info.Name, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.distance - b.distance })
	var names []string
	for _, c := range found[:min(len(found), maxSuggestions)] {
		names = append(names, c.name)
	}
	return names
}
