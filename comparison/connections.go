package comparison

import "fmt"

// connections tells where exchanges of a node share a connection in one record and not
// in the other. Names and numbers of connections do not matter, only who comes after
// whom.
func (d *differences) connections(pairs []pair) {
	lastA, lastB := map[int]*exchange{}, map[int]*exchange{} // by connection, as exchanges of A
	for _, p := range pairs {
		if p.a == nil || p.b == nil || p.a.conn == 0 || p.b.conn == 0 {
			continue
		}
		if before, other := lastA[p.a.conn], lastB[p.b.conn]; before != other {
			d.add(p, Connections, "", after(before), after(other))
		}
		lastA[p.a.conn], lastB[p.b.conn] = p.a, p.a
	}
}

// after says which exchange a connection has had before.
func after(x *exchange) string {
	if x == nil {
		return "a new one"
	}
	return fmt.Sprintf("that of exchange %d of A", x.n)
}
