// Package answers holds the behaviours that an origin and a proxy have in common:
// what they do to an answer does not depend on who gives it. fakeserver and fakeproxy
// put them into their tables beside their own.
//
//	table := append(behaviour.Table{own()}, answers.Table()...)
package answers

import "github.com/wualab/wualab/behaviour"

// Table lists the behaviours of this package.
func Table() behaviour.Table {
	return behaviour.Table{Status(), StatusNth(), Delay(), Close(), HTTP10(), DropContentLength()}
}
