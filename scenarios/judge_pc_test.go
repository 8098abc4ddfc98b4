package scenarios_test

// setUp runs the package of update 842773 on a PC whose BITS runs.
const setUp = worldHead + `client: {profile: xp-sp1}
steps:
  - setup: KB842773
    expect: `

// pcClaims are of the PC itself.
func pcClaims() []claim {
	const exit = "pc: setup: exit-code"
	return []claim{
		{"pc bits", setUp, `{pc: {bits: "1.2"}}`, `{pc: {bits: "2.0"}}`, "pc: bits", "2.0", "1.2"},
		{"pc bits-service", setUp, "{pc: {bits-service: running}}", "{pc: {bits-service: stopped}}", "pc: bits-service", "stopped", "running"},
		{"pc bits-start", setUp, "{pc: {bits-start: manual}}", "{pc: {bits-start: disabled}}", "pc: bits-start", "disabled", "manual"},
		{"pc verified", setUp, "{pc: {verified: []}}", "{pc: {verified: [KB842773]}}", "pc: verified", "KB842773", "none"},
		{"pc files", setUp, "{pc: {files: {qmgr.dll: 6.2.2600.1106}}}", "{pc: {files: {qmgr.dll: 6.6.2600.1569}}}", "pc: file qmgr.dll", "6.6.2600.1569", "6.2.2600.1106"},
		{"pc files absent", setUp, "{pc: {files: {xpob2res.dll: absent}}}", "{pc: {files: {qmgr.dll: absent}}}", "pc: file qmgr.dll", "absent", "6.2.2600.1106"},
		{"pc setup", setUp, "{pc: {setup: 3010}}", "{pc: {setup: 0}}", exit, "0", "3010: installs Windows XP Hotfix - KB842773"},
		{"pc setup says", setUp, "{pc: {setup: {says: /installs/}}}", "{pc: {setup: {says: /removes/}}}", "pc: setup: says", "/removes/", "installs Windows XP Hotfix - KB842773"},
	}
}
