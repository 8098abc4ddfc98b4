package known

import (
	"time"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// kb842773 is the update with BITS 2.0 and WinHTTP 5.1 for Windows XP.
//
// Sources: KB 842309 (files, registry key, that BITS is turned on), KB 842773 (what it
// is, where it can be had), KB 262841 and KB 824687 (what Update.exe checks and where it
// registers). The packages for Windows 2000 and Windows Server 2003, of which the
// articles speak too, are not here: no list of their files is public any more.
func kb842773() Update {
	u := Update{
		KB:       "KB842773",
		Title:    "Update for Background Intelligent Transfer Service (BITS) 2.0 and WinHTTP 5.1 (KB842773)",
		Identity: wusp.UpdateIdentity{UpdateID: "84277300-2004-4701-9208-000000842773", RevisionNumber: 1},
		Product:  windowsXP(),
		Sources:  []string{"KB 842309", "KB 842773", "KB 262841", "KB 824687"},
		Assumed: []string{
			"the ID and the revision of the update, and the name of its file after WindowsXP-KB842773-",
			"that qmgr.dll and winhttp.dll decide whether it is installed, or the registry key of the update",
			"that files which BITS uses are replaced when the PC starts again, with exit code 3010",
			"that a BITS service that was disabled becomes one that is started by hand, and is started",
			"that removal leaves the start type of the service as it is",
		},
		Package: Package{
			KB: "KB842773", FileName: "WindowsXP-KB842773-x86-ENU.exe", Title: "Windows XP Hotfix - KB842773",
			Language: "en", System: "Windows XP", Major: 5, Minor: 1, Included: 2,
			Arguments: "/quiet /norestart", Files: kb842773Files(), Service: "BITS",
		},
	}
	u.update = metadata.Update{
		Core: metadata.Core{
			Identity: u.Identity, Type: metadata.Software, ExplicitlyDeployable: true, AutoSelectOnWebSites: true,
			Prerequisites: []metadata.Clause{{IsCategory: true, AnyOf: []wusp.UpdateIdentity{{UpdateID: u.Product.Identity.UpdateID}}}},
			IsInstalled: rule("Or").with(
				rule("And").with(fileVersion("qmgr.dll", "6.6.2600.1569"), fileVersion("winhttp.dll", "5.1.2600.1557")),
				rule("b.RegKeyExists", "Key", "HKEY_LOCAL_MACHINE", "Subkey", `SOFTWARE\Microsoft\Windows NT\CurrentVersion\Hotfix\KB842773`)).Rule,
			IsInstallable: rule("And").with(
				rule("b.WindowsVersion", "Comparison", "EqualTo", "MajorVersion", "5", "MinorVersion", "1"),
				rule("b.WindowsVersion", "Comparison", "LessThan", "MajorVersion", "5", "MinorVersion", "1", "ServicePackMajor", "2"),
				rule("b.Processor", "Architecture", "0")).Rule,
		},
		Extended: metadata.Extended{
			Handler: metadata.CommandLineInstallation, KBArticleIDs: []string{"842773"}, DefaultPropertiesLang: "en",
			SupportURL:           "http://support.microsoft.com/kb/842773",
			InstallationBehavior: &metadata.Behavior{RebootBehavior: "CanRequestReboot"},
			UninstallBehavior:    &metadata.Behavior{RebootBehavior: "CanRequestReboot"},
			Files:                []metadata.File{{Name: u.Package.FileName}},
			HandlerSpecificData:  commandLine(u.Package.FileName, u.Package.Arguments),
		},
		Localized: []metadata.Localized{{Language: "en", Title: u.Title,
			Description: "BITS 2.0 and WinHTTP 5.1, which the new Windows Update and Automatic Updates need."}},
	}
	return u
}

// kb842773Files is the file table of KB 842309, with times in UTC.
func kb842773Files() []File {
	july := time.Date(2004, 7, 1, 22, 8, 0, 0, time.UTC)
	return []File{
		{"bitsprx2.dll", "6.6.2600.1569", 7680, july},
		{"bitsprx3.dll", "6.6.2600.1569", 7168, july},
		{"qmgr.dll", "6.6.2600.1569", 361984, july},
		{"qmgrprxy.dll", "6.6.2600.1569", 17408, july},
		{"winhttp.dll", "5.1.2600.1557", 331776, july},
		{"xpob2res.dll", "5.1.2600.1570", 158720, time.Date(2004, 6, 30, 23, 59, 0, 0, time.UTC)},
	}
}

// windowsXP is the product category. Its ID is that of public catalogues; the rule is
// assumed.
func windowsXP() metadata.Update {
	return metadata.Update{
		Core: metadata.Core{
			Identity: wusp.UpdateIdentity{UpdateID: "558f4bc3-4827-49e1-accf-ea79fd72d4c9", RevisionNumber: 1}, Type: metadata.Category,
			IsInstalled: rule("b.WindowsVersion", "Comparison", "EqualTo", "MajorVersion", "5", "MinorVersion", "1").Rule,
		},
		Extended:  metadata.Extended{Handler: metadata.CategoryHandler},
		Localized: []metadata.Localized{{Language: "en", Title: "Windows XP"}},
	}
}

// building is a rule that others are put into.
type building struct{ *metadata.Rule }

func rule(name string, pairs ...string) building {
	r := &metadata.Rule{Name: name}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Attributes = append(r.Attributes, metadata.Attribute{Name: pairs[i], Value: pairs[i+1]})
	}
	return building{r}
}

func (b building) with(parts ...building) building {
	for _, p := range parts {
		b.Rules = append(b.Rules, p.Rule)
	}
	return b
}

// fileVersion holds for a file of System32 (CSIDL_SYSTEM) of that version or a later one.
func fileVersion(name, version string) building {
	return rule("b.FileVersion", "Csidl", "37", "Path", name, "Comparison", "GreaterThanOrEqualTo", "Version", version)
}

// commandLine is the data of the CommandLineInstallation handler; the codes are those of
// Windows Installer that Update.exe shares.
func commandLine(program, arguments string) *metadata.Rule {
	return rule("HandlerSpecificData", "type", "cmd:CommandLineInstallation").with(
		rule("InstallCommand", "Arguments", arguments, "Program", program, "RebootByDefault", "false", "DefaultResult", "Failed").with(
			rule("ReturnCode", "Code", "0", "Result", "Succeeded", "Reboot", "false"),
			rule("ReturnCode", "Code", "3010", "Result", "Succeeded", "Reboot", "true"),
			rule("ReturnCode", "Code", "1641", "Result", "Succeeded", "Reboot", "true"))).Rule
}
