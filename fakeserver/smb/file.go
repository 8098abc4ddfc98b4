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
	name    string // in the share, with slashes
	file    *content.Resource
	folder  bool
	access  uint32
	read    int64 // bytes that were sent of it
	listing []entry
	listed  bool
}

func (h *handle) close() {
	if h.file != nil {
		_ = h.file.Close()
	}
}

func (h *handle) size() int64 {
	if h.folder {
		return 0
	}
	return h.file.Size
}

func (h *handle) written() time.Time {
	if h.folder {
		return content.DefaultModified()
	}
	return h.file.Modified
}

// Rights, dispositions and options of CREATE (MS-SMB2 2.2.13).
const (
	accessSystemSecurity = 0x01000000
	writeRights          = 0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000
	fileOpen             = 1
	fileOpenIf           = 3
	directoryFile        = 0x1
	nonDirectoryFile     = 0x40
	maxHandles           = 1024
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
	if err := c.open(h, le.Uint32(b[36:]), le.Uint32(b[40:])); err != nil {
		return answer{}, err
	}
	r.session.fileIDs++
	h.id = r.session.fileIDs
	r.session.handles[h.id] = h
	le.PutUint64(c.last[8:], h.id)
	body := append(le.AppendUint16(nil, 89), 0, 0)
	body = le.AppendUint32(body, 1) // FILE_OPENED
	body = h.appendAttributes(body)
	body = le.AppendUint32(body, 0)
	body = append(body, c.last[:]...)
	return answer{body: le.AppendUint64(body, 0)}, nil
}

func (c *conn) open(h *handle, disposition, options uint32) error {
	f, folder, status := h.tree.share.find(h.name)
	switch {
	case status == smbwire.StatusSuccess && disposition != fileOpen && disposition != fileOpenIf,
		status != smbwire.StatusSuccess && disposition != fileOpen, h.access&writeRights != 0:
		return smbwire.StatusAccessDenied // the shares can be read only
	case status != smbwire.StatusSuccess:
		return status
	case h.access&accessSystemSecurity != 0:
		return smbwire.StatusPrivilegeNotHeld
	case folder && options&nonDirectoryFile != 0:
		return smbwire.StatusFileIsADirectory
	case !folder && options&directoryFile != 0:
		return smbwire.StatusNotADirectory
	}
	h.folder = folder
	if folder {
		return nil
	}
	var err error
	if h.file, err = f.Open(c.server.root); err != nil {
		c.tap.Note("%s: %v", h.name, err)
		return smbwire.StatusObjectNameNotFound
	}
	return nil
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
		b = le.AppendUint64(b, uint64(ntlm.NewFileTime(h.written())))
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
	h.close()
	delete(r.session.handles, h.id)
	body := le.AppendUint16(nil, 60)
	flags := le.Uint16(b[2:])
	body = le.AppendUint16(body, flags)
	body = le.AppendUint32(body, 0)
	if flags&1 == 0 { // SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB
		return answer{body: append(body, make([]byte, 52)...)}, nil
	}
	return answer{body: h.appendAttributes(body)}, nil
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
	length = max(min(length, h.file.Size-offset), 0)
	if room, limited := h.tree.share.room(h.name, h.read); limited {
		length = min(length, room)
	}
	if length == 0 {
		return answer{}, smbwire.StatusEndOfFile
	}
	data := make([]byte, length)
	n, err := h.file.ReadAt(data, offset)
	if n == 0 && err != nil {
		return answer{}, smbwire.StatusEndOfFile
	}
	h.read += int64(n)
	body := append(le.AppendUint16(nil, 17), smbwire.HeaderSize+16, 0)
	body = le.AppendUint32(body, uint32(n))
	body = le.AppendUint64(body, 0)
	return answer{body: append(body, data[:n]...)}, nil
}
