package smswire

import (
	"encoding/xml"
	"time"

	"github.com/wualab/wualab/boundedxml"
)

// Severity of a status message, as the SDK's class SMS_StatusMessage numbers it.
type Severity uint32

// The severities.
const (
	Informational Severity = 0x40000000
	Warning       Severity = 0x80000000
	Failure       Severity = 0xC0000000
)

// String gives "Informational", "Warning" or "Error".
func (s Severity) String() string {
	switch s {
	case Warning:
		return "Warning"
	case Failure:
		return "Error"
	}
	return "Informational"
}

// Status is a status message. Assumed: what is inside the root element; the fields are
// those of SMS_StatusMessage and SMS_StatMsgAttributes.
type Status struct {
	XMLName       xml.Name  `xml:"Status"`
	SchemaVersion string    `xml:"SchemaVersion,attr"`
	CodePage      int       `xml:"CodePage,attr"`
	LocaleID      int       `xml:"LocaleID,attr"`
	MessageID     int       `xml:"Message>MessageID"`
	Severity      Severity  `xml:"Message>Severity"`
	Component     string    `xml:"Message>Component"`
	MachineName   string    `xml:"Message>MachineName"`
	SiteCode      string    `xml:"Message>SiteCode"`
	Time          time.Time `xml:"Message>Time"`
	Win32Error    uint32    `xml:"Message>Win32Error"`
	Strings       []string  `xml:"Message>InsertionStrings>String"`
	Package       string    `xml:"Message>Attributes>PackageID"`       // attribute 400
	Advertisement string    `xml:"Message>Attributes>AdvertisementID"` // attribute 401
}

// Write gives the message as XML.
func (s Status) Write() []byte {
	s.SchemaVersion, s.CodePage, s.LocaleID = "1.0", 1252, 1033
	return write(s)
}

// ReadStatus reads a status message.
func ReadStatus(text []byte, limits boundedxml.Limits) (*Status, error) {
	s := &Status{}
	return s, read("Status", text, limits, s)
}
