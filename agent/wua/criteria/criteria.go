// Package criteria reads and applies the search criteria of the Windows Update Agent API:
// "IsInstalled=0 and Type='Software' or RebootRequired=1". It knows no agent; an update is
// described to it by [Facts].
//
// Modelled documents: MS-UAMG 3.38.4.11 (the grammar); Windows Update Agent API,
// IUpdateSearcher::Search and IUpdateSearcher::EscapeString.
package criteria

import (
	"fmt"
	"slices"
	"strings"
)

// Facts are what criteria may ask of an update.
type Facts struct {
	Type                 string // "Software" or "Driver"
	DeploymentAction     string // "Installation" or "Uninstallation"
	IsAssigned           bool
	BrowseOnly           bool
	AutoSelectOnWebSites bool
	UpdateID             string // a GUID in lower case
	RevisionNumber       int
	CategoryIDs          []string // GUIDs in lower case
	IsInstalled          bool
	IsHidden             bool
	IsPresent            bool
	RebootRequired       bool
}

// Default is what an empty text stands for: "an agent's default". Assumed: the one that
// documentation of IUpdateSearcher::Search gives as such, updates that are neither
// installed nor hidden.
const Default = "IsInstalled=0 and IsHidden=0"

// Criteria are conditions in groups; one group whose conditions all hold is enough. Make
// them with [Parse]. They do not change and are safe for concurrent use.
type Criteria struct{ groups [][]condition }

// condition is name, operator and value.
type condition struct {
	kind *kind
	not  bool
	text string // of a string, in lower case
	flag bool
	n    int
}

// Match says whether an update is meant. A group without DeploymentAction means
// Installation.
func (c *Criteria) Match(f Facts) bool {
	return slices.ContainsFunc(c.groups, func(group []condition) bool {
		implied := true
		for _, one := range group {
			if one.kind.name == "DeploymentAction" {
				implied = false
			}
			if one.kind.holds(f, one) == one.not {
				return false
			}
		}
		return !implied || f.DeploymentAction == "Installation"
	})
}

// String writes the criteria as [Parse] reads them.
func (c *Criteria) String() string {
	var groups []string
	for _, group := range c.groups {
		var list []string
		for _, one := range group {
			list = append(list, one.String())
		}
		groups = append(groups, strings.Join(list, " and "))
	}
	return strings.Join(groups, " or ")
}

func (c condition) String() string {
	operator := "="
	switch {
	case c.kind.contains:
		operator = " contains "
	case c.not:
		operator = "!="
	}
	switch c.kind.value {
	case flag:
		return c.kind.name + operator + map[bool]string{false: "0", true: "1"}[c.flag]
	case number:
		return c.kind.name + operator + fmt.Sprint(c.n)
	}
	return c.kind.name + operator + "'" + Escape(c.text) + "'"
}

// Escape makes a text fit for a string of criteria, as IUpdateSearcher::EscapeString.
// Assumed: quotes are doubled.
func Escape(text string) string { return strings.ReplaceAll(text, "'", "''") }

// Error tells what is wrong with a text, and where. Its code is
// WU_E_INVALID_CRITERIA.
type Error struct {
	Column int // from 1, in characters
	What   string
}

// Error gives "column N: what".
func (e *Error) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.What) }

// Categories gives, for each group, the categories that an update must have.
func (c *Criteria) Categories() [][]string {
	var groups [][]string
	for _, group := range c.groups {
		ids := []string{}
		for _, one := range group {
			if one.kind.contains {
				ids = append(ids, one.text)
			}
		}
		groups = append(groups, ids)
	}
	return groups
}
