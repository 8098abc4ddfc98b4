package smswire

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/boundedxml"
)

// PolicyBodyPath is where policy bodies are, named by the query.
const PolicyBodyPath = "/SMS_MP/.sms_pol"

// What a client does with the content of a program on a distribution point. Assumed: the
// texts, values of ADV_RCF_InstallFromLocalDPOptions and -RemoteDPOptions.
const (
	DownloadContent = "DownloadContent"
	RunFromNet      = "RunFromNet"
	DoNotRun        = "DoNotRun"
)

// SoftwareDistribution is an advertisement with its package and program, as the class
// CCM_SoftwareDistribution of the client has them.
type SoftwareDistribution struct {
	AdvertisementID string // LAB20000
	PackageID       string // LAB00001
	PackageName     string
	SourceVersion   int // of the package's content
	Program         string
	CommandLine     string
	MaxDuration     time.Duration // in minutes; 0: not told
	Active, Expires time.Time     // zero: at once, never
	Mandatory       bool          // it runs by itself
	FromLocal       string        // DownloadContent, RunFromNet or DoNotRun, for a local distribution point
	FromRemote      string        // the same for a remote one
}

// policy is a policy body: rules whose action is to make an instance of a class.
type policy struct {
	XMLName  xml.Name   `xml:"Policy"`
	ID       string     `xml:"PolicyID,attr"`
	Version  string     `xml:"PolicyVersion,attr"`
	Instance []instance `xml:"PolicyRule>PolicyAction>instance"`
}

type instance struct {
	Class      string     `xml:"class,attr"`
	Properties []property `xml:"property"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Type  int    `xml:"type,attr"` // CIMTYPE_ENUMERATION
	Value string `xml:"value"`
}

// CIMTYPE_ENUMERATION of the WMI SDK.
const (
	cimString   = 8
	cimBoolean  = 11
	cimUint32   = 19
	cimDatetime = 101
)

const distributionClass = "CCM_SoftwareDistribution"

// properties pairs the properties of the class with what they mean here.
func (d *SoftwareDistribution) properties() []struct {
	name string
	kind int
	at   any
} {
	return []struct {
		name string
		kind int
		at   any
	}{
		{"ADV_AdvertisementID", cimString, &d.AdvertisementID},
		{"PKG_PackageID", cimString, &d.PackageID},
		{"PKG_Name", cimString, &d.PackageName},
		{"PKG_SourceVersion", cimUint32, &d.SourceVersion},
		{"PRG_ProgramID", cimString, &d.Program},
		{"PRG_CommandLine", cimString, &d.CommandLine},
		{"PRG_MaxDuration", cimUint32, &d.MaxDuration},
		{"ADV_ActiveTime", cimDatetime, &d.Active},
		{"ADV_ExpirationTime", cimDatetime, &d.Expires},
		{"ADV_MandatoryAssignments", cimBoolean, &d.Mandatory},
		{"ADV_RCF_InstallFromLocalDPOptions", cimString, &d.FromLocal},
		{"ADV_RCF_InstallFromRemoteDPOptions", cimString, &d.FromRemote},
	}
}

// WritePolicy gives a policy body with one advertisement.
func WritePolicy(id, version string, d SoftwareDistribution) []byte {
	made := instance{Class: distributionClass}
	for _, p := range d.properties() {
		if value := propertyText(p.at); value != "" {
			made.Properties = append(made.Properties, property{p.name, p.kind, value})
		}
	}
	return write(policy{ID: id, Version: version, Instance: []instance{made}})
}

// cimTime is the form of a CIM date without a time zone that counts.
const cimTime = "20060102150405.000000"

func propertyText(at any) string {
	switch v := at.(type) {
	case *string:
		return *v
	case *int:
		return strconv.Itoa(*v)
	case *bool:
		return strings.ToUpper(strconv.FormatBool(*v))
	case *time.Duration:
		if *v == 0 {
			return ""
		}
		return strconv.Itoa(int(*v / time.Minute))
	case *time.Time:
		if !v.IsZero() {
			return v.UTC().Format(cimTime) + "+000"
		}
	}
	return ""
}

// ReadPolicy reads a policy body: the advertisements in it. Classes and properties that
// are not known are passed over.
func ReadPolicy(text []byte, limits boundedxml.Limits) ([]SoftwareDistribution, error) {
	var p policy
	if err := read("policy", text, limits, &p); err != nil {
		return nil, err
	}
	var list []SoftwareDistribution
	for _, i := range p.Instance {
		if i.Class != distributionClass {
			continue
		}
		d, err := i.distribution()
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", p.ID, err)
		}
		list = append(list, d)
	}
	return list, nil
}

func (i *instance) distribution() (d SoftwareDistribution, err error) {
	known := d.properties()
	for _, p := range i.Properties {
		for _, k := range known {
			if k.name == p.Name {
				if err := setProperty(k.at, p.Value); err != nil {
					return d, fmt.Errorf("%s: %w", p.Name, err)
				}
			}
		}
	}
	if d.AdvertisementID == "" || d.PackageID == "" || d.Program == "" {
		return d, fmt.Errorf("an instance of %s without advertisement, package or program", distributionClass)
	}
	return d, nil
}

// maxMinutes is the most that PRG_MaxDuration may be: 10 years.
const maxMinutes = 10 * 366 * 24 * 60

func setProperty(at any, text string) (err error) {
	switch v := at.(type) {
	case *string:
		*v = text
	case *int:
		*v, err = strconv.Atoi(text)
	case *bool:
		*v, err = strconv.ParseBool(strings.ToLower(text))
	case *time.Duration:
		var n int
		if n, err = strconv.Atoi(text); err == nil && (n < 0 || n > maxMinutes) {
			return fmt.Errorf("%d minutes are out of range", n)
		}
		*v = time.Duration(n) * time.Minute
	case *time.Time:
		stamp, _, _ := strings.Cut(text, "+")
		*v, err = time.Parse(cimTime, stamp)
	}
	return err
}
