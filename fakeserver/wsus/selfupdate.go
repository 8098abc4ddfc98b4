package wsus

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"strings"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/wuident"
)

// SelfUpdate says what the self-update directory holds (MS-WUSP 2.1 and product note 49).
// The zero value lets every agent be as it is.
type SelfUpdate struct {
	Version     string // agents before this one get it; "" for none
	Unsupported bool   // agents before Version have no way to it
	Ident       string // wuident.txt, in place of what follows from Version
	// SetupVersion is that of the agent in the setup; "" is Version.
	SetupVersion string
	Signature    Signature
	Missing      bool // the directory is empty
	MissingSetup bool // wuident.cab names a setup that is not there
}

// Signature is the key that signs the files of the self-update directory.
type Signature string

// The signatures.
const (
	SignedForTests Signature = ""      // with the key that stands in for Microsoft's
	SignedByOther  Signature = "other" // with a key that agents do not trust
	Unsigned       Signature = "none"
)

// selfUpdatePath is where the directory is, MS-WUSP 2.1.
const selfUpdatePath = "/SelfUpdate/"

// files gives what the directory holds, by the path below it, in lower case.
func (c SelfUpdate) files() (map[string]content.File, error) {
	if c.Missing {
		return nil, nil
	}
	keys := map[Signature]ed25519.PrivateKey{SignedForTests: wuident.TestKey(), SignedByOther: wuident.OtherKey(), Unsigned: nil}
	key, ok := keys[c.Signature]
	if !ok {
		return nil, fmt.Errorf("SelfUpdate.Signature: %q is none of \"\", %q and %q", c.Signature, SignedByOther, Unsigned)
	}
	ident, err := c.ident()
	if err != nil {
		return nil, fmt.Errorf("SelfUpdate: %w", err)
	}
	data, err := wuident.Pack(ident, key)
	if err != nil {
		return nil, err
	}
	files := map[string]content.File{wuident.CabinetName: {Body: data, ContentType: "application/octet-stream"}}
	if c.MissingSetup || c.Version == "" && c.SetupVersion == "" {
		return files, nil
	}
	version := c.SetupVersion
	if version == "" {
		version = c.Version
	}
	v, err := wuident.ParseVersion(version)
	if err != nil {
		return nil, fmt.Errorf("SelfUpdate: %w", err)
	}
	setup, err := wuident.PackSetup(v, key)
	for _, folder := range ident.Folders() {
		files[strings.ToLower(folder)+"/"+wuident.SetupName] = content.File{Body: setup, ContentType: "application/octet-stream"}
	}
	return files, err
}

func (c SelfUpdate) ident() (*wuident.Ident, error) {
	switch {
	case c.Ident != "":
		return wuident.Parse([]byte(c.Ident))
	case c.Version == "":
		return wuident.Current(), nil
	}
	v, err := wuident.ParseVersion(c.Version)
	if err != nil {
		return nil, err
	}
	if c.Unsupported {
		return wuident.UnsupportedBefore(v), nil
	}
	return wuident.NewerAgent(v), nil
}

// selfUpdateRoute serves the directory, whose names IIS takes in any case.
func (s *Server) selfUpdateRoute() fakeserver.Route {
	return fakeserver.Route{Path: selfUpdatePath, AnyCase: true, Handler: &content.Handler{Lookup: func(r *http.Request) (content.File, bool) {
		path := strings.ToLower(strings.TrimLeft(r.URL.Path, "/"))
		file, ok := s.selfUpdate[strings.TrimPrefix(path, strings.ToLower(selfUpdatePath[1:]))]
		return file, ok
	}}}
}
