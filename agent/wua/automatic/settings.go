package automatic

import "slices"

// Where the values of Automatic Updates are.
const (
	// PolicyKey holds the policy of the agent, PolicyKeyAU that of Automatic Updates.
	PolicyKey   = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
	PolicyKeyAU = PolicyKey + `\AU`
	// LocalKey holds what the user chose in Control Panel, and the state of the service.
	LocalKey = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update`
)

// Setting is a number in the registry that Automatic Updates reads.
type Setting struct {
	Key, Name string
	Min, Max  uint32 // of the values that count
	EnabledBy string // the value beside it that must be 1; "" is none
	Default   uint32 // where it is absent, or not enabled
	Unit      string // "hours", "minutes", or ""
	Meaning   string
	Source    string
	Assumed   string // what of the line no document settles
}

const (
	nonAD   = "cc708449, Configure Automatic Updates in a Non-Active Directory Environment"
	outside = "a value outside the range is as good as absent"
)

// settings is all that is read, in the order of the documents.
var settings = []Setting{
	{PolicyKeyAU, "NoAutoUpdate", 0, 1, "", 0, "", "1 turns Automatic Updates off", nonAD, outside},
	{PolicyKeyAU, "AUOptions", 1, 5, "", 0, "", "1 off, 2 notify before download, 3 download and notify, 4 download and install by schedule, 5 the local setting counts",
		nonAD + " (2 to 5); policy articles of the time (1)", outside},
	{PolicyKeyAU, "UseWUServer", 0, 1, "", 0, "", "1: WUServer counts", nonAD, outside},
	{PolicyKeyAU, "ScheduledInstallDay", 0, 7, "", 0, "", "0 every day, 1 Sunday to 7 Saturday", nonAD + "; Group Policy, Configure Automatic Updates (default)", outside},
	{PolicyKeyAU, "ScheduledInstallTime", 0, 23, "", 3, "", "hour of the PC's local time", nonAD + "; Group Policy, Configure Automatic Updates (default)", outside},
	{PolicyKeyAU, "RescheduleWaitTime", 1, 60, "RescheduleWaitTimeEnabled", 1, "minutes", "from the start of the service to an installation whose time was missed",
		nonAD + "; Group Policy, Reschedule Automatic Updates scheduled installations (default)", outside},
	{PolicyKeyAU, "NoAutoRebootWithLoggedOnUsers", 0, 1, "", 0, "", "1: the user who is logged on decides about the restart", nonAD, outside},
	{PolicyKeyAU, "AutoInstallMinorUpdates", 0, 1, "", 0, "", "1: updates that neither interrupt services nor restart Windows are installed as soon as they are there", nonAD, outside},
	{PolicyKeyAU, "DetectionFrequency", 1, 22, "DetectionFrequencyEnabled", 22, "hours", "the longest time between detections", nonAD + "; MS-WUSP product note 60", outside},
	{PolicyKeyAU, "RebootWarningTimeout", 1, 30, "RebootWarningTimeoutEnabled", 5, "minutes", "from the warning to the restart after a scheduled installation or one at its deadline",
		nonAD, outside + "; from Windows Vista on the default is 15, as the policy of Windows 7 says"},
	{PolicyKeyAU, "RebootRelaunchTimeout", 1, 1440, "RebootRelaunchTimeoutEnabled", 10, "minutes", "from a restart that was put off to the next prompt", nonAD, outside},
	{PolicyKeyAU, "NoAUShutdownOption", 0, 1, "", 0, "", "1: shutting down does not offer to install updates", "Group Policy, Do not display 'Install Updates and Shut Down' option", outside},
	{PolicyKey, "ElevateNonAdmins", 0, 1, "", 0, "", "1: users without administrator privileges are asked too", nonAD, outside},
	{PolicyKey, "TargetGroupEnabled", 0, 1, "", 0, "", "1: TargetGroup counts", nonAD, outside},
	{PolicyKey, "DisableWindowsUpdateAccess", 0, 1, "", 0, "", "1: users do not get at Windows Update", "Group Policy, Remove access to use all Windows Update features",
		outside + "; Automatic Updates of a managed server goes on and asks nobody"},
	{LocalKey, "AUOptions", 1, 4, "", 0, "", "as in policy; counts where policy does not say", "dd939821; IAutomaticUpdatesSettings::NotificationLevel", outside},
	{LocalKey, "ScheduledInstallDay", 0, 7, "", 0, "", "as in policy", "IAutomaticUpdatesSettings::ScheduledInstallationDay", outside},
	{LocalKey, "ScheduledInstallTime", 0, 23, "", 3, "", "as in policy", "IAutomaticUpdatesSettings::ScheduledInstallationTime", outside},
}

// Settings gives the table of what Automatic Updates reads.
func Settings() []Setting { return slices.Clone(settings) }

func settingOf(key, name string) Setting {
	i := slices.IndexFunc(settings, func(s Setting) bool { return s.Key == key && s.Name == name })
	return settings[i]
}
