package criteria

import (
	"slices"
	"strings"
)

type valueType int

const (
	flag   valueType = iota // 0 or 1
	number                  // a decimal number
	word                    // one of words
	guid                    // a GUID
)

// kind is a name that a condition may have.
type kind struct {
	name     string
	value    valueType
	words    []string
	unequal  bool // != is allowed
	contains bool // the operator is contains
	holds    func(Facts, condition) bool
}

func flagKind(name string, of func(Facts) bool) kind {
	return kind{name: name, value: flag, holds: func(f Facts, c condition) bool { return of(f) == c.flag }}
}

// kinds are the conditions that IUpdateSearcher::Search documents, in its order.
var kinds = []kind{
	{name: "Type", value: word, words: []string{"Software", "Driver"}, unequal: true, holds: func(f Facts, c condition) bool { return strings.EqualFold(f.Type, c.text) }},
	{name: "DeploymentAction", value: word, words: []string{"Installation", "Uninstallation"}, holds: func(f Facts, c condition) bool { return strings.EqualFold(f.DeploymentAction, c.text) }},
	flagKind("IsAssigned", func(f Facts) bool { return f.IsAssigned }),
	flagKind("BrowseOnly", func(f Facts) bool { return f.BrowseOnly }),
	flagKind("AutoSelectOnWebSites", func(f Facts) bool { return f.AutoSelectOnWebSites }),
	{name: "UpdateID", value: guid, unequal: true, holds: func(f Facts, c condition) bool { return f.UpdateID == c.text }},
	{name: "RevisionNumber", value: number, holds: func(f Facts, c condition) bool { return f.RevisionNumber == c.n }},
	{name: "CategoryIDs", value: guid, contains: true, holds: func(f Facts, c condition) bool { return slices.Contains(f.CategoryIDs, c.text) }},
	flagKind("IsInstalled", func(f Facts) bool { return f.IsInstalled }),
	flagKind("IsHidden", func(f Facts) bool { return f.IsHidden }),
	flagKind("IsPresent", func(f Facts) bool { return f.IsPresent }),
	flagKind("RebootRequired", func(f Facts) bool { return f.RebootRequired }),
}

func kindOf(name string) *kind {
	for i := range kinds {
		if strings.EqualFold(kinds[i].name, name) {
			return &kinds[i]
		}
	}
	return nil
}
