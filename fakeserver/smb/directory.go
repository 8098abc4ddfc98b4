package smb

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smbwire"
)

// entry is a line of a folder.
type entry struct {
	name   string
	size   int64
	time   time.Time
	folder bool
}

// list gives what lies directly in a folder, in the order of names, behind the
// entries for the folder itself and the one above.
func (c *conn) list(sh *share, folder string) []entry {
	found := map[string]entry{}
	for _, at := range sh.names() {
		if !below(at, folder) {
			continue
		}
		rest := strings.TrimPrefix(at[len(folder):], "/")
		name, _, deeper := strings.Cut(rest, "/")
		e := entry{name: name, folder: deeper, time: content.DefaultModified()}
		if !deeper {
			e.size, e.time = c.stat(sh, at)
		}
		found[strings.ToLower(name)] = e
	}
	lines := []entry{{name: ".", folder: true, time: content.DefaultModified()}, {name: "..", folder: true, time: content.DefaultModified()}}
	var keys []string
	for key := range found {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		lines = append(lines, found[key])
	}
	return lines
}

// stat gives size and time of a file, zero for one that cannot be opened.
func (c *conn) stat(sh *share, at string) (int64, time.Time) {
	f, w, _, _ := sh.find(at)
	if w != nil {
		return sh.over.stat(w)
	}
	opened, err := f.Open(c.server.root)
	if err != nil {
		return 0, content.DefaultModified()
	}
	defer func() { _ = opened.Close() }()
	return opened.Size, opened.Modified
}

// queryDirectory lists a folder (MS-SMB2 3.3.5.18), with the classes
// FileBothDirectoryInformation and FileIdBothDirectoryInformation (MS-FSCC 2.4).
func (c *conn) queryDirectory(r *request) (answer, error) {
	b, err := r.body(32)
	if err != nil {
		return answer{}, err
	}
	h, err := c.handleOf(r, b, 8)
	if err != nil {
		return answer{}, err
	}
	raw, err := smbwire.Slice(r.message, int(le.Uint16(b[24:])), int(le.Uint16(b[26:])))
	withID := b[2] == 37
	switch {
	case err != nil || !h.folder || h.tree.share == nil:
		return answer{}, smbwire.StatusInvalidParameter
	case b[2] != 3 && !withID:
		return answer{}, smbwire.StatusNotSupported
	}
	first := !h.listed
	if first || b[3]&0x11 != 0 { // SMB2_RESTART_SCANS, SMB2_REOPEN
		h.listing, h.listed = matching(c.list(h.tree.share, h.name), smbwire.Text(raw)), true
		if len(h.listing) == 0 {
			return answer{}, smbwire.StatusNoSuchFile
		}
	}
	single := b[3]&0x02 != 0 // SMB2_RETURN_SINGLE_ENTRY
	out := h.take(min(int(le.Uint32(b[28:])), maxIO202), single, withID)
	if len(out) == 0 {
		return answer{}, smbwire.StatusNoMoreFiles
	}
	return answer{body: bufferBody(out)}, nil
}

// matching keeps the entries that a pattern of * and ? names.
func matching(list []entry, pattern string) []entry {
	pattern = strings.ToLower(strings.NewReplacer("[", `\[`, "<", "*", ">", "?", `"`, ".").Replace(pattern))
	return slices.DeleteFunc(list, func(e entry) bool {
		ok, err := path.Match(pattern, strings.ToLower(e.name))
		return pattern != "*" && pattern != "*.*" && (err != nil || !ok)
	})
}

// take writes entries until room is used up, and takes them off the listing.
func (h *handle) take(room int, single, withID bool) []byte {
	var out []byte
	last := 0
	for len(h.listing) > 0 {
		at := (len(out) + 7) &^ 7
		line := h.listing[0].marshal(withID)
		if at+len(line) > room {
			break
		}
		if len(out) > 0 {
			le.PutUint32(out[last:], uint32(at-last))
		}
		out = append(append(out, make([]byte, at-len(out))...), line...)
		last, h.listing = at, h.listing[1:]
		if single {
			break
		}
	}
	return out
}

func (e entry) marshal(withID bool) []byte {
	like := handle{folder: e.folder}
	like.file = &content.Resource{Size: e.size, Modified: e.time}
	name := smbwire.AppendText(nil, e.name)
	b := make([]byte, 8) // NextEntryOffset, FileIndex
	b = like.appendTimes(b)
	b = le.AppendUint64(b, uint64(like.size()))
	b = le.AppendUint64(b, uint64(allocated(like.size())))
	b = le.AppendUint32(b, like.attributes())
	b = le.AppendUint32(b, uint32(len(name)))
	b = le.AppendUint32(b, 0)            // EaSize
	b = append(b, make([]byte, 2+24)...) // no short name
	if withID {
		b = append(b, make([]byte, 2+8)...)
	}
	return append(b, name...)
}
