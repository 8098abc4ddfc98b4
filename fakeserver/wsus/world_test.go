package wsus_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

func TestWSUS(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "wsus")
}

func guid(n int) wusp.GUID { return wusp.GUID(fmt.Sprintf("00000000-0000-0000-0000-%012d", n)) }

func named(ids ...int) (list []metadata.Clause) {
	for _, id := range ids {
		list = append(list, metadata.Clause{AnyOf: []wusp.UpdateIdentity{{UpdateID: guid(id)}}})
	}
	return list
}

func rule(name string) *metadata.Rule { return &metadata.Rule{Name: name} }

func update(id int, kind metadata.Type, change func(*metadata.Update)) wsus.Update {
	u := &metadata.Update{Core: metadata.Core{Identity: wusp.UpdateIdentity{UpdateID: guid(id), RevisionNumber: 1}, Type: kind, IsInstalled: rule("False"), IsInstallable: rule("True")},
		Localized: []metadata.Localized{{Language: "en", Title: fmt.Sprint("Update ", id)}, {Language: "de", Title: fmt.Sprint("Aktualisierung ", id)}}}
	if change != nil {
		change(u)
	}
	return wsus.Update{Metadata: u}
}

// The catalogue: 1 is a category of products, 2 a product in it, 3 a classification, 4 a
// detectoid; 10 needs 2 and 4; 20 bundles 21; 30 is a driver, 31 a better one.
func catalogue() []wsus.Update {
	ten := update(10, metadata.Software, func(u *metadata.Update) {
		u.ExplicitlyDeployable, u.Prerequisites = true, named(2, 4)
		u.Files = []metadata.File{{Name: "ten.exe"}}
	})
	ten.Content = map[string]wsus.File{"ten.exe": {File: fakeserver.File{Size: 70000, Seed: 3}}}
	driver := func(id int, date string) wsus.Update {
		return update(id, metadata.Driver, func(u *metadata.Update) {
			u.Metadata = []*metadata.Rule{{Name: "d.WindowsDriverMetaData", Attributes: []metadata.Attribute{{Name: "HardwareID", Value: `PCI\VEN_1&DEV_2`}, {Name: "DriverVerDate", Value: date}, {Name: "DriverVerVersion", Value: "1.2.3.4"}, {Name: "Class", Value: "Display"}}}}
		})
	}
	return []wsus.Update{
		update(1, metadata.Category, nil),
		update(2, metadata.Category, func(u *metadata.Update) { u.Prerequisites = named(1) }),
		update(3, metadata.Category, nil),
		update(4, metadata.Detectoid, nil),
		ten,
		update(20, metadata.Software, func(u *metadata.Update) {
			u.Bundled = []metadata.Clause{{AnyOf: []wusp.UpdateIdentity{{UpdateID: guid(21), RevisionNumber: 1}}}}
		}),
		update(21, metadata.Software, nil),
		driver(30, "2004-01-01"), driver(31, "2004-06-01"),
	}
}

// lab is a server on a socket, and a client that does one call at a time.
type lab struct {
	*wsus.Server
	url     string
	clock   *clock.Adjustable
	cookie  *wusp.Cookie
	config  *wusp.Config
	version string
}

func start(change func(*wsus.Config)) *lab {
	l := &lab{clock: clock.NewAdjustable(), version: "1.8"}
	cfg := wsus.Config{Updates: catalogue(), Clock: l.clock, Groups: []string{"Pilots"}, Approvals: []wsus.Approval{
		{UpdateID: guid(10), Action: wusp.ActionInstall}, {UpdateID: guid(20), Action: wusp.ActionInstall},
		{UpdateID: guid(30), Action: wusp.ActionInstall}, {UpdateID: guid(31), Action: wusp.ActionInstall}}}
	if change != nil {
		change(&cfg)
	}
	var err error
	l.Server, err = wsus.New(cfg)
	Expect(err).NotTo(HaveOccurred())
	origin, err := fakeserver.New(fakeserver.Config{Routes: l.Routes(), Files: l.Files(), Clock: l.clock})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(origin.Close)
	l.url = origin.URL("")
	return l
}

func (l *lab) post(path, action string, body []byte) (int, []byte) {
	request, err := http.NewRequest("POST", strings.TrimSuffix(l.url, "/")+path, bytes.NewReader(body))
	Expect(err).NotTo(HaveOccurred())
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("SOAPAction", action)
	answer, err := http.DefaultClient.Do(request)
	Expect(err).NotTo(HaveOccurred())
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	Expect(err).NotTo(HaveOccurred())
	return answer.StatusCode, text
}

// do calls an operation; the error is the fault.
func (l *lab) do(message, response any) error {
	o, ok := wusp.OperationOf(reflect.TypeOf(message).Name())
	Expect(ok).To(BeTrue())
	status, text := l.post(o.Service.Path, `"`+o.Action()+`"`, wusp.WriteRequest(message, wusp.Encoded))
	err := wusp.ReadResponse(text, boundedxml.Limits{}, response)
	if err != nil {
		Expect(err).To(BeAssignableToTypeOf(&wusp.Fault{}), "%s", text)
		Expect(status).To(Equal(500))
		return err
	}
	Expect(status).To(Equal(200))
	return nil
}

func code(err error) wusp.ErrorCode {
	if err == nil {
		return ""
	}
	return err.(*wusp.Fault).ErrorCode
}

// authorize does the first part of a client's round.
func (l *lab) authorize(group string) {
	var config wusp.GetConfigResponse
	Expect(l.do(wusp.GetConfig{ProtocolVersion: l.version}, &config)).To(Succeed())
	l.config = config.Result
	var authorization wusp.GetAuthorizationCookieResponse
	Expect(l.do(wusp.GetAuthorizationCookie{ClientID: "pc-1", TargetGroupName: group, DNSName: "pc1.lab"}, &authorization)).To(Succeed())
	var cookie wusp.GetCookieResponse
	Expect(l.do(wusp.GetCookie{AuthCookies: []wusp.AuthorizationCookie{*authorization.Result}, OldCookie: l.cookie, LastChange: l.config.LastChange, CurrentTime: wusp.At(l.clock.Now()), ProtocolVersion: l.version}, &cookie)).To(Succeed())
	l.cookie = cookie.Result
	err := l.do(wusp.RegisterComputer{Cookie: l.cookie, ComputerInfo: &wusp.ComputerInfo{DNSName: "pc1.lab", OSMajorVersion: 5}}, &wusp.RegisterComputerResponse{})
	if !l.config.IsRegistrationRequired {
		Expect(code(err)).To(Equal(wusp.RegistrationNotRequired))
		return
	}
	Expect(err).NotTo(HaveOccurred())
}

func (l *lab) sync(p wusp.SyncUpdateParameters) (*wusp.SyncInfo, error) {
	var r wusp.SyncUpdatesResponse
	err := l.do(wusp.SyncUpdates{Cookie: l.cookie, Parameters: &p}, &r)
	if r.Result != nil {
		l.cookie = r.Result.NewCookie
	}
	return r.Result, err
}

func (l *lab) synced(p wusp.SyncUpdateParameters) *wusp.SyncInfo {
	info, err := l.sync(p)
	Expect(err).NotTo(HaveOccurred())
	return info
}

func ids(list []wusp.UpdateInfo) (out []int) {
	for _, u := range list {
		out = append(out, u.ID)
	}
	return out
}

// Revision IDs of the catalogue, from 101 on.
const (
	family = 101 + iota
	product
	classification
	detectoid
	ten
	bundle
	bundled
	oldDriver
	newDriver
)
