package wusp

// GetConfig asks what the server demands of its clients, MS-WUSP 2.2.2.2.1.
type GetConfig struct {
	ProtocolVersion string `xml:"protocolVersion"` // of the client, "1.0"
}

// GetConfigResponse answers [GetConfig].
type GetConfigResponse struct {
	Result *Config `xml:"GetConfigResult"`
}

// Config is what a server demands of its clients.
type Config struct {
	LastChange             Time                    `xml:"LastChange"`
	IsRegistrationRequired bool                    `xml:"IsRegistrationRequired"`
	AuthInfo               []AuthPlugInInfo        `xml:"AuthInfo>AuthPlugInInfo"` // exactly one
	AllowedEventIDs        []int                   `xml:"AllowedEventIds>int"`
	Properties             []ConfigurationProperty `xml:"Properties>ConfigurationProperty"`
}

// Property gives the value of a configuration property by its exact name.
func (c *Config) Property(name string) (string, bool) {
	for _, p := range c.Properties {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// AuthPlugInInfo says where authorization cookies are given out. Here alone the plug-in's
// name is spelt PlugInID.
type AuthPlugInInfo struct {
	PlugInID   string `xml:"PlugInID"`   // "SimpleTargeting"
	ServiceURL string `xml:"ServiceUrl"` // below the server's root
	Parameter  string `xml:"Parameter"`  // unused
}

// ConfigurationProperty is a named setting; the names are in MS-WUSP 2.2.2.2.1.
type ConfigurationProperty struct {
	Name  string `xml:"Name"`
	Value string `xml:"Value"`
}

// GetAuthorizationCookie names the computer to the server, MS-WUSP 2.2.2.1.1.
type GetAuthorizationCookie struct {
	ClientID        string `xml:"clientId"` // 1 to 255 of a-z, 0-9 and -
	TargetGroupName string `xml:"targetGroupName"`
	DNSName         string `xml:"dnsName"`
}

// GetAuthorizationCookieResponse answers [GetAuthorizationCookie].
type GetAuthorizationCookieResponse struct {
	Result *AuthorizationCookie `xml:"GetAuthorizationCookieResult"`
}

// AuthorizationCookie is what GetCookie wants to see, MS-WUSP 2.2.3.4.
type AuthorizationCookie struct {
	PlugInID   string `xml:"PlugInId"`
	CookieData Binary `xml:"CookieData"`
}

// GetCookie asks for the cookie that all other operations carry, MS-WUSP 2.2.2.2.2.
type GetCookie struct {
	AuthCookies     []AuthorizationCookie `xml:"authCookies>AuthorizationCookie" array:"q1:AuthorizationCookie"` // exactly one
	OldCookie       *Cookie               `xml:"oldCookie"`
	LastChange      Time                  `xml:"lastChange"` // of the last Config
	CurrentTime     Time                  `xml:"currentTime"`
	ProtocolVersion string                `xml:"protocolVersion"`
}

// GetCookieResponse answers [GetCookie].
type GetCookieResponse struct {
	Result *Cookie `xml:"GetCookieResult"`
}

// Cookie is the server's state of one client, kept by the client, MS-WUSP 2.2.3.5.
type Cookie struct {
	Expiration    Time   `xml:"Expiration"`
	EncryptedData Binary `xml:"EncryptedData" nil:"true"`
}

// RegisterComputer tells the server about the computer, MS-WUSP 2.2.2.2.3.
type RegisterComputer struct {
	Cookie       *Cookie       `xml:"cookie"`
	ComputerInfo *ComputerInfo `xml:"computerInfo"`
}

// RegisterComputerResponse answers [RegisterComputer]; it says nothing.
type RegisterComputerResponse struct{}

// ComputerInfo describes a computer. The last five are of Windows 10 and later and
// left out when empty.
type ComputerInfo struct {
	DNSName                  string `xml:"DnsName"`
	OSMajorVersion           int    `xml:"OSMajorVersion"`
	OSMinorVersion           int    `xml:"OSMinorVersion"`
	OSBuildNumber            int    `xml:"OSBuildNumber"`
	OSServicePackMajorNumber int    `xml:"OSServicePackMajorNumber"`
	OSServicePackMinorNumber int    `xml:"OSServicePackMinorNumber"`
	OSLocale                 string `xml:"OSLocale"`
	ComputerManufacturer     string `xml:"ComputerManufacturer"`
	ComputerModel            string `xml:"ComputerModel"`
	BiosVersion              string `xml:"BiosVersion"`
	BiosName                 string `xml:"BiosName"`
	BiosReleaseDate          Time   `xml:"BiosReleaseDate"`
	ProcessorArchitecture    string `xml:"ProcessorArchitecture"`
	SuiteMask                int    `xml:"SuiteMask"`
	OldProductType           int    `xml:"OldProductType"`
	NewProductType           int    `xml:"NewProductType"`
	SystemMetrics            int    `xml:"SystemMetrics"`
	ClientVersionMajorNumber int    `xml:"ClientVersionMajorNumber"`
	ClientVersionMinorNumber int    `xml:"ClientVersionMinorNumber"`
	ClientVersionBuildNumber int    `xml:"ClientVersionBuildNumber"`
	ClientVersionQfeNumber   int    `xml:"ClientVersionQfeNumber"`
	OSDescription            string `xml:"OSDescription" optional:"true"`
	OEM                      string `xml:"OEM" optional:"true"`
	DeviceType               string `xml:"DeviceType" optional:"true"`
	FirmwareVersion          string `xml:"FirmwareVersion" optional:"true"`
	MobileOperator           string `xml:"MobileOperator" optional:"true"`
}
