package wusp

// UpdateIdentity names a revision of an update on all servers, MS-WUSP 2.2.3.6.
type UpdateIdentity struct {
	UpdateID       GUID `xml:"UpdateID"`
	RevisionNumber int  `xml:"RevisionNumber"`
}

// StartCategoryScan asks which categories to name to SyncUpdates, MS-WUSP 2.2.2.2.8.
type StartCategoryScan struct {
	RequestedCategories []CategoryRelationship `xml:"requestedCategories>CategoryRelationship" array:"q1:CategoryRelationship"`
}

// CategoryRelationship is a category in one of the groups that are joined by AND; the
// groups are joined by OR.
type CategoryRelationship struct {
	IndexOfAndGroup int  `xml:"IndexOfAndGroup"`
	CategoryID      GUID `xml:"CategoryId"`
}

// StartCategoryScanResponse answers [StartCategoryScan].
type StartCategoryScanResponse struct {
	PreferredCategoryIDs        []GUID `xml:"preferredCategoryIds>guid"`
	RequestedCategoryIDsInError []GUID `xml:"requestedCategoryIdsInError>guid"`
}

// SyncUpdates asks for metadata that the client has not yet, MS-WUSP 2.2.2.2.4.
type SyncUpdates struct {
	Cookie     *Cookie               `xml:"cookie"`
	Parameters *SyncUpdateParameters `xml:"parameters"`
}

// SyncUpdateParameters say what the client has. The last four are of later clients and
// left out when empty.
type SyncUpdateParameters struct {
	ExpressQuery                  bool                           `xml:"ExpressQuery"`
	InstalledNonLeafUpdateIDs     []int                          `xml:"InstalledNonLeafUpdateIDs>int" array:"xsd:int"`
	OtherCachedUpdateIDs          []int                          `xml:"OtherCachedUpdateIDs>int" array:"xsd:int"`
	SystemSpec                    []Device                       `xml:"SystemSpec>Device" array:"q1:Device"`
	CachedDriverIDs               []int                          `xml:"CachedDriverIDs>int" array:"xsd:int"`
	SkipSoftwareSync              bool                           `xml:"SkipSoftwareSync"`
	FilterCategoryIDs             []CategoryIdentifier           `xml:"FilterCategoryIds>CategoryIdentifier"`
	NeedTwoGroupOutOfScopeUpdates *bool                          `xml:"NeedTwoGroupOutOfScopeUpdates"`
	ComputerSpec                  *ComputerHardwareSpecification `xml:"ComputerSpec"`
	FeatureScoreMatchingKey       string                         `xml:"FeatureScoreMatchingKey" optional:"true"`
}

// CategoryIdentifier names a category.
type CategoryIdentifier struct {
	ID GUID `xml:"Id"`
}

// ComputerHardwareSpecification holds the computer's hardware IDs, the most specific
// one first.
type ComputerHardwareSpecification struct {
	HardwareIDs []GUID `xml:"HardwareIDs>guid"`
}

// Device is a piece of hardware with the driver that it has.
type Device struct {
	HardwareIDs     []string         `xml:"HardwareIDs>string" array:"xsd:string"`
	CompatibleIDs   []string         `xml:"CompatibleIDs>string" array:"xsd:string"`
	InstalledDriver *InstalledDriver `xml:"installedDriver"`
}

// InstalledDriver is the driver of a device.
type InstalledDriver struct {
	MatchingID           string `xml:"MatchingID"`
	DriverVerDate        Time   `xml:"DriverVerDate"`
	DriverVerVersion     int64  `xml:"DriverVerVersion"` // four parts of 16 bits
	Class                string `xml:"Class"`
	Manufacturer         string `xml:"Manufacturer"`
	Provider             string `xml:"Provider"`
	Model                string `xml:"Model"`
	MatchingComputerHWID GUID   `xml:"MatchingComputerHWID" optional:"true"`
	DriverRank           int    `xml:"DriverRank" optional:"true"`
}

// SyncUpdatesResponse answers [SyncUpdates].
type SyncUpdatesResponse struct {
	Result *SyncInfo `xml:"SyncUpdatesResult"`
}

// SyncInfo is what changed for the client since it last asked.
type SyncInfo struct {
	NewUpdates                    []UpdateInfo `xml:"NewUpdates>UpdateInfo"`
	OutOfScopeRevisionIDs         []int        `xml:"OutOfScopeRevisionIDs>int"`
	ChangedUpdates                []UpdateInfo `xml:"ChangedUpdates>UpdateInfo"`
	Truncated                     bool         `xml:"Truncated"`
	NewCookie                     *Cookie      `xml:"NewCookie"`
	DeployedOutOfScopeRevisionIDs []int        `xml:"DeployedOutOfScopeRevisionIds>int"`
	DriverSyncNotNeeded           string       `xml:"DriverSyncNotNeeded" optional:"true"` // "true", "false" or absent
}

// UpdateInfo is a revision for the client's cache.
type UpdateInfo struct {
	ID         int         `xml:"ID"` // the server's own number of the revision
	Deployment *Deployment `xml:"Deployment"`
	IsLeaf     bool        `xml:"IsLeaf"`
	XML        string      `xml:"Xml" optional:"true"` // the core fragment; a text, not a document
}

// Action is what a deployment wants done, MS-WUSP 2.2.2.2.4.
type Action string

// The deployment actions.
const (
	ActionOptionalInstall    Action = "OptionalInstall"
	ActionInstall            Action = "Install"
	ActionUninstall          Action = "Uninstall"
	ActionPreDeploymentCheck Action = "PreDeploymentCheck"
	ActionBlock              Action = "Block"
	ActionEvaluate           Action = "Evaluate"
	ActionBundle             Action = "Bundle"
)

// Actions are all deployment actions, in the order of the schema.
func Actions() []Action {
	return []Action{ActionOptionalInstall, ActionInstall, ActionUninstall, ActionPreDeploymentCheck, ActionBlock, ActionEvaluate, ActionBundle}
}

// Deployment says what is to be done with a revision. HardwareIDs are for clients of
// protocol 1.6 and later, the four after them for 1.8 and later.
type Deployment struct {
	ID                   int      `xml:"ID"`
	Action               Action   `xml:"Action"`
	Deadline             string   `xml:"Deadline" optional:"true"` // an xs:dateTime, or ""
	IsAssigned           bool     `xml:"IsAssigned"`
	LastChangeTime       string   `xml:"LastChangeTime"` // an xs:date
	DownloadPriority     string   `xml:"DownloadPriority" optional:"true"`
	HardwareIDs          []string `xml:"HardwareIds>string"`
	AutoSelect           string   `xml:"AutoSelect" optional:"true"`
	AutoDownload         string   `xml:"AutoDownload" optional:"true"`
	SupersedenceBehavior string   `xml:"SupersedenceBehavior" optional:"true"`
	FlagBitmask          string   `xml:"FlagBitmask" optional:"true"`
}

// RefreshCache asks for the numbers that this server gives to revisions which the
// client has from another, MS-WUSP 2.2.2.2.5.
type RefreshCache struct {
	Cookie    *Cookie          `xml:"cookie"`
	GlobalIDs []UpdateIdentity `xml:"globalIDs>UpdateIdentity" array:"q1:UpdateIdentity"`
}

// RefreshCacheResponse answers [RefreshCache].
type RefreshCacheResponse struct {
	Result []RefreshCacheResult `xml:"RefreshCacheResult>RefreshCacheResult"`
}

// RefreshCacheResult is the number of one revision.
type RefreshCacheResult struct {
	RevisionID int             `xml:"RevisionID"`
	GlobalID   *UpdateIdentity `xml:"GlobalID"`
	IsLeaf     bool            `xml:"IsLeaf"`
	Deployment *Deployment     `xml:"Deployment"`
}

// SyncPrinterCatalog asks for printer drivers, MS-WUSP 2.2.2.2.9.
type SyncPrinterCatalog struct {
	Cookie                    *Cookie `xml:"cookie"`
	InstalledNonLeafUpdateIDs []int   `xml:"installedNonLeafUpdateIDs>int" array:"xsd:int"`
	PrinterUpdateIDs          []int   `xml:"printerUpdateIDs>int" array:"xsd:int"`
}

// SyncPrinterCatalogResponse answers [SyncPrinterCatalog].
type SyncPrinterCatalogResponse struct {
	Result *SyncInfo `xml:"SyncPrinterCatalogResult"`
}
