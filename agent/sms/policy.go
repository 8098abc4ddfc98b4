package sms

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/wualab/wualab/agent/bits"
	"github.com/wualab/wualab/clock"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// Poll asks the management point for policy: which management points there are, the
// policy assignments (all of them at first, then what has changed), and their bodies,
// which are fetched by a BITS job. The error is an [*Error]; what was known before stays.
// h is the caller's hold on the clock.
func (c *Client) Poll(ctx context.Context, h clock.Hold) error {
	if err := c.polling.take(ctx, h); err != nil {
		return err
	}
	defer c.polling.give()
	r := &round{c, ctx, h}
	if err := r.poll(); err != nil {
		r.logs.fail(policyAgent, "Policy could not be retrieved from the management point: %v", err)
		return err
	}
	r.sendStatus()
	return nil
}

func (r *round) poll() error {
	if err := r.listManagementPoints(); err != nil {
		return err
	}
	r.mu.Lock()
	request := smswire.RequestAssignments{RequestType: smswire.Full, PolicySource: "SMS:" + r.cfg.SiteCode, ServerCookie: r.state.Cookie,
		Machine: smswire.Machine{ClientID: r.state.ClientID, NetBIOSName: r.cfg.Machine.Hostname()}}
	r.mu.Unlock()
	if request.ServerCookie != "" {
		request.RequestType = smswire.OnUpdate
	}
	r.logs.write(policyAgent, "Requesting Machine policy assignments from authority 'SMS:%s' (%s)", r.cfg.SiteCode, request.RequestType)
	text, err := r.post(smswire.PolicyManager, "PolicyAgent_ReplyAssignments", request.Write())
	if err != nil {
		return err
	}
	reply, err := smswire.ReadReplyAssignments(text, r.cfg.Tuning.Limits)
	if err != nil {
		return &Error{Code: hresult.ERROR_INVALID_DATA, What: "policy assignments", Err: err}
	}
	r.logs.write(policyAgent, "Received %d policy assignments (%s)", len(reply.Assignments), reply.ReplyType)
	list, err := r.bodies(reply.Assignments)
	if err != nil {
		return err
	}
	r.apply(reply, list)
	return nil
}

// listManagementPoints asks which management points there are.
func (r *round) listManagementPoints() error {
	url := r.cfg.ManagementPoint + smswire.AuthorityPath + "?" + smswire.MPListQuery
	answer, text, err := r.request("GET", url, nil, nil)
	if err == nil && answer.Status != 200 {
		err = &Error{Code: hresult.FromHTTPStatus(answer.Status), What: fmt.Sprintf("%s: status %d", url, answer.Status)}
	}
	var list *smswire.MPList
	if err == nil {
		if list, err = smswire.ReadMPList(text, r.cfg.Tuning.Limits); err != nil {
			err = &Error{Code: hresult.ERROR_INVALID_DATA, What: url, Err: err}
		}
	}
	if err != nil {
		r.logs.fail(locationServices, "Failed to retrieve the list of management points: %v", err)
		return err
	}
	for _, mp := range list.MPs {
		r.logs.write(locationServices, "Retrieved management point %s (version %s) for site %s", mp.Name, mp.Version, r.cfg.SiteCode)
	}
	return nil
}

// body is a policy that came.
type body struct {
	version string
	smswire.SoftwareDistribution
}

// policyFolder is where policy bodies come to lie. Assumed.
const policyFolder = `\system32\CCM\Temp\`

// bodies fetches policy bodies by one BITS job, and reads them.
func (r *round) bodies(list []smswire.PolicyAssignment) ([]body, error) {
	if len(list) == 0 {
		return nil, nil
	}
	job, err := r.newJob(bits.High)
	if err != nil {
		return nil, err
	}
	for i, a := range list {
		local := fmt.Sprintf(`%s%s%d-%s.xml`, r.cfg.Machine.Profile().Windir, policyFolder, i+1, strings.Trim(a.ID, "{}"))
		if err := job.AddFile(a.Policy.Location, local); err != nil {
			return nil, r.giveUp(job, &Error{Code: codeOf(err), What: "policy " + a.Policy.ID, Err: err})
		}
	}
	r.logs.write(dataTransfer, "DTS job for %d policy bodies created, BITS job %s", len(list), job.ID())
	if err := r.transfer(job); err != nil {
		return nil, r.giveUp(job, err)
	}
	var out []body
	for i, f := range job.Files() {
		text, err := r.readAndRemove(f.Path())
		if err != nil {
			return nil, &Error{Code: hresult.ERROR_INVALID_DATA, What: "policy " + list[i].Policy.ID, Err: err}
		}
		found, err := smswire.ReadPolicy(text, r.cfg.Tuning.Limits)
		if err != nil {
			return nil, &Error{Code: hresult.ERROR_INVALID_DATA, What: "policy " + list[i].Policy.ID, Err: err}
		}
		for _, d := range found {
			out = append(out, body{list[i].Policy.Version, d})
		}
		r.logs.write(policyAgent, "Policy %s version %s downloaded", list[i].Policy.ID, list[i].Policy.Version)
	}
	return out, nil
}

// readAndRemove reads a file of at most the size that an answer may have.
func (r *round) readAndRemove(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, defaultSize))
	_ = f.Close()
	if err != nil {
		return nil, err
	}
	return text, os.Remove(path)
}

// apply makes the policy that came the client's. What a policy changes is worked on
// anew. Assumed: the rerun behaviour of the advertisement is not asked.
func (r *round) apply(reply *smswire.ReplyAssignments, list []body) {
	r.mu.Lock()
	stale := r.merge(reply, list)
	r.mu.Unlock()
	for _, id := range stale {
		r.cancel(id)
	}
}

// merge gives the jobs that are not wanted any more. The lock is held.
func (r *round) merge(reply *smswire.ReplyAssignments, list []body) (stale []string) {
	r.state.Cookie = reply.ServerCookie
	if reply.ReplyType == smswire.Full {
		r.state.Advertisements = slices.DeleteFunc(r.state.Advertisements, func(a Advertisement) bool {
			gone := !slices.ContainsFunc(list, func(b body) bool { return b.AdvertisementID == a.AdvertisementID })
			if gone {
				stale = append(stale, a.Job)
			}
			return gone
		})
	}
	for _, b := range list {
		a := r.state.find(b.AdvertisementID)
		switch {
		case a == nil:
			r.state.Advertisements = append(r.state.Advertisements, Advertisement{})
			a = &r.state.Advertisements[len(r.state.Advertisements)-1]
		case a.PolicyVersion == b.version:
			continue
		}
		stale = append(stale, a.Job)
		*a = Advertisement{SoftwareDistribution: b.SoftwareDistribution, PolicyVersion: b.version, State: Available}
		r.logs.write(executionManager, "Policy arrived for advertisement %s: package %s, program %s", b.AdvertisementID, b.PackageID, b.Program)
		r.queue(msgReceived, a, hresult.S_OK)
	}
	slices.SortFunc(r.state.Advertisements, func(a, b Advertisement) int { return strings.Compare(a.AdvertisementID, b.AdvertisementID) })
	return stale
}

// cancel ends a job that may still be in the queue.
func (r *round) cancel(id string) {
	if job, err := r.bits().GetJob(id); err == nil {
		_, _ = job.Cancel() // what is left of it is in nobody's way
	}
}
