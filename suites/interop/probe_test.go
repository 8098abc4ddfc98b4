//go:build interop && linux

package interop_test

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/suites/interop/peer"
)

var _ = Describe("wualab probe", func() {
	It("downloads from nginx, and says why not", func(ctx SpecContext) {
		want := content(fileSize)
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": want})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		dir := GinkgoT().TempDir()
		r := wualab(ctx, dir, "probe", "http://"+nginx.Addr()+"/update.cab", "-o", "update.cab")
		Expect(r.exit).To(BeZero(), r.out+r.text)
		Expect(r.out).To(ContainSubstring("outcome   TRANSFERRED"))
		Expect(os.ReadFile(filepath.Join(dir, "update.cab"))).To(Equal(want))
		r = wualab(ctx, dir, "probe", "http://"+nginx.Addr()+"/none.cab")
		Expect(r.exit).To(Equal(4))
		Expect(r.out).To(ContainSubstring("BG_E_HTTP_ERROR_404"))
	})

	It("trusts nginx's certificate when it is told to", func(ctx SpecContext) {
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": content(1000)})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		dir := GinkgoT().TempDir()
		Expect(wualab(ctx, dir, "probe", "https://"+nginx.TLSAddr()+"/update.cab", "--ca", nginx.CertificateFile()).exit).To(BeZero())
		Expect(wualab(ctx, dir, "probe", "https://"+nginx.TLSAddr()+"/update.cab").exit).To(Equal(4))
	})

	It("logs in to squid by NTLM when UseLMCompat lets it", Serial, func(ctx SpecContext) {
		want := content(fileSize)
		nginx, squid := network(peer.PermitAll, want)
		dir := GinkgoT().TempDir()
		Expect(os.WriteFile(filepath.Join(dir, "password"), []byte(alice.Password+"\n"), 0o600)).To(Succeed())
		args := []string{"probe", "http://" + nginx.Addr() + "/update.cab", "--proxy", squid.Addr(),
			"--account", peer.SambaDomain + `\` + alice.User, "--password-file", "password"}
		r := wualab(ctx, dir, args...)
		Expect(r.exit).To(Equal(4))
		Expect(r.out).To(And(ContainSubstring("BG_E_HTTP_ERROR_407"), ContainSubstring("rule      uselmcompat-1 ")))
		r = wualab(ctx, dir, append(args, "--registry", "UseLMCompat=0", "-o", "update.cab")...)
		Expect(r.exit).To(BeZero(), r.out+r.text)
		Expect(r.out).To(ContainSubstring("rule      uselmcompat-0 "))
		Expect(os.ReadFile(filepath.Join(dir, "update.cab"))).To(Equal(want))
		Eventually(squid.Users).WithArguments("/update.cab").Should(ContainElement(`LABSRV\\alice`))
	})
})
