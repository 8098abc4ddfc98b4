package plan

// updatePolicy are the values of policy for the Windows Update agent that have a short
// name, by their key. Source: "Configure Automatic Updates in a Non-Active Directory
// Environment".
var updatePolicy = map[string]string{
	policyKey: "WUServer WUStatusServer TargetGroup TargetGroupEnabled ElevateNonAdmins AcceptTrustedPublisherCerts DisableWindowsUpdateAccess",
	policyKey + `\AU`: "NoAutoUpdate AUOptions UseWUServer ScheduledInstallDay ScheduledInstallTime RescheduleWaitTime RescheduleWaitTimeEnabled " +
		"DetectionFrequency DetectionFrequencyEnabled AutoInstallMinorUpdates NoAutoRebootWithLoggedOnUsers RebootRelaunchTimeout RebootRelaunchTimeoutEnabled " +
		"RebootWarningTimeout RebootWarningTimeoutEnabled NoAUShutdownOption",
}

const policyKey = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
