//go:build linux

package main

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// The product that the updates are for, known by a detectoid, beneath a family.
const (
	family = 1 + iota
	product
	detectoid
	needed // the update that every PC lacks
	others // from here on updates that no PC lacks
)

const neededKey = `SOFTWARE\wualab\fleet`

func guid(n int) wusp.GUID { return wusp.GUID(fmt.Sprintf("0f1ee700-0000-4000-8000-%012d", n)) }

func identity(n int) wusp.UpdateIdentity {
	return wusp.UpdateIdentity{UpdateID: guid(n), RevisionNumber: 1}
}

func needs(ids ...int) (list []metadata.Clause) {
	for _, id := range ids {
		list = append(list, metadata.Clause{AnyOf: []wusp.UpdateIdentity{identity(id)}})
	}
	return list
}

func rule(name string, pairs ...string) *metadata.Rule {
	r := &metadata.Rule{Name: name}
	for i := 0; i < len(pairs); i += 2 {
		r.Attributes = append(r.Attributes, metadata.Attribute{Name: pairs[i], Value: pairs[i+1]})
	}
	return r
}

func both(rules ...*metadata.Rule) *metadata.Rule { return &metadata.Rule{Name: "And", Rules: rules} }

// catalogue has one update that every PC lacks among many that are there already, each
// with rules as monthly updates have them.
func catalogue(o options) wsus.Config {
	cfg := wsus.Config{Updates: []wsus.Update{
		entry(family, metadata.Category, rule("True"), nil),
		entry(product, metadata.Category, rule("b.WindowsVersion", "Comparison", "GreaterThanOrEqualTo", "MajorVersion", "5"), needs(family)),
		entry(detectoid, metadata.Detectoid, rule("b.Processor", "Architecture", "0"), nil),
	}}
	lacking := entry(needed, metadata.Software, rule("b.RegKeyExists", "Key", "HKEY_LOCAL_MACHINE", "Subkey", neededKey), needs(product))
	lacking.Metadata.Files = []metadata.File{{Name: "needed.exe"}}
	lacking.Content = map[string]wsus.File{"needed.exe": {File: fakeserver.File{Size: o.size, Seed: 7}}}
	cfg.Updates = append(cfg.Updates, lacking)
	cfg.Approvals = []wsus.Approval{{UpdateID: guid(needed), Action: wusp.ActionInstall}}
	for i := range o.updates - 1 {
		id := others + i
		one := entry(id, metadata.Software, both(
			rule("b.FileExists", "Csidl", "37", "Path", "kernel32.dll"),
			rule("b.FileVersion", "Csidl", "37", "Path", "qmgr.dll", "Comparison", "GreaterThanOrEqualTo", "Version", fmt.Sprintf("6.%d.0.0", i%5))), needs(product))
		one.Metadata.IsInstallable = both(rule("b.WindowsVersion", "MajorVersion", fmt.Sprint(5+i%6)),
			rule("b.RegKeyExists", "Key", "HKEY_LOCAL_MACHINE", "Subkey", fmt.Sprintf(`SOFTWARE\Vendor %d\Product`, i)))
		cfg.Updates = append(cfg.Updates, one)
		cfg.Approvals = append(cfg.Approvals, wsus.Approval{UpdateID: guid(id), Action: wusp.ActionInstall})
	}
	return cfg
}

func entry(id int, kind metadata.Type, installed *metadata.Rule, prerequisites []metadata.Clause) wsus.Update {
	u := &metadata.Update{Core: metadata.Core{Identity: identity(id), Type: kind, ExplicitlyDeployable: kind == metadata.Software,
		IsInstalled: installed, Prerequisites: prerequisites}, Localized: []metadata.Localized{{Language: "en", Title: fmt.Sprint("Update ", id),
		Description: strings.Repeat("It resolves an issue. ", 10)}}}
	return wsus.Update{RevisionID: 1000 + id, Metadata: u}
}
