package wsus_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/wusp"
)

// talk is a conversation of another client: its requests in their order, in which what
// only this server can have given it stands in double braces.
type talk struct {
	*lab
	values  map[string]string
	synced  [][]int // revisions that were new, by call
	answers map[string]any
}

// responses makes the answer of each operation.
var responses = map[string]func() any{
	"GetConfig":              func() any { return &wusp.GetConfigResponse{} },
	"GetAuthorizationCookie": func() any { return &wusp.GetAuthorizationCookieResponse{} },
	"GetCookie":              func() any { return &wusp.GetCookieResponse{} },
	"RegisterComputer":       func() any { return &wusp.RegisterComputerResponse{} },
	"StartCategoryScan":      func() any { return &wusp.StartCategoryScanResponse{} },
	"SyncUpdates":            func() any { return &wusp.SyncUpdatesResponse{} },
	"GetExtendedUpdateInfo":  func() any { return &wusp.GetExtendedUpdateInfoResponse{} },
	"GetExtendedUpdateInfo2": func() any { return &wusp.GetExtendedUpdateInfo2Response{} },
	"GetFileLocations":       func() any { return &wusp.GetFileLocationsResponse{} },
	"RefreshCache":           func() any { return &wusp.RefreshCacheResponse{} },
	"ReportEventBatch":       func() any { return &wusp.ReportEventBatchResponse{} },
}

// talkOf sends the requests of a client, one after the other; each must be answered with
// status 200 and the response of its operation.
func talkOf(client string) *talk {
	t := &talk{lab: start(nil), values: map[string]string{}, answers: map[string]any{}}
	files, err := filepath.Glob(filepath.Join("testdata", "clients", client, "*.xml"))
	Expect(err).NotTo(HaveOccurred())
	Expect(files).NotTo(BeEmpty())
	for _, file := range files {
		text, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		_, name, ok := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".xml"), "-")
		Expect(ok).To(BeTrue(), file)
		o, ok := wusp.OperationOf(name)
		Expect(ok).To(BeTrue(), file)
		for value, now := range t.values {
			text = []byte(strings.ReplaceAll(string(text), "{{"+value+"}}", now))
		}
		Expect(string(text)).NotTo(ContainSubstring("{{"), file)
		status, body := t.post(strings.ToLower(o.Service.Path), `"`+o.Action()+`"`, text)
		Expect(status).To(Equal(200), "%s: %s", file, body)
		answer := responses[name]()
		Expect(wusp.ReadResponse(body, boundedxml.Limits{}, answer)).To(Succeed(), file)
		t.learn(name, answer)
	}
	return t
}

// learn keeps what the client would keep.
func (t *talk) learn(name string, answer any) {
	t.answers[name] = answer
	text := base64.StdEncoding.EncodeToString
	switch a := answer.(type) {
	case *wusp.GetConfigResponse:
		t.values["change"] = a.Result.LastChange.String()
	case *wusp.GetAuthorizationCookieResponse:
		t.values["auth"] = text(a.Result.CookieData)
	case *wusp.GetCookieResponse:
		t.values["cookie"] = text(a.Result.EncryptedData)
	case *wusp.SyncUpdatesResponse:
		t.values["cookie"] = text(a.Result.NewCookie.EncryptedData)
		t.synced = append(t.synced, ids(a.Result.NewUpdates))
	case *wusp.GetExtendedUpdateInfoResponse:
		if len(a.Result.FileLocations) > 0 {
			t.values["digest"] = text(a.Result.FileLocations[0].FileDigest)
		}
	}
}

// The requests are written by hand after public recordings, whose texts are not here:
// MS-WUSP section 4 for Windows XP (arrays with type and length, xsi:nil on empty ones, an
// Expiration without a time zone, base64 in lines), and the captures of a Windows 11 agent
// with Windows Server 2025 in the project wsus-rs (empty arrays left out, elements that no
// public schema has). The third has the habits of SOAP toolkits.
var _ = Describe("requests as other clients have sent them", func() {
	It("are those of Windows XP", func() {
		t := talkOf("windows-xp")
		Expect(t.synced).To(Equal([][]int{{family, detectoid, bundle, bundled}, {product}, {ten}, {newDriver}}))
		computer := t.Computers()["6F2C9D0E-14AB-4C7D-9E55-0B7A1C3D5E71"]
		Expect(computer.Groups).To(ContainElement("Pilots"))
		Expect(computer.Info.ComputerManufacturer).To(Equal("Example & Sons"))
		Expect(computer.Info.BiosReleaseDate.String()).To(HavePrefix("2003-11-02"))
		extended := t.answers["GetExtendedUpdateInfo"].(*wusp.GetExtendedUpdateInfoResponse).Result
		Expect(extended.Updates).To(HaveLen(2))
		Expect(extended.Updates[1].XML).To(ContainSubstring("Aktualisierung 10"))
		Expect(t.answers["GetFileLocations"].(*wusp.GetFileLocationsResponse).Result.FileLocations).To(Equal(extended.FileLocations))
		refreshed := t.answers["RefreshCache"].(*wusp.RefreshCacheResponse).Result
		Expect(refreshed).To(HaveLen(1), "the server knows one of the two")
		Expect(refreshed[0].RevisionID).To(Equal(ten))
		events := t.Events()
		Expect(events).To(HaveLen(2))
		Expect(events[0].BasicData.Win32HResult).To(Equal(int32(-2145107943)))
		Expect(events[0].ExtendedData.ReplacementStrings).To(Equal([]string{"0x80244019"}))
		Expect(events[0].ExtendedData.MiscData).To(Equal([]string{"G=5.8.0.2469", "Q=1"}))
		Expect(events[1].BasicData.SourceID).To(Equal(102))
	})
	It("are those of Windows 11", func() {
		t := talkOf("windows-11")
		Expect(t.synced).To(Equal([][]int{{family, detectoid}, {product}, {newDriver}}), "what is of no wanted category is left out")
		Expect(t.answers["StartCategoryScan"].(*wusp.StartCategoryScanResponse).PreferredCategoryIDs).To(Equal([]wusp.GUID{guid(2)}))
		Expect(t.Computers()["2b7c51f0-9a3e-4d12-8c66-5f0e7a9b1c3d"].Info.OSDescription).To(Equal("Windows 11 Pro"))
		extended := t.answers["GetExtendedUpdateInfo"].(*wusp.GetExtendedUpdateInfoResponse).Result
		Expect(extended.OutOfScopeRevisionIDs).To(Equal([]int{999}))
		Expect(t.Events()).To(HaveLen(1))
		Expect(t.Events()[0].ExtendedData.MiscData).To(ContainElement("AppName=<<PROCESS>>: shell.exe"))
	})
	It("are those of a SOAP toolkit", func() {
		t := talkOf("soap-toolkit")
		Expect(t.synced).To(Equal([][]int{{family, detectoid, bundle, bundled}}))
		Expect(t.Computers()["toolkit-1"].DNSName).To(Equal("toolkit.lab"))
		Expect(t.answers["GetExtendedUpdateInfo2"].(*wusp.GetExtendedUpdateInfo2Response).Result.FileLocations).To(HaveLen(1))
	})
	It("are all operations but the printers'", func() {
		for name, answer := range responses {
			files, err := filepath.Glob(filepath.Join("testdata", "clients", "*", "*-"+name+".xml"))
			Expect(err).NotTo(HaveOccurred())
			Expect(files).NotTo(BeEmpty(), reflect.TypeOf(answer()).String())
		}
	})
})
