package smswire

import (
	"bytes"
	"encoding/xml"
	"fmt"

	"github.com/wualab/wualab/boundedxml"
)

// read takes a document apart that has passed the bounds. The name of its element is that
// of v's XMLName.
func read(what string, text []byte, limits boundedxml.Limits, v any) error {
	if _, err := boundedxml.Parse(text, limits); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := xml.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// write gives a value of this package as XML. Values of this package always can be
// written.
func write(v any) []byte {
	var out bytes.Buffer
	e := xml.NewEncoder(&out)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("smswire: %T: %v", v, err))
	}
	return out.Bytes()
}
