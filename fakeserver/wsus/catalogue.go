package wsus

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// revision is an entry of the revision table, MS-WUSP 3.1.1.
type revision struct {
	id         int
	update     *metadata.Update
	fragments  *metadata.Fragments
	leaf       bool
	categories []wusp.GUID

	termsDeclined bool     // the administrator has not accepted them
	files         []string // paths that the content is at, in the order of the metadata
}

func (r *revision) identity() wusp.UpdateIdentity { return r.update.Identity }

// catalogue is all revisions, and the newest one of each update.
type catalogue struct {
	all    []*revision // by id
	byID   map[int]*revision
	byGUID map[wusp.GUID]*revision
	files  map[string]content.File // by path
	paths  map[string]string       // by digest
}

const firstRevision = 101

func newCatalogue(updates []Update, root *os.Root) (*catalogue, error) {
	c := &catalogue{byID: map[int]*revision{}, byGUID: map[wusp.GUID]*revision{}, files: map[string]content.File{}, paths: map[string]string{}}
	for _, u := range updates {
		if u.RevisionID != 0 {
			c.byID[u.RevisionID] = nil // taken
		}
	}
	next := firstRevision
	for i, u := range updates {
		for u.RevisionID == 0 {
			if _, taken := c.byID[next]; !taken {
				u.RevisionID = next
			}
			next++
		}
		if err := c.add(u, root); err != nil {
			return nil, fmt.Errorf("update %d of the catalogue: %w", i+1, err)
		}
	}
	slices.SortFunc(c.all, func(a, b *revision) int { return cmp.Compare(a.id, b.id) })
	return c, c.relate()
}

func (c *catalogue) add(u Update, root *os.Root) error {
	p, err := Prepare(u, root)
	if err != nil {
		return err
	}
	if c.byID[u.RevisionID] != nil {
		return fmt.Errorf("revision ID %d is there twice", u.RevisionID)
	}
	r := &revision{id: u.RevisionID, update: p.Metadata, fragments: p.Fragments, categories: u.Categories, files: p.Paths, termsDeclined: u.TermsDeclined}
	for i, f := range p.Metadata.Files {
		c.paths[string(f.Digest)] = p.Paths[i]
	}
	for _, f := range termsOf(p.Metadata) {
		c.paths[string(f.Digest)] = contentPath(f)
	}
	maps.Copy(c.files, p.Files)
	c.byID[r.id] = r
	c.all = append(c.all, r)
	if newest := c.byGUID[r.identity().UpdateID]; newest == nil || newest.update.Identity.RevisionNumber < r.update.Identity.RevisionNumber {
		c.byGUID[r.identity().UpdateID] = r
	}
	return nil
}

// termsOf gives the files of the license terms.
func termsOf(u *metadata.Update) (list []metadata.File) {
	for _, e := range u.Eulas {
		list = append(list, e.File)
	}
	return list
}

// served is the file as it goes out.
func (f File) served() content.File {
	if !f.Corrupt {
		return f.File
	}
	bad := f.File
	if bad.Body != nil {
		bad.Body = slices.Clone(bad.Body)
		for i := range bad.Body {
			bad.Body[i] ^= 0xFF
		}
		return bad
	}
	bad.Seed++
	return bad
}

// describe fills in what follows from the content: sizes and digests.
func describe(u Update, root *os.Root) (*metadata.Update, error) {
	m := *u.Metadata
	m.Files = slices.Clone(m.Files)
	m.Eulas = slices.Clone(m.Eulas)
	var all []*metadata.File
	for i := range m.Files {
		all = append(all, &m.Files[i])
	}
	for i := range m.Eulas {
		all = append(all, &m.Eulas[i].File)
	}
	for _, f := range all {
		given, ok := u.Content[f.Name]
		if ok && len(f.Digest) == 0 {
			if err := digest(f, given.File, root); err != nil {
				return nil, fmt.Errorf("file %s: %w", f.Name, err)
			}
		}
	}
	var total int64
	for _, f := range m.Files {
		total += f.Size
	}
	if m.MaxDownloadSize == 0 {
		m.MaxDownloadSize = total
	}
	return &m, nil
}

func digest(f *metadata.File, from content.File, root *os.Root) error {
	r, err := from.Open(root)
	if err != nil {
		return err
	}
	one, two := sha1.New(), sha256.New()
	n, err := io.Copy(io.MultiWriter(one, two), io.NewSectionReader(r, 0, r.Size))
	if err = cmp.Or(err, r.Close()); err != nil {
		return err
	}
	f.Size, f.Digest, f.DigestAlgorithm = n, one.Sum(nil), "SHA1"
	f.Additional = map[string]wusp.Binary{"SHA256": two.Sum(nil)}
	return nil
}

// contentPath is where a file is served: /Content/, the last two digits of its SHA-1,
// the whole of it and the file's extension (MS-WUSP product note 56; the extension is
// assumed).
func contentPath(f metadata.File) string {
	name := strings.ToUpper(hex.EncodeToString(f.Digest))
	return "/Content/" + name[max(0, len(name)-2):] + "/" + name + strings.ToLower(path.Ext(f.Name))
}

// relate finds which revisions are leaves: those that no other names as prerequisite
// (MS-WUSP 3.1.5.7), and checks that what is named is there.
func (c *catalogue) relate() error {
	needed := map[wusp.GUID]bool{}
	for _, r := range c.all {
		for _, clause := range slices.Concat(r.update.Prerequisites, r.update.Bundled) {
			for _, id := range clause.AnyOf {
				if c.byGUID[id.UpdateID] == nil {
					return fmt.Errorf("update %s names %s, which is not in the catalogue", r.identity().UpdateID, id.UpdateID)
				}
			}
		}
		for _, clause := range r.update.Prerequisites {
			for _, id := range clause.AnyOf {
				needed[id.UpdateID] = true
			}
		}
	}
	for _, r := range c.all {
		r.leaf = !needed[r.identity().UpdateID]
	}
	return nil
}
