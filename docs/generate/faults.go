package main

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/hresult"
)

// faults writes what becomes of a job by the code that it meets.
func faults(b *strings.Builder) {
	b.WriteString("\n## Faults of the disk\n\nThe error's context is LOCAL_FILE.\n\n| `disk` | Code | the job | |\n|---|---|---|---|\n")
	for _, f := range bits.DiskFaultTable() {
		class, _, documented := hresult.Classify(f.Code)
		state := map[hresult.Class]string{hresult.Transient: "TRANSIENT_ERROR", hresult.Fatal: "ERROR"}[class]
		if !documented {
			state += " (*assumed*)"
		}
		fmt.Fprintf(b, "| `%s` | %v | %s | %s. Source of the code: %s |\n", f.Fault, f.Code, state, cell(f.Help), cell(f.Source))
	}
	b.WriteString("\n## Codes\n\nWhat a download does with each code that it can meet; what is not listed is fatal.\n\n| Code | | the job | Source |\n|---|---|---|---|\n")
	for _, info := range hresult.All() {
		class, source, documented := hresult.Classify(info.Code)
		if class == hresult.NoError || class == hresult.Fatal && !documented {
			continue
		}
		state := "TRANSIENT_ERROR"
		if class == hresult.Fatal {
			state = "ERROR"
		}
		if !documented {
			source += " (*assumed* for downloads)"
		}
		fmt.Fprintf(b, "| %s | %v | %s | %s |\n", info.Name, fmt.Sprintf("0x%08X", uint32(info.Code)), state, cell(source))
	}
}
