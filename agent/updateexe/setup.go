package updateexe

import (
	"errors"
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/metadata/known"
)

// Exit codes: ERROR_SUCCESS, ERROR_SUCCESS_REBOOT_REQUIRED and
// ERROR_SUCCESS_REBOOT_INITIATED of Windows Installer, and 1 for what stopped setup.
// Assumed for Update.exe.
const (
	ExitDone            = 0
	ExitStopped         = 1
	ExitRestartRequired = 3010
	ExitRestartBegun    = 1641
)

// Setup is a run of Update.exe that has checked the PC and has not changed it yet.
type Setup struct {
	ExitCode int
	Says     string // why it stopped, or what it will do
	apply    func() error
}

// OK says whether the run succeeds.
func (s Setup) OK() bool { return s.ExitCode != ExitStopped }

// RestartRequired says whether what it does is complete only after the next start of the
// PC.
func (s Setup) RestartRequired() bool {
	return s.ExitCode == ExitRestartRequired || s.ExitCode == ExitRestartBegun
}

// Apply changes the PC. A run that stopped changes nothing. The next start of the PC
// ([machine.Machine.Boot]) puts in place what was in use.
func (s Setup) Apply() error {
	if s.apply == nil {
		return nil
	}
	return s.apply()
}

func stopped(format string, args ...any) Setup {
	return Setup{ExitCode: ExitStopped, Says: fmt.Sprintf(format, args...)}
}

// Install is a package run with a command line; with /uninstall it is [Remove].
func Install(pc *machine.Machine, p known.Package, line string) Setup {
	a, err := ParseArguments(line)
	switch {
	case err != nil:
		return stopped("%v", err)
	case a.Has("uninstall"):
		return remove(pc, p, a)
	case a.Has("help"), a.Has("extract"), a.Has("integrate"):
		return Setup{Says: "nothing on this PC is changed"}
	}
	if s := fits(pc, p); !s.OK() {
		return s
	}
	inUse := pc.ServiceRuns(p.Service)
	return Setup{ExitCode: exitCode(inUse, a), Says: "installs " + p.Title,
		apply: func() error { return install(pc, p, a, inUse) }}
}

// fits checks what KB 262841 says that setup checks: the version of Windows, the service
// pack and the language.
func fits(pc *machine.Machine, p known.Package) Setup {
	os, language := pc.OS(), pc.System().Language
	switch {
	case os.Major != p.Major || os.Minor != p.Minor:
		return stopped("the package is for %s, and this is Windows %v", p.System, os)
	case os.ServicePack >= p.Included:
		return stopped("Windows has service pack %d, and the update came with service pack %d", os.ServicePack, p.Included)
	case os.ServicePack < p.Lowest:
		return stopped("the package wants service pack %d", p.Lowest)
	case !strings.EqualFold(language, p.Language):
		return stopped("the package is for Windows in the language %s, and this one is in %s", p.Language, language)
	}
	return Setup{}
}

// exitCode tells of a restart. Assumed: without a switch about restarting, an unattended
// run restarts the PC where it has to, and one with a user leaves it to them.
func exitCode(needed bool, a Arguments) int {
	switch {
	case a.Has("forcerestart"):
		return ExitRestartBegun
	case !needed:
		return ExitDone
	case a.Has("norestart"), !a.Has("quiet") && !a.Has("passive"), a.Has("promptrestart"):
		return ExitRestartRequired
	}
	return ExitRestartBegun
}

const (
	hotfixKey    = `HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Hotfix\`
	uninstallKey = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\`
)

// keys are those under which setup registers an update: KB 262841 names the first two,
// the third is that of Add or Remove Programs.
func keys(p known.Package) (hotfix, updates, program string) {
	return hotfixKey + p.KB, fmt.Sprintf(`HKLM\SOFTWARE\Microsoft\Updates\%s\SP%d\%s`, p.System, p.Included, p.KB), uninstallKey + p.KB
}

// undoFolder is where setup keeps what it replaced, hidden: KB 262841.
func undoFolder(p known.Package) string { return `%windir%\$NtUninstall` + p.KB + `$\` }

// uninstaller is in the undo folder.
const uninstaller = `spuninst\spuninst.exe`

func system(name string) string { return `%windir%\System32\` + name }

func install(pc *machine.Machine, p known.Package, a Arguments, inUse bool) error {
	for _, f := range p.Files {
		if err := replace(pc, p, f, !a.Has("nobackup"), inUse); err != nil {
			return err
		}
	}
	hotfix, updates, program := keys(p)
	r := pc.Registry()
	err := errors.Join(r.Set(hotfix, "Installed", machine.DWORD(1)), r.Set(updates, "Description", machine.SZ(p.Title)))
	if !a.Has("nobackup") {
		pc.Files().SetInfo(undoFolder(p)+uninstaller, machine.FileInfo{})
		err = errors.Join(err, r.Set(program, "DisplayName", machine.SZ(p.Title)),
			r.Set(program, "UninstallString", machine.SZ(pc.Profile().Windir+strings.TrimPrefix(undoFolder(p), "%windir%")+uninstaller)))
	}
	if err != nil {
		return err
	}
	return turnOn(pc, p.Service)
}

// replace puts one file in place, unless the PC has a later one, and keeps the old one.
// What is kept already stays: a second installation must not lose the first file.
func replace(pc *machine.Machine, p known.Package, f known.File, keep, inUse bool) error {
	version, err := machine.ParseFileVersion(f.Version)
	if err != nil {
		return fmt.Errorf("package %s: %s: %w", p.KB, f.Name, err)
	}
	old, had := pc.Files().Info(system(f.Name))
	if had && old.Version.Compare(version) >= 0 {
		return nil
	}
	if _, kept := pc.Files().Info(undoFolder(p) + f.Name); keep && had && !kept {
		pc.Files().SetInfo(undoFolder(p)+f.Name, old)
	}
	info := machine.FileInfo{Version: version, Size: f.Size, Created: f.Modified, Modified: f.Modified, Language: 1033}
	if inUse {
		return pc.ReplaceAtBoot(system(f.Name), info)
	}
	pc.Files().SetInfo(system(f.Name), info)
	return nil
}

// turnOn: KB 842309, installing turns BITS on if it was off. Assumed: to be started by
// hand, as on a new Windows XP, and it is started at once.
func turnOn(pc *machine.Machine, service string) error {
	if service == "" || pc.ServiceStart(service) != machine.ServiceDisabled {
		return nil
	}
	if err := pc.SetServiceStart(service, machine.ServiceManual); err != nil {
		return err
	}
	if pc.ServiceRuns(service) {
		return nil
	}
	return pc.StartService(service)
}

// Remove is the removal of a package: by /uninstall, Add or Remove Programs, or
// Spuninst.exe in the undo folder.
func Remove(pc *machine.Machine, p known.Package, line string) Setup {
	a, err := ParseArguments(line)
	if err != nil {
		return stopped("%v", err)
	}
	return remove(pc, p, a)
}

func remove(pc *machine.Machine, p known.Package, a Arguments) Setup {
	hotfix, _, _ := keys(p)
	if !pc.Registry().HasKey(hotfix) {
		return stopped("%s is not installed", p.KB)
	}
	if pc.PendingAtBoot() {
		return stopped("%s cannot be removed before the PC has been restarted", p.KB)
	}
	if _, kept := pc.Files().Info(undoFolder(p) + uninstaller); !kept {
		return stopped("%s cannot be removed: there is no folder %s", p.KB, strings.TrimSuffix(undoFolder(p), `\`))
	}
	inUse := pc.ServiceRuns(p.Service)
	return Setup{ExitCode: exitCode(inUse, a), Says: "removes " + p.Title, apply: func() error { return undo(pc, p, inUse) }}
}

func undo(pc *machine.Machine, p known.Package, inUse bool) error {
	for _, f := range p.Files {
		if err := restore(pc, p, f, inUse); err != nil {
			return err
		}
	}
	pc.Files().Remove(undoFolder(p) + uninstaller)
	hotfix, updates, program := keys(p)
	r := pc.Registry()
	return errors.Join(r.DeleteKey(hotfix), r.DeleteKey(updates), r.DeleteKey(program))
}

// restore puts back what was kept, or takes a file away that was not there before. A
// later version that something else put there stays.
func restore(pc *machine.Machine, p known.Package, f known.File, inUse bool) error {
	now, there := pc.Files().Info(system(f.Name))
	kept, had := pc.Files().Info(undoFolder(p) + f.Name)
	pc.Files().Remove(undoFolder(p) + f.Name)
	if !there || now.Version.String() != f.Version {
		return nil
	}
	switch {
	case had && inUse:
		return pc.ReplaceAtBoot(system(f.Name), kept)
	case inUse:
		return pc.DeleteAtBoot(system(f.Name))
	case had:
		pc.Files().SetInfo(system(f.Name), kept)
	default:
		pc.Files().Remove(system(f.Name))
	}
	return nil
}
