package wua_test

import (
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/hresult"
)

var _ = Describe("the data store", func() {
	It("holds cookie, configuration and cache over a restart", func() {
		w := start(nil)
		w.scan()
		data, err := w.Store()
		Expect(err).NotTo(HaveOccurred())
		state, err := wua.OpenStore(data)
		Expect(err).NotTo(HaveOccurred())
		Expect(state.Cookie.EncryptedData).To(Equal(w.State().Cookie.EncryptedData))
		Expect(state.Cache).To(HaveLen(7))
		again, err := wua.New(wua.Config{Machine: w.PC, Clock: w.Clock, State: state, Before: w.Agent})
		Expect(err).NotTo(HaveOccurred())
		Expect(again.Cached()).To(HaveLen(7))
	})
	DescribeTable("that is damaged is not used", func(change func(string) string, want hresult.HRESULT) {
		w := start(nil)
		w.scan()
		data, err := w.Store()
		Expect(err).NotTo(HaveOccurred())
		_, err = wua.OpenStore([]byte(change(string(data))))
		Expect(codeOf(err)).To(Equal(want))
	},
		Entry("cut off", func(s string) string { return s[:len(s)/2] }, hresult.WU_E_DS_INVALID),
		Entry("empty", func(string) string { return "" }, hresult.WU_E_DS_INVALID),
		Entry("of another version", func(s string) string { return strings.Replace(s, `"version":1`, `"version":2`, 1) }, hresult.WU_E_DS_BADVERSION),
		Entry("with other fields", func(s string) string { return strings.Replace(s, `"version":1`, `"version":1,"more":1`, 1) }, hresult.WU_E_DS_INVALID),
		Entry("with bad metadata", func(s string) string { return strings.Replace(s, `"Core":"`, `"Core":"\u003cx`, 1) }, hresult.WU_E_DS_INVALID),
		Entry("without a state", func(string) string { return `{"version":1}` }, hresult.WU_E_DS_INVALID),
		Entry("twice", func(s string) string { return s + s }, hresult.WU_E_DS_INVALID),
	)
})

func FuzzOpenStore(f *testing.F) {
	f.Add([]byte(`{"version":1,"state":{"ServerURL":"http://wsus","Cache":[{"ID":1,"Core":"<UpdateIdentity/>"}],"Sampling":3}}`))
	f.Add([]byte(`{"version":1,"state":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		state, err := wua.OpenStore(data)
		if (state == nil) == (err == nil) {
			t.Fatal("either a state or an error")
		}
	})
}
