package plan

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a file. They bound time and memory on hostile input, far above what
// a scenario needs.
const (
	maxBytes  = 1 << 20
	maxDepth  = 32
	maxIndent = 256

	tooDeep     = "nested too deep"
	tooDeepHint = "a scenario needs no more than 32 levels"
)

// parse reads one YAML document.
func parse(path string, src []byte) (*node, *Error) {
	if err := checkBytes(path, src); err != nil {
		return nil, err
	}
	root, err := newSyntax(path, src).parse()
	if err == nil && root.kind != kindMapping {
		return nil, errorAt(root.pos, "a scenario file is a mapping, not "+root.describe(), `begin with "version: 1"`)
	}
	return root, err
}

// checkBytes refuses what is no text.
func checkBytes(path string, src []byte) *Error {
	pos := Pos{File: path, Line: 1, Column: 1}
	if len(src) > maxBytes {
		return errorAt(pos, fmt.Sprintf("the file has %d bytes, more than 1 MiB", len(src)), "generate large bodies with size and seed, or read them with from")
	}
	for rest := src; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			return errorAt(pos, "the file is not UTF-8", "save it as UTF-8")
		case r == '\r' && (len(rest) == 1 || rest[1] != '\n'):
			return errorAt(pos, "a carriage return without a line feed", "end lines with LF, or with CR LF")
		case r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f:
			return errorAt(pos, fmt.Sprintf("control character 0x%02x", r), `write it in double quotes as an escape, "\x1b"`)
		}
		pos.Column++
		if r == '\n' {
			pos.Line, pos.Column = pos.Line+1, 1
		}
		rest = rest[size:]
	}
	return nil
}

type syntax struct {
	builder
	text  string
	lines []string
}

func newSyntax(path string, src []byte) *syntax {
	text := strings.TrimPrefix(string(src), "\ufeff")
	lines := strings.Split(text, "\n")
	return &syntax{builder: builder{file: path, last: len(lines)}, text: text, lines: lines}
}

func (s *syntax) parse() (*node, *Error) {
	tokens := lexer.Tokenize(s.text)
	if s.checkTokens(tokens); s.err != nil {
		return nil, s.err
	}
	file, err := parseTokens(tokens)
	if err != nil {
		return nil, s.translate(err)
	}
	switch len(file.Docs) {
	case 0:
		s.build(nil, 0)
		return nil, s.err
	case 1:
	default:
		return nil, s.second(file.Docs[1])
	}
	root := s.build(file.Docs[0].Body, 0)
	if s.err != nil {
		return nil, s.err
	}
	return root, nil
}

// parseTokens calls the library, of which a fault must not end the program.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			file, err = nil, fmt.Errorf("the YAML can't be read: %v", fault)
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

func (s *syntax) second(doc *ast.DocumentNode) *Error {
	tk := doc.Start
	if tk == nil && doc.Body != nil {
		tk = doc.Body.GetToken()
	}
	return errorAt(s.pos(tk), "a second YAML document", "write one scenario a file")
}

// checkTokens refuses what the language leaves out of YAML, and nesting that
// the parser would follow by recursion.
func (s *syntax) checkTokens(tokens token.Tokens) {
	flow, line, dashes := 0, 0, 0
	for _, tk := range tokens {
		pos := s.pos(tk)
		if pos.Line != line {
			line, dashes = pos.Line, 0
			s.checkIndent(tk, pos)
		}
		switch tk.Type {
		case token.SequenceEntryType:
			dashes++
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		}
		if flow > maxDepth || dashes > maxDepth {
			s.fail(pos, tooDeep, tooDeepHint)
		}
		if msg, hint := leftOut(tk); msg != "" {
			s.fail(pos, msg, hint)
		}
		if s.err != nil {
			return
		}
	}
}

// checkIndent looks at the first token of a line.
func (s *syntax) checkIndent(tk *token.Token, pos Pos) {
	if tk.Type == token.CommentType || pos.Line > len(s.lines) {
		return
	}
	line := s.lines[pos.Line-1]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	if tab := strings.IndexByte(indent, '\t'); tab >= 0 {
		s.fail(Pos{File: s.file, Line: pos.Line, Column: tab + 1}, "a tab in the indentation", "indent with spaces")
	} else if len(indent) > maxIndent {
		s.fail(pos, tooDeep, tooDeepHint)
	}
}

// leftOut says why a token is not part of the language.
func leftOut(tk *token.Token) (msg, hint string) {
	switch tk.Type {
	case token.AnchorType:
		return "YAML anchors are not part of the scenario language", `use matrix and "${axis.key}", or quote a text that begins with &`
	case token.AliasType:
		return "YAML aliases are not part of the scenario language", `use matrix and "${axis.key}", or quote a text that begins with *`
	case token.MergeKeyType:
		return "YAML merge keys are not part of the scenario language", "write the keys out"
	case token.TagType:
		return "YAML tags are not part of the scenario language", "quote a text that begins with !"
	case token.DirectiveType:
		return "YAML directives are not part of the scenario language", "leave the line out; files are YAML 1.2"
	case token.MappingKeyType:
		return "complex keys are not part of the scenario language", `write key: value; the value that is only observed is "?" in quotes`
	case token.StringType:
		if tk.Value == anyWord {
			return "an unquoted ? begins a complex key in YAML", `write it in quotes: "?"`
		}
	}
	return "", ""
}

// translate turns an error of the YAML library into ours.
func (s *syntax) translate(err error) *Error {
	pos, msg := Pos{File: s.file, Line: 1, Column: 1}, err.Error()
	var located yaml.Error
	if errors.As(err, &located) {
		pos, msg = s.pos(located.GetToken()), located.GetMessage()
	}
	return errorAt(pos, "YAML: "+oneLine(msg), s.syntaxHint(pos))
}

// syntaxHint guesses from the line what was meant.
func (s *syntax) syntaxHint(pos Pos) string {
	line := ""
	if pos.Line <= len(s.lines) {
		line = s.lines[pos.Line-1]
	}
	value := strings.TrimSpace(line[strings.Index(line, ":")+1:])
	switch {
	case strings.HasPrefix(strings.TrimLeft(line, " "), "\t") || strings.HasPrefix(line, "\t"):
		return "indent with spaces, not with tabs"
	case strings.Contains(line, "${"):
		return `write a reference in quotes: "${axis}"`
	case strings.Contains(value, ": ") && !strings.ContainsAny(value, "[{"):
		return `write a text that has ": " in quotes`
	case strings.HasPrefix(value, "@"), strings.HasPrefix(value, "`"), strings.HasPrefix(value, "%"):
		return "write a text that begins with this character in quotes"
	}
	return "check the indentation, brackets and quotes of this line and the one before"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
