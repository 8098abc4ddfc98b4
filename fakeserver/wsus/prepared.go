package wsus

import (
	"fmt"
	"os"
	"slices"

	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/metadata"
)

// Prepared is an update of a catalogue as servers give it out: with the sizes and digests
// of its content, and where its files are served.
type Prepared struct {
	Metadata  *metadata.Update
	Fragments *metadata.Fragments
	Paths     []string                // of the files, in the order of the metadata
	Files     map[string]content.File // by path; without those that are missing
}

// Prepare reads an update of a catalogue, for servers of any kind. Files that come from
// disk are beneath root.
func Prepare(u Update, root *os.Root) (*Prepared, error) {
	if (u.Document == nil) == (u.Metadata == nil) {
		return nil, fmt.Errorf("it has either a document or metadata")
	}
	document := u.Document
	if u.Metadata != nil {
		described, err := describe(u, root)
		if err != nil {
			return nil, err
		}
		document = described.Document()
	}
	parsed, fragments, err := metadata.ParseUpdate(document)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Metadata: parsed, Fragments: fragments, Files: map[string]content.File{}}
	for _, f := range parsed.Files {
		p.Paths = append(p.Paths, contentPath(f))
	}
	for _, f := range append(slices.Clone(parsed.Files), termsOf(parsed)...) {
		if given, ok := u.Content[f.Name]; ok && !given.Missing {
			p.Files[contentPath(f)] = given.served()
		}
	}
	return p, nil
}
