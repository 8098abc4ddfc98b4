package content

import (
	"strings"
	"testing"
)

// FuzzETagList checks that any list is read to its end, and that an ETag put into a
// well-formed list is found there.
func FuzzETagList(f *testing.F) {
	f.Fuzz(func(t *testing.T, list, etag string) {
		listed(list, etag, true)
		if !isETag(etag) || strings.HasPrefix(etag, "W/") {
			return
		}
		for _, written := range []string{etag, `"other", ` + etag, `W/"other",` + etag + ` , "third"`} {
			if !listed(written, etag, false) {
				t.Errorf("%s was not found in the list %s", etag, written)
			}
		}
		if listed(`W/`+etag, etag, false) || !listed(`W/`+etag, etag, true) {
			t.Errorf("weak %s is not told from strong", etag)
		}
	})
}
