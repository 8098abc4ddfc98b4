//go:build interop && linux

package interop_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/suites/interop/peer"
)

// firstServer is the name of the first server of a recorded file.
var firstServer = regexp.MustCompile(`(?m)^servers:\n(?:  #.*\n)*  ([a-z0-9-]+):`)

func read(elements ...string) string {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join(elements...))
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

// replayed has a recording checked, played by the simulated PC, and compared with itself.
func replayed(ctx SpecContext, dir string) {
	GinkgoHelper()
	checked := wualab(ctx, dir, "validate", "case.yaml")
	Expect(checked.exit).To(Equal(0), checked.text)
	played := wualab(ctx, dir, "run", "case.yaml", "--report", "json=run.json", "--keep")
	Expect(played.exit).To(Equal(0), played.out+played.text)
	again := wualab(ctx, dir, "run", "case.yaml", "--report", "json=again.json", "--keep")
	Expect(again.exit).To(Equal(0), again.out+again.text)
	same := wualab(ctx, dir, "diff", "run.json", "again.json")
	Expect(same.out).To(ContainSubstring("the same"))
	Expect(same.exit).To(Equal(0))
}

var _ = Describe("a recording of real programs", func() {
	It("of curl before nginx plays for BITS, and gives curl the same again", func(ctx SpecContext) {
		dir, want := GinkgoT().TempDir(), content(fileSize)
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": want})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		done := wualab(ctx, dir, "record", "--upstream", "http://"+nginx.Addr(), "-o", "case.yaml", "--exec",
			"curl -sSf -r 1000-1999 -o part.cab $WUALAB_URL/update.cab && curl -sSf -o whole.cab $WUALAB_URL/update.cab && ! curl -sSf $WUALAB_URL/gone.cab")
		Expect(done.exit).To(Equal(0), done.out+done.text)
		Expect(read(dir, "whole.cab")).To(Equal(string(want)))
		replayed(ctx, dir)

		name := firstServer.FindStringSubmatch(read(dir, "case.yaml"))
		Expect(name).To(HaveLen(2), read(dir, "case.yaml"))
		url := "$WUALAB_" + strings.ToUpper(strings.ReplaceAll(name[1], "-", "_")) + "_URL"
		served := wualab(ctx, dir, "serve", "case.yaml", "--exec",
			"curl -sSf -r 1000-1999 -o part2.cab "+url+"/update.cab && curl -sSf -o whole2.cab "+url+"/update.cab && ! curl -sSf "+url+"/gone.cab")
		Expect(served.exit).To(Equal(0), served.out+served.text)
		Expect(read(dir, "whole2.cab")).To(Equal(string(want)))
		Expect(read(dir, "part2.cab")).To(Equal(read(dir, "part.cab")))
	}, SpecTimeout(2*time.Minute))

	DescribeTable("of curl through a squid that demands a login makes the login anew", func(ctx SpecContext, option string, start func() peer.SquidAuth) {
		dir, want := GinkgoT().TempDir(), content(fileSize)
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": want})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		squid, err := peer.StartSquid(start())
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(squid.Stop)
		get := "curl -sSf " + option + " -o %s http://" + nginx.Addr() + "/update.cab"
		done := wualab(ctx, dir, "record", "--upstream-proxy", squid.Addr(), "-o", "case.yaml", "--exec",
			strings.NewReplacer("%s", "got.cab", "USER", alice.User+":"+alice.Password).Replace(get)+" -x $WUALAB_ADDR")
		Expect(done.exit).To(Equal(0), done.out+done.text)
		Expect(read(dir, "got.cab")).To(Equal(string(want)))
		Expect(read(dir, "case.yaml")).NotTo(ContainSubstring(alice.Password))
		replayed(ctx, dir)

		served := wualab(ctx, dir, "serve", "case.yaml", "--exec",
			strings.NewReplacer("%s", "again.cab", "USER", alice.User+":placeholder").Replace(get))
		Expect(served.exit).To(Equal(0), served.out+served.text)
		Expect(read(dir, "again.cab")).To(Equal(string(want)))
		refused := wualab(ctx, dir, "serve", "case.yaml", "--exec",
			strings.NewReplacer("%s", "wrong.cab", "USER", alice.User+":wrong").Replace(get))
		Expect(refused.exit).To(Equal(22), "curl's code for a status of 400 and above: %s", refused.out+refused.text)
	},
		Entry("Basic", SpecTimeout(2*time.Minute), "--proxy-anyauth -U 'USER'", func() peer.SquidAuth { return peer.ByBasic(alice) }),
		Entry("Basic, sent unasked", SpecTimeout(2*time.Minute), "-U 'USER'", func() peer.SquidAuth { return peer.ByBasic(alice) }),
		Entry("Digest", SpecTimeout(2*time.Minute), "--proxy-digest -U 'USER'", func() peer.SquidAuth { return peer.ByDigest(alice) }),
		Entry("NTLM", SpecTimeout(2*time.Minute), "--proxy-ntlm -U 'USER'", func() peer.SquidAuth {
			samba, err := peer.StartSamba(peer.OnlyV2, alice)
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(samba.Stop)
			return peer.BySamba(samba)
		}),
	)

	It("of curl that shows a server its password unasked has it judged", func(ctx SpecContext) {
		dir, want := GinkgoT().TempDir(), content(fileSize)
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": want})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		done := wualab(ctx, dir, "record", "--upstream", "http://"+nginx.Addr(), "-o", "case.yaml", "--exec",
			"curl -sSf --user "+alice.User+":"+alice.Password+" -o got.cab $WUALAB_URL/update.cab")
		Expect(done.exit).To(Equal(0), done.out+done.text)
		Expect(read(dir, "case.yaml")).NotTo(ContainSubstring(alice.Password))
		replayed(ctx, dir)
		for password, exit := range map[string]int{"placeholder": 0, "wrong": 22} {
			served := wualab(ctx, dir, "serve", "case.yaml", "--exec", "curl -sSf --user "+alice.User+":"+password+" -o again.cab $WUALAB_ORIGIN_URL/update.cab")
			Expect(served.exit).To(Equal(exit), password+": "+served.out+served.text)
		}
		Expect(read(dir, "again.cab")).To(Equal(string(want)))
	}, SpecTimeout(2*time.Minute))

	DescribeTable("through a squid is the same again when a program asks what it asked then", func(ctx SpecContext, get string) {
		dir, want := GinkgoT().TempDir(), content(fileSize)
		nginx, err := peer.StartNginx(map[string][]byte{"update.cab": want})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(nginx.Stop)
		squid, err := peer.StartSquid(peer.ByBasic(alice))
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(squid.Stop)
		script := "import sys, urllib.request\nopen(sys.argv[2], 'wb').write(urllib.request.urlopen(sys.argv[1]).read())\n"
		Expect(os.WriteFile(filepath.Join(dir, "fetch.py"), []byte(script), 0o600)).To(Succeed())
		as := func(password, out string) string {
			return "http_proxy=http://" + alice.User + ":" + password + "@$WUALAB_ADDR " +
				strings.NewReplacer("URL", "http://"+nginx.Addr()+"/update.cab", "OUT", out).Replace(get)
		}
		done := wualab(ctx, dir, "record", "--upstream-proxy", squid.Addr(), "-o", "case.yaml", "--report", "json=then.json", "--exec", as(alice.Password, "then.cab"))
		Expect(done.exit).To(Equal(0), done.out+done.text)
		Expect(read(dir, "then.cab")).To(Equal(string(want)))
		Expect(read(dir, "case.yaml")).NotTo(ContainSubstring(alice.Password))
		replayed(ctx, dir)

		now := strings.Replace(as("placeholder", "now.cab"), "$WUALAB_ADDR", "$WUALAB_PROXY_ADDR", 1)
		served := wualab(ctx, dir, "serve", "case.yaml", "--report", "json=now.json", "--exec", now)
		Expect(served.exit).To(Equal(0), served.out+served.text)
		Expect(read(dir, "now.cab")).To(Equal(string(want)))
		same := wualab(ctx, dir, "diff", "then.json", "now.json", "--node", "proxy", "--ignore", "Via", "--ignore", "X-Cache", "--ignore", "X-Cache-Lookup", "--ignore", "Cache-Status")
		Expect(same.out).To(ContainSubstring("the same"), same.out+same.text)
	},
		Entry("curl", SpecTimeout(2*time.Minute), "curl -sSf -o OUT URL"),
		Entry("wget", SpecTimeout(2*time.Minute), "wget -q -O OUT URL"),
		Entry("aria2", SpecTimeout(2*time.Minute), "aria2c -q -x 1 -s 1 -o OUT URL"),
		Entry("urllib", SpecTimeout(2*time.Minute), "python3 fetch.py URL OUT"),
	)
})
