//go:build interop && linux

package interop_test

// proxyRows tells how programs from outside fare at a proxy's behaviours.
var proxyRows = []compatRow{
	{does: `authenticate`, login: "basic", mute: true, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `unpinned`, mute: true, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `forward-proxy-authorization`, login: "basic", mute: true, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `close-on-407`, login: "basic", mute: true, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `{block: {hosts: origin}}`, curl: "exit 22", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 403"},
	{does: `{connect-ports: {ports: "443"}}`, https: true, mute: true, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `strip-range`, ask: "resume", curl: "exit 33", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `strip-content-range`, ask: "resume", curl: "exit 33", wget: "exit 4", aria2: "ok", urllib: "ok"},
	{does: `drop-content-length`, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `{drop-content-length: {how: close}}`, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `http10`, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `close`, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `{status: {status: 503}}`, curl: "exit 22", wget: "exit 8", aria2: "exit 29", urllib: "HTTPError 503"},
	{does: `{status-nth: {nth: 1}}`, curl: "exit 22", wget: "exit 8", aria2: "exit 29", urllib: "HTTPError 503"},
	{does: `no-answer`, curl: "exit 52", wget: "exit 4", aria2: "exit 1", urllib: "RemoteDisconnected"},
	{does: `{no-answer: {how: reset}}`, curl: "exit 56", wget: "exit 4", aria2: "exit 1", urllib: "ConnectionResetError"},
	{does: `{delay: {duration: 200ms}}`, curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `close-on-challenge`, login: "ntlm", mute: true, curl: "ok", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `{challenge-body: {form: chunked}}`, login: "ntlm", mute: true, curl: "ok", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `close-after-type2`, login: "ntlm", curl: "exit 22", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `new-challenge-each-leg`, login: "ntlm", curl: "exit 22", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `stale-type2`, login: "ntlm", curl: "exit 22", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `type2-forever`, login: "ntlm", curl: "exit 47", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `{target-info: {form: missing}}`, login: "ntlm", curl: "ok", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `oem-only`, login: "ntlm", curl: "ok", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `no-session-security`, login: "ntlm", curl: "ok", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `no-128-bit`, login: "ntlm", curl: "ok", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
	{does: `merged-schemes`, login: "basic", curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `lower-case-schemes`, login: "basic", curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `{extra-schemes: {names: "Bearer, vendor-sso"}}`, login: "basic", curl: "ok", wget: "ok", aria2: "ok", urllib: "ok"},
	{does: `odd-quoting`, login: "digest", curl: "ok", wget: "exit 8", aria2: "exit 22", urllib: "HTTPError 407"},
}
