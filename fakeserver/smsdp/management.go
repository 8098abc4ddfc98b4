package smsdp

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/fakeserver/content"
	"github.com/wualab/wualab/smswire"
)

// version is that of the management point: SMS 2003 with service pack 1. Assumed: that
// it is told in this form.
const version = "2600"

// Routes gives the management point as routes of a fakeserver. Paths are matched
// without regard to case, as IIS does.
func (s *Site) Routes() []fakeserver.Route {
	bodies := &content.Handler{Root: s.cfg.Root, Lookup: s.policyBody}
	return []fakeserver.Route{
		{Path: smswire.AuthorityPath, AnyCase: true, Handler: http.HandlerFunc(s.authority)},
		{Path: smswire.PolicyBodyPath, AnyCase: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !s.fails(w, r, smswire.PolicyBodyPath) {
				bodies.ServeHTTP(w, r)
			}
		})},
		{Path: smswire.RequestPath, AnyCase: true, Handler: http.HandlerFunc(s.message)},
	}
}

// fails answers in place of the management point where a fault says so.
func (s *Site) fails(w http.ResponseWriter, r *http.Request, on string) bool {
	f, ok := s.faultOf(on)
	switch {
	case !ok:
		return false
	case f.Status != 0:
		content.Page(w, r, f.Status)
	default:
		answer(w, http.StatusOK, "text/xml", f.Body)
	}
	return true
}

// authority answers MPLIST and its like. Assumed: the text of MPCERT and
// MPKEYINFORMATION, which this model does not use.
func (s *Site) authority(w http.ResponseWriter, r *http.Request) {
	query := strings.ToUpper(r.URL.RawQuery)
	if s.fails(w, r, query) {
		return
	}
	switch query {
	case smswire.MPListQuery:
		host := strings.ToUpper(s.cfg.Name)
		answer(w, http.StatusOK, "text/xml", smswire.MPList{MPs: []smswire.MP{{Name: host, FQDN: s.cfg.Name, Version: version}}}.Write())
	case smswire.MPCertQuery, smswire.MPKeyInfoQuery:
		answer(w, http.StatusOK, "text/plain", []byte(strings.Repeat("0", 64)))
	default:
		content.Page(w, r, http.StatusBadRequest)
	}
}

// defaultLimit bounds what is posted.
const defaultLimit = 4 << 20

// message answers what is posted.
func (s *Site) message(w http.ResponseWriter, r *http.Request) {
	if r.Method != smswire.Method {
		w.Header().Set("Allow", smswire.Method)
		content.Page(w, r, http.StatusMethodNotAllowed)
		return
	}
	most := int64(s.cfg.Limits.Size)
	if most == 0 {
		most = defaultLimit
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		content.Page(w, r, http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		return // the client has gone
	}
	m, err := smswire.Read(r.Header.Get("Content-Type"), body, s.cfg.Limits)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if s.fails(w, r, m.TargetEndpoint) {
		return
	}
	reply, err := s.reply(r, m)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	note(r, "%s: %s", s.cfg.Name, m.TargetEndpoint)
	if reply == nil { // Assumed: what has no answer is taken with an empty one
		answer(w, http.StatusOK, "", nil)
		return
	}
	contentType, text := smswire.Write(smswire.Message{ID: guid(s.next()), CorrelationID: m.ID, SourceHost: strings.ToUpper(s.cfg.Name), TargetHost: m.SourceHost,
		TargetEndpoint: m.ReplyTo, SentTime: s.cfg.Clock.Now().UTC().Format("2006-01-02T15:04:05Z"), Body: reply})
	answer(w, http.StatusOK, contentType, text)
}

// refuse answers what cannot be read. Assumed: 400.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, err error) {
	note(r, "%s: %v", s.cfg.Name, err)
	content.Page(w, r, http.StatusBadRequest)
}

// reply gives the body of the answer; nil for a message that has none.
func (s *Site) reply(r *http.Request, m smswire.Message) ([]byte, error) {
	switch m.TargetEndpoint {
	case smswire.PolicyManager:
		request, err := smswire.ReadRequestAssignments(m.Body, s.cfg.Limits)
		if err != nil {
			return nil, err
		}
		return s.assignments(request, hostOf(r)).Write(), nil
	case smswire.LocationManager:
		request, err := smswire.ReadContentLocationRequest(m.Body, s.cfg.Limits)
		if err != nil {
			return nil, err
		}
		return s.locations(request).Write(), nil
	case smswire.StatusManager:
		status, err := smswire.ReadStatus(m.Body, s.cfg.Limits)
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.messages = append(s.messages, *status)
		return nil, nil
	}
	return nil, fmt.Errorf("there is no endpoint %q", m.TargetEndpoint)
}

// assignments gives all policy, or what has changed since the cookie. After something
// was taken away, all of it is given.
func (s *Site) assignments(r *smswire.RequestAssignments, host string) smswire.ReplyAssignments {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[r.Machine.ClientID]
	c.ID, c.Name, c.Requests = r.Machine.ClientID, r.Machine.NetBIOSName, c.Requests+1
	s.clients[c.ID] = c
	since, err := strconv.Atoi(r.ServerCookie)
	reply := smswire.ReplyAssignments{ReplyType: smswire.OnUpdate, Machine: r.Machine, PolicySource: r.PolicySource, ServerCookie: strconv.Itoa(s.serial)}
	if err != nil || r.RequestType == smswire.Full || since < s.removed {
		reply.ReplyType, since = smswire.Full, 0
	}
	for _, o := range s.offered {
		if o.serial <= since {
			continue
		}
		a := smswire.PolicyAssignment{ID: guid(o.serial<<32 | serialOf(o.ID))}
		a.Policy.ID, a.Policy.Version = s.policyID(o), fmt.Sprintf("%d.00", o.serial)
		a.Policy.Location = host + smswire.PolicyBodyPath + "?" + a.Policy.ID + "." + a.Policy.Version
		reply.Assignments = append(reply.Assignments, a)
	}
	return reply
}

// policyID names the policy of an advertisement. Assumed: its form.
func (s *Site) policyID(o offer) string { return o.ID + "-" + o.Package }

// serialOf gives the digits of an ID as a number.
func serialOf(id string) int {
	n, _ := strconv.ParseUint(id[3:], 16, 32) // checked when it was offered
	return int(n)
}

// policyBody finds the policy body that a query names.
func (s *Site) policyBody(r *http.Request) (content.File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.offered {
		v := fmt.Sprintf("%d.00", o.serial)
		if id := s.policyID(o); strings.EqualFold(r.URL.RawQuery, id+"."+v) {
			return content.File{Body: smswire.WritePolicy(id, v, s.distribution(o.Advertisement)), ContentType: "text/xml"}, true
		}
	}
	return content.File{}, false
}

func (s *Site) distribution(a Advertisement) smswire.SoftwareDistribution {
	pkg := s.cfg.findPackage(a.Package)
	program := pkg.program(a.Program)
	return smswire.SoftwareDistribution{AdvertisementID: a.ID, PackageID: pkg.ID, PackageName: pkg.Name, SourceVersion: pkg.SourceVersion,
		Program: program.Name, CommandLine: program.CommandLine, MaxDuration: program.MaxRunTime, Active: a.Active, Expires: a.Expires, Mandatory: a.Mandatory,
		FromLocal: cmp.Or(a.FromLocal, smswire.DownloadContent), FromRemote: cmp.Or(a.FromRemote, smswire.DownloadContent)}
}

// locations says where a package is. Assumed: a version that the site does not have any
// more, or not yet, is nowhere.
func (s *Site) locations(r *smswire.ContentLocationRequest) smswire.ContentLocationReply {
	site := smswire.LocationSite{}
	site.MPSite.SiteCode, site.MPSite.SiteLocality = s.cfg.SiteCode, smswire.Local
	pkg := s.cfg.findPackage(r.Package.ID)
	if pkg == nil || pkg.SourceVersion != r.Package.Version {
		return smswire.ContentLocationReply{Sites: []smswire.LocationSite{site}}
	}
	for _, p := range s.Points() {
		if p.has(pkg.ID) {
			site.Records = append(site.Records, p.record(pkg.ID))
		}
	}
	return smswire.ContentLocationReply{Hash: s.hashes[pkg.ID], Sites: []smswire.LocationSite{site}}
}

func (p Point) record(id string) smswire.LocationRecord {
	r := smswire.LocationRecord{Version: version, Locality: smswire.Local}
	if p.Remote {
		r.Locality = smswire.Remote
	}
	r.SMBPath.Name = `\\` + p.Server + `\` + p.ShareName() + `\` + id
	if p.BITS {
		r.SetURL(p.URL + p.VirtualDirectory() + id)
	}
	r.ADSite.Name, r.Metric.Value = p.ADSite, strconv.Itoa(p.Metric)
	for _, subnet := range p.Subnets {
		r.IPSubnets = append(r.IPSubnets, smswire.IPSubnet{Address: subnet})
	}
	return r
}

// next counts the answers.
func (s *Site) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls["answers"]++
	return s.calls["answers"]
}

// guid makes an ID of a number.
func guid(n int) string { return fmt.Sprintf("{00000000-0000-4000-8000-%012X}", n&0xFFFFFFFFFFFF) }

// hostOf gives scheme and host as the client wrote them, which URLs to the server itself
// have.
func hostOf(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func answer(w http.ResponseWriter, status int, contentType string, body []byte) {
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}

func note(r *http.Request, format string, args ...any) {
	if c := fakehttp.ConnOf(r); c != nil {
		c.Note(format, args...)
	}
}
