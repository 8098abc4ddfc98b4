package smb

import (
	"net"
	"testing"

	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smbwire"
)

// FuzzWritable sends anything behind a logon, on a share that can be written and with a
// file open: each request is answered or ends the connection, and what was written stays
// in its bounds.
func FuzzWritable(f *testing.F) {
	ask := func(c smbwire.Command, body ...byte) []byte {
		return append(smbwire.Header{Command: c, SessionID: 1, TreeID: 1}.Append(nil), body...)
	}
	write := append([]byte{49, 0, smbwire.HeaderSize + 48, 0, 3, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 32)...)
	write[24] = 1
	f.Add(ask(smbwire.Write, append(write, "abc"...)...))
	rename := append([]byte{33, 0, 1, 10, 22, 0, 0, 0, smbwire.HeaderSize + 32, 0}, make([]byte, 22)...)
	rename[24] = 1
	f.Add(ask(smbwire.SetInfo, append(append(append(rename, 1), make([]byte, 15)...), 2, 0, 0, 0, 'b', 0)...))
	for _, class := range []byte{4, 13, 19, 20} {
		set := append([]byte{33, 0, 1, class, 40, 0, 0, 0, smbwire.HeaderSize + 32, 0}, make([]byte, 22)...)
		set[24] = 1
		f.Add(ask(smbwire.SetInfo, append(set, make([]byte, 40)...)...))
	}
	create := append(make([]byte, 44), smbwire.HeaderSize+56, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'c', 0)
	create[27], create[36] = 0x40, fileOverwriteIf
	f.Add(ask(smbwire.Create, create...))
	f.Add(ask(smbwire.Close, append(make([]byte, 16), 1, 0, 0, 0, 0, 0, 0, 0)...))
	f.Fuzz(func(t *testing.T, message []byte) {
		h, err := smbwire.ParseHeader(message)
		if err != nil || h.Command <= smbwire.SessionSetup || h.Command == smbwire.Cancel {
			return // those of a login are FuzzServer's
		}
		server, err := New(Config{Shares: map[string]Share{"inbox": {Writable: true, FreeSpace: 1 << 20, Files: func() map[string]content.File {
			return map[string]content.File{"a": {Size: 10}}
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = server.Close() }()
		near, far := net.Pipe()
		defer func() { _, _ = near.Close(), far.Close() }()
		c := newConn(server, near)
		c.dialect = dialect21
		sh := server.share("inbox")
		s := &session{id: 1, open: true, trees: map[uint32]*tree{1: {name: "inbox", share: sh}}, handles: map[uint64]*handle{}, fileIDs: 1}
		open := &handle{tree: s.trees[1], id: 1, name: "a", access: 0x10000000}
		if _, err := c.open(open, fileOpen, 0); err != nil {
			t.Fatal(err)
		}
		s.handles[1], c.sessions[1] = open, s
		h.SessionID, h.TreeID = 1, 1
		_, _ = c.handle(&request{Header: h, message: message, session: s})
		sh.over.mu.Lock()
		defer sh.over.mu.Unlock()
		var used int64
		for _, w := range sh.over.files {
			used += int64(len(w.data))
		}
		if used != sh.over.used || used > sh.limit() {
			t.Errorf("%d bytes, counted as %d, of %d", used, sh.over.used, sh.limit())
		}
	})
}
