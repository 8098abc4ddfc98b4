package smswire

import (
	"encoding/xml"

	"github.com/wualab/wualab/boundedxml"
)

// The types of a request for policy and of its answer: all of it, or what has changed
// since the server's cookie.
const (
	Full     = "Full"
	OnUpdate = "OnUpdate"
)

const schemaVersion = "1.00"

// Machine says who a client is.
type Machine struct {
	ClientID    string `xml:"ClientID"`
	NetBIOSName string `xml:"NetBIOSName"`
	FQDN        string `xml:"FQDN"`
	SID         string `xml:"SID"`
}

// RequestAssignments asks for the policy assignments of a client.
type RequestAssignments struct {
	XMLName       xml.Name `xml:"RequestAssignments"`
	SchemaVersion string   `xml:"SchemaVersion,attr"`
	RequestType   string   `xml:"RequestType,attr"` // Full or OnUpdate
	Ack           string   `xml:"Ack,attr"`         // "True": an answer is wanted
	Machine       Machine  `xml:"Identification>Machine"`
	PolicySource  string   `xml:"PolicySource"` // SMS:LAB
	Resource      Resource `xml:"Resource"`
	ServerCookie  string   `xml:"ServerCookie"` // of the last answer; empty at first
}

// Resource says what policy is about. Assumed: its form.
type Resource struct {
	ResourceType string `xml:"ResourceType,attr"`
}

// Write gives the request as XML.
func (r RequestAssignments) Write() []byte {
	r.SchemaVersion, r.Ack, r.Resource.ResourceType = schemaVersion, "True", "Machine"
	return write(r)
}

// ReadRequestAssignments reads a request.
func ReadRequestAssignments(text []byte, limits boundedxml.Limits) (*RequestAssignments, error) {
	r := &RequestAssignments{}
	return r, read("RequestAssignments", text, limits, r)
}

// ReplyAssignments is the answer to RequestAssignments.
type ReplyAssignments struct {
	XMLName       xml.Name           `xml:"ReplyAssignments"`
	SchemaVersion string             `xml:"SchemaVersion,attr"`
	ReplyType     string             `xml:"ReplyType,attr"` // Full or OnUpdate
	Machine       Machine            `xml:"Identification>Machine"`
	PolicySource  string             `xml:"PolicySource"`
	ServerCookie  string             `xml:"ServerCookie"`
	Assignments   []PolicyAssignment `xml:"PolicyAssignment"`
}

// PolicyAssignment is one piece of policy for a client.
type PolicyAssignment struct {
	ID     string `xml:"PolicyAssignmentID,attr"`
	Policy struct {
		ID       string `xml:"PolicyID,attr"`
		Version  string `xml:"PolicyVersion,attr"`
		Location string `xml:"PolicyLocation"` // the URL of the body
	} `xml:"Policy"`
}

// Write gives the answer as XML.
func (r ReplyAssignments) Write() []byte {
	r.SchemaVersion = schemaVersion
	return write(r)
}

// ReadReplyAssignments reads an answer.
func ReadReplyAssignments(text []byte, limits boundedxml.Limits) (*ReplyAssignments, error) {
	r := &ReplyAssignments{}
	return r, read("ReplyAssignments", text, limits, r)
}
