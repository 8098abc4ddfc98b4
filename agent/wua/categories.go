package wua

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/wusp"
)

// startCategoryScan asks which categories to name to SyncUpdates, where a scan is limited
// to some and both ends can: a server of 3.2 and an agent of 1.7 (MS-WUSP 3.1.5.6,
// 2.2.2.2.4). Without the server's preference the scan is not limited.
func (r *round) startCategoryScan() error {
	if len(r.errand.categories) == 0 || !r.limits() {
		return nil
	}
	request := wusp.StartCategoryScan{}
	for index, group := range r.errand.categories {
		for _, id := range group {
			request.RequestedCategories = append(request.RequestedCategories, wusp.CategoryRelationship{IndexOfAndGroup: index, CategoryID: id})
		}
	}
	var answer wusp.StartCategoryScanResponse
	err := r.withRecovery("StartCategoryScan", func() error {
		return r.call(wusp.ClientService.Path, request, &answer)
	})
	if err != nil {
		return err
	}
	if len(answer.RequestedCategoryIDsInError) > 0 {
		r.log.warn("PT", "The server does not know the categories %v", answer.RequestedCategoryIDsInError)
	}
	for _, id := range answer.PreferredCategoryIDs {
		r.filter = append(r.filter, wusp.CategoryIdentifier{ID: id})
	}
	return nil
}

// limits says whether agent and server can limit a scan. The server's version is known
// once it has told its configuration.
func (r *round) limits() bool {
	if r.state.Config == nil || r.state.ServerURL != r.server.URL {
		if err := r.authorize(); err != nil {
			return false // the call that comes next tells why
		}
	}
	server, _ := r.state.Config.Property("ProtocolVersion")
	return atLeast(server, 3, 2) && atLeast(r.cfg.Release.Protocol, 1, 7)
}

func atLeast(version string, major, minor int) bool {
	a, b, _ := strings.Cut(version, ".")
	x, err1 := strconv.Atoi(a)
	y, err2 := strconv.Atoi(b)
	return err1 == nil && err2 == nil && slices.Compare([]int{x, y}, []int{major, minor}) >= 0
}
