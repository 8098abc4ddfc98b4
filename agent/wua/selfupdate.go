package wua

import (
	"errors"
	"fmt"
	"io"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/wuident"
	"github.com/wualab/wualab/wusp"
)

// What events about the agent's update of itself name, MS-WUSP section 4.
const (
	selfUpdateApp              = "SelfUpdate"
	selfUpdateID     wusp.GUID = "d67661eb-2423-451d-bf5d-13199e37df28"
	selfUpdateObject           = "Automatic Updates"
)

// selfUpdateFolder is where the agent puts the files; public logs name it.
const selfUpdateFolder = `SoftwareDistribution\SelfUpdate`

// largestSetup bounds a file of the self-update directory.
const largestSetup = 64 << 20

// selfUpdate is what MS-WUSP 3.1.5.1 and product note 49 describe: wuident.cab says
// whether the agent is current, cannot go on with this server, or gets its setup from a
// folder. An error ends the scan.
func (r *round) selfUpdate() error {
	r.log.write("SETUP", "Checking for agent SelfUpdate")
	r.log.write("SETUP", "Client version: Core: %v", r.cfg.Release.Version)
	data, err := r.selfUpdateFile(wuident.CabinetName)
	if err != nil {
		return err
	}
	if r.cfg.Tuning.KeepAgent {
		r.log.write("SETUP", "Skipping SelfUpdate: what wuident.cab says is not looked at")
		return nil
	}
	ident, err := wuident.Open(data)
	if err = r.judgeSetupFile(wuident.CabinetName, err, hresult.WU_E_SETUP_INVALID_IDENTDATA); err != nil {
		return err
	}
	v := r.cfg.Release.Version
	answer, err := ident.For(wuident.Version{v.Major, v.Minor, v.Build, v.Private}, architectures[r.cfg.Machine.System().Architecture].registered, r.cfg.Machine.System().Language)
	switch {
	case errors.Is(err, wuident.ErrVersion):
		return &Error{Code: hresult.WU_E_SETUP_WRONG_SERVER_VERSION, What: "self-update", Err: err}
	case err != nil:
		return &Error{Code: hresult.WU_E_SETUP_UNSUPPORTED_CONFIGURATION, What: "self-update", Err: err}
	case answer == wuident.Skip:
		r.log.write("SETUP", "Skipping SelfUpdate based on the %s directive in wuident (0x%08X)", wuident.Skip, uint32(hresult.WU_E_SETUP_SKIP_UPDATE))
		return nil
	case answer == wuident.Unsupported:
		return &Error{Code: hresult.WU_E_SETUP_UNSUPPORTED_CONFIGURATION, What: fmt.Sprintf("self-update: wuident.txt has %s for an agent of version %v", wuident.Unsupported, v)}
	}
	return r.setUp(answer)
}

// setUp fetches the setup of a newer agent and runs it; then the agent begins anew.
// Assumed: one setup for all files, and that it runs in no time unless the PC's installers
// know better.
func (r *round) setUp(folder string) error {
	r.log.write("SETUP", "SelfUpdate is required")
	name := folder + "/" + wuident.SetupName
	data, err := r.selfUpdateFile(name)
	if err != nil {
		return err
	}
	offered, err := wuident.OpenSetup(data)
	if err = r.judgeSetupFile(name, err, hresult.WU_E_SETUP_INVALID_INFDATA); err != nil {
		return err
	}
	v := machine.FileVersion{Major: offered[0], Minor: offered[1], Build: offered[2], Private: offered[3]}
	if v.Compare(r.cfg.Release.Version) <= 0 {
		return &Error{Code: hresult.WU_E_SETUP_TARGET_VERSION_GREATER, What: fmt.Sprintf("self-update: the setup has version %v, and the PC has %v", v, r.cfg.Release.Version)}
	}
	if err := r.runSetup(v); err != nil {
		return err
	}
	r.log.write("SETUP", "SelfUpdate completed: %v; the service restarts", v)
	r.cfg.Release = r.cfg.Release.at(v)
	r.queue(EventInstallSucceeded, selfUpdateApp, wusp.UpdateIdentity{UpdateID: selfUpdateID}, hresult.S_OK, []string{selfUpdateObject}, nil)
	return nil
}

// runSetup replaces the agent's files. What an installer for the update of that ID does is
// done as well, and its exit code tells how it went; without one it succeeds.
func (r *round) runSetup(v machine.FileVersion) error {
	effect, known := Effect{}, false
	if r.cfg.Installer != nil {
		effect, known = r.cfg.Installer(wusp.UpdateIdentity{UpdateID: selfUpdateID}, false)
	}
	if known {
		if err := r.hold.Sleep(r.ctx, min(effect.Takes, patience)); err != nil {
			return &Error{Code: hresult.WU_E_CALL_CANCELLED, What: "self-update", Err: err}
		}
	}
	replace := func(pc *machine.Machine) error {
		pc.Files().Set(agentFile, v)
		if effect.Now != nil {
			return effect.Now(pc)
		}
		return nil
	}
	switch {
	case effect.Hangs || effect.ExitCode != 0 && effect.ExitCode != exitRebootRequired:
		return &Error{Code: hresult.WU_E_SETUP_HANDLER_EXEC_FAILURE, What: fmt.Sprintf("self-update: the setup ended with code %d", effect.ExitCode)}
	case effect.ExitCode == exitRebootRequired:
		r.atReboot = append(r.atReboot, replace)
		return &Error{Code: hresult.WU_E_SETUP_REBOOTREQUIRED, What: "self-update: the new agent comes with the next start of the PC"}
	}
	if err := replace(r.cfg.Machine); err != nil {
		return &Error{Code: hresult.WU_E_SETUP_HANDLER_EXEC_FAILURE, What: "self-update", Err: err}
	}
	return nil
}

// selfUpdateFile fetches a file of the self-update directory.
func (r *round) selfUpdateFile(name string) ([]byte, error) {
	answer, err := r.cfg.HTTP.Do(r.ctx, r.hold, &winhttp.Request{Method: "GET", URL: r.server.URL + "/selfupdate/" + name, UserAgent: r.cfg.Release.UserAgent,
		Proxy: r.proxy(), AutoProxy: &r.auto, Auth: r.cfg.Auth, Session: "LocalSystem"})
	if err != nil {
		r.log.warn("MISC", "SendRequest failed with hr = %08x", uint32(codeOfTransport(err)))
		return nil, &Error{Code: codeOfTransport(err), What: "self-update", Err: err}
	}
	defer answer.Body.Close()
	if answer.Status != 200 {
		return nil, &Error{Code: hresult.FromHTTPStatusWU(answer.Status), What: fmt.Sprintf("self-update: %s: status %d", name, answer.Status)}
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, largestSetup+1))
	switch {
	case err != nil:
		return nil, &Error{Code: codeOfTransport(err), What: "self-update: " + name, Err: err}
	case len(data) > largestSetup:
		return nil, &Error{Code: hresult.WU_E_SETUP_UNEXPECTED, What: fmt.Sprintf("self-update: %s has more than %d bytes", name, largestSetup)}
	}
	return data, nil
}

// judgeSetupFile says what is wrong with a file that was fetched: its signature, else what
// is in it, which has the code that is given. Assumed: a file that is no cabinet counts as
// not signed.
func (r *round) judgeSetupFile(name string, err error, content hresult.HRESULT) error {
	var bad *wuident.Error
	signed := err == nil || errors.As(err, &bad)
	r.log.write("MISC", `Validating signature for %s\%s\%s:`, r.cfg.Machine.Profile().Windir, selfUpdateFolder, name)
	r.log.write("MISC", "Trusted signature (test key in place of Microsoft's): %s", map[bool]string{true: "Yes", false: "No"}[signed])
	code := content
	switch {
	case err == nil:
		return nil
	case errors.Is(err, wuident.ErrUntrusted):
		code = hresult.CERT_E_UNTRUSTEDROOT
	case !signed:
		code = hresult.TRUST_E_NOSIGNATURE
	}
	return &Error{Code: code, What: "self-update: " + name, Err: err}
}
