package smb

import (
	"strings"
	"time"

	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smbwire"
)

// handle is an open file or folder.
type handle struct {
	tree    *tree
	id      uint64
	name    string            // in the share, with slashes
	file    *content.Resource // nil for a folder and for what a client wrote
	written *written          // by a client, nil otherwise
	folder  bool
	access  uint32
	read    int64 // bytes that were sent of it
	put     int64 // bytes that were taken for it
	doomed  bool  // it is deleted when the handle is closed
	listing []entry
	listed  bool
}

func (h *handle) close() {
	if h.file != nil {
		_ = h.file.Close()
	}
	if h.doomed && !h.folder {
		h.tree.share.over.remove(h.name)
	}
}

func (h *handle) size() int64 {
	switch {
	case h.written != nil:
		size, _ := h.tree.share.over.stat(h.written)
		return size
	case h.folder:
		return 0
	}
	return h.file.Size
}

func (h *handle) modified() time.Time {
	switch {
	case h.written != nil:
		_, modified := h.tree.share.over.stat(h.written)
		return modified
	case h.folder:
		return content.DefaultModified()
	}
	return h.file.Modified
}

// readAt reads bytes of the file; none at its end.
func (h *handle) readAt(b []byte, offset int64) int {
	if h.written != nil {
		return h.tree.share.over.read(h.written, b, offset)
	}
	n, _ := h.file.ReadAt(b, offset)
	return n
}

// Rights, dispositions and options of CREATE (MS-SMB2 2.2.13).
const (
	accessSystemSecurity = 0x01000000
	writeRights          = 0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000
	directoryFile        = 0x1
	nonDirectoryFile     = 0x40
	deleteOnClose        = 0x1000
	maxHandles           = 1024
)

// Dispositions of CREATE (MS-SMB2 2.2.13).
const (
	fileSupersede   = 0
	fileOpen        = 1
	fileCreate      = 2
	fileOpenIf      = 3
	fileOverwrite   = 4
	fileOverwriteIf = 5
)

// What CREATE did (MS-SMB2 2.2.14).
const (
	opened      = 1
	created     = 2
	overwritten = 3
)

// create opens a file (MS-SMB2 3.3.5.9). Oplocks are never granted; create contexts
// are passed over.
func (c *conn) create(r *request) (answer, error) {
	b, err := r.body(56)
	if err != nil {
		return answer{}, err
	}
	raw, err := smbwire.Slice(r.message, int(le.Uint16(b[44:])), int(le.Uint16(b[46:])))
	if err != nil || len(r.session.handles) >= maxHandles {
		return answer{}, smbwire.StatusInvalidParameter
	}
	if r.tree.share == nil {
		return answer{}, smbwire.StatusObjectNameNotFound // no pipes are served
	}
	h := &handle{tree: r.tree, name: strings.Trim(strings.ReplaceAll(smbwire.Text(raw), `\`, "/"), "/"), access: le.Uint32(b[24:])}
	if err := c.faulty(r.tree.share, OnOpen, h.name, 0); err != nil {
		return answer{}, err
	}
	action, err := c.open(h, le.Uint32(b[36:]), le.Uint32(b[40:]))
	if err != nil {
		return answer{}, err
	}
	r.session.fileIDs++
	h.id = r.session.fileIDs
	r.session.handles[h.id] = h
	le.PutUint64(c.last[8:], h.id)
	body := append(le.AppendUint16(nil, 89), 0, 0)
	body = le.AppendUint32(body, action)
	body = h.appendAttributes(body)
	body = le.AppendUint32(body, 0)
	body = append(body, c.last[:]...)
	return answer{body: le.AppendUint64(body, 0)}, nil
}

// open finds or makes what a handle is for, and tells what was done.
func (c *conn) open(h *handle, disposition, options uint32) (action uint32, err error) {
	sh := h.tree.share
	f, w, folder, status := sh.find(h.name)
	writes := disposition != fileOpen && disposition != fileOpenIf || h.access&writeRights != 0 || options&deleteOnClose != 0 || status != smbwire.StatusSuccess && disposition != fileOpen
	switch {
	case writes && !sh.Writable:
		return 0, smbwire.StatusAccessDenied
	case writes && !validName(h.name):
		return 0, smbwire.StatusObjectNameInvalid
	case status == smbwire.StatusObjectPathNotFound, status != smbwire.StatusSuccess && (disposition == fileOpen || disposition == fileOverwrite):
		return 0, status
	case h.access&accessSystemSecurity != 0:
		return 0, smbwire.StatusPrivilegeNotHeld
	case status == smbwire.StatusSuccess && disposition == fileCreate:
		return 0, smbwire.StatusObjectNameCollision
	case folder && options&nonDirectoryFile != 0:
		return 0, smbwire.StatusFileIsADirectory
	case !folder && options&directoryFile != 0 && status == smbwire.StatusSuccess:
		return 0, smbwire.StatusNotADirectory
	case folder && writes && disposition != fileOpen, status != smbwire.StatusSuccess && options&directoryFile != 0:
		return 0, smbwire.StatusAccessDenied // no folders are made here
	}
	h.folder, h.written, h.doomed = folder, w, options&deleteOnClose != 0
	switch {
	case folder:
		return opened, nil
	case status != smbwire.StatusSuccess:
		h.written = sh.over.put(h.name, nil, c.server.cfg.Clock.Now())
		return created, nil
	case disposition == fileSupersede || disposition == fileOverwrite || disposition == fileOverwriteIf:
		h.written = sh.over.put(h.name, nil, c.server.cfg.Clock.Now())
		return overwritten, nil
	case w != nil:
		return opened, nil
	}
	if h.file, err = f.Open(c.server.root); err != nil {
		c.tap.Note("%s: %v", h.name, err)
		return 0, smbwire.StatusObjectNameNotFound
	}
	return opened, nil
}

const (
	attributeDirectory = 0x10
	attributeArchive   = 0x20
)

func (h *handle) attributes() uint32 {
	if h.folder {
		return attributeDirectory
	}
	return attributeArchive
}

// appendTimes writes the four times; they are all that of the last write.
func (h *handle) appendTimes(b []byte) []byte {
	for range 4 {
		b = le.AppendUint64(b, uint64(ntlm.NewFileTime(h.modified())))
	}
	return b
}

// appendAttributes writes times, sizes and attributes as CREATE, CLOSE and
// FileNetworkOpenInformation have them.
func (h *handle) appendAttributes(b []byte) []byte {
	b = h.appendTimes(b)
	b = le.AppendUint64(b, uint64(allocated(h.size())))
	b = le.AppendUint64(b, uint64(h.size()))
	return le.AppendUint32(b, h.attributes())
}

// cluster is that of NTFS.
const cluster = 4096

func allocated(size int64) int64 { return (size + cluster - 1) / cluster * cluster }

// handleOf finds the handle that a request names at offset of its body; all ones is
// that of the compound.
func (c *conn) handleOf(r *request, body []byte, at int) (*handle, error) {
	id := le.Uint64(body[at+8:])
	if id == 1<<64-1 {
		id = le.Uint64(c.last[8:])
	}
	h := r.session.handles[id]
	if h == nil || h.tree != r.tree {
		return nil, smbwire.StatusFileClosed
	}
	return h, nil
}

// close closes a file (MS-SMB2 3.3.5.10).
func (c *conn) close(r *request) (answer, error) {
	b, err := r.body(24)
	if err != nil {
		return answer{}, err
	}
	h, err := c.handleOf(r, b, 8)
	if err != nil {
		return answer{}, err
	}
	if h.tree.share != nil {
		if err := c.faulty(h.tree.share, OnClose, h.name, 0); err != nil {
			return answer{}, err
		}
	}
	delete(r.session.handles, h.id)
	body := le.AppendUint16(nil, 60)
	flags := le.Uint16(b[2:])
	body = le.AppendUint16(body, flags)
	body = le.AppendUint32(body, 0)
	if flags&1 == 0 { // SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB
		body = append(body, make([]byte, 52)...)
	} else {
		body = h.appendAttributes(body)
	}
	h.close()
	return answer{body: body}, nil
}

// read gives bytes of a file (MS-SMB2 3.3.5.12).
func (c *conn) read(r *request) (answer, error) {
	b, err := r.body(48)
	if err != nil {
		return answer{}, err
	}
	h, err := c.handleOf(r, b, 16)
	if err != nil {
		return answer{}, err
	}
	length, offset := int64(le.Uint32(b[4:])), int64(le.Uint64(b[8:]))
	most := int64(maxIO)
	if c.dialect == dialect202 {
		most = maxIO202
	}
	switch {
	case h.folder:
		return answer{}, smbwire.StatusInvalidDeviceRequest
	case length > most || offset < 0:
		return answer{}, smbwire.StatusInvalidParameter
	}
	if err := c.faulty(h.tree.share, OnRead, h.name, h.read); err != nil {
		return answer{}, err
	}
	length = max(min(length, h.size()-offset), 0)
	if room, limited := h.tree.share.room(OnRead, h.name, h.read); limited {
		length = min(length, room)
	}
	if length == 0 {
		return answer{}, smbwire.StatusEndOfFile
	}
	data := make([]byte, length)
	n := h.readAt(data, offset)
	if n == 0 {
		return answer{}, smbwire.StatusEndOfFile
	}
	h.read += int64(n)
	body := append(le.AppendUint16(nil, 17), smbwire.HeaderSize+16, 0)
	body = le.AppendUint32(body, uint32(n))
	body = le.AppendUint64(body, 0)
	return answer{body: append(body, data[:n]...)}, nil
}
