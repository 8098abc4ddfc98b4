package wua_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/wua"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

func (w *world) search(s *wua.Searcher, text string) ([]wusp.GUID, error) {
	h := w.Clock.Hold("search")
	defer h.Release()
	found, err := s.Search(context.Background(), h, text)
	var ids []wusp.GUID
	if err != nil {
		return nil, err
	}
	for _, u := range found.Updates {
		ids = append(ids, u.Identity.UpdateID)
	}
	return ids, err
}

var _ = Describe("a search", func() {
	It("finds what criteria mean", func() {
		w := start(nil)
		s := w.CreateUpdateSearcher()
		Expect(w.search(s, "")).To(Equal([]wusp.GUID{guid(patch), guid(pack)}))
		Expect(w.search(s, "IsInstalled=1")).To(BeEmpty())
		Expect(w.search(s, "UpdateID='"+string(guid(pack))+"'")).To(Equal([]wusp.GUID{guid(pack)}))
		Expect(w.search(s, "UpdateID='"+string(guid(other))+"'")).To(BeEmpty(), "it is for another Windows")
		Expect(w.search(s, "UpdateID='"+string(guid(part))+"'")).To(BeEmpty(), "it is deployed for the bundle alone")
		s.IncludePotentiallySupersededUpdates = true
		Expect(w.search(s, "IsInstalled=0")).To(Equal([]wusp.GUID{guid(patch), guid(old), guid(pack)}))
		Expect(w.PC.Registry().CreateKey(`HKLM\SOFTWARE\Part`)).To(Succeed())
		Expect(w.search(s, "IsInstalled=1 and IsPresent=1")).To(Equal([]wusp.GUID{guid(pack)}))
		w.Hide(guid(patch), true)
		Expect(w.search(s, "IsHidden=1")).To(Equal([]wusp.GUID{guid(patch)}))
	})
	It("asks no server when it is offline", func() {
		w := start(nil)
		s := w.CreateUpdateSearcher()
		s.Offline = true
		Expect(w.search(s, "")).To(BeEmpty(), "nothing is cached")
		w.scan()
		w.actions()
		Expect(w.search(s, "")).To(Equal([]wusp.GUID{guid(patch), guid(pack)}))
		Expect(w.actions()).To(BeEmpty())
	})
	It("says where criteria are wrong", func() {
		w := start(nil)
		_, err := w.search(w.CreateUpdateSearcher(), "IsInstalled=maybe")
		Expect(codeOf(err)).To(Equal(hresult.WU_E_INVALID_CRITERIA))
		Expect(err).To(MatchError(ContainSubstring("column 13: IsInstalled takes 0 or 1")))
		Expect(w.actions()).To(BeEmpty())
	})
})
