package bits

import (
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/hresult"
)

// Class is a COM class of BackgroundCopyManager: each version of BITS brought
// one of its own, by which programs ask for a version.
type Class struct {
	Name, CLSID string
	Since       machine.BITSVersion
}

// Classes lists the COM classes, oldest first.
//
// Source: bits.h to bits10_1.h of the Windows SDK; BITS documentation,
// "Determining the Version of BITS on a Computer".
func Classes() []Class {
	return []Class{
		{"BackgroundCopyManager", "{4991D34B-80A1-4291-83B6-3328366B9097}", version10},
		{"BackgroundCopyManager1_5", "{F087771F-D74F-4C1A-BB8A-E16ACA9124EA}", version15},
		{"BackgroundCopyManager2_0", "{6D18AD12-BDE3-4393-B311-099C346E6DF9}", version20},
		{"BackgroundCopyManager2_5", "{03CA98D6-FF5D-49B8-ABC6-03DD84127020}", version25},
		{"BackgroundCopyManager3_0", "{659CDEA7-489E-11D9-A9CD-000D56965251}", version30},
		{"BackgroundCopyManager4_0", "{BB6DF56B-CACE-11DC-9992-0019B93A3A84}", version40},
		{"BackgroundCopyManager5_0", "{1ECCA34C-E88A-44E3-8D6A-8921BDE9E452}", version50},
		{"BackgroundCopyManager10_1", "{4BD3E4E1-7BD4-4A2B-9964-496400DE5193}", version101},
	}
}

// CoCreateInstance is what a program calls first, with the name or the CLSID of
// a class: REGDB_E_CLASSNOTREG when this version of BITS does not have it.
func (m *Manager) CoCreateInstance(class string) error {
	for _, c := range Classes() {
		if !strings.EqualFold(c.CLSID, class) && c.Name != class {
			continue
		}
		if v := m.version(); v.Compare(c.Since) < 0 {
			return called(hresult.REGDB_E_CLASSNOTREG, "CoCreateInstance: BITS %v has no class %s; it came with %v", v, c.Name, c.Since)
		}
		return nil
	}
	return called(hresult.REGDB_E_CLASSNOTREG, "CoCreateInstance: unknown class %q", class)
}
