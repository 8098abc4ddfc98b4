package wua

import (
	"slices"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// extend asks for what is needed to show, download and install the offered updates and
// what they bundle, as many at a time as the server allows (MS-WUSP 3.1.5.9).
func (r *round) extend() error {
	var wanted []int
	for _, u := range r.updates {
		if !u.Offered() {
			continue
		}
		for _, one := range append([]*Update{u}, u.Bundled...) {
			if !slices.Contains(wanted, one.RevisionID) {
				wanted = append(wanted, one.RevisionID)
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	most, err := r.mostExtended(r.state.Config)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(wanted, most) {
		if err := r.extendOnce(batch); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) extendOnce(ids []int) error {
	var answer wusp.GetExtendedUpdateInfoResponse
	err := r.withRecovery("GetExtendedUpdateInfo", func() error {
		err := r.call(wusp.ClientService.Path, wusp.GetExtendedUpdateInfo{Cookie: r.state.Cookie, RevisionIDs: ids,
			InfoTypes: r.infoTypes(),
			Locales:   r.locales()}, &answer)
		if err != nil {
			return err
		}
		return resultOf("GetExtendedUpdateInfo", answer.Result != nil)
	})
	if err != nil {
		return err
	}
	r.state.drop(answer.Result.OutOfScopeRevisionIDs)
	r.updates = slices.DeleteFunc(r.updates, func(u *Update) bool { return slices.Contains(answer.Result.OutOfScopeRevisionIDs, u.RevisionID) })
	urls := map[string]string{}
	for _, l := range answer.Result.FileLocations {
		urls[string(l.FileDigest)] = l.URL
	}
	for _, u := range r.updates {
		if slices.Contains(ids, u.RevisionID) {
			if err := u.extend(answer.Result.Updates); err != nil {
				return err
			}
			u.URLs = urls
		}
	}
	return nil
}

// infoTypes are the fragments that are asked for.
func (r *round) infoTypes() []wusp.FragmentType {
	types := []wusp.FragmentType{wusp.FragmentExtended, wusp.FragmentLocalizedProperties}
	if r.cfg.Tuning.AskForEulas {
		types = append(types, wusp.FragmentEula)
	}
	return types
}

// locales: that of the PC, and English.
func (r *round) locales() []string {
	name := localeOf(r.cfg.Machine.System().Language)
	if name == "en-US" {
		return []string{name, "en"}
	}
	return []string{name, r.cfg.Machine.System().Language, "en"}
}

// extend takes the fragments of the update out of an answer, where each may stand by
// itself.
func (u *Update) extend(list []wusp.UpdateData) error {
	for _, d := range list {
		if d.ID != u.RevisionID {
			continue
		}
		if err := u.take(d.XML); err != nil {
			return &Error{Code: hresult.WU_E_XML_INVALID, What: "GetExtendedUpdateInfo: the metadata of " + string(u.Identity.UpdateID), Err: err}
		}
	}
	return nil
}

func (u *Update) take(fragment string) error {
	if extended, ok, err := metadata.ParseExtended(fragment); ok || err != nil {
		if err == nil {
			u.Extended = extended
		}
		return err
	}
	if localized, ok, err := metadata.ParseLocalized(fragment); ok || err != nil {
		if err == nil {
			u.Localized = localized
		}
		return err
	}
	eula, ok, err := metadata.ParseEula(fragment)
	if ok && err == nil {
		u.Eula = eula
	}
	return err
}
