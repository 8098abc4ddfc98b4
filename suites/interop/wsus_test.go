//go:build interop && linux

package interop_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/wsus"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

const (
	zeepProduct wusp.GUID = "00000000-0000-4000-8000-000000000001"
	zeepUpdate  wusp.GUID = "00000000-0000-4000-8000-000000000002"
)

func zeepCatalogue() wsus.Config {
	of := func(id wusp.GUID, kind metadata.Type, needs ...wusp.GUID) *metadata.Update {
		u := &metadata.Update{Core: metadata.Core{Identity: wusp.UpdateIdentity{UpdateID: id, RevisionNumber: 1}, Type: kind, ExplicitlyDeployable: kind == metadata.Software,
			IsInstalled: &metadata.Rule{Name: "True"}}, Localized: []metadata.Localized{{Language: "en", Title: "An <update> & more"}}}
		for _, need := range needs {
			u.Prerequisites = append(u.Prerequisites, metadata.Clause{AnyOf: []wusp.UpdateIdentity{{UpdateID: need, RevisionNumber: 1}}})
		}
		return u
	}
	one := of(zeepUpdate, metadata.Software, zeepProduct)
	one.Files = []metadata.File{{Name: "one.exe"}}
	return wsus.Config{Updates: []wsus.Update{{Metadata: of(zeepProduct, metadata.Category)},
		{Metadata: one, Content: map[string]wsus.File{"one.exe": {File: fakeserver.File{Size: 300_000, Seed: 7}}}}},
		Approvals: []wsus.Approval{{UpdateID: zeepUpdate, Action: wusp.ActionInstall}}}
}

var _ = Describe("the update server with another implementation of SOAP", func() {
	It("takes zeep through the whole round, and zeep reads its faults", func(ctx SpecContext) {
		server, err := wsus.New(zeepCatalogue())
		Expect(err).NotTo(HaveOccurred())
		origin, err := fakeserver.New(fakeserver.Config{Name: "wsus", Routes: server.Routes(), Files: server.Files()})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(origin.Close)
		dir := GinkgoT().TempDir()
		for name, service := range map[string]wusp.Service{"auth": wusp.SimpleAuthService, "client": wusp.ClientService, "reporting": wusp.ReportingService} {
			Expect(os.WriteFile(filepath.Join(dir, name+".wsdl"), []byte(wsdl(service, "http://"+origin.Addr())), 0o600)).To(Succeed())
		}
		cmd := exec.CommandContext(ctx, "/usr/bin/python3", "testdata/wsus_client.py", dir) // that of Debian's packages
		cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1", "HOME="+dir)
		cmd.Stderr = GinkgoWriter
		out, err := cmd.Output()
		Expect(err).NotTo(HaveOccurred())
		var got struct {
			Plugin           string
			Trips, Fragments int
			Found            []int
			Digests          []bool
			Again, Told      bool
			Fault            struct{ Code, Error, Method string }
		}
		Expect(json.Unmarshal(out, &got)).To(Succeed(), string(out))
		Expect(got.Plugin).To(Equal("SimpleTargeting"))
		Expect(got.Trips).To(Equal(3), "the product, the update, nothing")
		Expect(got.Found).To(Equal([]int{102}))
		Expect(got.Fragments).To(Equal(2))
		Expect(got.Digests).To(Equal([]bool{true}))
		Expect(got.Again).To(BeTrue())
		Expect(got.Told).To(BeTrue())
		Expect(got.Fault.Code).To(HaveSuffix("Client"))
		Expect(got.Fault.Error).To(Equal("InvalidCookie"))
		Expect(got.Fault.Method).To(Equal(`"` + wusp.ClientService.Namespace + `/SyncUpdates"`))
		computer := server.Computers()["zeep-1"]
		Expect(computer.Registered).To(BeTrue())
		Expect(computer.Info.ComputerModel).To(Equal("a < b & c"))
		Expect(server.Events()).To(HaveLen(1))
	}, SpecTimeout(time.Minute))
})
