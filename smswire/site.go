package smswire

import (
	"encoding/xml"

	"github.com/wualab/wualab/boundedxml"
)

// What a management point answers at AuthorityPath, by the query.
const (
	AuthorityPath  = "/SMS_MP/.sms_aut"
	MPListQuery    = "MPLIST"
	MPCertQuery    = "MPCERT"
	MPKeyInfoQuery = "MPKEYINFORMATION"
)

// MPList names the management points of a site.
type MPList struct {
	XMLName xml.Name `xml:"MPList"`
	MPs     []MP     `xml:"MP"`
}

// MP is a management point.
type MP struct {
	Name    string `xml:"Name,attr"`
	FQDN    string `xml:"FQDN,attr"`
	Version string `xml:"Version"`
}

// Write gives the list as XML.
func (l MPList) Write() []byte { return write(l) }

// ReadMPList reads what a management point answers to MPLIST.
func ReadMPList(text []byte, limits boundedxml.Limits) (*MPList, error) {
	l := &MPList{}
	return l, read("MPLIST", text, limits, l)
}
