package bits

// maxStalls is how many requests in a row may bring no byte of a file, as when
// a server is found to be no good at several ranges at once, before the
// activation ends. Assumed: no document has such a bound; without one an answer
// that nobody foresaw would be asked for without end.
const maxStalls = 5

// stalls counts the requests without progress. The zero value begins at the
// first byte.
type stalls struct {
	done int64
	n    int
}

// tooMany takes note of a request after which done bytes are there.
func (s *stalls) tooMany(done int64) bool {
	if done != s.done {
		*s = stalls{done: done}
		return false
	}
	s.n++
	return s.n >= maxStalls
}
