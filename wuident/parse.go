package wuident

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// largest is the size of a wuident.txt or of a setup's file that is read.
const largest = 64 << 10

// Error tells what is wrong with a file, and where.
type Error struct {
	File string
	Line int // from 1; 0 for the whole
	What string
}

// Error gives "file:line: what".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.What
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What)
}

// entry is a line name=value in a section.
type entry struct {
	line                 int
	section, name, value string
}

// entries reads the lines of a file of sections; a line that begins with ; is none.
func entries(file string, text []byte) (list []entry, err error) {
	if len(text) > largest || !utf8.Valid(text) {
		return nil, &Error{File: file, What: fmt.Sprintf("it is not text of at most %d bytes", largest)}
	}
	section := ""
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, ";"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = strings.ToUpper(strings.TrimSpace(line[1 : len(line)-1]))
		default:
			name, value, ok := strings.Cut(line, "=")
			if !ok || section == "" || strings.TrimSpace(name) == "" {
				return nil, &Error{File: file, Line: n + 1, What: "want [section] or, in one, name=value"}
			}
			list = append(list, entry{n + 1, section, strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return list, nil
}

// Parse reads wuident.txt. Sections and names that it does not know are skipped. Errors
// are of type *Error.
func Parse(text []byte) (*Ident, error) {
	list, err := entries(identFile, text)
	if err != nil {
		return nil, err
	}
	i := &Ident{}
	for _, e := range list {
		if err := i.take(e); err != nil {
			return nil, &Error{File: identFile, Line: e.line, What: err.Error()}
		}
	}
	for n, lines := range i.Agents {
		for _, l := range lines {
			if l.Directive != Skip && l.Directive != Unsupported && i.Structures[n] == "" {
				return nil, &Error{File: identFile, What: fmt.Sprintf("[%s] names a folder, and there is no %s", agentSections[n], structureKeys[n])}
			}
		}
	}
	return i, nil
}

func (i *Ident) take(e entry) error {
	switch e.section {
	case "ARCH", "LANG":
		if err := checkFolder(e.value); err != nil {
			return err
		}
		if e.section == "ARCH" {
			i.Architectures = append(i.Architectures, Name{e.name, e.value})
		} else {
			i.Languages = append(i.Languages, Name{e.name, e.value})
		}
	case "SELFCLIENTUPDATE":
		for n, key := range structureKeys {
			if strings.EqualFold(e.name, key) {
				i.Structures[n] = e.value
				return checkFolder(e.value)
			}
		}
	}
	for n, section := range agentSections {
		if e.section == section {
			line, err := agentsOf(e)
			i.Agents[n] = append(i.Agents[n], line)
			return err
		}
	}
	return nil
}

func agentsOf(e entry) (l Agents, err error) {
	l.To, l.Directive = Highest, e.value
	from, to, between := strings.Cut(e.name, "-")
	if from != "" {
		if l.From, err = ParseVersion(from); err != nil {
			return l, err
		}
	}
	if !between {
		l.To = l.From
	} else if to != "" {
		if l.To, err = ParseVersion(to); err != nil {
			return l, err
		}
	}
	switch {
	case strings.EqualFold(e.value, Skip):
		l.Directive = Skip
	case strings.EqualFold(e.value, Unsupported):
		l.Directive = Unsupported
	default:
		err = checkFolder(e.value)
	}
	return l, err
}

// checkFolder keeps what becomes a part of a URL within the self-update directory.
func checkFolder(s string) error {
	for _, part := range strings.Split(s, "/") {
		if part == "" || part == "." || part == ".." || strings.ContainsFunc(part, outsideName) {
			return fmt.Errorf("%q is no folder below the self-update directory, /SKIP or /UNSUPPORTED", s)
		}
	}
	return nil
}

func outsideName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r))
}
