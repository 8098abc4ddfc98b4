package scenarios

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/bitsupload"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/scenarios/plan"
)

// uploadDir names an upload directory of a server.
type uploadDir struct{ server, path string }

// uploadRoutes makes the upload directories and server applications of a server.
func (f *fakes) uploadRoutes(s *plan.Server, seed int64) ([]fakeserver.Route, error) {
	var routes []fakeserver.Route
	for i := range s.Uploads {
		d := &s.Uploads[i]
		up, err := f.newUploadDir(s.Name, d, seed)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", d.Pos, err)
		}
		f.uploads[uploadDir{s.Name, d.Path}] = up
		routes = append(routes, fakeserver.Route{Path: d.Path, Handler: up})
	}
	for i := range s.Applications {
		a := &application{fakes: f, plan: &s.Applications[i]}
		routes = append(routes, fakeserver.Route{Path: a.plan.Path, Handler: a, Auth: &fakeserver.Auth{}})
	}
	return routes, nil
}

// newUploadDir keeps files in memory, or in a folder of its own when the server
// application opens them.
func (f *fakes) newUploadDir(server string, d *plan.UploadDir, seed int64) (*bitsupload.Server, error) {
	config := bitsupload.Config{
		Name: server, Path: d.Path, Clock: f.clock, Seed: seed, Dial: f.dial,
		Properties: properties(d), MaximumFragment: d.MaxFragment.Value, FreeSpace: d.FreeSpace.Value,
		Profile: uploadProfile(d), Faults: uploadFaults(d.Faults),
	}
	if config.Properties.NotificationType == bitsupload.NotifyByReference {
		dir, err := os.MkdirTemp("", "wualab-uploads-")
		if err != nil {
			return nil, err
		}
		f.folders = append(f.folders, dir)
		config.Dir = dir
		return bitsupload.New(config)
	}
	config.Files = map[string][]byte{}
	for _, one := range d.Files {
		data, err := generated(one.Size.Value, one.Seed.Value)
		if err != nil {
			return nil, err
		}
		config.Files[one.Name] = data
	}
	return bitsupload.New(config)
}

func generated(size, seed int64) ([]byte, error) {
	return io.ReadAll(io.NewSectionReader(fakeserver.Content(size, seed), 0, size))
}

// cleanupUnits are those of BITSCleanupUnits.
var cleanupUnits = []time.Duration{time.Minute, time.Hour, 24 * time.Hour}

func properties(d *plan.UploadDir) bitsupload.Properties {
	p := bitsupload.Properties{
		Disabled: !d.Enabled.Or(true), Scripts: d.AccessScript.Value, SessionTimeout: d.SessionTimeout.Value,
		MaximumUploadSize: d.MaximumUploadSize.Value, NotificationType: bitsupload.NotificationType(d.NotificationType.Value),
		NotificationURL: d.NotificationURL.Value, HostID: d.HostID.Value, HostIDFallbackTimeout: d.HostIDFallbackTimeout.Value,
		AllowOverwrites: d.AllowOverwrites.Value == 1, SessionsPerUser: d.SessionsLimit.Value, NotificationTimeout: d.NotificationTimeout.Value,
	}
	if d.CleanupCount.Set || d.CleanupUnits.Set {
		p.CleanupInterval = time.Duration(d.CleanupCount.Or(12)) * cleanupUnits[d.CleanupUnits.Or(1)]
	}
	return p
}

var uploadProfiles = map[string]func() bitsupload.Profile{
	"iis6": bitsupload.ProfileIIS6, "iis7": bitsupload.ProfileIIS7,
	"specification": bitsupload.ProfileSpecification, "win32": bitsupload.ProfileWin32,
}

var errorHeaders = map[string]bitsupload.ErrorHeader{
	bitsupload.HeaderError: bitsupload.ErrorHeaderBUP, bitsupload.HeaderErrorCode: bitsupload.ErrorHeaderWin32,
	"both": bitsupload.ErrorHeaderBoth, "none": bitsupload.ErrorHeaderNone,
}

func uploadProfile(d *plan.UploadDir) bitsupload.Profile {
	var p bitsupload.Profile
	if make := uploadProfiles[d.Server.Value]; make != nil {
		p = make()
	}
	if d.ErrorHeader.Set {
		p.ErrorHeader = errorHeaders[d.ErrorHeader.Value]
	}
	return p
}

func uploadFaults(list []plan.UploadFault) []bitsupload.Fault {
	var faults []bitsupload.Fault
	for _, one := range list {
		fault := bitsupload.Fault{
			Kind: bitsupload.FaultKind(one.Kind.Value), Packet: bitsupload.PacketType(one.Packet.Value),
			Nth: one.Nth.Value, Times: one.Times.Value, Status: one.Status.Value, Code: one.Code.Value.HRESULT,
			Bytes: one.Bytes.Value, Offset: one.Offset.Value, Delay: one.Delay.Value,
		}
		if one.Always.Value {
			fault.Times = -1
		}
		if one.Context.Value == shortContext(hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION) {
			fault.Context = hresult.BG_ERROR_CONTEXT_REMOTE_APPLICATION
		}
		faults = append(faults, fault)
	}
	return faults
}

// changeUploads alters upload directories while they run.
func (f *fakes) changeUploads(c plan.Change) error {
	for _, u := range c.Uploads {
		up := f.uploads[uploadDir{c.Node, u.Path}]
		if u.LoseSessions.Value {
			for _, one := range up.Sessions() {
				up.Forget(one.ID)
			}
		}
		if !u.Faults.Set {
			continue
		}
		if err := up.SetFaults(uploadFaults(u.Faults.Value)); err != nil {
			return err
		}
	}
	return nil
}

// closeUploads gives the folders of upload directories back, once no request can
// come any more.
func (f *fakes) closeUploads() error {
	var errs []error
	for _, up := range f.uploads {
		errs = append(errs, up.Close())
	}
	for _, dir := range f.folders {
		errs = append(errs, os.RemoveAll(dir))
	}
	return errors.Join(errs...)
}
