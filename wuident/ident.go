package wuident

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Ident is wuident.txt. Its lines are written so:
//
//	[SelfClientUpdate]
//	StructureKeyEx=OS/ARCH/LANG
//	[OS]
//	-5.8.0.2468=WUClient
//	5.8.0.2469-=/SKIP
//	[ARCH]
//	x86=x86
//	[LANG]
//	en=en
//	*=other
//
// A line of [OS], [OS2] and [OS3] is for agents from one version to another, both
// included; without the first it is from the lowest on, without the second up to the
// highest. Of the lines that fit the first counts, in the order of the sections. StructureKeyEx belongs
// to [OS], StructureKeyEx2 to [OS2], StructureKeyEx3 to [OS3].
type Ident struct {
	Agents        [3][]Agents // [OS], [OS2] and [OS3]
	Structures    [3]string   // how the three folders are joined
	Architectures []Name      // [ARCH]
	Languages     []Name      // [LANG]; "*" is any
}

// Agents is a line for agents of some versions.
type Agents struct {
	From, To  Version
	Directive string // Skip, Unsupported, or a folder
}

// Directives in place of a folder, MS-WUSP product note 49.
const (
	Skip        = "/SKIP"        // the agent is up to date
	Unsupported = "/UNSUPPORTED" // the agent cannot go on with this server
)

// Name gives something a folder.
type Name struct{ Of, Folder string }

// Why there is no answer for an agent.
var (
	ErrVersion = errors.New("wuident.txt has no line for an agent of this version")
	ErrSystem  = errors.New("wuident.txt has no line for this architecture or language")
)

// For gives what an agent is to do: Skip, Unsupported, or fetch its setup from the folder
// that is given, below the self-update directory. The error is ErrVersion or ErrSystem.
func (i *Ident) For(v Version, architecture, language string) (string, error) {
	for section, lines := range i.Agents {
		for _, l := range lines {
			if l.From.Compare(v) > 0 || l.To.Compare(v) < 0 {
				continue
			}
			if l.Directive == Skip || l.Directive == Unsupported {
				return l.Directive, nil
			}
			return i.folder(i.Structures[section], l.Directive, architecture, language)
		}
	}
	return "", fmt.Errorf("%w: %v", ErrVersion, v)
}

func (i *Ident) folder(structure, agent, architecture, language string) (string, error) {
	arch, known := find(i.Architectures, architecture)
	lang, spoken := find(i.Languages, language)
	if !known || !spoken {
		return "", fmt.Errorf("%w: %s, %s", ErrSystem, architecture, language)
	}
	parts := strings.Split(structure, "/")
	for n, part := range parts {
		if named, ok := map[string]string{"OS": agent, "ARCH": arch, "LANG": lang}[part]; ok {
			parts[n] = named
		}
	}
	return strings.Join(parts, "/"), nil
}

// Folders gives every folder that For can give, each once.
func (i *Ident) Folders() (list []string) {
	for section, lines := range i.Agents {
		for _, l := range lines {
			if l.Directive == Skip || l.Directive == Unsupported {
				continue
			}
			for _, arch := range i.Architectures {
				for _, lang := range i.Languages {
					folder, err := i.folder(i.Structures[section], l.Directive, arch.Of, lang.Of)
					if err == nil && !slices.Contains(list, folder) {
						list = append(list, folder)
					}
				}
			}
		}
	}
	return list
}

func find(list []Name, of string) (string, bool) {
	for _, n := range list {
		if n.Of == "*" || strings.EqualFold(n.Of, of) {
			return n.Folder, true
		}
	}
	return "", false
}

var (
	agentSections = [3]string{"OS", "OS2", "OS3"}
	structureKeys = [3]string{"StructureKeyEx", "StructureKeyEx2", "StructureKeyEx3"}
)

// String writes the file, with lines as Windows ends them.
func (i *Ident) String() string {
	var w strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&w, format+"\r\n", args...) }
	line("[SelfClientUpdate]")
	for n, key := range structureKeys {
		if i.Structures[n] != "" {
			line("%s=%s", key, i.Structures[n])
		}
	}
	for n, section := range agentSections {
		if len(i.Agents[n]) > 0 {
			line("[%s]", section)
		}
		for _, l := range i.Agents[n] {
			line("%v-%v=%s", l.From, l.To, l.Directive)
		}
	}
	line("[ARCH]")
	for _, n := range i.Architectures {
		line("%s=%s", n.Of, n.Folder)
	}
	line("[LANG]")
	for _, n := range i.Languages {
		line("%s=%s", n.Of, n.Folder)
	}
	return w.String()
}

// Current is a file that lets every agent be as it is.
func Current() *Ident {
	return &Ident{Agents: [3][]Agents{{{To: Highest, Directive: Skip}}}, Structures: [3]string{structure},
		Architectures: architectures(), Languages: []Name{{"*", "other"}}}
}

// NewerAgent is a file that gives every agent before a version the setup of that version.
func NewerAgent(v Version) *Ident {
	i := Current()
	i.Agents[0] = []Agents{{To: v.before(), Directive: "WUClient"}, {From: v, To: Highest, Directive: Skip}}
	return i
}

// UnsupportedBefore is a file that has no way for agents before a version.
func UnsupportedBefore(v Version) *Ident {
	i := Current()
	i.Agents[0] = []Agents{{To: v.before(), Directive: Unsupported}, {From: v, To: Highest, Directive: Skip}}
	return i
}

const structure = "OS/ARCH/LANG"

func architectures() []Name { return []Name{{"x86", "x86"}, {"amd64", "x64"}, {"ia64", "ia64"}} }

// before is the highest version below.
func (v Version) before() Version {
	for n := len(v) - 1; n >= 0; n-- {
		v[n]--
		if v[n] != 0xFFFF {
			break
		}
	}
	return v
}
