package smb

import (
	"strings"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/smbwire"
)

// Rights that a handle must have (MS-SMB2 2.2.13.1.1); the generic ones bring them along.
const (
	accessWriteData       = 0x2 | 0x4 | 0x10000000 | 0x40000000
	accessWriteAttributes = 0x100 | 0x10000000 | 0x40000000
	accessDelete          = 0x10000 | 0x10000000
)

// write takes bytes of a file (MS-SMB2 3.3.5.13).
func (c *conn) write(r *request) (answer, error) {
	b, err := r.body(48)
	if err != nil {
		return answer{}, err
	}
	h, err := c.writable(r, b, 16, accessWriteData)
	if err != nil {
		return answer{}, err
	}
	length, offset := int(le.Uint32(b[4:])), int64(le.Uint64(b[8:]))
	data, err := smbwire.Slice(r.message, int(le.Uint16(b[2:])), length)
	most := maxIO
	if c.dialect == dialect202 {
		most = maxIO202
	}
	if err != nil || length > most || offset < 0 || offset > maxWritten {
		return answer{}, smbwire.StatusInvalidParameter
	}
	sh := h.tree.share
	if err := c.faulty(sh, OnWrite, h.name, h.put); err != nil {
		return answer{}, err
	}
	if room, limited := sh.room(OnWrite, h.name, h.put); limited {
		data = data[:min(int64(len(data)), room)]
	}
	if err := sh.over.write(h.written, data, offset, sh.limit(), c.server.cfg.Clock.Now()); err != nil {
		return answer{}, err
	}
	h.put += int64(len(data))
	body := append(le.AppendUint16(nil, 17), 0, 0)
	body = le.AppendUint32(body, uint32(len(data)))
	return answer{body: le.AppendUint64(body, 0)}, nil
}

// writable finds the handle of a request that changes a file. A file that the share
// was made with becomes one of the client's, with the same bytes.
func (c *conn) writable(r *request, body []byte, at int, right uint32) (*handle, error) {
	h, err := c.handleOf(r, body, at)
	switch {
	case err != nil:
		return nil, err
	case h.folder || h.access&right == 0:
		return nil, smbwire.StatusAccessDenied
	case h.written != nil:
		return h, nil
	}
	sh, size := h.tree.share, h.file.Size
	if h.written, _ = sh.over.find(h.name); h.written != nil {
		return h, nil
	}
	if size > sh.limit() {
		return nil, smbwire.StatusDiskFull
	}
	data := make([]byte, size)
	if n := h.readAt(data, 0); int64(n) != size {
		return nil, smbwire.StatusObjectNameNotFound
	}
	h.written = sh.over.put(h.name, data, h.file.Modified)
	return h, nil
}

// flush has nothing to wait for (MS-SMB2 3.3.5.11).
func (c *conn) flush(r *request) (answer, error) {
	b, err := r.body(24)
	if err != nil {
		return answer{}, err
	}
	if _, err := c.handleOf(r, b, 8); err != nil {
		return answer{}, err
	}
	return answer{body: plainBody()}, nil
}

// setInfo changes what is known of a file (MS-SMB2 3.3.5.21): its time, its name, its
// length, and whether it is deleted.
func (c *conn) setInfo(r *request) (answer, error) {
	b, err := r.body(32)
	if err != nil {
		return answer{}, err
	}
	data, err := smbwire.Slice(r.message, int(le.Uint16(b[8:])), int(le.Uint32(b[4:])))
	set, known := setters[b[3]]
	switch {
	case err != nil:
		return answer{}, smbwire.StatusInvalidParameter
	case b[2] != infoFile || !known:
		return answer{}, smbwire.StatusNotSupported
	case len(data) < set.least:
		return answer{}, smbwire.StatusInvalidParameter
	}
	h, err := c.writable(r, b, 16, set.right)
	if err != nil {
		return answer{}, err
	}
	if err := set.do(c, h, data); err != nil {
		return answer{}, err
	}
	return answer{body: []byte{2, 0}}, nil
}

// setter changes a file by one class of MS-FSCC 2.4.
type setter struct {
	least int    // bytes of the class
	right uint32 // one of which the handle has
	do    func(*conn, *handle, []byte) error
}

var setters = map[byte]setter{
	4:  {40, accessWriteAttributes, (*conn).setBasic}, // FileBasicInformation
	10: {20, accessDelete, (*conn).rename},            // FileRenameInformation, of SMB2
	13: {1, accessDelete, (*conn).dispose},            // FileDispositionInformation
	19: {8, accessWriteData, (*conn).setAllocation},   // FileAllocationInformation
	20: {8, accessWriteData, (*conn).setEndOfFile},    // FileEndOfFileInformation
}

// setBasic sets the LastWriteTime, the only time that is kept. 0 and -1 change nothing
// (MS-FSCC 2.4.7).
func (c *conn) setBasic(h *handle, data []byte) error {
	if t := int64(le.Uint64(data[16:])); t > 0 {
		h.tree.share.over.stamp(h.written, ntlm.FileTime(t).Time())
	}
	return nil
}

func (c *conn) setEndOfFile(h *handle, data []byte) error {
	size := int64(le.Uint64(data))
	if size < 0 || size > maxWritten {
		return smbwire.StatusInvalidParameter
	}
	return h.tree.share.over.resize(h.written, size, h.tree.share.limit())
}

// setAllocation cuts a file off (MS-FSCC 2.4.4); room is not reserved.
func (c *conn) setAllocation(h *handle, data []byte) error {
	if size := int64(le.Uint64(data)); size >= 0 && size < h.size() {
		return c.setEndOfFile(h, data)
	}
	return nil
}

// dispose says whether a file goes with its handle.
func (c *conn) dispose(h *handle, data []byte) error {
	if err := c.faulty(h.tree.share, OnDelete, h.name, 0); err != nil {
		return err
	}
	h.doomed = data[0] != 0
	return nil
}

// rename gives a file another name in the share (MS-FSCC 2.4.42.2).
func (c *conn) rename(h *handle, data []byte) error {
	if err := c.faulty(h.tree.share, OnRename, h.name, 0); err != nil {
		return err
	}
	raw, err := smbwire.Slice(data, 20, int(le.Uint32(data[16:])))
	if err != nil {
		return smbwire.StatusInvalidParameter
	}
	to := strings.Trim(strings.ReplaceAll(smbwire.Text(raw), `\`, "/"), "/")
	if to == "" || !validName(to) {
		return smbwire.StatusObjectNameInvalid
	}
	_, _, folder, status := h.tree.share.find(to)
	same := strings.EqualFold(to, h.name)
	switch {
	case status == smbwire.StatusObjectPathNotFound:
		return status
	case folder:
		return smbwire.StatusAccessDenied
	case status == smbwire.StatusSuccess && data[0] == 0 && !same:
		return smbwire.StatusObjectNameCollision
	}
	h.tree.share.over.rename(h.written, to)
	h.name = to
	return nil
}

// validName reports whether a file can have a name.
func validName(name string) bool {
	return clean(name) == name && !strings.ContainsAny(name, ":*?\"<>|\x00")
}

// room4K gives how many clusters clients may still write.
func (sh *share) room4K() int64 {
	sh.over.mu.Lock()
	defer sh.over.mu.Unlock()
	return max(sh.limit()-sh.over.used, 0) / cluster
}
