package metadata

import "github.com/wualab/wualab/wusp"

// Type is the UpdateType of an update.
type Type string

// The types, MS-WUSP 3.1.1.
const (
	Software  Type = "Software"
	Driver    Type = "Driver"
	Category  Type = "Category"
	Detectoid Type = "Detectoid"
)

// Core is what a client needs to tell whether an update applies.
type Core struct {
	Identity             wusp.UpdateIdentity
	Type                 Type
	ExplicitlyDeployable bool // it may be offered by itself
	AutoSelectOnWebSites bool
	OSUpgrade            string
	EulaID               wusp.GUID // "" for none

	Prerequisites []Clause    // all of them must be met
	Bundled       []Clause    // of each, one is installed with this update
	Superseded    []wusp.GUID // updates that this one replaces

	IsInstalled   *Rule   // nil: not told
	IsInstallable *Rule   // nil: not told
	IsSuperseded  *Rule   // nil: not told
	Metadata      []*Rule // what rules of drivers and of Windows Installer refer to
}

// Clause is a choice: one of the updates will do.
type Clause struct {
	IsCategory bool // it marks a product or a classification
	AnyOf      []wusp.UpdateIdentity
}

// Rule is an applicability rule, or a part of one, as it is spelt in a fragment:
// "And", "b.FileVersion". Attributes keep their order.
type Rule struct {
	Name       string
	Attributes []Attribute
	Rules      []*Rule
	Text       string
}

// Attribute is one attribute of a rule.
type Attribute struct{ Name, Value string }

// Get gives the value of an attribute.
func (r *Rule) Get(name string) (string, bool) {
	for _, a := range r.Attributes {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Extended is what a client needs to download and install.
type Extended struct {
	Handler               string // the URI of the installer's kind
	MaxDownloadSize       int64
	MinDownloadSize       int64
	MsrcSeverity          string // "Critical", "" for none
	KBArticleIDs          []string
	SecurityBulletinIDs   []string
	SupportURL            string
	InstallationBehavior  *Behavior
	UninstallBehavior     *Behavior // nil: it cannot be removed
	Files                 []File
	HandlerSpecificData   *Rule // as it stands
	DefaultPropertiesLang string
}

// Behavior is how an installer behaves.
type Behavior struct {
	RebootBehavior              string // "NeverReboots", "AlwaysRequiresReboot", "CanRequestReboot"
	CanRequestUserInput         bool
	RequiresNetworkConnectivity bool
	Impact                      string // "Normal", "Minor", "RequiresExclusiveHandling"
}

// File is a file of an update.
type File struct {
	Name            string
	Size            int64
	Modified        wusp.Time
	Digest          wusp.Binary // by DigestAlgorithm
	DigestAlgorithm string      // "SHA1"
	Additional      map[string]wusp.Binary
	PatchingType    string // "SelfContained", "Express", "" for neither
}

// Localized is what people read.
type Localized struct {
	Language    string // "en"
	Title       string
	Description string
	MoreInfoURL []string
	SupportURL  string
}

// Update is the whole of it.
type Update struct {
	Core
	Extended
	Localized []Localized
	Eulas     []EulaFile
}

// EulaFile is a file with license terms in a language, MS-WUSP product note 44.
type EulaFile struct {
	File     // its Modified and PatchingType are not written
	Language string
}
