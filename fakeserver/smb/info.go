package smb

import (
	"github.com/wualab/wualab/auth/ntlm"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smbwire"
)

// Kinds of information (MS-SMB2 2.2.37).
const (
	infoFile       = 1
	infoFileSystem = 2
	infoSecurity   = 3
)

// queryInfo tells of a file, its file system or its security (MS-SMB2 3.3.5.20).
func (c *conn) queryInfo(r *request) (answer, error) {
	b, err := r.body(40)
	if err != nil {
		return answer{}, err
	}
	h, err := c.handleOf(r, b, 24)
	if err != nil {
		return answer{}, err
	}
	var info []byte
	switch b[2] {
	case infoFile:
		info = h.fileInfo(b[3])
	case infoFileSystem:
		info = h.tree.share.fileSystemInfo(b[3])
	case infoSecurity:
		info = securityInfo(le.Uint32(b[16:]))
	}
	switch {
	case info == nil:
		return answer{}, smbwire.StatusNotSupported
	case len(info) > int(le.Uint32(b[4:])):
		return answer{}, smbwire.StatusBufferOverflow
	}
	return answer{body: bufferBody(info)}, nil
}

// bufferBody is that of QUERY_INFO and QUERY_DIRECTORY (MS-SMB2 2.2.38, 2.2.34).
func bufferBody(data []byte) []byte {
	b := le.AppendUint16(nil, 9)
	b = le.AppendUint16(b, smbwire.HeaderSize+8)
	b = le.AppendUint32(b, uint32(len(data)))
	return append(b, data...)
}

// fileInfo gives a class of MS-FSCC 2.4, nil for one that is not known.
func (h *handle) fileInfo(class byte) []byte {
	basic := func() []byte {
		b := le.AppendUint32(h.appendTimes(nil), h.attributes())
		return le.AppendUint32(b, 0)
	}
	switch class {
	case 4: // FileBasicInformation
		return basic()
	case 5: // FileStandardInformation
		return h.standardInfo()
	case 6: // FileInternalInformation
		return le.AppendUint64(nil, h.id)
	case 18: // FileAllInformation
		b := append(basic(), h.standardInfo()...)
		b = le.AppendUint64(b, h.id)
		b = le.AppendUint32(b, 0) // EaSize
		b = le.AppendUint32(b, h.access)
		b = le.AppendUint64(b, 0) // CurrentByteOffset
		b = le.AppendUint32(b, 0) // Mode
		b = le.AppendUint32(b, 0) // AlignmentRequirement
		name := smbwire.AppendText(nil, `\`+h.name)
		return append(le.AppendUint32(b, uint32(len(name))), name...)
	case 22: // FileStreamInformation
		return []byte{}
	case 34: // FileNetworkOpenInformation
		b := le.AppendUint64(h.appendTimes(nil), uint64(allocated(h.size())))
		b = le.AppendUint64(b, uint64(h.size()))
		return le.AppendUint32(le.AppendUint32(b, h.attributes()), 0)
	}
	return nil
}

func (h *handle) standardInfo() []byte {
	b := le.AppendUint64(nil, uint64(allocated(h.size())))
	b = le.AppendUint64(b, uint64(h.size()))
	b = le.AppendUint32(b, 1)
	folder := byte(0)
	if h.folder {
		folder = 1
	}
	doomed := byte(0)
	if h.doomed {
		doomed = 1
	}
	return append(b, doomed, folder, 0, 0)
}

// fileSystemInfo gives a class of MS-FSCC 2.5, nil for one that is not known. The
// volume has 2 GiB in clusters of 4 KiB, all of them taken but those that clients may
// write to.
func (sh *share) fileSystemInfo(class byte) []byte {
	const total = 2 << 30 / cluster
	free, attributes := uint64(0), uint32(0x0008000E)
	if sh.Writable {
		free, attributes = uint64(sh.room4K()), 0x0000000E
	}
	switch class {
	case 1: // FileFsVolumeInformation
		b := le.AppendUint64(nil, uint64(ntlm.NewFileTime(content.DefaultModified())))
		b = le.AppendUint32(b, 0x4C414257)
		return append(le.AppendUint32(b, 0), 0, 0)
	case 3: // FileFsSizeInformation
		b := le.AppendUint64(le.AppendUint64(nil, total), free)
		return le.AppendUint32(le.AppendUint32(b, cluster/512), 512)
	case 5: // FileFsAttributeInformation: case is kept, Unicode, ACLs, perhaps read only
		name := smbwire.AppendText(nil, "NTFS")
		b := le.AppendUint32(nil, attributes)
		b = le.AppendUint32(b, 255)
		return append(le.AppendUint32(b, uint32(len(name))), name...)
	case 7: // FileFsFullSizeInformation
		b := le.AppendUint64(le.AppendUint64(le.AppendUint64(nil, total), free), free)
		return le.AppendUint32(le.AppendUint32(b, cluster/512), 512)
	}
	return nil
}

// securityInfo gives the parts of a security descriptor (MS-DTYP 2.4.6) that are asked
// for: owner and group are Administrators, everybody may read. The SACL is empty.
func securityInfo(parts uint32) []byte {
	administrators := []byte{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0}
	everyone := []byte{1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}
	const header = 20
	sd := make([]byte, header)
	sd[0] = 1
	control := uint16(0x8000) // self-relative
	put := func(at int, data []byte) {
		le.PutUint32(sd[at:], uint32(len(sd)))
		sd = append(sd, data...)
	}
	if parts&1 != 0 {
		put(4, administrators)
	}
	if parts&2 != 0 {
		put(8, administrators)
	}
	if parts&4 != 0 {
		control |= 0x4
		ace := append([]byte{0, 0, 20, 0}, le.AppendUint32(nil, readRights)...)
		put(16, append([]byte{2, 0, 28, 0, 1, 0, 0, 0}, append(ace, everyone...)...))
	}
	le.PutUint16(sd[2:], control)
	return sd
}
