//go:build interop && linux

package interop_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/fakeserver"
)

// validator asks har-validator (Ahmad Nassri's, of Debian's node-har-validator) about the
// file that is its argument.
const validator = `require("har-validator").har(JSON.parse(require("fs").readFileSync(process.argv[1]))).then(
	() => console.log("valid"), e => { console.log(JSON.stringify(e.errors)); process.exitCode = 1 })`

// validHAR reports what the validator says of an archive.
func validHAR(ctx SpecContext, path string) (bool, string) {
	GinkgoHelper()
	cmd := exec.CommandContext(ctx, "node", "-e", validator, path)
	cmd.Env = append(os.Environ(), "NODE_PATH=/usr/share/nodejs")
	out, err := cmd.CombinedOutput()
	if !strings.HasPrefix(string(out), "valid") && !strings.HasPrefix(string(out), "[{") {
		Fail("har-validator does not run: " + string(out))
	}
	return err == nil, string(out)
}

var _ = Describe("HTTP Archives, asked of har-validator", func() {
	It("follow the specification, whichever command wrote them", func(ctx SpecContext) {
		dir := GinkgoT().TempDir()
		origin, err := fakeserver.New(fakeserver.Config{Files: map[string]fakeserver.File{"/update.cab": {Size: 3000, Seed: 7}}})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(origin.Close)
		for name, args := range map[string][]string{
			"run.har":    {"run", "auth/*", "proxy/*", "upload/*", "--keep", "--har", "run.har"},
			"serve.har":  {"serve", "ntlm-proxy", "--har", "serve.har", "--exec", "curl -sSf --proxy-ntlm -U 'LAB\\alice:pw' -o got.cab http://origin/update.cab; curl -s -d abc -o out http://origin/nothing"},
			"record.har": {"record", "--upstream", origin.URL(""), "-o", "case.yaml", "--har", "record.har", "--exec", "curl -s -o out $WUALAB_URL/update.cab?b=c"},
		} {
			done := wualab(ctx, dir, args...)
			Expect(done.exit).To(Equal(0), done.out+done.text)
			ok, says := validHAR(ctx, filepath.Join(dir, name))
			Expect(ok).To(BeTrue(), name+": "+says)
		}
		text := strings.Replace(read(dir, "serve.har"), `"cookies"`, `"kekse"`, 1)
		Expect(os.WriteFile(filepath.Join(dir, "broken.har"), []byte(text), 0o600)).To(Succeed())
		ok, says := validHAR(ctx, filepath.Join(dir, "broken.har"))
		Expect(ok).To(BeFalse())
		Expect(says).To(ContainSubstring("cookies"))
	}, SpecTimeout(2*time.Minute))
})
