package scenarios_test

// site is a package of SMS 2003 that comes and is run.
const site = worldHead + `client: {profile: xp-sp2}
servers:
  mp:
    sms:
      packages: {LAB00001: {files: {setup.exe: {size: 10kB, seed: 1}}, programs: {install: {command: setup.exe, exit-code: 3010}}}}
      advertisements: {LAB20000: {package: LAB00001, program: install}}
      distribution-points: {mp: {}}
steps:
  - sms: cycle
    expect: `

// offSite is one whose content cannot be had.
const offSite = worldHead + `client: {profile: xp-sp2}
servers:
  mp:
    sms:
      packages: {LAB00001: {files: {setup.exe: {size: 10kB, seed: 1}}, programs: {install: setup.exe}}}
      advertisements: {LAB20000: {package: LAB00001, program: install}}
      distribution-points: {mp: {webdav-status: 405}}
steps:
  - sms: cycle
    expect: `

// smsClaims are of the Advanced Client and its site.
func smsClaims() []claim {
	of := func(key, good, bad, what, expected, actual string) claim {
		const begin, end = "{sms: {advertisements: {LAB20000: {", "}}}}"
		return claim{"sms " + key, site, begin + key + ": " + good + end, begin + key + ": " + bad + end, "advertisement LAB20000: " + what, expected, actual}
	}
	return []claim{
		of("state", "reboot-pending", "succeeded", "state", "succeeded", "reboot-pending"),
		of("exit-code", "3010", "0", "exit code", "0", "3010"),
		of("runs", "1", "0", "runs", "0", "1"),
		of("tries", "0", "1", "tries", "1", "0"),
		of("point", "mp", "dp", "distribution point", "dp", "mp"),
		of("content", "identical", "absent", "content", "absent", "identical"),
		{"sms error", offSite, "{sms: {advertisements: {LAB20000: {error: BG_E_HTTP_ERROR_405}}}}", "{sms: {advertisements: {LAB20000: {error: CRYPT_E_HASH_VALUE}}}}", "advertisement LAB20000: error", "CRYPT_E_HASH_VALUE", "BG_E_HTTP_ERROR_405 (0x80190195)"},
		{"sms content of none", offSite, "{sms: {advertisements: {LAB20000: {content: absent}}}}", "{sms: {advertisements: {LAB20000: {content: identical}}}}", "advertisement LAB20000: content", "identical", "package LAB00001 is not in the cache"},
		{"sms messages", site, "{sms: {messages: [10002, 10005, 10022]}}", "{sms: {messages: [10002]}}", "status messages at the site", "[10002]", "[10002 10005 10022]"},
		{"sms log", site, "{sms: {log: {CAS.log: [/Hash verification succeeded/]}}}", "{sms: {log: {CAS.log: [/Hash does not match/]}}}", "CAS.log", "/Hash does not match/", "no line of this step matches"},
	}
}
