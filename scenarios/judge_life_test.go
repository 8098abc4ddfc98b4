package scenarios_test

const (
	// sent is an upload-reply whose static reply the client fetches.
	sent = worldHead + `client: {profile: xp-sp3}
servers:
  origin:
    files: {/answer: {size: 20kB, seed: 6}}
    uploads: {/in/: {BITSServerNotificationType: 2, BITSServerNotificationURL: /handle}}
    applications: {/handle: {answers: [{BITS-Static-Response-URL: http://origin/answer, BITS-Copy-File-To-Destination: true}]}}
steps:
  - upload: {job: j1, to: origin/in/f, file: {size: 10kB, seed: 1}, reply: {}}
    expect: `
	// shared is an upload to a file share.
	shared = worldHead + `client: {profile: xp-sp3}
servers: {origin: {shares: {inbox: {writable: true}}}}
steps:
  - upload: {job: j1, to: '\\origin\inbox\f', file: {size: 10kB, seed: 1}}
    expect: `
	// refusedUpload is an upload that the server has no room for.
	refusedUpload = worldHead + `client: {profile: xp-sp3}
servers: {origin: {uploads: {/in/: {BITSMaximumUploadSize: 1000B}}}}
steps:
  - upload: {job: j1, to: origin/in/f, file: {size: 10kB, seed: 1}}
    expect: `
	// told is a download whose owner wants to know.
	told = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
steps:
  - download: {job: j1, files: [origin/f], notify: {callback: accepts}}
    wait: 1s
    expect: `
	// modern is a download by BITS 3.0.
	modern = worldHead + `client: {profile: vista}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
steps:
  - download: {job: j1, files: [origin/f]}
    expect: `
	// stopped is a service that is stopped.
	stopped = worldHead + `client: {profile: xp-sp2}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
steps:
  - service: stop
    expect: `
	// linked is a download over a link.
	linked = worldHead + `client: {profile: xp-sp2, link: {down: 56kbit/s}}
servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}
steps:
  - download: {job: j1, files: [origin/f]}
    expect: `
)

// uploadClaims are of what uploads bring.
func uploadClaims() []claim {
	const in = "uploads to origin/in/: "
	return []claim{
		{"job reply", sent, "{job: {reply: identical}}", "{job: {reply: absent}}", "job j1: reply", "absent", "identical"},
		{"job reply data", sent, "{job: {reply-data: S_OK}}", "{job: {reply-data: BG_E_INVALID_STATE}}", "job j1: result of GetReplyData", "BG_E_INVALID_STATE", "S_OK (0x00000000)"},
		{"job remote", sent, "{job: {remote: http://origin/in/f}}", "{job: {remote: http://origin/in/g}}", "job j1: remote name", "http://origin/in/g", "http://origin/in/f"},
		{"uploads sessions", sent, "{uploads: {on: origin, path: /in/, sessions: 0}}", "{uploads: {on: origin, path: /in/, sessions: 1}}", in + "sessions", "1", "0"},
		{"shares files", shared, "{job: {content: identical}, shares: {on: origin, share: inbox, files: 1}}", "{shares: {on: origin, share: inbox, files: 0}}", "files on the share inbox of origin", "0", "1"},
		matcher("packet", sent, "origin", "packet: Fragment", "packet: Cancel-Session", "the packet is Close-Session, not Cancel-Session"),
		matcher("bits-error", refusedUpload, "origin", "bits-error: BG_E_TOO_LARGE", "bits-error: BG_E_SESSION_NOT_FOUND", "the answer does not tell of BG_E_SESSION_NOT_FOUND"),
	}
}

// lifeClaims are of the service, its jobs in time, the link, and what works by the
// service.
func lifeClaims() []claim {
	return append(append(smsClaims(), susClaims()...), []claim{
		{"notified", told, "{notified: {event: job-transferred, count: 1}}", "{notified: {event: job-transferred, count: 2}}", "notified job-transferred", "2", "1"},
		{"job owner-integrity", modern, "{job: {owner-integrity: medium}}", "{job: {owner-integrity: high}}", "job j1: integrity level of the owner", "high", "medium"},
		{"job owner-elevated", modern, "{job: {owner-elevated: false}}", "{job: {owner-elevated: true}}", "job j1: elevation of the owner", "true", "false"},
		{"noted", stopped, "{noted: BITS service stopped}", "{noted: BITS service started}", "note", "BITS service started", `1 notes: ["BITS service stopped"]`},
		{"order", plain, "{order: [j1 CONNECTING, j1 TRANSFERRED]}", "{order: [j1 TRANSFERRED, j1 CONNECTING]}", "order of the jobs' states: entry 2 of 2", "j1 CONNECTING", "after the entries before it there is none in: j1 QUEUED, j1 CONNECTING, j1 TRANSFERRING, j1 TRANSFERRED"},
		{"link bytes", linked, "{link: {bytes: {at-least: 10kB}}}", "{link: {bytes: {at-most: 10kB}}}", "link down: bytes", "at most 10000", "10290"},
	}...)
}
