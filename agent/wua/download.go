package wua

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/winhttp"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/metadata"
	"github.com/wualab/wualab/wusp"
)

// downloadFolder holds what was downloaded, a folder for each update.
const downloadFolder = `%windir%\SoftwareDistribution\Download`

// owner of the agent's jobs: the service runs as LocalSystem (KB 900935).
const owner = "LocalSystem"

// priorities are those of jobs by DownloadPriority. Assumed: MS-WUSP 2.2.2.2.4 says only
// that it ranks downloads among each other.
var priorities = map[string]bits.Priority{"High": bits.High, "": bits.Normal, "Medium": bits.Normal, "Low": bits.Low}

// verifications is how often content that is not what the metadata tells of is fetched
// before the agent gives up. Assumed.
const verifications = 2

// Download fetches the files of an update and of what it bundles, a BITS job for each,
// and checks size and digests. Files that are there already are not fetched again. The
// error is an [*Error]: WU_E_DM_URLNOTAVAILABLE where the server told no place,
// WU_E_DM_INCORRECTFILEHASH where the content stayed wrong, WU_E_DM_CONTENTCHANGED where a
// scan has since found another revision, WU_E_EULAS_DECLINED where license terms are not
// accepted, else that of the job. h is the caller's hold on the clock.
func (a *Agent) Download(ctx context.Context, h clock.Hold, u *Update) error {
	return a.downloadFor(ctx, h, u, errand{})
}

func (a *Agent) downloadFor(ctx context.Context, h clock.Hold, u *Update, by errand) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.workFor(by)()
	r := &round{Agent: a, ctx: ctx, hold: h}
	var err error
	if r.server, err = r.Server(); err != nil {
		return err
	}
	if err = u.checkEula(); err == nil {
		err = r.downloadAll(u)
	}
	event := EventDownloadSucceeded
	if err != nil {
		event = EventDownloadFailed
		a.log.warn("DWNLDMGR", "Download job for update %s failed: 0x%08X", u.Identity.UpdateID, uint32(codeIn(err)))
	}
	a.queueUpdate(event, u, codeIn(err), nil)
	return err
}

func (r *round) downloadAll(u *Update) error {
	r.updates = []*Update{u}
	for _, one := range append([]*Update{u}, u.Bundled...) {
		if err := r.checkContent(one); err != nil {
			return err
		}
		if err := r.download(one); err != nil {
			return err
		}
	}
	return nil
}

func (r *round) download(u *Update) error {
	if u.Extended == nil || len(u.Extended.Files) == 0 || u.present() {
		return nil
	}
	refreshed := false
	for try := 1; ; try++ {
		job, err := r.fetch(u)
		if err != nil && !refreshed && !u.Unmoved && codeIn(err) == hresult.BG_E_HTTP_ERROR_404 {
			refreshed = true
			if r.relocate(u) == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
		if err = u.check(job); err == nil {
			r.log.write("DWNLDMGR", "Download job for update %s finished", u.Identity.UpdateID)
			return nil
		}
		r.log.warn("DWNLDMGR", "%v", err)
		if try == verifications {
			return err
		}
	}
}

// fetch is one BITS job, from its making to Complete.
func (r *round) fetch(u *Update) (*bits.Job, error) {
	if err := r.cfg.Machine.ReachService(machine.BITSService); err != nil {
		return nil, &Error{Code: hresult.WU_E_DM_FAILTOCONNECTTOBITS, What: "download of " + u.Title(), Err: err}
	}
	job, err := r.bits.Load().CreateJob("WU Client Download", bits.Download, owner)
	if err != nil {
		return nil, &Error{Code: codeIn(err), What: "download of " + u.Title(), Err: err}
	}
	r.log.write("DWNLDMGR", "New download job [UpdateId = {%s}.%d]", strings.ToUpper(string(u.Identity.UpdateID)), u.Identity.RevisionNumber)
	r.log.write("DWNLDMGR", "  * BITS job initialized, JobId = %s", job.ID())
	if r.cfg.MadeJob != nil {
		r.cfg.MadeJob(u, job)
	}
	if err := r.fill(job, u); err != nil {
		_, cancelled := job.Cancel()
		return nil, errors.Join(err, cancelled)
	}
	state, err := job.Wait(r.ctx, r.hold, bits.Transferred, bits.Error)
	if err == nil && state == bits.Transferred {
		if _, err = job.Complete(); err == nil {
			return job, nil
		}
	}
	failed := r.failedJob(u, job, err)
	_, cancelled := job.Cancel()
	return nil, errors.Join(failed, cancelled)
}

// failedJob gives the error of a job. Assumed: the agent reports the job's own code.
func (r *round) failedJob(u *Update, job *bits.Job, err error) error {
	if told, e := job.GetError(); e == nil && told != nil {
		return &Error{Code: told.Code, What: "download of " + u.Title(), Err: told}
	}
	return &Error{Code: hresult.WU_E_DM_BITSTRANSFERERROR, What: "download of " + u.Title(), Err: err}
}

// fill says what the job is to fetch, through which proxy, and starts it.
func (r *round) fill(job *bits.Job, u *Update) error {
	priority, ok := priorities[u.Deployment.DownloadPriority]
	if !ok {
		priority = bits.Normal
	}
	if r.errand.priority != 0 {
		priority = r.errand.priority
	}
	if err := job.SetPriority(priority); err != nil {
		return &Error{Code: codeIn(err), What: "SetPriority", Err: err}
	}
	for _, f := range u.Extended.Files {
		url, ok := u.URLs[string(f.Digest)]
		if !ok {
			return &Error{Code: hresult.WU_E_DM_URLNOTAVAILABLE, What: "the server told no place of " + f.Name}
		}
		if err := job.AddFile(url, u.localName(r.Agent, f)); err != nil {
			return &Error{Code: codeIn(err), What: "AddFile " + f.Name, Err: err}
		}
	}
	if proxy := jobProxy(r.proxy()); proxy != (job.Settings().Proxy) {
		if err := job.SetProxySettings(proxy); err != nil {
			return &Error{Code: codeIn(err), What: "SetProxySettings", Err: err}
		}
	}
	if err := job.Resume(); err != nil {
		return &Error{Code: codeIn(err), What: "Resume", Err: err}
	}
	return nil
}

// jobProxy gives a job the proxy of the agent: public logs have "BITS job {id} using
// proxy = host:port". Assumed: a script of the network is found again by the job.
func jobProxy(s winhttp.ProxySettings) winhttp.ProxySettings {
	switch {
	case s.Usage != winhttp.ProxyPreconfig:
	case s.List != "":
		return winhttp.ProxySettings{Usage: winhttp.ProxyOverride, List: s.List, Bypass: s.Bypass}
	case s.Detect:
		return winhttp.ProxySettings{Usage: winhttp.ProxyAutodetect}
	}
	return s
}

// localName is where a file of the update lies on the PC: named by its digest, so that
// two revisions do not meet.
func (u *Update) localName(a *Agent, f metadata.File) string {
	folder := strings.Replace(downloadFolder, "%windir%", a.cfg.Machine.Profile().Windir, 1)
	return folder + `\` + string(u.Identity.UpdateID) + `\` + hex.EncodeToString(f.Digest) + `\` + f.Name
}

// check compares what was fetched with the metadata: the size, SHA-1, and the further
// digests where there are any (MS-WUSP product note 26). What does not fit is removed.
func (u *Update) check(job *bits.Job) error {
	u.paths = map[string]string{}
	for i, f := range u.Extended.Files {
		path := job.Files()[i].Path()
		if err := verify(path, f); err != nil {
			u.paths = nil
			return errors.Join(err, os.Remove(path))
		}
		u.paths[f.Name] = path
	}
	return nil
}

// present says whether all files have been fetched before and are right.
func (u *Update) present() bool {
	for _, f := range u.Extended.Files {
		if path, ok := u.paths[f.Name]; !ok || verify(path, f) != nil {
			return false
		}
	}
	return true
}

// algorithms of digests that the agent knows.
var algorithms = map[string]func() hash.Hash{"SHA1": sha1.New, "SHA256": sha256.New}

// verify reads the file once, for its size and all of its digests.
func verify(path string, f metadata.File) error {
	wanted := map[string]wusp.Binary{f.DigestAlgorithm: f.Digest}
	maps.Copy(wanted, f.Additional)
	sums := map[string]hash.Hash{}
	var all []io.Writer
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		algorithm, ok := algorithms[name]
		if !ok {
			return &Error{Code: hresult.WU_E_DM_UNKNOWNALGORITHM, What: fmt.Sprintf("%s: the digest algorithm %q is not known", f.Name, name)}
		}
		sums[name] = algorithm()
		all = append(all, sums[name])
	}
	n, err := copyFile(io.MultiWriter(all...), path)
	if err != nil {
		return &Error{Code: hresult.WU_E_DM_NOTDOWNLOADED, What: f.Name, Err: err}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		want := wanted[name]
		if n != f.Size || !bytes.Equal(sums[name].Sum(nil), want) {
			return &Error{Code: hresult.WU_E_DM_INCORRECTFILEHASH, What: fmt.Sprintf("%s: %d bytes with another %s digest than the metadata's, of %d bytes", f.Name, n, name, f.Size)}
		}
	}
	return nil
}

func copyFile(to io.Writer, path string) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(to, file)
	return n, errors.Join(err, file.Close())
}
