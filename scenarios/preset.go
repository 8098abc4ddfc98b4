package scenarios

import (
	"embed"
	"io/fs"
	"strings"

	"github.com/wualab/wualab/scenarios/plan"
)

//go:embed presets
var presets embed.FS

// PresetFS gives the files of the presets.
func PresetFS() fs.FS {
	sub, err := fs.Sub(presets, "presets")
	if err != nil {
		return presets
	}
	return sub
}

// Presets loads the presets, sorted by name: scenario files whose fakes are of use to
// clients from outside. What they expect holds for any good client.
func Presets() ([]*plan.File, error) { return loadFS(PresetFS(), "presets", everyFile, false) }

// PresetName gives the name by which a preset goes: its id without "preset/".
func PresetName(f *plan.File) string { return strings.TrimPrefix(f.ID, "preset/") }
