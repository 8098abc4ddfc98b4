package wua

import (
	"context"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
)

// DownloadPriority is the enumeration of that name of the Windows Update Agent API.
type DownloadPriority int

// The priorities.
const (
	PriorityLow    DownloadPriority = iota + 1 // dpLow
	PriorityNormal                             // dpNormal
	PriorityHigh                               // dpHigh
)

// Downloader is IUpdateDownloader. Ask a [Session] for one. It is for one goroutine.
type Downloader struct {
	Updates  []*Update
	Priority DownloadPriority // PriorityNormal leaves it to each update's deployment
	IsForced bool             // downloads again what is there

	agent *Agent
	by    errand
}

// UpdateResult is what became of one update: IUpdateDownloadResult or
// IUpdateInstallationResult.
type UpdateResult struct {
	ResultCode     OperationResult
	HResult        hresult.HRESULT
	RebootRequired bool
	Err            error // what HResult is about; nil when there is nothing to tell
}

// Result is IDownloadResult or IInstallationResult.
type Result struct {
	ResultCode     OperationResult
	HResult        hresult.HRESULT
	RebootRequired bool
	Updates        []UpdateResult // as the updates were given
}

// GetUpdateResult gives what became of an update by its index; the code of an index beyond
// the last is WU_E_INVALIDINDEX.
func (r *Result) GetUpdateResult(index int) (UpdateResult, error) {
	if index < 0 || index >= len(r.Updates) {
		return UpdateResult{}, &Error{Code: hresult.WU_E_INVALIDINDEX, What: "GetUpdateResult"}
	}
	return r.Updates[index], nil
}

// Download downloads the updates one after the other. One that fails does not end it. The
// error is for what could not be begun: WU_E_NO_UPDATE without updates. h is the caller's
// hold on the clock.
func (d *Downloader) Download(ctx context.Context, h clock.Hold) (*Result, error) {
	if len(d.Updates) == 0 {
		return nil, &Error{Code: hresult.WU_E_NO_UPDATE, What: "Download: no updates were given"}
	}
	result := &Result{}
	for _, u := range d.Updates {
		result.Updates = append(result.Updates, d.one(ctx, h, u))
	}
	result.sum()
	return result, nil
}

func (d *Downloader) one(ctx context.Context, h clock.Hold, u *Update) UpdateResult {
	if d.IsForced {
		u.paths = nil
	}
	before := u.isDownloaded()
	by := d.by
	switch d.Priority {
	case PriorityLow:
		by.priority = bits.Low
	case PriorityHigh:
		by.priority = bits.High
	}
	err := d.agent.downloadFor(ctx, h, u, by)
	switch {
	case ctx.Err() != nil:
		return UpdateResult{ResultCode: Aborted, HResult: hresult.WU_E_CALL_CANCELLED, Err: err}
	case err != nil:
		return UpdateResult{ResultCode: Failed, HResult: codeIn(err), Err: err}
	case before:
		return UpdateResult{ResultCode: Succeeded, HResult: hresult.WU_S_ALREADY_DOWNLOADED}
	}
	return UpdateResult{ResultCode: Succeeded}
}

// isDownloaded is IUpdate.IsDownloaded: files that there are have all been fetched.
func (u *Update) isDownloaded() bool {
	files := 0
	for _, one := range append([]*Update{u}, u.Bundled...) {
		if one.Extended == nil || !one.present() {
			return false
		}
		files += len(one.Extended.Files)
	}
	return files > 0
}

// sum is what all came to. Assumed: the codes of the whole, which no document gives; their
// names say what they are for.
func (r *Result) sum() {
	good, declined := 0, 0
	for _, u := range r.Updates {
		r.RebootRequired = r.RebootRequired || u.RebootRequired
		switch {
		case u.ResultCode == Aborted:
			r.ResultCode, r.HResult = Aborted, hresult.WU_E_CALL_CANCELLED
			return
		case u.ResultCode == Succeeded:
			good++
		case u.HResult == hresult.WU_E_EULAS_DECLINED:
			declined++
		}
	}
	switch {
	case good == len(r.Updates):
		r.ResultCode = Succeeded
	case good > 0:
		r.ResultCode, r.HResult = SucceededWithErrors, hresult.WU_S_UPDATE_ERROR
	case declined == len(r.Updates):
		r.ResultCode, r.HResult = Failed, hresult.WU_E_EULAS_DECLINED
	default:
		r.ResultCode, r.HResult = Failed, hresult.WU_E_ALL_UPDATES_FAILED
	}
	if r.RebootRequired && r.HResult == hresult.S_OK {
		r.HResult = hresult.WU_S_REBOOT_REQUIRED
	}
}
