package hresult_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/wualab/wualab/hresult"
)

// anchors are codes typed in from the published pages, at least one for each
// block of the tables.
var anchors = map[string]hresult.HRESULT{
	"S_OK": 0, "S_FALSE": 1, "E_ACCESSDENIED": 0x80070005, "E_INVALIDARG": 0x80070057, "REGDB_E_CLASSNOTREG": 0x80040154,
	"ERROR_DISK_FULL":       0x80070070,
	"BG_S_PARTIAL_COMPLETE": 0x00200017, "BG_S_OVERRIDDEN_BY_POLICY": 0x00200055,
	"BG_E_NOT_FOUND": 0x80200001, "BG_E_INVALID_STATE": 0x80200002, "BG_E_EMPTY": 0x80200003,
	"BG_E_DESTINATION_LOCKED": 0x8020000D, "BG_E_NETWORK_DISCONNECTED": 0x80200010, "BG_E_MISSING_FILE_SIZE": 0x80200011,
	"BG_E_INSUFFICIENT_HTTP_SUPPORT": 0x80200012, "BG_E_INSUFFICIENT_RANGE_SUPPORT": 0x80200013,
	"BG_E_INVALID_SERVER_RESPONSE": 0x8020001B, "BG_E_SESSION_NOT_FOUND": 0x8020001F,
	"BG_E_SERVER_EXECUTE_ENABLE": 0x80200023, "BG_E_SERVER_EXECUTE_ENABLED": 0x80200023,
	"BG_E_USERNAME_TOO_LARGE": 0x80200025, "BG_E_INVALID_AUTH_SCHEME": 0x80200028,
	"BG_E_INVALID_RANGE": 0x8020002B, "BG_E_OVERLAPPING_RANGES": 0x8020002C, "BG_E_CONNECTION_CLOSED": 0x8020002E,
	"BG_E_BLOCKED_BY_POLICY": 0x8020003E, "BG_E_INVALID_PROXY_INFO": 0x8020003F, "BG_E_UPNP_ERROR": 0x80200045,
	"BG_E_TOO_MANY_JOBS_PER_USER": 0x80200049, "BG_E_TOO_MANY_JOBS_PER_MACHINE": 0x80200050,
	"BG_E_BLOCKED_BY_COST_TRANSFER_POLICY": 0x80200059, "BG_E_STANDBY_MODE": 0x80200065,
	"BG_E_BLOCKED_BY_GAME_MODE": 0x8020006F, "BG_E_REMOTE_FILE_CHANGED": 0x80200073,
	"BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK": 0x80200076,
	"BG_E_HTTP_ERROR_401":                            0x80190191, "BG_E_HTTP_ERROR_407": 0x80190197, "BG_E_HTTP_ERROR_416": 0x801901A0,
	"BG_E_HTTP_ERROR_449": 0x801901C1, "BG_E_HTTP_ERROR_505": 0x801901F9,
	"MC_JOB_CANCELLED": 0x80194000, "MC_FATAL_IGD_ERROR": 0x80194009,
	"ERROR_WINHTTP_TIMEOUT": 0x80072EE2, "ERROR_WINHTTP_NAME_NOT_RESOLVED": 0x80072EE7,
	"ERROR_WINHTTP_CANNOT_CONNECT": 0x80072EFD, "ERROR_WINHTTP_CONNECTION_ERROR": 0x80072EFE,
	"ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED": 0x80072F0C, "ERROR_WINHTTP_INVALID_SERVER_RESPONSE": 0x80072F78,
	"ERROR_WINHTTP_SECURE_CHANNEL_ERROR": 0x80072F7D, "ERROR_WINHTTP_SECURE_FAILURE": 0x80072F8F,
	"WU_S_ALREADY_DOWNLOADED": 0x00240008, "WU_E_LEGACYSERVER": 0x8024002B, "WU_E_WINHTTP_INVALID_FILE": 0x80240038,
	"WU_E_PT_SOAPCLIENT_SOAPFAULT": 0x80244007, "WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS": 0x80244010,
	"WU_E_PT_HTTP_STATUS_PROXY_AUTH_REQ": 0x8024401B, "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED": 0x8024402C,
	"WU_E_PT_SAME_REDIR_ID": 0x8024502D, "WU_E_DM_FAILTOCONNECTTOBITS": 0x80246008, "WU_E_DM_CONTENTCHANGED": 0x8024600B,
	"WU_E_EULAS_DECLINED": 0x80240023, "WU_E_NO_UPDATE": 0x80240024, "WU_E_UH_UNKNOWNHANDLER": 0x80242002, "WU_E_PT_UNEXPECTED": 0x80244FFF,
	"WU_E_DS_BADVERSION": 0x80248006, "WU_E_SETUP_INVALID_IDENTDATA": 0x8024D002, "WU_E_SETUP_SKIP_UPDATE": 0x8024D009, "WU_E_EE_UNKNOWN_EXPRESSION": 0x8024E001,
	"WU_E_AU_PAUSED": 0x8024A004, "WU_E_SERVER_BUSY": 0x8024F004,
}

func TestAnchors(t *testing.T) {
	for name, want := range anchors {
		if got, err := hresult.Parse(name); err != nil || got != want {
			t.Errorf("Parse(%q) = %s, %v; want %s", name, got, err, want)
		}
		if info, ok := hresult.Lookup(want); !ok || !strings.HasPrefix(name, info.Name) {
			t.Errorf("Lookup(%s) = %q, %v; want %s", want, info.Name, ok, name)
		}
	}
}

func TestTablesAreSound(t *testing.T) {
	codes, names := map[hresult.HRESULT]string{}, map[string]bool{}
	var last hresult.HRESULT
	for i, info := range hresult.All() {
		if other, twice := codes[info.Code]; twice {
			t.Errorf("%s: both %s and %s", info.Code, other, info.Name)
		}
		if names[info.Name] {
			t.Errorf("%s: name used twice", info.Name)
		}
		if i > 0 && info.Code < last {
			t.Errorf("%s: out of order", info.Name)
		}
		codes[info.Code], names[info.Name], last = info.Name, true, info.Code
		if info.Meaning == "" || info.Source == "" {
			t.Errorf("%s: no meaning or no source", info.Name)
		}
		if (info.Hint == "") == info.Code.Failed() {
			t.Errorf("%s: failures have a hint, successes none; got %q", info.Name, info.Hint)
		}
	}
	if len(codes) < 380 {
		t.Errorf("only %d codes", len(codes))
	}
}

func TestAllIsACopy(t *testing.T) {
	hresult.All()[0].Name = "changed"
	if got := hresult.All()[0].Name; got == "changed" {
		t.Error("All hands out its own table")
	}
}

// TestConstantsHaveEntries reads the constants out of the source: each has an
// entry under its own name, and each entry has a constant.
func TestConstantsHaveEntries(t *testing.T) {
	constants := sourceConstants(t)
	for name, code := range constants {
		if info, ok := hresult.Lookup(code); !ok || info.Name != name {
			t.Errorf("constant %s: entry %q", name, info.Name)
		}
	}
	for _, info := range hresult.All() {
		if constants[info.Name] != info.Code {
			t.Errorf("entry %s: constant is %s", info.Name, constants[info.Name])
		}
	}
}

func sourceConstants(t *testing.T) map[string]hresult.HRESULT {
	t.Helper()
	found := map[string]hresult.HRESULT{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "HRESULT" && len(spec.Values) == 1 {
				literal, ok := spec.Values[0].(*ast.BasicLit)
				if !ok {
					t.Fatalf("%s: not a literal", spec.Names[0].Name)
				}
				n, err := strconv.ParseUint(literal.Value, 0, 32)
				if err != nil {
					t.Fatal(err)
				}
				found[spec.Names[0].Name] = hresult.HRESULT(n)
			}
			return true
		})
	}
	return found
}

func TestHTTPStatuses(t *testing.T) {
	for _, listed := range [][2]int{{100, 101}, {200, 206}, {300, 305}, {307, 307}, {400, 417}, {449, 449}, {500, 505}} {
		for status := listed[0]; status <= listed[1]; status++ {
			want := "BG_E_HTTP_ERROR_" + strconv.Itoa(status)
			if got := hresult.FromHTTPStatus(status).Name(); got != want {
				t.Errorf("FromHTTPStatus(%d) = %q, want %s", status, got, want)
			}
		}
	}
	for status := -1; status < 1100; status++ {
		h := hresult.FromHTTPStatus(status)
		back, ok := h.HTTPStatus()
		if inside := status >= 100 && status <= 999; ok != inside || inside && back != status {
			t.Errorf("%d -> %s -> %d, %v", status, h, back, ok)
		}
	}
	if got := hresult.FromHTTPStatus(0); got != hresult.BG_E_INVALID_SERVER_RESPONSE {
		t.Errorf("FromHTTPStatus(0) = %s", got)
	}
}

func TestWindowsUpdateStatuses(t *testing.T) {
	// aa387293, low bytes of 0x802440xx
	own := map[int]hresult.HRESULT{400: 0x16, 401: 0x17, 403: 0x18, 404: 0x19, 405: 0x1A, 407: 0x1B, 408: 0x1C, 409: 0x1D,
		410: 0x1E, 500: 0x1F, 501: 0x20, 502: 0x21, 503: 0x22, 504: 0x23, 505: 0x24}
	for status := range 1000 {
		want := hresult.HRESULT(0x8024402B)
		if low, ok := own[status]; ok {
			want = 0x80244000 | low
		}
		if got := hresult.FromHTTPStatusWU(status); got != want {
			t.Errorf("FromHTTPStatusWU(%d) = %s, want %s", status, got, want)
		}
	}
}

func TestFromWin32(t *testing.T) {
	for code, want := range map[int]hresult.HRESULT{0: hresult.S_OK, 5: hresult.E_ACCESSDENIED, 12002: hresult.ERROR_WINHTTP_TIMEOUT} {
		if got := hresult.FromWin32(code); got != want {
			t.Errorf("FromWin32(%d) = %s, want %s", code, got, want)
		}
	}
}
