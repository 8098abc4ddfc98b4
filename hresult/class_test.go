package hresult_test

import (
	"strings"
	"testing"

	"github.com/wualab/wualab/hresult"
)

// transientCodes and documentedFatal are the whole class table: what is not listed
// and is a failure must be fatal, assumed. A leading "?" means: assumed.
const transientCodes = `
	BG_E_NETWORK_DISCONNECTED BG_E_DESTINATION_LOCKED BG_E_BLOCKED_BY_POLICY
	?BG_E_CONNECT_FAILURE ?BG_E_CONNECTION_CLOSED
	?BG_E_BLOCKED_BY_COST_TRANSFER_POLICY ?BG_E_STANDBY_MODE ?BG_E_BLOCKED_BY_BATTERY_POLICY ?BG_E_BLOCKED_BY_BATTERY_SAVER
	?BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY ?BG_E_BLOCKED_BY_GAME_MODE ?BG_E_BLOCKED_BY_SYSTEM_POLICY
	?BG_E_HTTP_ERROR_100 ?BG_E_HTTP_ERROR_101 ?BG_E_HTTP_ERROR_200 ?BG_E_HTTP_ERROR_201 ?BG_E_HTTP_ERROR_202
	?BG_E_HTTP_ERROR_203 ?BG_E_HTTP_ERROR_204 ?BG_E_HTTP_ERROR_205 ?BG_E_HTTP_ERROR_206
	?BG_E_HTTP_ERROR_408 ?BG_E_HTTP_ERROR_409
	?BG_E_HTTP_ERROR_500 ?BG_E_HTTP_ERROR_502 ?BG_E_HTTP_ERROR_503 ?BG_E_HTTP_ERROR_504
	ERROR_WINHTTP_TIMEOUT ERROR_WINHTTP_CANNOT_CONNECT
	?ERROR_WINHTTP_NAME_NOT_RESOLVED ?ERROR_WINHTTP_CONNECTION_ERROR ?ERROR_WINHTTP_INVALID_SERVER_RESPONSE
	?ERROR_WINHTTP_INTERNAL_ERROR ?ERROR_WINHTTP_SHUTDOWN ?ERROR_WINHTTP_OPERATION_CANCELLED
	?ERROR_NETNAME_DELETED ?ERROR_BAD_NETPATH ?ERROR_SEM_TIMEOUT ?ERROR_UNEXP_NET_ERR ?ERROR_BAD_NET_RESP
	?ERROR_REQ_NOT_ACCEP ?ERROR_NO_LOGON_SERVERS`

const documentedFatal = `
	BG_E_HTTP_ERROR_401 BG_E_HTTP_ERROR_407 BG_E_NO_PROGRESS BG_E_INSUFFICIENT_RANGE_SUPPORT BG_E_INVALID_SERVER_RESPONSE
	BG_E_INVALID_RANGE BG_E_INVALID_PROXY_INFO ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED
	ERROR_FILE_NOT_FOUND ERROR_PATH_NOT_FOUND E_ACCESSDENIED`

type verdict struct {
	class      hresult.Class
	documented bool
}

func expectedClasses() map[string]verdict {
	want := map[string]verdict{}
	for _, field := range strings.Fields(transientCodes) {
		name, assumed := strings.CutPrefix(field, "?")
		want[name] = verdict{hresult.Transient, !assumed}
	}
	for _, name := range strings.Fields(documentedFatal) {
		want[name] = verdict{hresult.Fatal, true}
	}
	return want
}

func TestClassOfEveryKnownCode(t *testing.T) {
	want := expectedClasses()
	for _, info := range hresult.All() {
		expect, listed := want[info.Name]
		switch {
		case !info.Code.Failed():
			expect = verdict{hresult.NoError, true}
		case !listed:
			expect = verdict{hresult.Fatal, false}
		}
		class, source, documented := hresult.Classify(info.Code)
		if class != expect.class || documented != expect.documented {
			t.Errorf("%s: %s, documented %v; want %s, %v", info.Name, class, documented, expect.class, expect.documented)
		}
		if source == "" || strings.HasPrefix(source, "assumed") && documented {
			t.Errorf("%s: source %q, documented %v", info.Name, source, documented)
		}
		delete(want, info.Name)
	}
	for name := range want {
		t.Errorf("%s is no known code", name)
	}
}

// TestClassOfEveryHTTPStatus types in the published table of server
// application errors.
func TestClassOfEveryHTTPStatus(t *testing.T) {
	fatal := map[int]bool{300: true, 301: true, 302: true, 303: true, 304: true, 305: true, 307: true, 501: true, 505: true}
	for status := 100; status <= 999; status++ {
		want := hresult.Transient
		if fatal[status] || status >= 400 && status <= 499 && status != 408 && status != 409 {
			want = hresult.Fatal
		}
		if got, _, _ := hresult.Classify(hresult.FromHTTPStatus(status)); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
}

func TestClassOfUnknownFailure(t *testing.T) {
	class, _, documented := hresult.Classify(0x80D05001)
	if class != hresult.Fatal || documented {
		t.Errorf("got %s, %v", class, documented)
	}
}

func TestClassString(t *testing.T) {
	for class, want := range map[hresult.Class]string{hresult.NoError: "no-error", hresult.Transient: "transient", hresult.Fatal: "fatal"} {
		if class.String() != want {
			t.Errorf("%d: %q, want %q", class, class, want)
		}
	}
}
