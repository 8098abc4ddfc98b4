package hresult

import (
	"fmt"
	"strings"
)

// ErrorContext says where in a BITS job an error arose: BG_ERROR_CONTEXT, with
// its numbers (bits.h). The zero value is no error.
type ErrorContext int

// The contexts of BG_ERROR_CONTEXT.
const (
	BG_ERROR_CONTEXT_NONE                       ErrorContext = 0
	BG_ERROR_CONTEXT_UNKNOWN                    ErrorContext = 1
	BG_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER      ErrorContext = 2
	BG_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION ErrorContext = 3
	BG_ERROR_CONTEXT_LOCAL_FILE                 ErrorContext = 4
	BG_ERROR_CONTEXT_REMOTE_FILE                ErrorContext = 5
	BG_ERROR_CONTEXT_GENERAL_TRANSPORT          ErrorContext = 6
	BG_ERROR_CONTEXT_REMOTE_APPLICATION         ErrorContext = 7
)

const contextPrefix = "BG_ERROR_CONTEXT_"

func contextNames() []string {
	return []string{"NONE", "UNKNOWN", "GENERAL_QUEUE_MANAGER", "QUEUE_MANAGER_NOTIFICATION",
		"LOCAL_FILE", "REMOTE_FILE", "GENERAL_TRANSPORT", "REMOTE_APPLICATION"}
}

// String gives "BG_ERROR_CONTEXT_REMOTE_FILE".
func (c ErrorContext) String() string {
	if names := contextNames(); c >= 0 && int(c) < len(names) {
		return contextPrefix + names[c]
	}
	return fmt.Sprintf("%s(%d)", strings.TrimSuffix(contextPrefix, "_"), int(c))
}

// MarshalText gives String.
func (c ErrorContext) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// ParseErrorContext reads a name with or without BG_ERROR_CONTEXT_, in any
// case.
func ParseErrorContext(s string) (ErrorContext, error) {
	short := strings.TrimPrefix(strings.ToUpper(s), contextPrefix)
	for n, name := range contextNames() {
		if name == short {
			return ErrorContext(n), nil
		}
	}
	return 0, fmt.Errorf("unknown error context %q: want one of %s", s, strings.Join(contextNames(), ", "))
}

// UnmarshalText reads what ParseErrorContext reads.
func (c *ErrorContext) UnmarshalText(text []byte) error {
	parsed, err := ParseErrorContext(string(text))
	if err == nil {
		*c = parsed
	}
	return err
}
