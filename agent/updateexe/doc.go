// Package updateexe is Update.exe, the setup program in packages of Windows updates: it
// checks Windows' version, service pack and language, keeps what it replaces, puts files
// and registry keys on the simulated PC, and removes them again. What a package holds is
// data of metadata/known.
//
//	setup, err := updateexe.Install(pc, kb.Package, "/quiet /norestart")
//	if setup.OK() { err = setup.Apply() }
//	for _, line := range updateexe.Verify(pc, kb.Package) { ... }
//
// Modelled documents: KB 262841 and KB 824687 (checks, switches, registry keys, undo
// folder), KB 832475 (later switches). Exit codes are those of Windows Installer that
// agents expect; assumed for Update.exe, as is 1 for whatever stops setup.
package updateexe
