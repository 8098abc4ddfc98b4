package scenarios_test

import (
	"testing"

	"github.com/wualab/wualab/scenarios"
)

// door is one node that demands a login, and what must come of it.
type door struct {
	name    string
	client  string // what client: has besides profile, account and domain
	node    string // what the node has
	step    string // what the download has besides job and files
	expects string
}

const doorHead = `version: 1
id: test/door
title: One way to log in
level: expected
refs: [our own]
accounts:
  alice: {domain: LAB, user: alice, password: pw}
  guess: {domain: LAB, user: alice, password: guess}
  nobody: {domain: LAB, user: nobody, password: pw}
  gone: {domain: LAB, user: gone, password: pw, password-expired: true}
  odd: {domain: LAB, user: odd, password: pw, refuse: STATUS_LOGON_TYPE_NOT_GRANTED}
`

// otherServers are there beside a server with a door.
const otherServers = "login: {tls: true, passport-login: true, accounts: [alice]}"

// text is the scenario of a proxy with that door, or of a server.
func (d door) text(proxy bool) string {
	client := "client: {profile: xp-sp2, domain: LAB, account: alice" + d.client
	if proxy {
		return doorHead + client + ", proxy: node}\n" +
			"servers: {origin: {files: {/f: {size: 10kB, seed: 1}}}}\nproxies: {node: {" + d.node + "}}\n" +
			"steps:\n  - download: {job: j1, files: [origin/f]" + d.step + "}\n    expect: " + d.expects + "\n"
	}
	return doorHead + client + "}\n" +
		"servers: {node: {files: {/f: {size: 10kB, seed: 1}}, " + d.node + "}, " + otherServers + "}\n" +
		"steps:\n  - download: {job: j1, files: [node/f]" + d.step + "}\n    expect: " + d.expects + "\n"
}

func explicit(target, scheme, account string) string {
	return ", credentials: [{target: " + target + ", scheme: " + scheme + ", account: " + account + "}]"
}

// TestTheDoorsOfProxies sees that what the language says of logins comes to the proxy
// and the PC.
func TestTheDoorsOfProxies(t *testing.T) {
	const in, out = "{job: {state: TRANSFERRED}, ", "{job: {state: ERROR, error: BG_E_HTTP_ERROR_407}, "
	ntlm, digest, negotiate := explicit("proxy", "ntlm", "alice"), explicit("proxy", "digest", "alice"), explicit("proxy", "negotiate", "alice")
	for _, d := range []door{
		{"digest", "", "auth: [digest], accounts: [alice]", digest,
			in + "exposure: digest, wire: [{on: node, some: {scheme: digest, answer: {}}, verified: 'LAB\\alice'}]}"},
		{"basic says no charset", "", "auth: [basic], accounts: [alice], basic: {}", explicit("proxy", "basic", "alice"),
			in + "wire: [{on: node, count: 2, none: {answer: {Proxy-Authenticate: /charset/}}}]}"},
		{"basic with a charset", "", "auth: [basic], accounts: [alice], basic: {charset: utf-8}", explicit("proxy", "basic", "alice"),
			in + "wire: [{on: node, some: {status: 407, answer: {Proxy-Authenticate: '/charset=\"UTF-8\"/'}}}]}"},
		{"the proxy blocks NTLM", "", "auth: [ntlm], accounts: [alice], ntlm-blocked: true", ntlm,
			out + "wire: [{on: node, some: {ntstatus: STATUS_NOT_SUPPORTED}}]}"},
		{"digest of another form", "", "auth: [digest], accounts: [alice], digest: {algorithm: MD5-sess, qop: none, next-nonce: true}", digest,
			in + "wire: [{on: node, some: {scheme: digest, header: {Proxy-Authorization: /MD5-sess/}}}]}"},
		{"digest with nonces for one use", "", "auth: [digest], accounts: [alice], digest: {stale: true}", digest,
			in + "wire: [{on: node, some: {scheme: digest}}]}"},
		{"a member server passes on", ", registry: {LmCompatibilityLevel: 3}", "auth: [ntlm], domain-controller: {accounts: [alice], level: 5}", ntlm,
			in + "exposure: {max: ntlmv2}}"},
		{"the controller's level counts", ", registry: {LmCompatibilityLevel: 2}", "auth: [ntlm], server-level: 0, domain-controller: {accounts: [alice], level: 5}", ntlm,
			out + "exposure: {min: ntlm2-session}, wire: [{on: node, some: {ntstatus: STATUS_LOGON_FAILURE}}]}"},
		{"the controller is down", "", "auth: [ntlm], domain-controller: {accounts: [alice], down: true}", ntlm,
			out + "wire: [{on: node, some: {ntstatus: STATUS_NO_LOGON_SERVERS}}]}"},
		{"the controller blocks NTLM", "", "auth: [ntlm], domain-controller: {accounts: [alice], blocked: true}", ntlm,
			out + "wire: [{on: node, some: {ntstatus: STATUS_NOT_SUPPORTED}}]}"},
		{"no such user", "", "auth: [ntlm], accounts: [alice]", explicit("proxy", "ntlm", "nobody"),
			out + "wire: [{on: node, some: {ntstatus: STATUS_NO_SUCH_USER}}]}"},
		{"password expired", "", "auth: [ntlm], accounts: [gone]", explicit("proxy", "ntlm", "gone"),
			out + "wire: [{on: node, some: {ntstatus: STATUS_PASSWORD_EXPIRED}}]}"},
		{"refused with a status", "", "auth: [ntlm], accounts: [odd]", explicit("proxy", "ntlm", "odd"),
			out + "wire: [{on: node, some: {ntstatus: STATUS_LOGON_TYPE_NOT_GRANTED}}]}"},
		{"persistent", "", "auth: [ntlm], accounts: [alice], persistent-auth: true", ntlm,
			in + "wire: [{on: node, some: {answer: {Persistent-Auth: \"true\"}}}]}"},
		{"not persistent", "", "auth: [ntlm], accounts: [alice], persistent-auth: false", ntlm,
			in + "wire: [{on: node, some: {answer: {Persistent-Auth: \"false\"}}}]}"},
		{"the PC's clock is wrong", ", skew: 3d, registry: {LmCompatibilityLevel: 3}", "auth: [ntlm], accounts: [alice]", ntlm,
			out + "wire: [{on: node, some: {ntstatus: STATUS_TIME_DIFFERENCE_AT_DC}}]}"},
		{"kerberos", ", kerberos: {}", "auth: [negotiate], accounts: [alice], kerberos: {}", negotiate,
			in + "exposure: ticket, wire: [{on: node, some: {scheme: negotiate, mechanism: kerberos}}]}"},
		{"kerberos for some", ", kerberos: {tickets: [HTTP/other]}", "auth: [negotiate], accounts: [alice], kerberos: {}", negotiate,
			in + "wire: [{on: node, none: {mechanism: kerberos}, some: {mechanism: raw-ntlm}}]}"},
		{"kerberos for this one", ", kerberos: {tickets: [http/node]}", "auth: [negotiate], accounts: [alice], kerberos: {}", negotiate,
			in + "wire: [{on: node, some: {mechanism: kerberos}}]}"},
		{"kerberos for none", ", kerberos: {tickets: none}", "auth: [negotiate], accounts: [alice], kerberos: {}", negotiate,
			in + "wire: [{on: node, none: {mechanism: kerberos}}]}"},
		{"no krb5.conf", ", kerberos: {config: missing.conf}", "auth: [negotiate], accounts: [alice], kerberos: {}", negotiate,
			in + "wire: [{on: node, none: {mechanism: kerberos}}]}"},
		{"no kerberos on the PC", "", "auth: [negotiate], accounts: [alice], kerberos: {}", negotiate,
			in + "wire: [{on: node, none: {mechanism: kerberos}}]}"},
		{"another service name", ", kerberos: {}", "auth: [negotiate], accounts: [alice], kerberos: {spn: HTTP/elsewhere}", negotiate,
			in + "wire: [{on: node, none: {mechanism: kerberos}}]}"},
		{"a wrong key", ", kerberos: {}", "auth: [negotiate], accounts: [alice], kerberos: {key: wrong}", negotiate,
			out + "wire: [{on: node, some: {mechanism: kerberos}, refused: KRB_AP_ERR_MODIFIED}]}"},
		{"a missing key", ", kerberos: {}", "auth: [negotiate], accounts: [alice], kerberos: {key: missing}", negotiate,
			out + "wire: [{on: node, refused: KRB_AP_ERR_NOKEY}]}"},
		{"the service's clock is wrong", ", kerberos: {}", "auth: [negotiate], accounts: [alice], kerberos: {skew: -10m}", negotiate,
			out + "wire: [{on: node, refused: KRB_AP_ERR_}]}"},
		{"the ticket's clock is wrong", ", kerberos: {skew: 10m}", "auth: [negotiate], accounts: [alice], kerberos: {}", negotiate,
			out + "wire: [{on: node, refused: KRB_AP_ERR_SKEW}]}"},
		{"a replay", ", kerberos: {}", "auth: [negotiate], accounts: [alice], kerberos: {replay: true}", negotiate,
			out + "wire: [{on: node, refused: KRB_AP_ERR_REPEAT}]}"},
		{"the realm's password is another", ", kerberos: {}", "auth: [negotiate], accounts: [alice], kerberos: {}", explicit("proxy", "negotiate", "guess"),
			out + "wire: [{on: node, none: {mechanism: kerberos}}]}"},
	} {
		t.Run(d.name, func(t *testing.T) {
			if r := judged(t, d.text(true)); r.Verdict != scenarios.Pass {
				t.Error(story(r))
			}
		})
	}
}

// TestTheDoorsOfServers is that of proxies for servers.
func TestTheDoorsOfServers(t *testing.T) {
	const in, out = "{job: {state: TRANSFERRED}, ", "{job: {state: ERROR, error: BG_E_HTTP_ERROR_401}, "
	for _, d := range []door{
		{"digest", "", "auth: [digest], accounts: [alice], digest: {algorithm: SHA-256}", explicit("server", "digest", "alice"),
			out + "exposure: nothing}"},
		{"basic with a charset", "", "auth: [basic], accounts: [alice], basic: {charset: utf-8}", explicit("server", "basic", "alice"),
			in + "wire: [{on: node, some: {status: 401, answer: {WWW-Authenticate: '/charset=\"UTF-8\"/'}}}]}"},
		{"the server blocks NTLM", "", "auth: [ntlm], accounts: [alice], ntlm-blocked: true", explicit("server", "ntlm", "alice"),
			out + "wire: [{on: node, some: {ntstatus: STATUS_NOT_SUPPORTED}}]}"},
		{"digest of MD5", "", "auth: [digest], accounts: [alice], digest: {}", explicit("server", "digest", "alice"),
			in + "exposure: digest, wire: [{on: node, some: {scheme: digest}, verified: 'LAB\\alice'}]}"},
		{"kerberos", ", kerberos: {}", "auth: [negotiate], accounts: [alice], kerberos: {}", explicit("server", "negotiate", "alice"),
			in + "exposure: {max: ticket}, wire: [{on: node, some: {mechanism: kerberos}}]}"},
		{"passport", "", "auth: [passport]", explicit("server", "passport", "alice"),
			in + "exposure: clear-password, wire: [{on: node, exposure: ticket, some: {scheme: passport}}, {on: login, exposure: clear-password, some: {scheme: passport}}]}"},
		{"a wrong passport", "", "auth: [passport]", explicit("server", "passport", "guess"),
			out + "wire: [{on: node, exposure: nothing}, {on: login, some: {status: 401}}]}"},
		{"locked out", "", "auth: [ntlm], accounts: [alice], lock-after: 1", explicit("server", "ntlm", "guess"),
			out + "wire: [{on: node, some: {ntstatus: STATUS_WRONG_PASSWORD}}]}"},
		{"each request", "", "auth: [ntlm], accounts: [alice], per-request: true", explicit("server", "ntlm", "alice"),
			in + "wire: [{on: node, some: {ntlm: type3}}]}"},
		{"an open route", "", "auth: [ntlm], accounts: [alice], routes: {/f: {auth: []}}", "",
			in + "exposure: nothing, wire: [{on: node, none: {status: 401}}]}"},
		{"a route with accounts of its own", "", "auth: [ntlm], accounts: [nobody], routes: {/f: {accounts: [alice]}}", explicit("server", "ntlm", "alice"),
			in + "wire: [{on: node, verified: 'LAB\\alice'}]}"},
	} {
		t.Run(d.name, func(t *testing.T) {
			if r := judged(t, d.text(false)); r.Verdict != scenarios.Pass {
				t.Error(story(r))
			}
		})
	}
}

// TestLockedOut sees that failed logons are counted over steps.
func TestLockedOut(t *testing.T) {
	d := door{node: "auth: [ntlm], accounts: [alice], lock-after: 1", step: explicit("server", "ntlm", "guess"), expects: "{job: {state: ERROR}}"}
	text := d.text(false) + "  - set-credentials: {job: j1, target: server, scheme: ntlm, account: alice}\n" +
		"    resume: j1\n    expect: {job: {state: ERROR}, wire: [{on: node, some: {ntstatus: STATUS_ACCOUNT_LOCKED_OUT}}]}\n"
	if r := judged(t, text); r.Verdict != scenarios.Pass {
		t.Error(story(r))
	}
}
