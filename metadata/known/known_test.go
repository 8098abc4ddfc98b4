package known_test

import (
	"strconv"
	"testing"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/metadata/known"
)

// TestDocuments: what is known can be served, and read again by a client.
func TestDocuments(t *testing.T) {
	for _, u := range known.All() {
		for _, m := range []*metadata.Update{u.Metadata(), &u.Product} {
			for i := range m.Files { // a server tells of the content that it has
				m.Files[i].Digest, m.Files[i].DigestAlgorithm = make([]byte, 20), "SHA1"
			}
			again, fragments, err := metadata.ParseUpdate(m.Document())
			if err != nil {
				t.Fatalf("%s: %v", u.KB, err)
			}
			core, err := metadata.ParseCore(fragments.Core)
			if err != nil {
				t.Fatalf("%s: %v", u.KB, err)
			}
			if core.Identity != m.Core.Identity || again.Localized[0].Title != m.Localized[0].Title {
				t.Errorf("%s: read again as %v, %q", u.KB, core.Identity, again.Localized[0].Title)
			}
		}
		core := u.Metadata().Core
		if len(core.Prerequisites) != 1 || core.Prerequisites[0].AnyOf[0].UpdateID != u.Product.Identity.UpdateID {
			t.Errorf("%s: its prerequisite is not its product: %v", u.KB, core.Prerequisites)
		}
		if len(core.Superseded) != 0 {
			t.Errorf("%s: the article tells of no update that it replaces: %v", u.KB, core.Superseded)
		}
		extended := u.Metadata().Extended
		if _, ok := extended.HandlerSpecificData.Rules[0].Get("Program"); !ok || extended.Files[0].Name != u.Package.FileName {
			t.Errorf("%s: the installer is not the package", u.KB)
		}
		if u.Sources == nil || u.Assumed == nil {
			t.Errorf("%s: no sources, or nothing assumed", u.KB)
		}
	}
}

func TestFind(t *testing.T) {
	for _, name := range []string{"KB842773", "kb842773", "842773", "84277300-2004-4701-9208-000000842773"} {
		if u, err := known.Find(name); err != nil || u.KB != "KB842773" {
			t.Errorf("%s: %v, %v", name, u.KB, err)
		}
	}
	_, err := known.Find("KB842774")
	if want := `unknown update "KB842774", did you mean KB842773? (known: KB842773)`; err == nil || err.Error() != want {
		t.Errorf("%v, not %s", err, want)
	}
}

// TestFileTable holds the table against the article once more, in its own spelling.
func TestFileTable(t *testing.T) {
	u, err := known.Find("KB842773")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Bitsprx2.dll": "6.6.2600.1569 7680 01-Jul-2004 22:08", "Bitsprx3.dll": "6.6.2600.1569 7168 01-Jul-2004 22:08",
		"Qmgr.dll": "6.6.2600.1569 361984 01-Jul-2004 22:08", "Qmgrprxy.dll": "6.6.2600.1569 17408 01-Jul-2004 22:08",
		"Winhttp.dll": "5.1.2600.1557 331776 01-Jul-2004 22:08", "Xpob2res.dll": "5.1.2600.1570 158720 30-Jun-2004 23:59",
	} {
		f, ok := u.Package.Named(name)
		if have := f.Version + " " + strconv.FormatInt(f.Size, 10) + " " + f.Modified.Format("02-Jan-2006 15:04"); !ok || have != want {
			t.Errorf("%s: %s, not %s", name, have, want)
		}
	}
	if len(u.Package.Files) != 6 {
		t.Errorf("%d files, not 6", len(u.Package.Files))
	}
}
