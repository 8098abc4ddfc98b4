package wua

import (
	"context"
	"fmt"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// SyncPrinterCatalog asks for the printer drivers that are deployed to the PC, as the Add
// Printer wizard does (MS-WUSP 3.1.5.12), and gives those that the PC has not, judged on it. Which
// drivers it has cached the agent does not keep. h is the caller's hold on the clock.
func (a *Agent) SyncPrinterCatalog(ctx context.Context, h clock.Hold) ([]*Update, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := &round{Agent: a, ctx: ctx, hold: h}
	var err error
	if r.server, err = r.Server(); err != nil {
		return nil, err
	}
	var answer wusp.SyncPrinterCatalogResponse
	err = r.withRecovery("SyncPrinterCatalog", func() error {
		nonLeaf, _, _ := r.state.ids()
		if err := r.call(wusp.ClientService.Path, wusp.SyncPrinterCatalog{Cookie: r.state.Cookie, InstalledNonLeafUpdateIDs: nonLeaf}, &answer); err != nil {
			return err
		}
		return resultOf("SyncPrinterCatalog", answer.Result != nil)
	})
	if err != nil {
		return nil, err
	}
	if answer.Result.NewCookie != nil {
		r.state.Cookie = answer.Result.NewCookie
	}
	var candidates []Candidate
	for _, one := range answer.Result.NewUpdates {
		core, err := metadata.ParseCore(one.XML)
		if err != nil {
			return nil, &Error{Code: hresult.WU_E_XML_INVALID, What: fmt.Sprintf("SyncPrinterCatalog: the metadata of revision %d", one.ID), Err: err}
		}
		c := Candidate{Core: core}
		if one.Deployment != nil {
			c.Deployment = *one.Deployment
		}
		candidates = append(candidates, c)
	}
	return Judge(a.cfg.Machine, candidates), nil
}

// ExtendedUpdateInfo2 asks for the places of an update's files by its global identity, as
// agents of Windows 8 and later do that need more than GetExtendedUpdateInfo gives (MS-WUSP
// 2.2.2.2.10 with product note 27). The code of an earlier agent is WU_E_NOT_SUPPORTED.
// Decryption data, which it is for, are not modelled. h is the caller's hold on the clock.
func (a *Agent) ExtendedUpdateInfo2(ctx context.Context, h clock.Hold, u *Update) ([]wusp.FileLocation, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if os := a.cfg.Machine.OS(); os.Major < 6 || os.Major == 6 && os.Minor < 2 {
		return nil, &Error{Code: hresult.WU_E_NOT_SUPPORTED, What: "GetExtendedUpdateInfo2 is of Windows 8 and later"}
	}
	r := &round{Agent: a, ctx: ctx, hold: h}
	var err error
	if r.server, err = r.Server(); err != nil {
		return nil, err
	}
	var answer wusp.GetExtendedUpdateInfo2Response
	err = r.withRecovery("GetExtendedUpdateInfo2", func() error {
		err := r.call(wusp.ClientService.Path, wusp.GetExtendedUpdateInfo2{Cookie: r.state.Cookie, UpdateIDs: []wusp.UpdateIdentity{u.Identity},
			InfoTypes: []wusp.FragmentType{wusp.FragmentFileURL, wusp.FragmentFileDecryption}}, &answer)
		if err != nil {
			return err
		}
		return resultOf("GetExtendedUpdateInfo2", answer.Result != nil)
	})
	if err != nil {
		return nil, err
	}
	return answer.Result.FileLocations, nil
}
