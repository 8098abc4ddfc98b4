package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// parseJSON reads one JSON text into nodes, with the places of its values.
func parseJSON(name string, src []byte) (*node, *Error) {
	r := &jsonReader{src: src, at: Pos{File: name, Line: 1, Column: 1}, dec: json.NewDecoder(bytes.NewReader(src))}
	r.dec.UseNumber()
	root := r.value(0)
	if r.err == nil {
		pos := r.next()
		if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
			r.fail(pos, "JSON: something follows the value", "send one value")
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	return root, nil
}

// jsonReader makes nodes of the tokens of a JSON text.
type jsonReader struct {
	src  []byte
	dec  *json.Decoder
	err  *Error
	done int // bytes of src before at
	at   Pos
}

// move sets the place to an offset further on.
func (r *jsonReader) move(offset int) {
	for r.done < min(offset, len(r.src)) {
		c, size := utf8.DecodeRune(r.src[r.done:])
		r.done += size
		r.at.Column++
		if c == '\n' {
			r.at.Line, r.at.Column = r.at.Line+1, 1
		}
	}
}

// next gives the place of the next token.
func (r *jsonReader) next() Pos {
	offset := int(r.dec.InputOffset())
	for offset < len(r.src) && strings.IndexByte(" \t\r\n,:", r.src[offset]) >= 0 {
		offset++
	}
	r.move(offset)
	return r.at
}

func (r *jsonReader) fail(pos Pos, msg, hint string) *node {
	r.err = first(r.err, pos, msg, hint)
	return &node{kind: kindBroken, pos: pos, count: 1}
}

// token reads a token; nil after an error.
func (r *jsonReader) token() (json.Token, Pos, bool) {
	pos := r.next()
	tk, err := r.dec.Token()
	if err == nil {
		return tk, pos, true
	}
	msg := oneLine(err.Error())
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		msg = "it ends too early"
	}
	r.fail(pos, "JSON: "+msg, "check the commas, brackets and quotes here and before; YAML is taken, too, as application/yaml")
	return nil, pos, false
}

// value reads a value; depth is the number of collections around it.
func (r *jsonReader) value(depth int) *node {
	tk, pos, ok := r.token()
	if !ok {
		return &node{kind: kindBroken, pos: pos, count: 1}
	}
	switch tk := tk.(type) {
	case json.Delim:
		if depth >= maxDepth {
			return r.fail(pos, tooDeep, tooDeepHint)
		}
		if tk == '[' {
			return r.list(pos, depth)
		}
		return r.mapping(pos, depth)
	case string:
		return scalar(kindText, pos, tk, true)
	case json.Number:
		if strings.ContainsAny(tk.String(), ".eE") {
			return scalar(kindFloat, pos, tk.String(), false)
		}
		return scalar(kindInt, pos, tk.String(), false)
	case bool:
		return scalar(kindBool, pos, fmt.Sprint(tk), false)
	}
	return scalar(kindNull, pos, "", false)
}

func (r *jsonReader) list(pos Pos, depth int) *node {
	var items []*node
	for r.err == nil && r.dec.More() {
		items = append(items, r.value(depth+1))
	}
	if r.err == nil {
		r.token() // the bracket
	}
	return (&node{pos: pos}).list(items)
}

func (r *jsonReader) mapping(pos Pos, depth int) *node {
	var pairs []pair
	seen := map[string]bool{}
	for r.err == nil && r.dec.More() {
		tk, at, ok := r.token()
		if !ok {
			break
		}
		key := scalar(kindText, at, fmt.Sprint(tk), true)
		if seen[key.text] {
			r.fail(at, fmt.Sprintf("duplicate key %s", quote(key.text)), "keep one of them")
			break
		}
		seen[key.text] = true
		pairs = append(pairs, pair{key, r.value(depth + 1)})
	}
	if r.err == nil {
		r.token() // the bracket
	}
	return (&node{pos: pos}).mapping(pairs)
}
