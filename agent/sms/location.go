package sms

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/wualab/wualab/agent/smb"
	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// point is a distribution point that has the content.
type point struct {
	server  string
	url     string    // of the package, without a slash at its end; "" is not enabled for BITS
	share   *smb.Name // of the package; nil for none
	local   bool
	subnet  bool // it is in the PC's
	site    bool // it is in the PC's Active Directory site
	metric  int
	options string // what the advertisement allows with it
}

// content is where the content of a package is, and what it should be.
type content struct {
	hash   string
	points []point
}

// errNowhere says that no distribution point has the content. Assumed: the code.
var errNowhere = errors.New("no distribution point has the content")

// locate asks the management point where the content of an advertisement is.
func (r *round) locate(a Advertisement) (content, error) {
	var request smswire.ContentLocationRequest
	request.Package.ID, request.Package.Version = a.PackageID, a.SourceVersion
	request.AssignedSite.SiteCode = r.cfg.SiteCode
	request.ClientLocationInfo.ADSite.Name = r.cfg.ADSite
	if r.cfg.Address.Address != "" {
		request.ClientLocationInfo.IPAddresses = []smswire.IPAddress{r.cfg.Address}
	}
	r.logs.write(contentTransfer, "Attempting to create Location Request for PackageID='%s' and Version='%d'", a.PackageID, a.SourceVersion)
	text, err := r.post(smswire.LocationManager, "LS_ReplyLocations", request.Write())
	if err != nil {
		r.logs.fail(locationServices, "Failed to send Location Request for package %s: %v", a.PackageID, err)
		return content{}, err
	}
	reply, err := smswire.ReadContentLocationReply(text, r.cfg.Tuning.Limits)
	if err != nil {
		err = &Error{Code: hresult.ERROR_INVALID_DATA, What: "content locations of " + a.PackageID, Err: err}
		r.logs.fail(locationServices, "%v", err)
		return content{}, err
	}
	found := content{hash: reply.Hash}
	for _, site := range reply.Sites {
		for _, record := range site.Records {
			p, err := r.readRecord(record)
			if err != nil {
				r.logs.warn(locationServices, "A location of package %s is passed over: %v", a.PackageID, err)
				continue
			}
			p.options = a.FromRemote
			if p.local {
				p.options = a.FromLocal
			}
			r.logs.write(locationServices, "Distribution Point='%s', Locality='%s', Metric='%d'", p.name(), record.Locality, p.metric)
			if p.options == smswire.DoNotRun {
				r.logs.write(locationServices, "Distribution Point='%s' is remote, and the advertisement does not run then", p.name())
				continue
			}
			found.points = append(found.points, p)
		}
	}
	if len(found.points) == 0 {
		return content{}, &Error{Code: hresult.ERROR_NOT_FOUND, What: fmt.Sprintf("package %s version %d", a.PackageID, a.SourceVersion), Err: errNowhere}
	}
	slices.SortStableFunc(found.points, nearer)
	return found, nil
}

// name gives the URL of the content, or its path on the share.
func (p point) name() string {
	if p.url != "" {
		return p.url
	}
	return p.share.String()
}

func (r *round) readRecord(record smswire.LocationRecord) (point, error) {
	p := point{local: strings.EqualFold(record.Locality, smswire.Local) || record.Locality == ""}
	if record.URL != nil && record.URL.Name != "" {
		u, err := url.Parse(record.URL.Name)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return p, fmt.Errorf("%q is no URL of a virtual directory", record.URL.Name)
		}
		p.url, p.server = strings.TrimRight(record.URL.Name, "/"), u.Hostname()
	}
	if record.SMBPath.Name != "" {
		name, err := smb.ParseName(strings.TrimRight(record.SMBPath.Name, `\`))
		if err != nil {
			return p, err
		}
		p.share, p.server = &name, name.Server
	}
	if p.url == "" && p.share == nil {
		return p, errors.New("it names neither a URL nor a share")
	}
	p.metric, _ = strconv.Atoi(record.Metric.Value) // no metric is 0
	p.site = r.cfg.ADSite != "" && strings.EqualFold(r.cfg.ADSite, record.ADSite.Name)
	p.subnet = slices.ContainsFunc(record.IPSubnets, func(s smswire.IPSubnet) bool {
		a, err := netip.ParseAddr(s.Address)
		own, err2 := netip.ParseAddr(r.cfg.Address.SubnetAddress)
		return err == nil && err2 == nil && a == own
	})
	return p, nil
}

// nearer puts distribution points into the order in which they are tried: local ones
// before remote ones; of those the ones in the PC's IP subnet, then those in its Active
// Directory site, then the rest; in each group those that are enabled for BITS first ("How
// a client chooses a Distribution Point"). Assumed: the lower metric decides among
// equals, and then the order of the answer, where real clients draw lots.
func nearer(a, b point) int {
	for _, order := range []int{
		first(a.local, b.local), first(a.subnet, b.subnet), first(a.site, b.site), first(a.url != "", b.url != ""),
	} {
		if order != 0 {
			return order
		}
	}
	return a.metric - b.metric
}

// first orders what holds before what does not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
