package wusp

// FragmentType is a part of an update's metadata, MS-WUSP 2.2.2.2.6 and 2.2.2.2.10.
type FragmentType string

// The fragment types. FileUrl and FileDecryption are of GetExtendedUpdateInfo2 alone.
const (
	FragmentPublished           FragmentType = "Published"
	FragmentCore                FragmentType = "Core"
	FragmentExtended            FragmentType = "Extended"
	FragmentVerificationRule    FragmentType = "VerificationRule"
	FragmentLocalizedProperties FragmentType = "LocalizedProperties"
	FragmentEula                FragmentType = "Eula"
	FragmentFileURL             FragmentType = "FileUrl"
	FragmentFileDecryption      FragmentType = "FileDecryption"
)

// GetExtendedUpdateInfo asks for the rest of the metadata of revisions,
// MS-WUSP 2.2.2.2.6.
type GetExtendedUpdateInfo struct {
	Cookie           *Cookie        `xml:"cookie"`
	RevisionIDs      []int          `xml:"revisionIDs>int" array:"xsd:int"`
	InfoTypes        []FragmentType `xml:"infoTypes>XmlUpdateFragmentType" array:"q1:XmlUpdateFragmentType"`
	Locales          []string       `xml:"locales>string" array:"xsd:string"`
	GeoID            string         `xml:"GeoId" optional:"true"`
	CallerAttributes string         `xml:"callerAttributes" optional:"true"`
}

// GetExtendedUpdateInfoResponse answers [GetExtendedUpdateInfo].
type GetExtendedUpdateInfoResponse struct {
	Result *ExtendedUpdateInfo `xml:"GetExtendedUpdateInfoResult"`
}

// ExtendedUpdateInfo is the rest of the metadata.
type ExtendedUpdateInfo struct {
	Updates               []UpdateData   `xml:"Updates>Update"`
	FileLocations         []FileLocation `xml:"FileLocations>FileLocation"`
	OutOfScopeRevisionIDs []int          `xml:"OutOfScopeRevisionIDs>int"`
}

// UpdateData is one fragment of one revision; a revision may come several times.
type UpdateData struct {
	ID  int    `xml:"ID"`
	XML string `xml:"Xml"` // a text, not a document
}

// FileLocation says where the file of a digest is.
type FileLocation struct {
	FileDigest Binary `xml:"FileDigest"` // SHA-1
	URL        string `xml:"Url"`
}

// GetExtendedUpdateInfo2 is the same for clients of Windows 8 and later, by global
// identities, MS-WUSP 2.2.2.2.10.
type GetExtendedUpdateInfo2 struct {
	Cookie           *Cookie          `xml:"cookie"`
	UpdateIDs        []UpdateIdentity `xml:"updateIDs>UpdateIdentity" array:"q1:UpdateIdentity"`
	InfoTypes        []FragmentType   `xml:"infoTypes>XmlUpdateFragmentType" array:"q1:XmlUpdateFragmentType"`
	Locales          []string         `xml:"locales>string" array:"xsd:string"`
	CallerAttributes string           `xml:"callerAttributes" optional:"true"`
}

// GetExtendedUpdateInfo2Response answers [GetExtendedUpdateInfo2]. Decryption data is
// not modelled.
type GetExtendedUpdateInfo2Response struct {
	Result *ExtendedUpdateInfo2 `xml:"GetExtendedUpdateInfo2Result"`
}

// ExtendedUpdateInfo2 is what GetExtendedUpdateInfo2 gives.
type ExtendedUpdateInfo2 struct {
	Updates       []UpdateData   `xml:"Updates>Update"`
	FileLocations []FileLocation `xml:"FileLocations>FileLocation"`
}

// GetFileLocations asks where files are now, MS-WUSP 2.2.2.2.7.
type GetFileLocations struct {
	Cookie      *Cookie  `xml:"cookie"`
	FileDigests []Binary `xml:"fileDigests>base64Binary" array:"xsd:base64Binary"` // SHA-1, 20 bytes each
}

// GetFileLocationsResponse answers [GetFileLocations].
type GetFileLocationsResponse struct {
	Result *GetFileLocationsResults `xml:"GetFileLocationsResult"`
}

// GetFileLocationsResults are places of files and a cookie to use from now on.
type GetFileLocationsResults struct {
	FileLocations []FileLocation `xml:"FileLocations>FileLocation"`
	NewCookie     *Cookie        `xml:"NewCookie"`
}
