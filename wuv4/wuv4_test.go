package wuv4_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/cabinet"
	"github.com/wualab/wualab/internal/timelimit"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wuv4"
)

// published is a line of an IIS log that an administrator published in 2002.
const published = "V=1&U=4ba558bba2658743a79267d5ddd810f2&C=iu&A=n&I=&D=&P=5.0.893.2.112.3.0&L=en-US&S=s&E=00000000&M=&X=021126215909393"

func TestPingAsPublished(t *testing.T) {
	p, err := wuv4.ParsePing(published)
	if err != nil {
		t.Fatal(err)
	}
	want := wuv4.Ping{Client: "4ba558bba2658743a79267d5ddd810f2", Component: "iu", Activity: wuv4.Initialization, Platform: wuv4.Platform(5, 0, 2195, 0x112, 3),
		Language: "en-US", Status: wuv4.Succeeded, Time: time.Date(2002, 11, 26, 21, 59, 9, 393e6, time.UTC)}
	if p != want {
		t.Errorf("%+v, not %+v", p, want)
	}
	if got := want.Query(); got != published {
		t.Errorf("%s, not %s", got, published)
	}
}

func TestPingThatIsNone(t *testing.T) {
	for query, says := range map[string]string{
		"": "want V=1", "V=2": "want V=1", "V=1": "an activity A", "%zz": "invalid", strings.Replace(published, "E=00000000", "E=x", 1): "E=x",
		strings.Replace(published, "X=021126215909393", "X=now", 1): "X=now", strings.Replace(published, "X=021126215909393", "X=029926215909393", 1): "X=0299",
	} {
		if _, err := wuv4.ParsePing(query); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, not %s", query, err, says)
		}
	}
}

func TestStamp(t *testing.T) {
	if got := wuv4.Stamp(time.Date(2004, 8, 26, 8, 14, 30, 0, time.UTC)); got != "0408260814" {
		t.Error(got)
	}
}

func TestIdent(t *testing.T) {
	id := wuv4.Ident{Version: "5.4.3630.11", SelfUpdate: "/SelfUpdate/iuctl.cab", Catalogue: wuv4.CataloguePath, Ping: wuv4.PingPath}
	data, err := id.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := wuv4.OpenIdent(data); err != nil || got != id {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := wuv4.OpenIdent(data[:40]); err == nil {
		t.Error("a cabinet that is cut off is read")
	}
	for text, says := range map[string]string{
		"[IUControl]\nVersion": "iuident.txt:2: want NAME=VALUE", "": "want Version", "[IUControl]\nVersion=1\n[IUServer]\nCatalogue=x": "does not begin with /",
	} {
		data, err := cabinet.Write(cabinet.Cabinet{Files: []cabinet.File{{Name: "IUIDENT.TXT", Data: []byte(text)}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wuv4.OpenIdent(data); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, not %s", text, err, says)
		}
	}
	other, err := cabinet.Write(cabinet.Cabinet{Files: []cabinet.File{{Name: "other.txt"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wuv4.OpenIdent(other); err == nil || !strings.Contains(err.Error(), "holds no iuident.txt") {
		t.Error(err)
	}
}

const (
	core     = `<UpdateIdentity UpdateID="00000000-0000-0000-0000-000000000001" RevisionNumber="1" /><Properties UpdateType="Software" />`
	extended = `<ExtendedProperties Handler="x" /><Files><File Digest="AAAAAAAAAAAAAAAAAAAAAAAAAAA=" DigestAlgorithm="SHA1" FileName="a.exe" Size="3" /></Files>`
)

func item(t testing.TB) wuv4.Item {
	c, err := metadata.ParseCore(core)
	if err != nil {
		t.Fatal(err)
	}
	x, _, err := metadata.ParseExtended(extended)
	if err != nil {
		t.Fatal(err)
	}
	return wuv4.Item{ID: `a"<&`, Title: "One & <two>", Core: c, Extended: x, URLs: map[string]string{string(make([]byte, 20)): "/content/a b.exe?x=1&y"}, CoreXML: core, ExtendedXML: extended}
}

func TestCatalogue(t *testing.T) {
	want := []wuv4.Item{item(t)}
	got, err := wuv4.ReadCatalogue(wuv4.WriteCatalogue(want))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := wuv4.ReadCatalogue(wuv4.WriteCatalogue(nil)); err != nil || got != nil {
		t.Errorf("%+v, %v", got, err)
	}
	for text, says := range map[string]string{
		"<Other/>": "want Catalogue", "<Catalogue><Item/></Catalogue>": "no id", `<Catalogue><Item id="a"/></Catalogue>`: `item "a": its Core`,
		`<Catalogue><Item id="a"><Core>` + strings.ReplaceAll(core, "<", "&lt;") + `</Core></Item></Catalogue>`: "Extended", "<!DOCTYPE x><Catalogue/>": "",
	} {
		if _, err := wuv4.ReadCatalogue([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, not %s", text, err, says)
		}
	}
}

func TestFacts(t *testing.T) {
	want := wuv4.Facts{Client: "5.4", System: `5.1.2600.1"`, Platform: "x86", Locale: "en"}
	if got, err := wuv4.ReadFacts(want.Write()); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := wuv4.ReadFacts([]byte("<Other/>")); err == nil {
		t.Error("another element is read")
	}
}

func FuzzCatalogue(f *testing.F) {
	f.Add(wuv4.WriteCatalogue([]wuv4.Item{item(f)}))
	f.Add([]byte(`<Catalogue><Item id="a"><Core>x</Core></Item></Catalogue>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var items []wuv4.Item
		var err error
		timelimit.Check(t, func() { items, err = wuv4.ReadCatalogue(body) })
		if err != nil {
			return
		}
		if again, err := wuv4.ReadCatalogue(wuv4.WriteCatalogue(items)); err != nil || len(again) != len(items) {
			t.Errorf("read, but not again: %v", err)
		}
	})
}

func FuzzPing(f *testing.F) {
	f.Add(published)
	f.Add("V=1&A=i&S=f&E=80244019&M=1%7C0&X=021126215909393")
	f.Fuzz(func(t *testing.T, query string) {
		p, err := wuv4.ParsePing(query)
		if err != nil {
			return
		}
		if again, err := wuv4.ParsePing(p.Query()); err != nil || again != p {
			t.Errorf("%q: %+v, then %+v, %v", query, p, again, err)
		}
	})
}

func FuzzIdent(f *testing.F) {
	data, err := wuv4.Ident{Version: "5.4.3630.11", SelfUpdate: "/SelfUpdate/iuctl.cab", Catalogue: wuv4.CataloguePath, Ping: wuv4.PingPath}.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if id, err := wuv4.OpenIdent(data); err == nil && (id.Version == "" || id.Catalogue == "") {
			t.Errorf("%+v without what is needed", id)
		}
	})
}
