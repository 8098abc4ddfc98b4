package applicability

import "strings"

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

	"m.MsiProductInstalled": (*call).msiProductInstalled,
}

// msiProductInstalled: only ProductCode is required, the others are checked when they
// are there. MsiApplicabilityRules schema.
func (c *call) msiProductInstalled() (Truth, string) {
	code := c.text("ProductCode")
	for _, p := range c.system.Products {
		if !strings.EqualFold(p.ProductCode, code) {
			continue
		}
		if c.has("VersionMin") {
			if order := p.Version.Compare(c.version("VersionMin")); order < 0 || order == 0 && c.boolean("ExcludeVersionMin") {
				return c.result(False, "%s is installed in version %v, below those asked for", code, p.Version)
			}
		}
		if c.has("VersionMax") {
			if order := p.Version.Compare(c.version("VersionMax")); order > 0 || order == 0 && c.boolean("ExcludeVersionMax") {
				return c.result(False, "%s is installed in version %v, above those asked for", code, p.Version)
			}
		}
		if c.has("Language") && int64(p.Language) != c.number("Language") {
			return c.result(False, "%s is installed in language %d", code, p.Language)
		}
		return c.result(True, "%s is installed in version %v", code, p.Version)
	}
	return c.result(False, "no product %s is installed", code)
}
