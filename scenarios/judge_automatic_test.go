package scenarios_test

// The worlds of claims about Automatic Updates.
const (
	automaticWorld = worldHead + `client:
  profile: xp-sp2
  automatic-updates: {running: true, start-delay: 5m, report-delay: 4m}
  registry: {WUServer: "http://wsus", WUStatusServer: "http://wsus", UseWUServer: 1, AUOptions: 4, ElevateNonAdmins: 1}
servers:
  wsus:
    wsus:
      updates:
        tools:
          installed: {b.RegKeyExists: {Key: HKEY_LOCAL_MACHINE, Subkey: SOFTWARE\Tools}}
          files: {tools.exe: {size: 10kB, seed: 1}}
          installer: {exit-code: 3010, at-reboot: {registry: {'HKLM\SOFTWARE\Tools': {Version: 1}}}}
        other: {installed: false}
      approvals: [tools]
steps:
`
	// ready is when an update waits for its time.
	ready = automaticWorld + `  - wait: 5m
    expect: `
	// restarting is when an update has asked for a restart, and the countdown runs.
	restarting = automaticWorld + `  - {wait: 5m}
  - wait: 17h56m
    expect: `
	// restarted is when it is over.
	restarted = automaticWorld + `  - wait: 19h
    expect: `
	// automaticDone is when a user has installed an update at shutdown.
	automaticDone = automaticWorld + `  - {wait: 5m}
  - install-at-shutdown: true
    expect: `
)

// automaticClaims are of Automatic Updates.
func automaticClaims() []claim {
	const about = "automatic updates: "
	return []claim{
		{"automatic state", ready, "{automatic-updates: install-pending}", "{automatic-updates: {state: disabled}}", about + "state", "disabled", "install-pending"},
		{"automatic report", ready, "{automatic-updates: {report: 4m}}", "{automatic-updates: {report: 0s}}", about + "time to the report", "0s", "4m0s"},
		{"automatic no report", automaticDone, "{automatic-updates: {restart: 0s}}", "{automatic-updates: {restart: 1s}}", about + "time to the restart", "1s", "0s"},
		{"automatic scheduled-install", ready, "{automatic-updates: {scheduled-install: Saturday 2004-08-07 03:00}}", "{automatic-updates: {scheduled-install: absent}}",
			about + "scheduled install", "absent", "Saturday 2004-08-07 03:00"},
		{"automatic pending", ready, "{automatic-updates: {pending: [tools]}}", "{automatic-updates: {pending: [tools, other]}}", about + "pending", "tools, other", "tools"},
		{"automatic ready", ready, "{automatic-updates: {ready: [tools]}}", "{automatic-updates: {ready: []}}", about + "ready", "none", "tools"},
		{"automatic notice", ready, "{automatic-updates: {notice: Install Approval}}", "{automatic-updates: {notice: absent}}", about + "notice", "absent", "Install Approval"},
		{"automatic seen-by", ready, "{automatic-updates: {seen-by: [owner]}}", "{automatic-updates: {seen-by: [alice]}}", about + "seen by", "alice", "owner"},
		{"automatic may-postpone", restarting, "{automatic-updates: {may-postpone: [owner]}}", "{automatic-updates: {may-postpone: []}}", about + "may postpone", "none", "owner"},
		{"automatic restart", restarting, "{automatic-updates: {restart: 4m}}", "{automatic-updates: {restart: 5m}}", about + "time to the restart", "5m0s", "4m0s"},
		{"automatic restarts", restarted, "{automatic-updates: {restarts: 1}}", "{automatic-updates: {restarts: 0}}", about + "restarts of the PC", "0", "1"},
		{"automatic offered-at-shutdown", ready, "{automatic-updates: {offered-at-shutdown: true}}", "{automatic-updates: {offered-at-shutdown: false}}", about + "offered at shutdown", "false", "true"},
		{"automatic values", ready, `{automatic-updates: {values: {AUState: "5", Rescheduled: absent, 'Results\Detect\LastError': "0"}}}`, `{automatic-updates: {values: {AUState: "2"}}}`, about + "value AUState", "2", "5"},
		{"automatic no value", ready, "{automatic-updates: {values: {NextDetectionTime: present}}}", "{automatic-updates: {values: {LastWaitTime: present}}}", about + "value LastWaitTime", "present", "none"},
	}
}
