package jsonplace_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/wualab/wualab/internal/jsonplace"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "line 1, column 1: unexpected end of JSON input"},
		{"{\n \"n\": x}", "line 2, column 7: invalid character 'x'"},
		{"{\n\n\"n\": \"text\"}", "line 3, column 11: json: cannot unmarshal string"},
		{"[1]", "line 1, column 1: json: cannot unmarshal array"},
		{"{\"n\": 1}\n}", "line 2, column 1: invalid character '}'"},
	} {
		var v struct{ N int }
		err := json.Unmarshal([]byte(c.text), &v)
		if got := jsonplace.Words([]byte(c.text), err); !strings.HasPrefix(got, c.want) {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
	if got := jsonplace.Words(nil, errors.New("another")); got != "another" {
		t.Error(got)
	}
	if got := jsonplace.Words([]byte("1"), &json.SyntaxError{Offset: 5}); strings.Contains(got, "line") {
		t.Error(got)
	}
}
