package machine

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxRegFile bounds what ReadReg takes into memory; an export of a whole
// machine is of the order of 100 MB.
const maxRegFile = 256 << 20

// RegFile is a read .reg file: what it says to do, in its order. Importing
// changes the registry key by key and value by value; it never empties a key
// that the file does not delete.
type RegFile struct {
	Name     string // as given to ReadReg, for messages
	Format   RegFormat
	Encoding Encoding
	Keys     []RegFileKey
}

// RegFileKey is one [key] section.
type RegFileKey struct {
	Path   string // as written, without a leading "-"
	Delete bool   // [-key]: the key goes, with all below it
	Line   int    // from 1
	Values []RegFileValue
}

// RegFileValue is one line of a section; the default value "@" has the empty
// name.
type RegFileValue struct {
	Name   string
	Delete bool // "name"=-
	Value  Value
	Line   int // from 1
}

// SyntaxError tells where a .reg file is wrong. Line and Column count from 1,
// columns in characters.
type SyntaxError struct {
	File         string
	Line, Column int
	Msg          string
	Hint         string // what to do about it; may be empty
}

// Error gives "file:line:column: message (hint)".
func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// ReadReg reads a .reg file: REGEDIT4 or Windows Registry Editor Version 5.00,
// in UTF-16LE, UTF-8 or ANSI. The name appears in errors. A file that is not a
// well-formed .reg file gives a [*SyntaxError]; where regedit skips a line that
// it does not understand, this is an error too, since a skipped setting would
// change what a test means. Short hive names (HKLM) are accepted.
//
// Source: KB 310516; the hex(n) forms are those that regedit writes.
func ReadReg(r io.Reader, name string) (*RegFile, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxRegFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxRegFile {
		return nil, fmt.Errorf("read %s: longer than %d MiB", name, maxRegFile>>20)
	}
	text, encoding, err := decodeReg(data)
	if bad := (*errUndecodable)(nil); errors.As(err, &bad) {
		return nil, syntaxError(name, bad.before, len(bad.before), bad.msg, bad.hint)
	}
	p := regParser{text: text, file: &RegFile{Name: name, Encoding: encoding}}
	if err := p.parse(); err != nil {
		return nil, err
	}
	return p.file, nil
}

// Import reads a .reg file and does what it says. On an error nothing is
// changed.
func (r *Registry) Import(rd io.Reader, name string) error {
	f, err := ReadReg(rd, name)
	if err != nil {
		return err
	}
	return r.Apply(f)
}

// Apply does what a read file says, as one step for other goroutines. On an
// error nothing is changed.
func (r *Registry) Apply(f *RegFile) error {
	paths := make([]keyPath, len(f.Keys))
	for i, k := range f.Keys {
		path, err := k.check()
		if err != nil {
			return &SyntaxError{File: f.Name, Line: k.Line, Column: 1, Msg: err.Error()}
		}
		paths[i] = path
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, k := range f.Keys {
		r.applyKey(paths[i], k)
	}
	return nil
}

func (k RegFileKey) check() (keyPath, error) {
	path, err := parsePath(k.Path)
	if err == nil && k.Delete {
		err = path.deletable()
	}
	for _, v := range k.Values {
		if err == nil {
			err = checkValueName(v.Name)
		}
	}
	return path, err
}

// applyKey does one section; ReadReg leaves a [-key] no values.
func (r *Registry) applyKey(path keyPath, k RegFileKey) {
	if k.Delete {
		r.deleteKey(path)
		return
	}
	key := r.open(path, true)
	for _, v := range k.Values {
		if v.Delete {
			delete(key.values, fold(v.Name))
			continue
		}
		key.set(v.Name, v.Value)
	}
}

func syntaxError(file, text string, pos int, msg, hint string) *SyntaxError {
	before := text[:pos]
	line := strings.Count(before, "\n")
	start := strings.LastIndexByte(before, '\n') + 1
	return &SyntaxError{File: file, Line: line + 1, Column: utf8.RuneCountInString(before[start:]) + 1, Msg: msg, Hint: hint}
}
