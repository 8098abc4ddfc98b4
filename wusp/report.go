package wusp

// ReportEventBatch tells the server what happened on the client, MS-WUSP 2.2.2.3.1.
type ReportEventBatch struct {
	Cookie     *Cookie          `xml:"cookie"`
	ClientTime Time             `xml:"clientTime"`
	EventBatch []ReportingEvent `xml:"eventBatch>ReportingEvent" array:"q1:ReportingEvent"`
}

// ReportEventBatchResponse answers [ReportEventBatch].
type ReportEventBatchResponse struct {
	Result bool `xml:"ReportEventBatchResult"`
}

// ReportingEvent is one event.
type ReportingEvent struct {
	BasicData    BasicData    `xml:"BasicData"`
	ExtendedData ExtendedData `xml:"ExtendedData"`
	PrivateData  PrivateData  `xml:"PrivateData"`
}

// BasicData is what all events have. The code is spelt Win32HResult in the WSDL and in
// the examples of MS-WUSP, Win32Hresult in its prose; [ReadRequest] takes both.
type BasicData struct {
	TargetID         TargetID       `xml:"TargetID"`
	SequenceNumber   int            `xml:"SequenceNumber"` // 0
	TimeAtTarget     Time           `xml:"TimeAtTarget"`
	EventInstanceID  GUID           `xml:"EventInstanceID"`
	NamespaceID      int            `xml:"NamespaceID"` // 1
	EventID          int            `xml:"EventID"`
	SourceID         int            `xml:"SourceID"`
	UpdateID         UpdateIdentity `xml:"UpdateID"` // NoGUID and 0 when no update is meant
	Win32HResult     int32          `xml:"Win32HResult"`
	AppName          string         `xml:"AppName"`
	OtherWin32Result *int32         `xml:"Win32Hresult"`
}

// HResult gives the code in whichever spelling it came.
func (b *BasicData) HResult() int32 {
	if b.OtherWin32Result != nil {
		return *b.OtherWin32Result
	}
	return b.Win32HResult
}

// TargetID names the client.
type TargetID struct {
	Sid string `xml:"Sid"` // the clientId of GetAuthorizationCookie
}

// ExtendedData is what events of some kinds have, and the computer.
type ExtendedData struct {
	ReplacementStrings    []string        `xml:"ReplacementStrings>string" array:"xsd:string"`
	MiscData              []string        `xml:"MiscData>string" array:"xsd:string"` // "tag=value"
	ComputerBrand         string          `xml:"ComputerBrand"`
	ComputerModel         string          `xml:"ComputerModel"`
	BiosRevision          string          `xml:"BiosRevision"`
	ProcessorArchitecture string          `xml:"ProcessorArchitecture"` // Unknown, X86Compatible, IA64Compatible, Amd64Compatible
	OSVersion             DetailedVersion `xml:"OSVersion"`
	OSLocaleID            int             `xml:"OSLocaleID"`
	DeviceID              string          `xml:"DeviceID"`
}

// DetailedVersion is the version of the operating system.
type DetailedVersion struct {
	Major            int `xml:"Major"`
	Minor            int `xml:"Minor"`
	Build            int `xml:"Build"`
	Revision         int `xml:"Revision"`
	ServicePackMajor int `xml:"ServicePackMajor"`
	ServicePackMinor int `xml:"ServicePackMinor"`
}

// PrivateData is there and empty, MS-WUSP 2.2.2.3.1.
type PrivateData struct {
	ComputerDNSName string `xml:"ComputerDnsName"`
	UserAccountName string `xml:"UserAccountName"`
}
