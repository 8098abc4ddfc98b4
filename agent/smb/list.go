package smb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	smb2 "github.com/cloudsoda/go-smb2"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// Entry is a file that lies in a folder of a share, or in one below it.
type Entry struct {
	Path     string // from the folder on, with backslashes
	Size     int64
	Modified time.Time
}

// Bounds on what a server may say lies in a folder.
const (
	maxEntries = 100_000
	maxDepth   = 32
)

// List gives the files of a folder with all that lies below it, in the order of their
// paths, as the account that the network sees for user. A failure is an *Error, or of
// the link; a folder that has too much in it, or names that no file can have, is one
// with ERROR_BAD_NET_RESP.
func (c *Client) List(ctx context.Context, h clock.Hold, user string, folder Name, class link.Class) ([]Entry, error) {
	s, err := c.enter(ctx, h, user, folder, class)
	if err != nil {
		return nil, err
	}
	list, err := s.list(ctx, h, folder.Path)
	if err != nil {
		return nil, s.fail(err)
	}
	_ = s.leave(ctx, h, func() error { return nil }) // the list is here, however the parting went
	slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return list, ctx.Err()
}

// list goes through a folder and those below it.
func (s *session) list(ctx context.Context, h clock.Hold, root string) (list []Entry, err error) {
	folders := []string{""}
	for len(folders) > 0 {
		folder := folders[0]
		folders = folders[1:]
		err := s.do(ctx, h, opOpen, func() error {
			found, err := s.share.ReadDir(strings.TrimSuffix(root+`\`+folder, `\`))
			if err != nil {
				return err
			}
			for _, one := range found {
				at, err := inside(folder, one.Name())
				if err != nil {
					return err
				}
				stat, ok := one.(*smb2.FileStat)
				switch {
				case one.IsDir():
					folders = append(folders, at+`\`)
				case ok:
					list = append(list, Entry{Path: at, Size: stat.Size(), Modified: stat.ModTime().UTC()})
				}
			}
			if len(list)+len(folders) > maxEntries {
				return badAnswer("the server says that more than %d files lie in %s", maxEntries, root)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// inside gives the path of what lies in a folder, which ends in a backslash unless it is
// the first.
func inside(folder, name string) (string, error) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, `*?<>|":/\`) || hasControl(name) {
		return "", badAnswer("the server names a file %q", name)
	}
	at := folder + name
	if strings.Count(at, `\`) >= maxDepth {
		return "", badAnswer("folders lie more than %d deep", maxDepth)
	}
	return at, nil
}

func badAnswer(format string, args ...any) error {
	return &hresult.Error{Code: hresult.ERROR_BAD_NET_RESP, Cause: fmt.Errorf(format, args...)}
}
