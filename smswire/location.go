package smswire

import (
	"encoding/xml"

	"github.com/wualab/wualab/boundedxml"
)

// named and valued are elements with one attribute.
type (
	named struct {
		Name string `xml:"Name,attr"`
	}
	valued struct {
		Value string `xml:"Value,attr"`
	}
)

// ContentLocationRequest asks where the content of a package is.
type ContentLocationRequest struct {
	XMLName       xml.Name `xml:"ContentLocationRequest"`
	SchemaVersion string   `xml:"SchemaVersion,attr"`
	Package       struct {
		ID      string `xml:"ID,attr"`
		Version int    `xml:"Version,attr"`
	} `xml:"Package"`
	AssignedSite struct {
		SiteCode string `xml:"SiteCode,attr"`
	} `xml:"AssignedSite"`
	ClientLocationInfo struct {
		ADSite      named       `xml:"ADSite"`
		IPAddresses []IPAddress `xml:"IPAddresses>IPAddress"`
	} `xml:"ClientLocationInfo"`
}

// IPAddress is an address of a client with its subnet.
type IPAddress struct {
	SubnetAddress string `xml:"SubnetAddress,attr"`
	Address       string `xml:"Address,attr"`
}

// Write gives the request as XML.
func (r ContentLocationRequest) Write() []byte {
	r.SchemaVersion = schemaVersion
	return write(r)
}

// ReadContentLocationRequest reads a request.
func ReadContentLocationRequest(text []byte, limits boundedxml.Limits) (*ContentLocationRequest, error) {
	r := &ContentLocationRequest{}
	return r, read("ContentLocationRequest", text, limits, r)
}

// Where a distribution point stands to a client.
const (
	Local  = "LOCAL"
	Remote = "REMOTE"
)

// ContentLocationReply is the answer: distribution points by site. Assumed: that Hash,
// which public traces of later versions show here, is that of the package as SMS 2003
// compares it.
type ContentLocationReply struct {
	XMLName       xml.Name       `xml:"ContentLocationReply"`
	SchemaVersion string         `xml:"SchemaVersion,attr"`
	Hash          string         `xml:"Hash,attr"`
	Sites         []LocationSite `xml:"Sites>Site"`
}

// LocationSite is a site with its distribution points that have the content.
type LocationSite struct {
	MPSite struct {
		SiteCode     string `xml:"SiteCode,attr"`
		SiteLocality string `xml:"SiteLocality,attr"`
	} `xml:"MPSite"`
	Records []LocationRecord `xml:"LocationRecords>LocationRecord"`
}

// LocationRecord is the content on one distribution point. One that is not enabled for
// BITS has no URL.
type LocationRecord struct {
	SMBPath   named      `xml:"SMBPath"` // \\dp\SMSPKGC$\LAB00001
	URL       *named     `xml:"URL"`     // http://dp/SMS_DP_SMSPKGC$/LAB00001
	ADSite    named      `xml:"ADSite"`
	IPSubnets []IPSubnet `xml:"IPSubnets>IPSubnet"`
	Metric    valued     `xml:"Metric"`
	Version   string     `xml:"Version"`
	Locality  string     `xml:"Locality"` // Local or Remote
}

// IPSubnet is a subnet that a distribution point is in.
type IPSubnet struct {
	Address string `xml:"Address,attr"`
}

// SetURL says where the content is for BITS.
func (r *LocationRecord) SetURL(url string) { r.URL = &named{url} }

// Write gives the answer as XML.
func (r ContentLocationReply) Write() []byte {
	r.SchemaVersion = schemaVersion
	return write(r)
}

// ReadContentLocationReply reads an answer.
func ReadContentLocationReply(text []byte, limits boundedxml.Limits) (*ContentLocationReply, error) {
	r := &ContentLocationReply{}
	return r, read("ContentLocationReply", text, limits, r)
}
