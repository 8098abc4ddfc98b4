package metadata

// Namespaces of whole update documents, MS-WUSP 3.1.1.1 and the schemas that it names.
const (
	updateNamespace = "http://schemas.microsoft.com/msus/2002/12/Update"
	baseRules       = "http://schemas.microsoft.com/msus/2002/12/BaseApplicabilityRules"
	logicalRules    = "http://schemas.microsoft.com/msus/2002/12/LogicalApplicabilityRules"
	msiRules        = "http://schemas.microsoft.com/msus/2002/12/MsiApplicabilityRules"
	driverRules     = "http://schemas.microsoft.com/msus/2002/12/UpdateHandlers/WindowsDriver"
)

// prefixes are what a fragment has before the names of these namespaces instead of the
// namespace; the names of all others stand bare (MS-WUSP 3.1.1.1).
var prefixes = map[string]string{baseRules: "b.", msiRules: "m.", driverRules: "d."}

// Handlers, the kinds of installers, are URIs that begin so.
const handlerBase = "http://schemas.microsoft.com/msus/2002/12/UpdateHandlers/"

// The handlers that updates of the time of Windows XP have.
const (
	CommandLineInstallation = handlerBase + "CommandLineInstallation"
	WindowsPatch            = handlerBase + "WindowsPatch"
	WindowsInstaller        = handlerBase + "WindowsInstaller"
	WindowsSetup            = handlerBase + "WindowsSetup"
	WindowsDriver           = handlerBase + "WindowsDriver"
	CategoryHandler         = handlerBase + "Category"
)
