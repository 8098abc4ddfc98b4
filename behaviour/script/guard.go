package script

import (
	"fmt"
	"reflect"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// maxMemory bounds what one call may make in all, in bytes, roughly. Starlark counts
// steps only, and one step can double a text. So every operation of a script that makes
// something out of something is a call of a guard here, which charges for it first.
const maxMemory = 16 << 20

// budget is what a call may still make.
type budget struct{ left int64 }

const budgetKey = "budget"

func charge(t *starlark.Thread, bytes int64) error {
	b, ok := t.Local(budgetKey).(*budget)
	if !ok {
		return nil
	}
	if bytes < 0 || bytes > b.left {
		return fmt.Errorf("the script makes more than %d MiB", maxMemory>>20)
	}
	b.left -= bytes
	return nil
}

// The names of guards, which no script can write.
const (
	guardAttr  = "$attr"
	guardSlice = "$slice"
)

// operators are those that can make much out of little.
func operators() map[syntax.Token]string {
	return map[syntax.Token]string{syntax.PLUS: "$+", syntax.STAR: "$*", syntax.PERCENT: "$%", syntax.PIPE: "$|"}
}

// augmented are the operators of assignments such as +=.
func augmented() map[syntax.Token]syntax.Token {
	return map[syntax.Token]syntax.Token{syntax.PLUS_EQ: syntax.PLUS, syntax.STAR_EQ: syntax.STAR,
		syntax.PERCENT_EQ: syntax.PERCENT, syntax.PIPE_EQ: syntax.PIPE}
}

// bound puts the guards into a script.
func bound(file *syntax.File) error {
	b := &bounder{}
	for i := range file.Stmts {
		b.walk(reflect.ValueOf(&file.Stmts[i]).Elem())
	}
	if b.err != nil {
		return b.err
	}
	return nil
}

type bounder struct{ err error }

var exprType = reflect.TypeFor[syntax.Expr]()

// walk puts guards in place of expressions, those inside first.
func (b *bounder) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		b.walk(v.Elem())
		if e, ok := v.Interface().(syntax.Expr); ok && v.Type() == exprType && v.CanSet() {
			if guarded := guardOf(e); guarded != nil {
				v.Set(reflect.ValueOf(guarded))
			}
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if assign, ok := v.Interface().(*syntax.AssignStmt); ok {
			b.assign(assign)
			return
		}
		b.walk(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				b.walk(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			b.walk(v.Index(i))
		}
	}
}

// assign writes x += y as x = x + y, guarded. What is assigned to stays as it is.
func (b *bounder) assign(s *syntax.AssignStmt) {
	b.walk(reflect.ValueOf(s).Elem().FieldByName("RHS"))
	op, is := augmented()[s.Op]
	if !is {
		if _, plain := s.LHS.(*syntax.DotExpr); !plain {
			b.walk(reflect.ValueOf(s).Elem().FieldByName("LHS"))
		}
		return
	}
	calls := false
	syntax.Walk(s.LHS, func(n syntax.Node) bool {
		_, call := n.(*syntax.CallExpr)
		calls = calls || call
		return true
	})
	if calls && b.err == nil {
		b.err = syntax.Error{Pos: s.OpPos, Msg: "the left side of " + s.Op.String() + " has a call: write x = x " + op.String() + " y with a name"}
	}
	s.Op, s.RHS = syntax.EQ, guard(operators()[op], s.OpPos, s.LHS, s.RHS)
}

// guardOf gives the guarded form of an expression, nil for one that needs none.
func guardOf(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.BinaryExpr:
		if name, ok := operators()[e.Op]; ok {
			return guard(name, e.OpPos, e.X, e.Y)
		}
	case *syntax.DotExpr:
		return guard(guardAttr, e.Dot, e.X, &syntax.Literal{Token: syntax.STRING, TokenPos: e.NamePos, Value: e.Name.Name})
	case *syntax.SliceExpr:
		args := []syntax.Expr{e.X, e.Lo, e.Hi, e.Step}
		for i, arg := range args {
			if arg == nil {
				args[i] = &syntax.Ident{NamePos: e.Lbrack, Name: "None"}
			}
		}
		return guard(guardSlice, e.Lbrack, args...)
	}
	return nil
}

func guard(name string, pos syntax.Position, args ...syntax.Expr) syntax.Expr {
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: pos, Name: name}, Lparen: pos, Args: args, Rparen: pos}
}
