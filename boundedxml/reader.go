// Package boundedxml reads XML that may be hostile. What the documents of this module
// never have is refused: a document type (and with it every entity of one's own), a
// processing instruction, another encoding than UTF-8, and elements nested too deep;
// the size is bounded before anything is read. Errors tell line and column.
//
// [Reader] hands on the tokens of encoding/xml that pass; [Parse] makes a tree of
// elements for what has no fixed schema, as the applicability rules of an update.
package boundedxml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits bound what is read. The zero value of a field is its default.
type Limits struct {
	Size  int // bytes; 16 MiB
	Depth int // nested elements; 64
}

func (l Limits) withDefaults() Limits {
	if l.Size == 0 {
		l.Size = 16 << 20
	}
	if l.Depth == 0 {
		l.Depth = 64
	}
	return l
}

// Error says what is wrong, and where.
type Error struct {
	Line, Column int // from 1; 0 when the place is not known
	What         string
	TooLarge     bool // more than Limits.Size
	Value        bool // well-formed, but a value does not fit where it stands
}

// Error gives "line:column: what".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.What
	}
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.What)
}

// Reader gives the tokens of a text, without comments. It is an [xml.TokenReader] for
// [xml.NewTokenDecoder]. Use it from one goroutine.
type Reader struct {
	d     *xml.Decoder
	most  int
	depth int
}

// NewReader reads a text. Its error, of type [*Error], is one of size.
func NewReader(text []byte, limits Limits) (*Reader, error) {
	limits = limits.withDefaults()
	if len(text) > limits.Size {
		return nil, &Error{TooLarge: true, What: fmt.Sprintf("%d bytes are more than the %d allowed", len(text), limits.Size)}
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF")) // XML 1.0 4.3.3: the mark of UTF-8 is no part of the document
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("charset %q is not read; use utf-8", charset)
	}
	return &Reader{d: d, most: limits.Depth}, nil
}

// Token gives the next token, with namespaces resolved, and io.EOF behind the last.
func (r *Reader) Token() (xml.Token, error) {
	for {
		token, err := r.d.Token()
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, r.Wrap(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, r.Fail("a document type is refused")
		case xml.ProcInst:
			if t.Target != "xml" {
				return nil, r.Fail(fmt.Sprintf("the processing instruction %q is refused", t.Target))
			}
			continue
		case xml.Comment:
			continue
		case xml.StartElement:
			if r.depth++; r.depth > r.most {
				return nil, r.Fail(fmt.Sprintf("elements are nested more than %d deep", r.most))
			}
		case xml.EndElement:
			r.depth--
		}
		return token, nil
	}
}

// Fail makes an error at the place that has been read up to.
func (r *Reader) Fail(what string) *Error {
	line, column := r.d.InputPos()
	return &Error{Line: line, Column: column, What: what}
}

// Wrap gives an error of encoding/xml, or of a value, the form of this package.
func (r *Reader) Wrap(err error) *Error {
	var own *Error
	var syntax *xml.SyntaxError
	var number *strconv.NumError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &syntax):
		return r.Fail(syntax.Msg)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return r.Fail("the text ends too early")
	case strings.HasPrefix(err.Error(), "xml: "):
		return r.Fail(strings.TrimPrefix(err.Error(), "xml: "))
	}
	what := err.Error()
	if errors.As(err, &number) {
		what = fmt.Sprintf("%q is not a number that fits", number.Num)
	}
	e := r.Fail(what)
	e.Value = true
	return e
}
