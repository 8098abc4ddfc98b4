//go:build interop && linux

package interop_test

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	fakecontent "github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/smbwire"
	"github.com/wualab/wualab/suites/interop/peer"
)

var _ = Describe("smbclient with the fake file server", func() {
	var folder string
	serve := func(configure func(*smb.Config)) *smb.Server {
		GinkgoHelper()
		cfg := smb.Config{Name: "dp1", Domain: lab, Accounts: accounts(), Shares: map[string]smb.Share{
			"packages": {Files: func() map[string]fakecontent.File {
				return map[string]fakecontent.File{"LAB00001/big.cab": {Size: 3_000_000, Seed: 7}, "empty": {}}
			}},
			"broken": {Faults: []smb.Fault{{On: smb.OnConnect, Status: smbwire.StatusAccessDenied}}}}}
		if configure != nil {
			configure(&cfg)
		}
		s, err := smb.New(cfg)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(s.Close)
		folder = GinkgoT().TempDir()
		return s
	}
	want := make([]byte, 3_000_000)
	_, _ = fakecontent.Generated(3_000_000, 7).ReadAt(want, 0)

	DescribeTable("gets a file byte for byte and lists its folder", func(ctx SpecContext, configure func(*smb.Config), args ...string) {
		s := serve(configure)
		out, err := peer.SMBClient(ctx, s.Addr(), "packages", folder, alice, lab, `ls; cd LAB00001; ls big*; get big.cab big.cab`, args...)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(And(ContainSubstring("LAB00001"), ContainSubstring("empty"), ContainSubstring("3000000")))
		Expect(os.ReadFile(filepath.Join(folder, "big.cab"))).To(Equal(want))
	},
		Entry("with SMB 2.1", nil, "-m", "SMB2"),
		Entry("with SMB 2.0.2", nil, "-m", "SMB2_02"),
		Entry("with all dialects, from SMB 1 on", nil, "--option=client min protocol=NT1"),
		Entry("signed", nil, "--client-protection=sign"),
		Entry("signed because the server wants it", func(c *smb.Config) { c.RequireSigning = true }),
		Entry("as a guest", func(c *smb.Config) { c.Accounts = nil }, "--option=client signing=disabled"),
	)

	It("puts a file, sees it, renames it, gets it and deletes it", func(ctx SpecContext) {
		s := serve(func(c *smb.Config) { c.Shares["inbox"] = smb.Share{Writable: true} })
		Expect(os.WriteFile(filepath.Join(folder, "report"), want, 0o644)).To(Succeed())
		out, err := peer.SMBClient(ctx, s.Addr(), "inbox", folder, alice, lab, `put report first; rename first second; ls; get second back; du`)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(And(ContainSubstring("second"), ContainSubstring("3000000"), Not(ContainSubstring(" first "))))
		Expect(os.ReadFile(filepath.Join(folder, "back"))).To(Equal(want))
		Expect(s.Names("inbox")).To(Equal([]string{"second"}))
		_, err = peer.SMBClient(ctx, s.Addr(), "inbox", folder, alice, lab, `del second`)
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Names("inbox")).To(BeEmpty())
	})

	DescribeTable("is refused", func(ctx SpecContext, share, password, commands, status string) {
		s := serve(nil)
		_, err := peer.SMBClient(ctx, s.Addr(), share, folder, peer.Account{User: alice.User, Password: password}, lab, commands)
		Expect(err).To(MatchError(ContainSubstring(status)))
	},
		Entry("with a wrong password", "packages", "wrong", "ls", "NT_STATUS_LOGON_FAILURE"),
		Entry("at an unknown share", "other", alice.Password, "ls", "NT_STATUS_BAD_NETWORK_NAME"),
		Entry("by a fault", "broken", alice.Password, "ls", "NT_STATUS_ACCESS_DENIED"),
		Entry("without the file", "packages", alice.Password, "get other", "NT_STATUS_OBJECT_NAME_NOT_FOUND"),
		Entry("when it writes", "packages", alice.Password, "put /etc/hostname x", "NT_STATUS_ACCESS_DENIED"),
	)
})
