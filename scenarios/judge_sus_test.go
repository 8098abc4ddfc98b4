package scenarios_test

// The worlds of claims about the client of SUS 1.0 and its server.
const (
	susWorld = worldHead + `client: {profile: xp-sp1, registry: {WUServer: "http://sus", WUStatusServer: "http://sus", UseWUServer: 1, AUOptions: 4}}
servers:
  sus:
    sus:
      updates:
        tools: {installed: false, files: {tools.exe: {size: 10kB, seed: 1}}, installer: {exit-code: 3010}}
        there: {installed: true}
        not-yet: {approved: false, installed: false}
steps:
`
	susCycle = susWorld + `  - sus: cycle
    expect: `
	susDetect = susWorld + `  - sus: detect
    expect: `
)

// susClaims are of the client of SUS 1.0 and its server.
func susClaims() []claim {
	of := func(key, good, bad, what, expected, actual string) claim {
		return claim{"sus " + key, susCycle, "{sus: {" + key + ": " + good + "}}", "{sus: {" + key + ": " + bad + "}}", what, expected, actual}
	}
	const pings = "sus on sus: pings"
	return []claim{
		of("listed", "[tools, there]", "[tools, there, not-yet]", "sus: listed", "not-yet, there, tools", "there, tools"),
		of("needed", "[tools]", "[there, tools]", "sus: needed", "there, tools", "tools"),
		of("downloaded", "[tools]", "[]", "sus: downloaded", "none", "tools"),
		{"sus downloaded none", susDetect, "{sus: {downloaded: []}}", "{sus: {downloaded: [tools]}}", "sus: downloaded", "tools", "none"},
		of("installed", "[tools]", "[there]", "sus: installed", "there", "tools"),
		of("results", "{tools: Succeeded}", "{tools: Failed}", "updates: results: tools: result", "Failed", "Succeeded"),
		of("client-version", "5.4.3630.2550", "5.8.0.2469", "sus: version of the client", "5.8.0.2469", "5.4.3630.2550"),
		of("reboot-required", "true", "false", "sus: a restart is required", "false", "true"),
		of("log", "/approved updates/", "/Library download error/", "windows update.log", "/Library download error/", "5 lines, none like it"),
		of("pings", "[n, d, {activity: w, update: tools}, {activity: i, status: r}]", "[n, d, {activity: w, update: tools}]", pings, "n, d, w of tools", "n s, d s, w s of tools, i r of tools"),
		{"sus pings of another activity", susDetect, "{sus: {pings: [n, d]}}", "{sus: {pings: [s, d]}}", pings, "s, d", "n s, d s"},
		{"sus pings of another status", susDetect, "{sus: {on: sus, pings: [n, {status: s}]}}", "{sus: {pings: [n, {status: f}]}}", pings, "n, any f", "n s, d s"},
		{"sus pings with another code", susDetect, "{sus: {pings: [n, {code: S_OK, update: none}]}}", "{sus: {pings: [n, {code: E_FAIL}]}}", pings, "n, any with E_FAIL", "n s, d s"},
		{"sus pings about another update", susDetect, "{sus: {pings: [n, {update: none}]}}", "{sus: {pings: [n, {update: tools}]}}", pings, "n, any of tools", "n s, d s"},
	}
}
