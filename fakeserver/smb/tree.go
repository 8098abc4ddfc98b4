package smb

import (
	"path"
	"slices"
	"strings"

	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smbwire"
)

// tree is a connection to a share.
type tree struct {
	name  string
	share *share // nil for IPC$
}

const (
	shareDisk  = 1          // SMB2_SHARE_TYPE_DISK
	sharePipe  = 2          // SMB2_SHARE_TYPE_PIPE
	readRights = 0x001200A9 // FILE_GENERIC_READ and FILE_GENERIC_EXECUTE
	allRights  = 0x001F01FF // FILE_ALL_ACCESS
	maxTrees   = 256
)

// treeConnect connects to a share (MS-SMB2 3.3.5.7).
func (c *conn) treeConnect(r *request) (answer, error) {
	b, err := r.body(8)
	if err != nil {
		return answer{}, err
	}
	raw, err := smbwire.Slice(r.message, int(le.Uint16(b[4:])), int(le.Uint16(b[6:])))
	if err != nil {
		return answer{}, smbwire.StatusInvalidParameter
	}
	parts := strings.Split(strings.TrimPrefix(smbwire.Text(raw), `\\`), `\`)
	if len(parts) != 2 || len(r.session.trees) >= maxTrees {
		return answer{}, smbwire.StatusBadNetworkName
	}
	t, kind := &tree{name: parts[1]}, byte(shareDisk)
	if strings.EqualFold(t.name, "IPC$") {
		kind = sharePipe
	} else if err := c.enter(r.session, t); err != nil {
		return answer{}, err
	}
	r.session.treeIDs++
	r.session.trees[r.session.treeIDs] = t
	body := append(le.AppendUint16(nil, 16), kind, 0)
	body = le.AppendUint32(body, 0)
	body = le.AppendUint32(body, 0)
	rights := uint32(readRights)
	if t.share != nil && t.share.Writable {
		rights = allRights
	}
	return answer{body: le.AppendUint32(body, rights), tree: r.session.treeIDs}, nil
}

// enter finds the share and judges whether the account may come in.
func (c *conn) enter(s *session, t *tree) error {
	t.share = c.server.share(t.name)
	switch {
	case t.share == nil:
		return smbwire.StatusBadNetworkName
	case t.share.Allow != nil && !slices.ContainsFunc(t.share.Allow, func(a string) bool { return s.account != "" && strings.EqualFold(a, s.account) }):
		c.tap.Note("%s may not use the share %s", orNobody(s.account), t.name)
		return smbwire.StatusAccessDenied
	}
	return c.faulty(t.share, OnConnect, "", 0)
}

func orNobody(account string) string {
	if account == "" {
		return "a guest"
	}
	return account
}

// find looks a path up without regard to case, as file systems of Windows do. A
// folder is what files lie in; w is a file that a client wrote.
func (sh *share) find(name string) (f content.File, w *written, folder bool, status smbwire.Status) {
	if name == "" {
		return f, nil, true, smbwire.StatusSuccess
	}
	w, gone := sh.over.find(name)
	if w != nil {
		return f, w, false, smbwire.StatusSuccess
	}
	for at, one := range sh.base() {
		if strings.EqualFold(strings.Trim(at, "/"), name) && !gone {
			return one, nil, false, smbwire.StatusSuccess
		}
	}
	switch {
	case sh.folder(name):
		return f, nil, true, smbwire.StatusSuccess
	case sh.folder(path.Dir(name)):
		return f, nil, false, smbwire.StatusObjectNameNotFound
	}
	return f, nil, false, smbwire.StatusObjectPathNotFound
}

// below reports whether a file lies in a folder, however deep.
func below(file, folder string) bool {
	return folder == "" || len(file) > len(folder) && file[len(folder)] == '/' && strings.EqualFold(file[:len(folder)], folder)
}
