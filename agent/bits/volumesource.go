package bits

// mountSource is a file of a mount that is uploaded.
type mountSource struct {
	SourceFile
	m *mount
}

// ReadAt reads nothing any more for a service that has died, or that dies with
// these bytes.
func (f *mountSource) ReadAt(p []byte, offset int64) (int, error) {
	if died, err := f.m.take(int64(len(p))); err != nil {
		if died != nil {
			died()
		}
		return 0, err
	}
	return f.SourceFile.ReadAt(p, offset)
}

// take counts n bytes that are read. The service may die of them: then it gives
// what is to be called. It takes the lock.
func (m *mount) take(n int64) (died func(), err error) {
	m.v.mu.Lock()
	defer m.v.mu.Unlock()
	switch {
	case m.dead:
		return nil, errDead
	case m.left < 0:
		return nil, nil
	case n < m.left:
		m.left -= n
		return nil, nil
	}
	died, m.died, m.dead = m.died, nil, true
	return died, errDead
}
