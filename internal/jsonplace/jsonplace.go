// Package jsonplace tells where in a JSON text an error of encoding/json is, which itself
// knows only the byte.
package jsonplace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Words gives err in words, with the line and column of data, both from 1, in front when
// encoding/json told the place. Columns count bytes. data is what was decoded: a byte order
// mark that was cut off before is not in it.
func Words(data []byte, err error) string {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &wrong):
		offset = wrong.Offset
	}
	if offset < 0 || offset > int64(len(data)) {
		return err.Error()
	}
	before := data[:max(offset-1, 0)] // Offset counts the byte at which it is wrong, too
	return fmt.Sprintf("line %d, column %d: %v", 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n'), err)
}
