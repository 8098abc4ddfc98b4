package wua

import (
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// locate asks where files are now, by their SHA-1 digests (MS-WUSP 3.1.5.10).
func (r *round) locate(digests []wusp.Binary) (map[string]string, error) {
	request := wusp.GetFileLocations{FileDigests: digests}
	var answer wusp.GetFileLocationsResponse
	err := r.withRecovery("GetFileLocations", func() error {
		request.Cookie = r.state.Cookie
		if err := r.call(wusp.ClientService.Path, request, &answer); err != nil {
			return err
		}
		return resultOf("GetFileLocations", answer.Result != nil)
	})
	if err != nil {
		return nil, err
	}
	if answer.Result.NewCookie != nil {
		r.state.Cookie = answer.Result.NewCookie
	}
	places := map[string]string{}
	for _, l := range answer.Result.FileLocations {
		places[string(l.FileDigest)] = l.URL
	}
	return places, nil
}

// relocate asks where the files of an update are now. The error is WU_E_DM_URLNOTAVAILABLE
// when they are where they were.
func (r *round) relocate(u *Update) error {
	var digests []wusp.Binary
	for _, f := range u.Extended.Files {
		digests = append(digests, f.Digest)
	}
	places, err := r.locate(digests)
	if err != nil {
		return err
	}
	moved := false
	for key, url := range places {
		moved = moved || u.URLs[key] != url
		u.URLs[key] = url
	}
	if !moved {
		return &Error{Code: hresult.WU_E_DM_URLNOTAVAILABLE, What: "the files of " + u.Title() + " are where they were"}
	}
	r.log.warn("DWNLDMGR", "Download of update %s begins anew: 0x%08X", u.Identity.UpdateID, uint32(hresult.WU_E_DM_DOWNLOADLOCATIONCHANGED))
	return nil
}

// locateAgain is what the fault FileLocationChanged asks for (MS-WUSP 2.2.2.4): the places
// of all files that the agent knows of are asked for before the call is tried again.
// Assumed: an answer that can't be had does not keep it from that.
func (r *round) locateAgain() {
	var digests []wusp.Binary
	for _, u := range r.updates {
		if u.Extended != nil {
			for _, f := range u.Extended.Files {
				digests = append(digests, f.Digest)
			}
		}
	}
	if len(digests) == 0 {
		return
	}
	request, answer := wusp.GetFileLocations{Cookie: r.state.Cookie, FileDigests: digests}, wusp.GetFileLocationsResponse{}
	if r.call(wusp.ClientService.Path, request, &answer) != nil || answer.Result == nil {
		return
	}
	if answer.Result.NewCookie != nil {
		r.state.Cookie = answer.Result.NewCookie
	}
	for _, u := range r.updates {
		for _, l := range answer.Result.FileLocations {
			if _, has := u.URLs[string(l.FileDigest)]; has {
				u.URLs[string(l.FileDigest)] = l.URL
			}
		}
	}
}

// checkContent: an update that has come in another revision since it was found is to be
// found again first.
func (a *Agent) checkContent(u *Update) error {
	for i := range a.state.Cache {
		core, err := a.state.Cache[i].parsed()
		if err == nil && core.Identity.UpdateID == u.Identity.UpdateID && core.Identity.RevisionNumber != u.Identity.RevisionNumber {
			return &Error{Code: hresult.WU_E_DM_CONTENTCHANGED, What: u.Title() + " is there in another revision by now"}
		}
	}
	return nil
}
