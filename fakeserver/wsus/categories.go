package wsus

import (
	"slices"

	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// mostCategories that a scan may name; a request for as many is refused (MS-WUSP
// product note 52).
const mostCategories = 200

// startCategoryScan: MS-WUSP 3.1.5.6. Which categories are products and which are
// classifications no document tells a server to tell apart. Assumed: a category with
// prerequisites, such as the family that a product belongs to, is a product.
func (s *Server) startCategoryScan(m *wusp.StartCategoryScan) (any, error) {
	if !s.version.atLeast(3, 2) {
		return nil, &wusp.Fault{Code: wusp.FaultClient, String: "Server did not recognize the value of HTTP Header SOAPAction."}
	}
	if len(m.RequestedCategories) == 0 || len(m.RequestedCategories) >= mostCategories {
		return nil, fail(wusp.InvalidParameters, "requestedCategories")
	}
	var out wusp.StartCategoryScanResponse
	groups := map[int][]wusp.GUID{}
	var order []int
	broken := map[int]bool{}
	for _, c := range m.RequestedCategories {
		if r := s.catalogue.byGUID[c.CategoryID]; r == nil || r.update.Type != metadata.Category {
			out.RequestedCategoryIDsInError = append(out.RequestedCategoryIDsInError, c.CategoryID)
			broken[c.IndexOfAndGroup] = true
		}
		if _, known := groups[c.IndexOfAndGroup]; !known {
			order = append(order, c.IndexOfAndGroup)
		}
		groups[c.IndexOfAndGroup] = append(groups[c.IndexOfAndGroup], c.CategoryID)
	}
	for _, index := range order {
		if broken[index] {
			continue
		}
		product, ok := s.productOf(groups[index])
		if !ok {
			out.PreferredCategoryIDs = nil
			break
		}
		if !slices.Contains(out.PreferredCategoryIDs, product) {
			out.PreferredCategoryIDs = append(out.PreferredCategoryIDs, product)
		}
	}
	return out, nil
}

// productOf gives the one product of a group that holds it alone or with a
// classification.
func (s *Server) productOf(group []wusp.GUID) (wusp.GUID, bool) {
	var products []wusp.GUID
	for _, id := range group {
		if s.isProduct(id) {
			products = append(products, id)
		}
	}
	if len(products) != 1 || len(group) > 2 {
		return "", false
	}
	return products[0], true
}

func (s *Server) isProduct(id wusp.GUID) bool {
	r := s.catalogue.byGUID[id]
	return len(r.update.Prerequisites) > 0
}
