package scenarios_test

// The worlds of claims about update servers and the update agent.
const (
	updateWorld = worldHead + `client: {profile: xp-sp2, registry: {WUServer: "http://wsus", WUStatusServer: "http://wsus", UseWUServer: 1}, files: {tools.dll: 1.0.0.0}}
servers:
  wsus:
    wsus:
      groups: {Pilot: [PC1]}
      updates:
        tools:
          title: Tools
          installed: {b.FileVersion: {Csidl: 37, Path: tools.dll, Version: 2.0.0.0}}
          files: {tools.exe: {size: 10kB, seed: 1}}
          installer: {exit-code: 3010, files: {tools.dll: 2.0.0.0}}
        vista: {installed: false, installable: {b.WindowsVersion: {MajorVersion: 6}}}
        there: {installed: {b.FileExists: {Csidl: 37, Path: tools.dll}}}
      approvals: [tools, vista, there]
steps:
`
	// detected is a detection.
	detected = updateWorld + `  - detect: true
    expect: `
	// searched is a search.
	searched = updateWorld + `  - search: "IsInstalled=1"
    expect: `
	// updated is a whole round.
	updated = updateWorld + `  - detect: true
    download-updates: offered
    install-updates: offered
    report-events: true
    expect: `
)

// updateClaims are of the Windows Update agent and of update servers.
func updateClaims() []claim {
	const results, on = "updates: results: tools", "wsus on wsus: "
	return []claim{
		{"updates offered", detected, "{updates: {offered: [tools]}}", "{updates: {offered: [tools, vista]}}", "updates: offered", "tools, vista", "tools"},
		{"updates offered none", updated, "{updates: {offered: []}}", "{updates: {offered: [tools]}}", "updates: offered", "tools", "none"},
		{"updates installed", detected, "{updates: {installed: [there]}}", "{updates: {installed: []}}", "updates: installed", "none", "there"},
		{"updates found", searched, "{updates: {found: [there]}}", "{updates: {found: [tools]}}", "updates: found", "tools", "there"},
		{"updates not-offered", detected, "{updates: {not-offered: {vista: /b.WindowsVersion/}}}", "{updates: {not-offered: {vista: /b.Processor/}}}",
			"updates: not-offered: vista", "/b.Processor/", "IsInstallable is false: b.WindowsVersion: Windows is 5.1.2600 SP2, which is not equal to what is asked for"},
		{"updates not-offered but offered", detected, "{updates: {not-offered: {vista: present}}}", "{updates: {not-offered: {tools: present}}}",
			"updates: not-offered: tools", "any reason", "it is offered"},
		{"updates trips", detected, "{updates: {trips: 1}}", "{updates: {trips: 2}}", "updates: calls of SyncUpdates", "2", "1"},
		{"updates reboot-required", updated, "{updates: {reboot-required: true}}", "{updates: {reboot-required: false}}", "updates: a restart is required", "false", "true"},
		{"updates waiting-events", detected, "{updates: {waiting-events: 2}}", "{updates: {waiting-events: 0}}", "updates: events that wait", "0", "2"},
		{"updates results", updated, "{updates: {results: {tools: Succeeded}}}", "{updates: {results: {tools: Failed}}}", results + ": result", "Failed", "Succeeded"},
		{"updates results hresult", updated, "{updates: {results: {tools: {hresult: WU_S_REBOOT_REQUIRED}}}}", "{updates: {results: {tools: {hresult: S_OK}}}}",
			results + ": hresult", "S_OK", "WU_S_REBOOT_REQUIRED (0x00240005)"},
		{"updates results exit-code", updated, "{updates: {results: {tools: {exit-code: 3010}}}}", "{updates: {results: {tools: {exit-code: 0}}}}", results + ": exit code", "0", "3010"},
		{"updates results reboot-required", updated, "{updates: {results: {tools: {reboot-required: true}}}}", "{updates: {results: {tools: {reboot-required: false}}}}",
			results + ": a restart is required", "false", "true"},
		{"updates results of none", updated, "{updates: {results: {tools: Succeeded}}}", "{updates: {results: {vista: Succeeded}}}", "updates: results: vista", "an installer that ran", "none did in this step"},
		{"result of a restart", updated, "{result: WU_S_REBOOT_REQUIRED}", "{result: S_OK}", "result of the call", "S_OK", "WU_S_REBOOT_REQUIRED (0x00240005)"},
		{"job of an update", updated, "{job: {name: tools, state: ACKNOWLEDGED}}", "{job: {name: tools, state: ERROR}}", "job WU Client Download: state", "ERROR", "ACKNOWLEDGED"},
		{"log", detected, "{log: /Found 3 updates/}", "{log: /Found 4 updates/}", "log", "/Found 4 updates/", "lines, none like it"},
		{"wsus computers", detected, "{wsus: {on: wsus, computers: 1}}", "{wsus: {on: wsus, computers: 2}}", on + "computers", "2", "1"},
		{"wsus groups", detected, "{wsus: {on: wsus, computer: {groups: [All Computers, Pilot]}}}", "{wsus: {on: wsus, computer: {groups: [Pilot]}}}", on + "groups", "Pilot", "All Computers, Pilot"},
		{"wsus registered", detected, "{wsus: {on: wsus, computer: {registered: true}}}", "{wsus: {on: wsus, computer: {registered: false}}}", on + "registered", "false", "true"},
		{"wsus dns-name", detected, "{wsus: {on: wsus, computer: {dns-name: pc1}}}", "{wsus: {on: wsus, computer: {dns-name: pc2}}}", on + "dns-name", "pc2", "pc1"},
		{"wsus events-count", updated, "{wsus: {on: wsus, events-count: 4}}", "{wsus: {on: wsus, events-count: 0}}", on + "events", "0", "4"},
		{"wsus events", updated, "{wsus: {on: wsus, events: [147, {id: 184, update: tools, strings: Tools}]}}", "{wsus: {on: wsus, events: [184, 147]}}", on + "events: entry 2 of 2", "147",
			"after the entries before it there is none in: 147, 156, 162 of tools, 184 of tools"},
		{"wsus event result", updated, "{wsus: {on: wsus, events: [{id: 162, result: S_OK, app: AutomaticUpdates}]}}", "{wsus: {on: wsus, events: [{id: 162, update: none}]}}", on + "events: entry 1 of 1",
			"162 of none", "162 of tools, 184 of tools"},
		matcher("operation", detected, "wsus", "operation: GetCookie", "operation: RefreshCache", "the web method is GetExtendedUpdateInfo, not RefreshCache"),
	}
}
