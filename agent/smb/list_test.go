package smb_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/link"
	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/fakeserver/content"
	fakesmb "github.com/wualab/wualab/fakeserver/smb"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("a folder of a share", func() {
	list := func(b *bench, folder string) ([]smb.Entry, error) {
		name, err := smb.ParseName(folder)
		Expect(err).NotTo(HaveOccurred())
		return b.client.List(context.Background(), b.hold, owner, name, link.Background)
	}
	It("is listed with all that lies below it", func() {
		b := newBench("pw", func(c *fakesmb.Config) {
			c.Shares["packages"] = fakesmb.Share{Files: func() map[string]content.File {
				return map[string]content.File{"P/setup.exe": {Size: 7}, "P/data/deep/b.txt": {Size: 2}, "P/data/a.txt": {Size: 1}, "Q/other": {}}
			}}
			delete(c.Shares, "Packages")
		})
		modified := content.DefaultModified()
		Expect(list(b, `\\dp1\packages\P`)).To(Equal([]smb.Entry{
			{Path: `data\a.txt`, Size: 1, Modified: modified}, {Path: `data\deep\b.txt`, Size: 2, Modified: modified}, {Path: "setup.exe", Size: 7, Modified: modified}}))
	})
	It("that is not there is ERROR_FILE_NOT_FOUND", func() {
		_, err := list(newBench("pw", nil), `\\dp1\packages\none`)
		Expect(codeOf(err)).To(Equal(hresult.ERROR_FILE_NOT_FOUND))
	})
	It("is refused to who may not log on", func() {
		_, err := list(newBench("wrong", nil), `\\dp1\packages\LAB00001`)
		Expect(codeOf(err)).To(Equal(hresult.ERROR_LOGON_FAILURE))
	})
})
