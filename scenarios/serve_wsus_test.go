package scenarios_test

import (
	"os/exec"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/scenarios"
)

var _ = Describe("a WSUS server that is served", func() {
	It("is told to a PC by its policy, with the address that it has", func() {
		files, err := scenarios.Presets()
		Expect(err).NotTo(HaveOccurred())
		for _, f := range files {
			if scenarios.PresetName(f) != "wsus" {
				continue
			}
			served, err := scenarios.Serve(scenarios.ServeConfig{File: f, Cell: f.Cells[0], Seed: 1})
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(served.Close)
			n, _ := served.Node("wsus")
			advice := served.Advice("")
			Expect(advice.Windows).To(ContainElements(
				`reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate" /v WUServer /t REG_SZ /d "http://`+n.Far+`" /f`,
				`reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate" /v WUStatusServer /t REG_SZ /d "http://`+n.Far+`" /f`,
				`reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU" /v UseWUServer /t REG_DWORD /d 1 /f`,
				"wuauclt /resetauthorization /detectnow"))
			Expect(advice.Curl).To(HaveLen(1))
			words := append([]string{"-s", "-i"}, advice.Curl[0][1:]...)
			if _, err := exec.LookPath("curl"); err != nil {
				return
			}
			out, err := exec.Command("curl", words...).CombinedOutput()
			Expect(err).NotTo(HaveOccurred())
			Expect(string(out)).To(And(HavePrefix("HTTP/1.1 200"), ContainSubstring("<PlugInID>SimpleTargeting</PlugInID>")), strings.Join(words, " "))
			return
		}
		Fail("there is no preset wsus")
	})
})
