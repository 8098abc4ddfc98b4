package hresult_test

import (
	"errors"
	"fmt"
	"io"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/hresult"
)

var _ = Describe("Error", func() {
	refused := &hresult.Error{Code: hresult.BG_E_HTTP_ERROR_407, Cause: io.ErrUnexpectedEOF}
	wrapped := fmt.Errorf("job j1: %w", refused)

	It("says name, number, meaning and cause", func() {
		Expect(wrapped).To(MatchError(And(
			HavePrefix("job j1: BG_E_HTTP_ERROR_407 (0x80190197): HTTP 407: the proxy wants credentials"),
			HaveSuffix(": unexpected EOF"))))
	})
	It("is found by code and leads to its cause", func() {
		Expect(errors.Is(wrapped, &hresult.Error{Code: hresult.BG_E_HTTP_ERROR_407})).To(BeTrue())
		Expect(errors.Is(wrapped, &hresult.Error{Code: hresult.BG_E_HTTP_ERROR_401})).To(BeFalse())
		Expect(errors.Is(wrapped, &hresult.Error{Code: hresult.BG_E_HTTP_ERROR_407, Cause: io.EOF})).To(BeFalse())
		Expect(wrapped).To(MatchError(io.ErrUnexpectedEOF))
	})
	It("gives its code to who asks, and none for other errors", func() {
		code, ok := hresult.Of(wrapped)
		Expect(ok).To(BeTrue())
		Expect(code).To(Equal(hresult.BG_E_HTTP_ERROR_407))
		_, ok = hresult.Of(io.EOF)
		Expect(ok).To(BeFalse())
	})
})

var _ = Describe("HRESULT", func() {
	DescribeTable("describes itself", func(h hresult.HRESULT, text string) {
		Expect(h.Describe()).To(Equal(text))
	},
		Entry("by name", hresult.BG_E_EMPTY, "BG_E_EMPTY (0x80200003)"),
		Entry("by HTTP status", hresult.HRESULT(0x801901AD), "HTTP status 429 (0x801901AD)"),
		Entry("by Win32 error", hresult.HRESULT(0x80070006), "Win32 error 6 (0x80070006)"),
		Entry("by number", hresult.HRESULT(0x80D05001), "0x80D05001"),
	)
	It("goes through text and back", func() {
		for _, h := range []hresult.HRESULT{hresult.BG_E_HTTP_ERROR_407, 0x80D05001, hresult.S_OK} {
			text, err := h.MarshalText()
			Expect(err).NotTo(HaveOccurred())
			var back hresult.HRESULT
			Expect(back.UnmarshalText(text)).To(Succeed())
			Expect(back).To(Equal(h))
		}
		var kept = hresult.E_FAIL
		Expect(kept.UnmarshalText([]byte("BG_E_NOTHING"))).NotTo(Succeed())
		Expect(kept).To(Equal(hresult.E_FAIL))
	})
	It("knows failures from success", func() {
		Expect(hresult.BG_S_PARTIAL_COMPLETE.Failed()).To(BeFalse())
		Expect(hresult.BG_E_EMPTY.Failed()).To(BeTrue())
		Expect(hresult.BG_E_EMPTY.Facility()).To(Equal(hresult.FacilityBITS))
		Expect(hresult.BG_E_EMPTY.Code()).To(Equal(3))
	})
})

var _ = Describe("ErrorContext", func() {
	It("has the numbers and names of BG_ERROR_CONTEXT", func() {
		names := []string{"NONE", "UNKNOWN", "GENERAL_QUEUE_MANAGER", "QUEUE_MANAGER_NOTIFICATION",
			"LOCAL_FILE", "REMOTE_FILE", "GENERAL_TRANSPORT", "REMOTE_APPLICATION"}
		for n, name := range names {
			Expect(hresult.ErrorContext(n).String()).To(Equal("BG_ERROR_CONTEXT_" + name))
			Expect(hresult.ParseErrorContext(name)).To(Equal(hresult.ErrorContext(n)))
			var c hresult.ErrorContext
			Expect(c.UnmarshalText([]byte("bg_error_context_" + name))).To(Succeed())
			Expect(c).To(BeEquivalentTo(n))
		}
		Expect(hresult.BG_ERROR_CONTEXT_REMOTE_FILE).To(BeEquivalentTo(5))
		Expect(hresult.BG_ERROR_CONTEXT_REMOTE_FILE.MarshalText()).To(BeEquivalentTo("BG_ERROR_CONTEXT_REMOTE_FILE"))
	})
	It("refuses what is no context", func() {
		_, err := hresult.ParseErrorContext("REMOTE")
		Expect(err).To(MatchError(ContainSubstring("REMOTE_FILE")))
		Expect(hresult.ErrorContext(8).String()).To(Equal("BG_ERROR_CONTEXT(8)"))
		Expect(hresult.ErrorContext(-1).String()).To(Equal("BG_ERROR_CONTEXT(-1)"))
	})
})
