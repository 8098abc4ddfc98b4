package applicability

// rules are those that can be judged, by the name that a core fragment gives them. Not
// judged, and so unknown, are those of unmodelled and what later systems added.
var rules = map[string]func(*call) (Truth, string){
	"b.WindowsVersion":       (*call).windowsVersion,
	"b.PlatformVersion":      (*call).windowsVersion,
	"b.Platform":             (*call).platform,
	"b.WindowsLanguage":      (*call).windowsLanguage,
	"b.PlatformLanguage":     (*call).windowsLanguage,
	"b.MuiInstalled":         (*call).muiInstalled,
	"b.MuiLanguageInstalled": (*call).muiLanguageInstalled,
	"b.SystemMetric":         (*call).systemMetric,
	"b.Processor":            (*call).processor,
	"b.NumberOfProcessors":   (*call).numberOfProcessors,

	"b.FileExists":               (*call).fileExists,
	"b.FileExistsPrependRegSz":   (*call).fileExists,
	"b.FileVersion":              (*call).fileVersion,
	"b.FileVersionPrependRegSz":  (*call).fileVersion,
	"b.FileCreated":              (*call).fileCreated,
	"b.FileCreatedPrependRegSz":  (*call).fileCreated,
	"b.FileModified":             (*call).fileModified,
	"b.FileModifiedPrependRegSz": (*call).fileModified,
	"b.FileSize":                 (*call).fileSize,
	"b.FileSizePrependRegSz":     (*call).fileSize,

	"b.RegKeyExists":   (*call).regKeyExists,
	"b.RegValueExists": (*call).regValueExists,
	"b.RegDword":       (*call).regDword,
	"b.RegSz":          (*call).regSz,
	"b.RegExpandSz":    (*call).regExpandSz,
	"b.RegSzToVersion": (*call).regSzToVersion,

	"b.WUv4RegKeyValue":     (*call).wuv4Value,
	"b.WUv4RegKeySubstring": (*call).wuv4Substring,

	"m.MsiProductInstalled":             (*call).msiProductInstalled,
	"m.MsiFeatureInstalledForProduct":   (*call).msiFeatureInstalledForProduct,
	"m.MsiComponentInstalledForProduct": (*call).msiComponentInstalledForProduct,
	"m.MsiPatchInstalledForProduct":     (*call).msiPatchInstalledForProduct,
	"m.MsiPatchInstalled":               (*call).msiPatchInstalled,
	"m.MsiPatchSuperseded":              (*call).msiPatchSuperseded,
	"m.MsiPatchInstallable":             (*call).msiPatchInstallable,
	"m.MsiApplicationInstalled":         (*call).msiApplicationInstalled,
	"m.MsiApplicationSuperseded":        (*call).msiApplicationSuperseded,
	"m.MsiApplicationInstallable":       (*call).msiApplicationInstallable,
}
