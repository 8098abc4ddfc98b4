//go:build interop && linux

package interop_test

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// A round by hand: curl does what an update agent begins with, and what it may not.
const curlRound = `
ns=http://www.microsoft.com/SoftwareDistribution/Server/ClientWebService
call() { curl -s -w '%{http_code}\n' -H 'Content-Type: text/xml; charset=utf-8' -H "SOAPAction: \"$1\"" -d "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>$2</s:Body></s:Envelope>" "$WUALAB_WSUS_URL$3"; }
call $ns/GetConfig "<GetConfig xmlns=\"$ns\"><protocolVersion>1.8</protocolVersion></GetConfig>" /ClientWebService/client.asmx
call $ns/SyncUpdates "<SyncUpdates xmlns=\"$ns\"/>" /clientwebservice/CLIENT.ASMX
call http://example.invalid/None "<None/>" /ClientWebService/client.asmx
curl -s -o wuident.cab -w '%{http_code}\n' "$WUALAB_WSUS_URL/selfupdate/wuident.cab"
`

var _ = Describe("serve wsus", func() {
	It("answers curl as a WSUS server does", func(ctx SpecContext) {
		dir := GinkgoT().TempDir()
		done := wualab(ctx, dir, "serve", "wsus", "--exec", curlRound)
		Expect(done.exit).To(BeZero(), done.text)
		Expect(done.out).To(And(
			ContainSubstring("<PlugInID>SimpleTargeting</PlugInID>"), ContainSubstring(">200\n"),
			ContainSubstring("<ErrorCode>InvalidCookie</ErrorCode>"), ContainSubstring(">500\n"),
			ContainSubstring("did not recognize the value of HTTP Header SOAPAction")), done.text)
		Expect(filepath.Join(dir, "wuident.cab")).To(BeAnExistingFile())
	})
})
