package wua

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wusp"
)

// Event IDs that the agent reports, MS-WUSP 2.2.2.3.1.
const (
	EventDetectionFinished = 147 // AGENT_DETECTION_FINISHED
	EventDetectionFailed   = 148 // AGENT_DETECTION_FAILED
	EventStatus            = 156 // AGENT_STATUS_30
	EventDownloadFailed    = 161 // AGENT_DOWNLOAD_FAILED
	EventDownloadSucceeded = 162 // AGENT_DOWNLOAD_SUCCEEDED
)

// sourceAgent is the SourceID of the agent in the examples of MS-WUSP section 4.
const sourceAgent = 101

// report queues the event that a scan ends with.
func (a *Agent) report(r *round, scan *Scan, err error) {
	app := r.app
	if app == "" {
		app = a.caller()
	}
	if err != nil {
		code := codeIn(err)
		about := wusp.UpdateIdentity{UpdateID: wusp.NoGUID}
		if app == selfUpdateApp {
			about.UpdateID = selfUpdateID
		}
		a.queue(EventDetectionFailed, app, about, code, []string{fmt.Sprintf("0x%08x", uint32(code))}, nil)
		return
	}
	count := strconv.Itoa(len(scan.Offered()))
	a.queue(EventDetectionFinished, app, wusp.UpdateIdentity{UpdateID: wusp.NoGUID}, hresult.S_OK, []string{count}, []string{"D=" + count})
	a.queue(EventStatus, app, wusp.UpdateIdentity{UpdateID: wusp.NoGUID}, hresult.S_OK, nil, statusData(scan))
}

// statusData lists the deployed updates by their state: MS-WUSP 2.2.2.3.1, the tags U
// and V.
func statusData(scan *Scan) []string {
	var needed, installed []string
	for _, u := range scan.Updates {
		switch u.Deployment.Action {
		case wusp.ActionInstall, wusp.ActionOptionalInstall, wusp.ActionUninstall, wusp.ActionPreDeploymentCheck:
		default:
			continue
		}
		if u.Installed {
			installed = append(installed, string(u.Identity.UpdateID))
		} else if u.Applicable {
			needed = append(needed, string(u.Identity.UpdateID))
		}
	}
	return []string{"U=" + strings.Join(needed, ";"), "V=" + strings.Join(installed, ";")}
}

// queue keeps an event until it is sent; a.mu is held.
func (a *Agent) queue(id int, app string, update wusp.UpdateIdentity, code hresult.HRESULT, strings, misc []string) {
	os, s, v := a.cfg.Machine.OS(), a.cfg.Machine.System(), a.cfg.Release.Version
	misc = append([]string{"Q=1", "G=" + v.String(), "J=" + strconv.Itoa(a.sampling()), "K=" + s.BIOSName, "L=" + s.BIOSReleaseDate + "T00:00:00"}, misc...)
	a.state.Events = append(a.state.Events, wusp.ReportingEvent{
		BasicData: wusp.BasicData{TargetID: wusp.TargetID{Sid: a.ClientID()}, TimeAtTarget: wusp.At(a.cfg.Clock.Now()), EventInstanceID: a.newGUID(), NamespaceID: 1,
			EventID: id, SourceID: sourceOf(id), UpdateID: update, Win32HResult: int32(code), AppName: app},
		ExtendedData: wusp.ExtendedData{ReplacementStrings: strings, MiscData: misc, ComputerBrand: s.Manufacturer, ComputerModel: s.Model, BiosRevision: s.BIOSVersion,
			ProcessorArchitecture: architectures[s.Architecture].reported, OSLocaleID: locales[s.Language].id,
			OSVersion: wusp.DetailedVersion{Major: int(os.Major), Minor: int(os.Minor), Build: int(os.Build), ServicePackMajor: os.ServicePack}},
	})
}

// sampling is a number from 0 to 999 that the PC keeps, MS-WUSP 2.2.2.3.1, the tag J.
func (a *Agent) sampling() int {
	if a.state.Sampling == 0 {
		a.state.Sampling = 1 + a.rand.IntN(1000)
	}
	return a.state.Sampling - 1
}

// Pending gives the events that wait to be sent.
func (a *Agent) Pending() []wusp.ReportingEvent {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]wusp.ReportingEvent(nil), a.state.Events...)
}

// Report sends the events that wait, in one batch. On an error they wait on.
func (a *Agent) Report(ctx context.Context, h clock.Hold) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.state.Events) == 0 {
		return nil
	}
	r := &round{Agent: a, ctx: ctx, hold: h}
	var err error
	if r.server, err = r.Server(); err != nil {
		return err
	}
	var answer wusp.ReportEventBatchResponse
	err = r.withRecovery("ReportEventBatch", func() error {
		return r.call(wusp.ReportingService.Path, wusp.ReportEventBatch{Cookie: a.state.Cookie, ClientTime: wusp.At(a.cfg.Clock.Now()), EventBatch: a.state.Events}, &answer)
	})
	if err != nil {
		return err
	}
	if answer.Result {
		a.log.write("REPORT", "Uploading %d events using cached cookie", len(a.state.Events))
		a.state.Events = nil
	}
	return nil
}
