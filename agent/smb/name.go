package smb

import (
	"fmt"
	"net/url"
	"strings"
)

// Name is a remote name on a file share.
type Name struct {
	Server, Share string
	Path          string // of the file in the share, with backslashes
}

// IsName reports whether a remote name is for a file share: a UNC name such as
// \\server\share\dir\file, or a URL that begins with file: (BITS documentation:
// BG_FILE_INFO).
func IsName(remote string) bool {
	return strings.HasPrefix(remote, `\\`) || len(remote) >= 5 && strings.EqualFold(remote[:5], "file:")
}

// ParseName reads \\server\share\dir\file or file://server/share/dir/file. Behind the
// first two, slashes count as backslashes, as the file functions of Windows take them,
// which a prefix of a URL that is replaced may leave behind. A name
// without server, share or file, with wildcards, with parts that lead upwards, with a
// \\?\ or \\.\ prefix, or of a local or named-pipe file is an error: BITS takes none of
// them (BITS documentation: BG_FILE_INFO).
func ParseName(remote string) (Name, error) {
	text := remote
	if !strings.HasPrefix(remote, `\\`) {
		var err error
		if text, err = fromURL(remote); err != nil {
			return Name{}, err
		}
	}
	parts := strings.Split(strings.ReplaceAll(strings.TrimPrefix(text, `\\`), "/", `\`), `\`)
	if len(parts) < 3 {
		return Name{}, fmt.Errorf(`remote name %q: want \\server\share\path\file`, remote)
	}
	for _, part := range parts {
		if part == "" || part == "." || part == ".." || strings.ContainsAny(part, `*?<>|":/`) || hasControl(part) {
			return Name{}, fmt.Errorf(`remote name %q: %q cannot be a part of \\server\share\path\file`, remote, part)
		}
	}
	if isPipe(parts[1]) {
		return Name{}, fmt.Errorf("remote name %q: named pipes are not supported", remote)
	}
	return Name{Server: parts[0], Share: parts[1], Path: strings.Join(parts[2:], `\`)}, nil
}

// isPipe reports the share of named pipes (MS-SMB2 1.1, IPC$).
func isPipe(share string) bool {
	return strings.EqualFold(share, "IPC$") || strings.EqualFold(share, "PIPE")
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
}

// fromURL turns file://server/share/file into a UNC name. Assumed: escapes are
// undone, as the URL functions of Windows do.
func fromURL(remote string) (string, error) {
	u, err := url.Parse(remote)
	if err != nil {
		return "", fmt.Errorf("remote name: %w", err)
	}
	if !strings.EqualFold(u.Scheme, "file") || u.Host == "" || u.Port() != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("remote name %q: want file://server/share/path/file", u.Redacted())
	}
	return `\\` + u.Host + strings.ReplaceAll(u.Path, "/", `\`), nil
}

// String gives the UNC name.
func (n Name) String() string { return `\\` + n.Server + `\` + n.Share + `\` + n.Path }

// Root gives the share's own name, \\server\share.
func (n Name) Root() string { return `\\` + n.Server + `\` + n.Share }
